// What a check says in the corners: shared heads, heads that git lacks, a ledger that stopped, a change that went away.
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { checkPullRequest } from "../../src/handlers/check-pull-request.ts";
import { EMPTY_LEDGER } from "../../src/ledger/ledger-state.ts";
import type { CommitSha } from "../../src/manifest/types.ts";
import { CHECK_MARKER } from "../../src/render/markers.ts";
import { removeTemporaryFolders } from "../adapters/git-fixture.ts";
import { openHandlerWorld, pullRequest, type HandlerWorld } from "./handler-world.ts";

const STAGING_ENV = "racks/staging/apps/web/env.yml";

let world: HandlerWorld;
beforeEach(async () => {
  world = await openHandlerWorld();
});
afterEach(() => world.git.close());
afterAll(removeTemporaryFolders);

function branchFromRoot(branch: string, files: Readonly<Record<string, string>>): CommitSha {
  world.origin.git(["update-ref", `refs/heads/${branch}`, world.root]);
  return world.commit(branch, files);
}

describe("the check of a pull request", () => {
  it("shows the worst verdict of those that share a head, whichever was judged last", async () => {
    const { files, github, ports } = world;
    const head = branchFromRoot("own", { ...files, [STAGING_ENV]: "A: change\n" });
    const own = pullRequest({ number: 1, head, author: "ana", headBranch: "own" });
    github.pulls = [own, pullRequest({ number: 2, head, author: "mallory", headBranch: "copy" })];
    for (const number of [1, 2]) world.origin.git(["update-ref", `refs/pull/${String(number)}/head`, head]);
    await checkPullRequest(ports, 2);
    await checkPullRequest(ports, 1);
    expect(world.checks.map(({ conclusion }) => conclusion)).toEqual(["failure", "failure"]);
    expect(world.checks.map(({ title }) => title.replace(/: mallory .*/, ""))).toEqual([
      "Blocked: 1 thing to fix",
      "Blocked: #2, which has the same commit: 1 thing to fix",
    ]);
    expect(world.checks[1]?.summary).toMatch(/^This is the verdict on #2\./);
    expect(world.comments.get(`#1 ${CHECK_MARKER}`)).toMatch(
      /### Blocked · #2, which has the same commit: 1 thing to fix: .*\n\nBy itself this pull request is: Ready · /,
    );
    // Its ref stays when a pull request is closed.
    github.pulls = [own, pullRequest({ number: 2, head, author: "mallory", headBranch: "copy", open: false })];
    await checkPullRequest(ports, 1);
    expect(world.checks.at(-1)?.conclusion).toBe("success");
  });

  it("warns of names that it adds and that nobody in the organisation has, and asks GitHub no more for it", async () => {
    const bindings = "bindings/extra.yml";
    const text = '- { role: Administrator, subjects: ["user:ana", "user:nobody-yet", "team:gone"] }\n';
    const head = branchFromRoot("own", { ...world.files, [bindings]: text });
    world.origin.git(["update-ref", "refs/pull/1/head", head]);
    world.github.pulls = [pullRequest({ number: 1, head, author: "olga", headBranch: "own" })];
    const asked: string[] = [];
    const github: typeof world.ports.github = {
      ...world.ports.github,
      idsOf: (names) => {
        asked.push(...names);
        return world.ports.github.idsOf(names);
      },
    };
    await checkPullRequest({ ...world.ports, github }, 1);
    const warned = (world.checks.at(-1)?.annotations ?? []).map(({ path, level, message }) => [
      path,
      level,
      message.split(",")[1],
    ]);
    expect([warned, asked]).toEqual([
      [
        [bindings, "warning", " found `user:nobody-yet`"],
        [bindings, "warning", " found `team:gone`"],
      ],
      [],
    ]);
  });

  it("does not judge more than ten of one head, asks GitHub for their list once, and says the way out", async () => {
    const head = branchFromRoot("own", { ...world.files, [STAGING_ENV]: "A: change\n" });
    const numbers = Array.from({ length: 11 }, (_, index) => index + 1);
    for (const number of numbers) world.origin.git(["update-ref", `refs/pull/${String(number)}/head`, head]);
    world.github.pulls = numbers.map((number) => pullRequest({ number, head, author: "ana", headBranch: "own" }));
    const asked: string[] = [];
    const github: typeof world.ports.github = {
      ...world.ports.github,
      pullRequest: (number) => {
        asked.push(`#${String(number)}`);
        return world.ports.github.pullRequest(number);
      },
      openPullRequests: () => {
        asked.push("open");
        return world.ports.github.openPullRequests();
      },
    };
    await expect(checkPullRequest({ ...world.ports, github }, 1)).rejects.toThrow(
      `expected at most 10 open pull requests of one head, found 11 of ${head}; close those that are not meant, or give ` +
        "this one a commit of its own: git commit --allow-empty",
    );
    expect(asked).toEqual(["#1", "open"]);
    expect(world.checks.map(({ conclusion }) => conclusion)).toEqual(["failure"]);
    expect(world.comments.get(`#1 ${CHECK_MARKER}`)).toBeUndefined();
    // One fewer, and they are judged again.
    world.github.pulls = world.github.pulls.slice(0, 10);
    await checkPullRequest(world.ports, 1);
    expect(world.checks.at(-1)?.conclusion).toBe("success");
    // One more again: what the comment said does not stand on.
    world.github.pulls = numbers.map((number) => pullRequest({ number, head, author: "ana", headBranch: "own" }));
    await expect(checkPullRequest(world.ports, 1)).rejects.toThrow("expected at most 10 open pull requests");
    expect(world.comments.get(`#1 ${CHECK_MARKER}`)).toMatch(
      /^.*\n### Blocked · expected at most 10 open pull requests of one head, found 11 of [0-9a-f]{40}; close those/,
    );
  });

  it("tells the first error where its comment cannot be written, and blocks", async () => {
    const head = branchFromRoot("own", { ...world.files, [STAGING_ENV]: "A: change\n" });
    world.github.pulls = [pullRequest({ number: 1, head, author: "ana", headBranch: "own" })];
    const refuse = (which: string) => (): Promise<never> => Promise.reject(new Error(`no ${which}`));
    const writer = { ...world.ports.writer, upsertComment: refuse("comment"), editComment: refuse("edit") };
    await expect(checkPullRequest({ ...world.ports, writer }, 1)).rejects.toThrow("no comment");
    expect(world.checks.map(({ conclusion }) => conclusion)).toEqual(["success", "failure"]);
  });

  it("says how to go on where it left the merge queue", async () => {
    const head = branchFromRoot("own", { ...world.files, [STAGING_ENV]: "A: change\n" });
    world.github.pulls = [pullRequest({ number: 1, head, author: "ana", headBranch: "own" })];
    world.github.leftQueue = { at: Date.parse("2026-11-24T10:00:09Z"), by: null };
    await checkPullRequest(world.ports, 1);
    expect(world.comments.get(`#1 ${CHECK_MARKER}`)).toMatch(
      /\*\*Left the merge queue:\*\* GitHub took it out, 2026-11-24 10:00 UTC\. Nothing of Signalbox's stands against it/,
    );
  });

  it("looks up once what an approved commit showed, however many approve it however often", async () => {
    const head = branchFromRoot("own", { ...world.files, [STAGING_ENV]: "A: change\n" });
    world.github.pulls = [pullRequest({ number: 1, head, headBranch: "own" })];
    const approval = { state: "approved", commit: head, dismissal: null, retargetedAt: null } as const;
    world.github.reviews = Array.from({ length: 300 }, (_, index) => ({
      ...approval,
      id: index,
      at: index,
      login: `reviewer-${String(index % 100)}`,
      // The earlier ones are of commits that no approval stands on any more.
      ...(index < 200 ? { commit: world.root } : {}),
    }));
    const shown: string[] = [];
    const { git } = world.ports;
    const mergeBase: typeof git.mergeBase = (a, b) => {
      shown.push(a);
      return git.mergeBase(a, b);
    };
    await checkPullRequest({ ...world.ports, git: { ...git, mergeBase } }, 1);
    expect(shown).toEqual([head]);
  });

  it("waits for a head that git does not have yet, and says so", async () => {
    const head = "1".repeat(40) as CommitSha;
    world.github.pulls = [pullRequest({ number: 1, head })];
    await expect(checkPullRequest(world.ports, 1)).rejects.toMatchObject({ name: "WaitError" });
    expect(world.checks.map(({ conclusion, title }) => [conclusion, title])).toEqual([
      [null, "Waiting: git does not have this commit yet"],
    ]);
  });

  it("comes back soon where GitHub has no record yet of a push that was just made, and only then", async () => {
    const head = branchFromRoot("own", { ...world.files, [STAGING_ENV]: "A: change\n" });
    const github = { ...world.ports.github, arrival: () => Promise.resolve({ by: "branch", updates: [] } as const) };
    const jobsAfter = async (ms: number): Promise<readonly unknown[]> => {
      const updatedAt = world.github.now - ms;
      world.github.pulls = [pullRequest({ number: 1, head, headBranch: "own", updatedAt })];
      await checkPullRequest({ ...world.ports, github }, 1);
      return world.jobs.splice(0);
    };
    expect(await jobsAfter(1_000)).toEqual([{ kind: "check-pull-request", pull: 1 }]);
    expect(await jobsAfter(3 * 60_000)).toEqual([]);
    expect(world.checks.map(({ conclusion }) => conclusion)).toEqual(["failure", "failure"]);
  });

  it("is never ready while the ledger decides nothing", async () => {
    const head = branchFromRoot("own", { ...world.files, [STAGING_ENV]: "A: change\n" });
    world.github.pulls = [pullRequest({ number: 1, head, headBranch: "own" })];
    const ports = { ...world.ports, ledger: { state: () => EMPTY_LEDGER } };
    await expect(checkPullRequest(ports, 1)).rejects.toMatchObject({ name: "StalledError" });
    expect(world.checks.map(({ conclusion }) => conclusion)).toEqual(["failure"]);
  });

  it("takes back what its comment said once nothing of Signalbox's is touched any more", async () => {
    const head = branchFromRoot("own", { ...world.files, [STAGING_ENV]: "A: change\n" });
    world.github.pulls = [pullRequest({ number: 1, head, headBranch: "own" })];
    await checkPullRequest(world.ports, 1);
    expect(world.comments.get(`#1 ${CHECK_MARKER}`)).toMatch(/### Ready/);
    const reverted = world.commit("own", { ...world.files, README: "nothing else\n" });
    world.github.authors.set(head, "ana");
    world.github.pulls = [pullRequest({ number: 1, head: reverted, headBranch: "own" })];
    await checkPullRequest(world.ports, 1);
    expect(world.checks.at(-1)?.title).toMatch(/^Untouched/);
    expect(world.comments.get(`#1 ${CHECK_MARKER}`)).toMatch(/### Untouched/);
  });

  it("makes no comment where nothing of Signalbox's was ever touched", async () => {
    const head = branchFromRoot("own", { ...world.files, README: "nothing else\n" });
    world.github.pulls = [pullRequest({ number: 1, head, headBranch: "own" })];
    await checkPullRequest(world.ports, 1);
    expect(world.comments.size).toBe(0);
  });
});
