import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { at, listOf, numberIn, repo, startGitHub, textIn } from "./github-fixture.ts";
import type { GitHubFixture } from "./github-fixture.ts";

let hub: GitHubFixture;

beforeEach(async () => {
  hub = await startGitHub();
});

afterEach(async () => {
  await hub.close();
});

async function complete(head_sha: string, conclusion: string): Promise<void> {
  await hub.bot(`POST /repos/${repo}/check-runs`, { name: "signalbox", head_sha, conclusion });
}

/** A pull request whose check is green. */
async function readyPull(branch: string, files: Readonly<Record<string, string>>): Promise<number> {
  const number = await hub.openPull("ana", branch, files);
  const { body } = await hub.as("ana", `GET /repos/${repo}/pulls/${String(number)}`);
  await complete(textIn(body, "head", "sha"), "success");
  return number;
}

async function mutate(login: string, name: string, pull: number, input: string): Promise<unknown> {
  const { body } = await hub.as(login, `GET /repos/${repo}/pulls/${String(pull)}`);
  const query = `mutation($pull: ID!) { ${name}(input: { ${input}: $pull }) { mergeQueueEntry { position } } }`;
  return (await hub.as(login, "POST /graphql", { query, variables: { pull: textIn(body, "node_id") } })).body;
}

const enqueue = (login: string, pull: number): Promise<unknown> =>
  mutate(login, "enqueuePullRequest", pull, "pullRequestId");
const dequeue = (login: string, pull: number): Promise<unknown> => mutate(login, "dequeuePullRequest", pull, "id");

interface Group {
  readonly head_sha: string;
  readonly base_sha: string;
  readonly head_ref: string;
}

/** The newest candidate that was asked about. */
async function groupOf(pull: number, times = 1): Promise<Group> {
  const isIts = (payload: unknown): boolean =>
    at(payload, "action") === "checks_requested" &&
    String(at(payload, "merge_group", "head_ref")).startsWith(`refs/heads/gh-readonly-queue/main/pr-${String(pull)}-`);
  await hub.arrival(() => hub.received.filter(({ payload }) => isIts(payload)).length >= times);
  // The shape is held to GitHub's description by the fixture.
  return at(hub.received.findLast(({ payload }) => isIts(payload))?.payload, "merge_group") as Group;
}

async function tip(): Promise<string> {
  return textIn((await hub.as("ana", `GET /repos/${repo}/commits/main`)).body, "sha");
}

async function isMerged(pull: number): Promise<unknown> {
  return at((await hub.as("ana", `GET /repos/${repo}/pulls/${String(pull)}`)).body, "merged");
}

const queueBranches = async (): Promise<number> =>
  listOf((await hub.as("ana", `GET /repos/${repo}/git/matching-refs/heads/gh-readonly-queue/`)).body).length;

/** What was told of groups and of joining and leaving the queue, in order. */
function told(): readonly unknown[] {
  return hub.received
    .filter(({ event, payload }) => event === "merge_group" || /queued$/.test(String(payload["action"])))
    .map(({ payload: { action, reason } }) => (typeof reason === "string" ? `${String(action)} ${reason}` : action));
}

