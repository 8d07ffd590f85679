// A move of the default branch out of a merge queue: several pull requests at once, each judged by its own facts.
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { verifyUpdates } from "../../src/handlers/verify-updates.ts";
import type { CommitSha, Login } from "../../src/manifest/types.ts";
import { removeTemporaryFolders } from "../adapters/git-fixture.ts";
import { openHandlerWorld, pullRequest, type HandlerWorld } from "./handler-world.ts";

const STAGING = "racks/staging/apps/web/env.yml";
const PRODUCTION = "racks/production/apps/web/env.yml";
const MINUTE = 60_000;

let world: HandlerWorld;
beforeEach(async () => {
  world = await openHandlerWorld();
});
afterEach(() => world.git.close());
afterAll(removeTemporaryFolders);

interface Proposed {
  readonly number: number;
  readonly author: Login;
  readonly path: string;
  readonly text: string;
}

function headOf({ number, author, path, text }: Proposed): CommitSha {
  const branch = `topic-${String(number)}`;
  world.origin.git(["update-ref", `refs/heads/${branch}`, world.root]);
  world.commit(branch, { ...world.files, [path]: "A: draft\n" });
  const head = world.commit(branch, { ...world.files, [path]: text });
  const { git } = world.origin;
  git(["update-ref", `refs/pull/${String(number)}/head`, head]);
  for (const commit of [head, git(["rev-parse", `${head}^`]) as CommitSha]) world.github.authors.set(commit, author);
  return head;
}

type Method = "merge" | "squash" | "rebase";

/** The commits that the queue makes of it, onto `base`; the last is its merge. */
function merged(proposed: Proposed, base: CommitSha, method: Method = "merge"): CommitSha {
  const { git } = world.origin;
  const head = headOf(proposed);
  const tree = git(["merge-tree", "--write-tree", base, head]);
  const commit = (...args: readonly string[]): CommitSha => git(["commit-tree", ...args], "x") as CommitSha;
  const on = method === "rebase" ? commit(git(["rev-parse", `${head}^^{tree}`]), "-p", base) : base;
  const made = commit(tree, "-p", on, ...(method === "merge" ? ["-p", head] : []));
  const { number, author } = proposed;
  const by = "github-merge-queue[bot]";
  world.github.pulls = [
    ...world.github.pulls,
    pullRequest({ number, head, author, open: false, merged: { at: 1_000, by, commit: made } }),
  ];
  return made;
}

/** One movement of main, as GitHub's record has it. */
function moveMain(after: CommitSha): void {
  world.origin.git(["update-ref", "refs/heads/main", after]);
  const actor = "github-merge-queue[bot]";
  world.github.updates = [{ before: world.root, after, actor, at: 1_000, kind: "queue" }];
}

function verdicts(): readonly unknown[] {
  return world.records.flatMap((record) =>
    record.action === "verify" ? [[record.pull ?? null, record.commit, record.result]] : [],
  );
}

const GOOD = { number: 1, author: "ana", path: STAGING, text: "A: good\n" };
const BAD = { number: 2, author: "ana", path: PRODUCTION, text: "A: bad\n" };

describe("a move of the default branch out of a merge queue", () => {
  it.each<Method>(["merge", "squash", "rebase"])("is taken apart into its pull requests (%s)", async (method) => {
    const first = merged(GOOD, world.root, method);
    const second = merged(BAD, first, method);
    moveMain(second);
    await verifyUpdates(world.ports);
    expect(verdicts()).toEqual([
      [1, first, "ok"],
      [2, second, "held"],
    ]);
    expect(world.ports.ledger.state().judged).toBe(second);
    expect(world.jobs.filter(({ kind }) => kind === "reconcile-rack")).toEqual([
      { kind: "reconcile-rack", rack: "staging" },
      { kind: "reconcile-rack", rack: "production" },
    ]);
  });

  it("waits while GitHub does not name each of them, and is then held as nobody's", async () => {
    const first = merged(GOOD, world.root);
    const second = merged({ ...BAD, path: STAGING.replace("web", "jobs") }, first);
    world.github.pulls = world.github.pulls.filter(({ number }) => number === 2);
    moveMain(second);
    world.github.now = 2_000;
    await expect(verifyUpdates(world.ports)).rejects.toMatchObject({ name: "WaitError" });
    expect(verdicts()).toEqual([]);
    world.github.now = 1_000 + 10 * MINUTE;
    await verifyUpdates(world.ports);
    expect(verdicts()).toEqual([[null, second, "held"]]);
  });

  it("goes on where a death cut it off", async () => {
    const first = merged(GOOD, world.root);
    const second = merged({ ...GOOD, number: 2, path: STAGING.replace("web", "jobs") }, first);
    moveMain(second);
    const { timeline } = world.ports.github;
    const dying = { ...world.ports.github, timeline: (pull: number) => (pull === 2 ? dies() : timeline(pull)) };
    await expect(verifyUpdates({ ...world.ports, github: dying })).rejects.toThrow("killed");
    expect(verdicts()).toEqual([[1, first, "ok"]]);
    // GitHub's record knows of no update that ends where the judging ended, so that it gives all of them.
    await verifyUpdates(world.ports);
    expect(verdicts()).toEqual([
      [1, first, "ok"],
      [2, second, "ok"],
    ]);
  });
});

function dies(): Promise<never> {
  return Promise.reject(new Error("killed"));
}
