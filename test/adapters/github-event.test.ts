import { describe, expect, it } from "@jest/globals";
import { readWebhookEvent } from "../../src/adapters/github-event.ts";
import type { WebhookEvent } from "../../src/handlers/ports.ts";
import type { CommitSha } from "../../src/manifest/types.ts";

const NOTHING: Omit<WebhookEvent, "name"> = {
  action: null,
  pull: null,
  forkPush: null,
  sender: null,
  comment: null,
  retargeted: false,
  newHead: null,
  leftHead: null,
  ref: null,
  groupHead: null,
  team: null,
  checkApp: null,
  checkHead: null,
  checkPulls: [],
};

describe("of a webhook", () => {
  it.each<[string, unknown, Partial<WebhookEvent>]>([
    ["nothing is taken that has another shape", { pull_request: { number: "7" }, ref: 1, check_run: [] }, {}],
    ["nothing is taken of a payload that is no object", "x", {}],
    [
      "a comment on a pull request is one",
      {
        issue: { number: 7, pull_request: {} },
        comment: { id: 9, user: { login: "Ana" }, body: "/signalbox plan" },
        sender: { login: "Bo" },
      },
      { pull: 7, comment: { id: 9, by: "ana", isCommand: true }, sender: "bo" },
    ],
    [
      "the candidate of a merge queue is its head",
      { merge_group: { head_sha: "a".repeat(40), base_sha: "b".repeat(40) } },
      { groupHead: "a".repeat(40) as CommitSha },
    ],
    [
      "the head that a closed pull request leaves is its own",
      { action: "closed", pull_request: { number: 7, head: { sha: "a".repeat(40) } } },
      { action: "closed", pull: 7, leftHead: "a".repeat(40) as CommitSha },
    ],
    [
      "so is that of one that is retargeted",
      { action: "edited", changes: { base: {} }, pull_request: { number: 7, head: { sha: "a".repeat(40) } } },
      { action: "edited", pull: 7, retargeted: true, leftHead: "a".repeat(40) as CommitSha },
    ],
    [
      "one that opens comes to its head",
      { action: "opened", pull_request: { number: 7, head: { sha: "a".repeat(40) } } },
      { action: "opened", pull: 7, newHead: "a".repeat(40) as CommitSha },
    ],
    [
      "the head that a push leaves is the one before",
      { action: "synchronize", before: "b".repeat(40), pull_request: { number: 7, head: { sha: "a".repeat(40) } } },
      {
        ...{ action: "synchronize", pull: 7 },
        newHead: "a".repeat(40) as CommitSha,
        leftHead: "b".repeat(40) as CommitSha,
      },
    ],
    ["a team is known by its slug", { team: { slug: "Web", parent: null } }, { team: { slug: "web", isPart: false } }],
    [
      "a team below another one is part of it",
      { team: { slug: "web", parent: { slug: "all" } } },
      { team: { slug: "web", isPart: true } },
    ],
    ["a comment on an issue is none", { issue: { number: 7 }, comment: { id: 9 } }, {}],
    [
      "a check run names its App and its pull requests",
      { check_run: { app: { slug: "ci" }, pull_requests: [{ number: 1 }, { number: "2" }, { number: 3 }] } },
      { checkApp: "ci", checkPulls: [1, 3] },
    ],
  ])("%s", (_rule, payload, expected) => {
    expect(readWebhookEvent("some_event", payload)).toEqual({ name: "some_event", ...NOTHING, ...expected });
  });
});

describe("a push to a fork", () => {
  const [A, B] = ["a".repeat(40), "b".repeat(40)];
  const told = (action: string, from: string | null, more: object = {}): object => ({
    action,
    pull_request: {
      number: 7,
      head: { sha: A, repo: from === null ? null : { full_name: from } },
      base: { repo: { full_name: "acme/config" } },
    },
    sender: { login: "Ana", id: 5 },
    ...more,
  });

  it.each<[string, object, WebhookEvent["forkPush"]]>([
    ["is told where its pull request is opened", told("opened", "bo/config"), push(null)],
    ["is told where its head moves", told("synchronize", "bo/config", { before: B }), push(B)],
    ["is told of a fork that is gone", told("synchronize", null, { before: B }), push(B)],
    ["is none where GitHub does not say what was before", told("synchronize", "bo/config"), null],
    ["is none where nobody is said to have made it", told("opened", "bo/config", { sender: null }), null],
    ["is none where whoever made it has no id", told("opened", "bo/config", { sender: { login: "Ana" } }), null],
    ["is none on a branch of the repository", told("opened", "Acme/config"), null],
    ["is none where somebody labels", told("labeled", "bo/config"), null],
    ["is none where a review is asked for", told("review_requested", "bo/config"), null],
    ["is none where it is retargeted", told("edited", "bo/config", { changes: { base: {} } }), null],
  ])("%s", (_rule, payload, expected) => {
    expect(readWebhookEvent("pull_request", payload).forkPush).toEqual(expected);
    expect(readWebhookEvent("pull_request_review", payload).forkPush).toBeNull();
  });

  function push(before: string | null): WebhookEvent["forkPush"] {
    return { before: before as CommitSha | null, after: A as CommitSha, by: { login: "ana", id: 5 } };
  }
});