describe("the merge queue", () => {
  it("asks for the check of a candidate, and merges it as the queue's bot once that is green", async () => {
    const base = await tip();
    const pull = await readyPull("more", { "a.txt": "1\n" });
    expect(await enqueue("bo", pull)).toEqual({
      data: { enqueuePullRequest: { mergeQueueEntry: expect.objectContaining({ position: 1, state: "QUEUED" }) } },
    });
    const group = await groupOf(pull);
    expect(group).toMatchObject({
      base_sha: base,
      base_ref: "refs/heads/main",
      head_ref: `refs/heads/gh-readonly-queue/main/pr-1-${base}`,
    });
    expect([await tip(), await isMerged(pull)]).toEqual([base, false]);
    await complete(group.head_sha, "success");
    expect([await tip(), await isMerged(pull), await queueBranches()]).toEqual([group.head_sha, true, 0]);
    const { body } = await hub.as("ana", `GET /repos/${repo}/pulls/1`);
    expect([at(body, "merged_by", "login"), at(body, "merge_commit_sha")]).toEqual([
      "github-merge-queue[bot]",
      group.head_sha,
    ]);
    const activity = await hub.as("ana", `GET /repos/${repo}/activity?ref=refs/heads/main`);
    expect(at(activity.body, 0)).toMatchObject({
      activity_type: "merge_queue_merge",
      before: base,
      after: group.head_sha,
      actor: { login: "github-merge-queue[bot]" },
    });
    await hub.arrival(({ payload }) => payload["action"] === "closed");
    expect(told()).toEqual(["enqueued", "checks_requested", "destroyed merged", "dequeued MERGE"]);
  });

  it.each(["merge", "squash", "rebase"])("moves main once for several that are green, by %s", async (method) => {
    await hub.control("POST /queue", { method, minimum: 2 });
    const pulls = [await readyPull("one", { "a.txt": "1\n" }), await readyPull("two", { "b.txt": "2\n" })];
    for (const pull of pulls) await enqueue("bo", pull);
    const [first, second] = [await groupOf(1), await groupOf(2)];
    expect(second.base_sha).toBe(first.head_sha);
    await complete(first.head_sha, "success");
    expect(await isMerged(1)).toBe(false);
    await complete(second.head_sha, "success");
    expect([await tip(), await isMerged(1), await isMerged(2)]).toEqual([second.head_sha, true, true]);
    const of = async (sha: string): Promise<unknown> =>
      listOf((await hub.as("ana", `GET /repos/${repo}/commits/${sha}/pulls`)).body).map((pull) => at(pull, "number"));
    expect([await of(first.head_sha), await of(second.head_sha)]).toEqual([[1], [2]]);
  });

  it("takes out what is red, and asks again for what was behind it", async () => {
    const base = await tip();
    for (const branch of ["one", "two"]) await enqueue("bo", await readyPull(branch, { [`${branch}.txt`]: "1\n" }));
    await groupOf(2);
    await complete((await groupOf(1)).head_sha, "failure");
    const again = await groupOf(2, 2);
    expect(again.base_sha).toBe(base);
    await complete(again.head_sha, "neutral");
    expect([await isMerged(1), await isMerged(2), await tip()]).toEqual([false, true, again.head_sha]);
    expect(told()).toEqual(expect.arrayContaining(["dequeued CI_FAILURE", "destroyed invalidated"]));
  });

  it("takes out what was pushed to, what conflicts with what is before it, and what somebody removes", async () => {
    const one = await readyPull("one", { "a.txt": "1\n" });
    const two = await readyPull("two", { "a.txt": "2\n" });
    const three = await readyPull("three", { "c.txt": "3\n" });
    for (const pull of [one, two, three]) await enqueue("bo", pull);
    const clone = await hub.clone("ana");
    await clone.git("checkout", "--quiet", "three");
    await clone.commit({ "c.txt": "4\n" });
    await clone.git("push", "--quiet", "origin", "three");
    await dequeue("bo", one);
    await hub.arrival(({ payload }) => payload["reason"] === "MANUAL");
    expect(told().filter((line) => String(line).startsWith("dequeued"))).toEqual([
      "dequeued MERGE_CONFLICT",
      "dequeued BRANCH_PROTECTIONS",
      "dequeued MANUAL",
    ]);
    expect(await queueBranches()).toBe(0);
  });

  it("makes its candidates anew when main moves past it", async () => {
    const queued = await readyPull("one", { "a.txt": "1\n" });
    const other = await readyPull("two", { "b.txt": "2\n" });
    await enqueue("bo", queued);
    const before = await groupOf(queued);
    await hub.as("bo", `PUT /repos/${repo}/pulls/${String(other)}/merge`);
    const after = await groupOf(queued, 2);
    expect([after.base_sha, after.base_sha === before.base_sha]).toEqual([await tip(), false]);
  });

  it("lets nobody past the check, and nobody in twice", async () => {
    const pull = await hub.openPull("ana", "more", { "a.txt": "1\n" });
    const refusal = async (login: string): Promise<unknown> => at(await enqueue(login, pull), "errors", 0, "message");
    expect(await refusal("olga")).toBe('Required status check "signalbox" is expected.');
    const { body } = await hub.as("ana", `GET /repos/${repo}/pulls/1`);
    await complete(textIn(body, "head", "sha"), "success");
    expect([await refusal("bo"), await refusal("bo")]).toEqual([undefined, "Pull request is already in the queue"]);
    expect(numberIn(body, "number")).toBe(1);
  });
});
