// What a timeline of GitHub's says of reviews, in its own shapes.
import nock from "nock";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { Octokit } from "@octokit/rest";
import { readTimeline } from "../../src/adapters/github-timeline.ts";
import type { Timeline } from "../../src/handlers/ports.ts";

const API = "https://api.github.test";
const octokit = new Octokit({ baseUrl: API, auth: "t", log: { debug() {}, info() {}, warn() {}, error() {} } });

beforeAll(() => {
  nock.disableNetConnect();
});
afterEach(() => {
  expect(nock.pendingMocks()).toEqual([]);
  nock.cleanAll();
});
afterAll(() => {
  nock.restore();
});

function timelineOf(...events: readonly object[]): Promise<Timeline> {
  nock(API).get("/repos/acme/config/issues/3/timeline").query(true).reply(200, events);
  return readTimeline({ octokit, owner: "acme", repo: "config" }, 3);
}

const review = {
  event: "reviewed",
  id: 1,
  user: { login: "Paul", id: 4 },
  state: "approved",
  commit_id: null,
  submitted_at: "2026-11-24T00:00:00Z",
};

describe("a pull request", () => {
  const at = "2026-11-24T00:00:09Z";
  const joined = { event: "added_to_merge_queue", actor: { login: "ana" }, created_at: at };
  const taken = { event: "removed_from_merge_queue", actor: { login: "github-merge-queue[bot]" }, created_at: at };
  const left = { at: Date.parse(at), by: null };

  it.each<[string, readonly object[], unknown]>([
    ["that GitHub took out of the merge queue", [joined, taken], left],
    ["that somebody took out of it", [joined, { ...taken, actor: { login: "Ana" } }], { ...left, by: "ana" }],
    ["that is in it again", [joined, taken, joined], null],
    ["that left it again", [taken, joined, { ...taken, actor: null }], left],
    ["that was pushed to since", [joined, taken, { event: "committed" }], null],
    ["that was rebased since", [joined, taken, { event: "head_ref_force_pushed", created_at: at }], null],
    ["that was labelled since", [joined, taken, { event: "labeled", created_at: at }], left],
    ["that was never in it", [], null],
  ])("%s is said to have left it, or not", async (_, events, leftQueue) => {
    expect(await timelineOf(...events)).toEqual({ reviews: [], requests: [], leftQueue });
  });
});

describe("an approval", () => {
  const at = Date.parse(review.submitted_at);

  it.each([
    ["is of another base where that changed later", "base_ref_changed", "2026-11-24T00:00:09Z", at + 9_000],
    ["is of another base where that changed in the same second", "base_ref_changed", "2026-11-24T00:00:00Z", at],
    [
      "is of another base where GitHub changed it by itself",
      "automatic_base_change_succeeded",
      "2026-11-24T00:00:09Z",
      at + 9_000,
    ],
    ["is of this base where that changed before", "base_ref_changed", "2026-11-23T23:59:59Z", null],
    ["is of this base where that could not be changed", "automatic_base_change_failed", "2026-11-24T00:00:09Z", null],
    ["is of this base where that was pushed to", "base_ref_force_pushed", "2026-11-24T00:00:09Z", null],
  ])("%s", async (_rule, event, time, retargetedAt) => {
    const { reviews } = await timelineOf({ event, created_at: time }, review);
    expect(reviews[0]?.retargetedAt).toBe(retargetedAt);
  });

  it.each([
    ["a change of the base", { event: "base_ref_changed" }],
    ["a review", { ...review, submitted_at: undefined }],
  ])("cannot be told from %s whose time is missing", async (_what, event) => {
    await expect(timelineOf(review, event)).rejects.toMatchObject({ name: "StalledError" });
  });
});

describe("reviews", () => {
  const dismissed = { event: "review_dismissed", actor: { login: "Ana", id: 1 }, created_at: "2026-11-24T00:00:09Z" };
  const given = {
    id: 1,
    by: { login: "paul", id: 4 },
    commit: null,
    at: Date.parse(review.submitted_at),
    retargetedAt: null,
  };

  it("come in the order in which they were given, without drafts, those of accounts that are gone by nobody", async () => {
    const { reviews } = await timelineOf(
      { ...review, id: 2, user: null, submitted_at: "2026-11-24T00:00:01Z" },
      { ...review, id: 3, state: "pending", submitted_at: undefined },
      { ...review, commit_id: "a".repeat(40), state: "CHANGES_REQUESTED" },
    );
    expect(reviews).toEqual([
      { ...given, state: "changes-requested", commit: "a".repeat(40), dismissal: null },
      { ...given, id: 2, by: null, state: "approved", at: given.at + 1_000, dismissal: null },
    ]);
  });

  it("tell who dismissed them and what they had been", async () => {
    const what = { state: "changes_requested", review_id: 1, dismissal_message: "fine" };
    expect(
      (await timelineOf({ ...review, state: "dismissed" }, { ...dismissed, dismissed_review: what })).reviews,
    ).toEqual([
      {
        ...given,
        state: "dismissed",
        dismissal: { by: { login: "ana", id: 1 }, was: "changes-requested" },
        dismissedAt: given.at + 9_000,
      },
    ]);
  });

  it("that were dismissed by what the timeline does not have were dismissed by nobody", async () => {
    expect((await timelineOf({ ...review, state: "dismissed" })).reviews).toEqual([
      { ...given, state: "dismissed", dismissal: null },
    ]);
  });
});

describe("requests", () => {
  it("are of people, by who made them", async () => {
    const asked = { event: "review_requested", actor: { login: "x" }, created_at: review.submitted_at };
    const { requests } = await timelineOf(
      { ...asked, review_requester: { login: "Ana" }, requested_reviewer: { login: "Paul" } },
      { ...asked, requested_reviewer: { login: "bo" } },
      { ...asked, requested_team: { slug: "web" } },
    );
    expect(requests).toEqual([
      { by: "ana", of: "paul" },
      { by: "x", of: "bo" },
    ]);
  });
});
