// Which updates of the default branch count as verified, on real git and by the real judge.
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { verifyUpdates } from "../../src/handlers/verify-updates.ts";
import type { CommitSha } from "../../src/manifest/types.ts";
import { removeTemporaryFolders } from "../adapters/git-fixture.ts";
import { openHandlerWorld, pullRequest, type HandlerWorld, type Update } from "./handler-world.ts";

const STAGING_ENV = "racks/staging/apps/web/env.yml";
const PRODUCTION_ENV = "racks/production/apps/web/env.yml";

let world: HandlerWorld;
beforeEach(async () => {
  world = await openHandlerWorld();
});
afterEach(() => world.git.close());
afterAll(removeTemporaryFolders);

function moved(before: CommitSha, after: CommitSha, more: Partial<Update> = {}): Update {
  return { before, after, actor: more.actor ?? "olga", at: more.at ?? 1_000, kind: more.kind ?? "push" };
}

function verdicts(): readonly (readonly [string, string])[] {
  return world.records.flatMap((record) =>
    record.action === "verify" ? [[record.commit, record.result] as const] : [],
  );
}

function state(): ReturnType<HandlerWorld["ports"]["ledger"]["state"]> {
  return world.ports.ledger.state();
}

describe("an update of the default branch", () => {
  it("is judged again when a force push brings the same commit back", async () => {
    const evil = world.commit("main", { ...world.files, [PRODUCTION_ENV]: "A: planted\n" });
    world.github.updates = [moved(world.root, evil, { at: 1 })];
    await verifyUpdates(world.ports);
    expect(verdicts()).toEqual([[evil, "held"]]);
    world.origin.git(["update-ref", "refs/heads/main", world.root]);
    world.github.updates = [...world.github.updates, moved(evil, world.root, { at: 2 })];
    await verifyUpdates(world.ports);
    world.origin.git(["update-ref", "refs/heads/main", evil]);
    world.github.updates = [...world.github.updates, moved(world.root, evil, { at: 3 })];
    await verifyUpdates(world.ports);
    expect(state().judged).toBe(evil);
    expect([...state().held.keys()]).toEqual(["racks/production/apps/web"]);
  });

  it("is judged although a force push took away a commit in between before it was seen", async () => {
    const lost = world.commit("main", { ...world.files, [STAGING_ENV]: "A: lost\n" });
    world.origin.git(["update-ref", "refs/heads/main", world.root]);
    const kept = world.commit("main", { ...world.files, [STAGING_ENV]: "A: kept\n" });
    world.github.updates = [moved(world.root, lost, { at: 1 }), moved(lost, kept, { at: 2 })];
    await verifyUpdates(world.ports);
    expect(state().judged).toBe(kept);
    expect(verdicts()).toEqual([[kept, "held"]]);
  });

  it("is applied although judging the one after it has to wait", async () => {
    const first = world.commit("main", { ...world.files, [STAGING_ENV]: "A: first\n" });
    const second = world.commit("main", { ...world.files, [STAGING_ENV]: "A: second\n" });
    world.github.updates = [moved(world.root, first, { at: 1 }), moved(first, second, { at: 2 })];
    const { mergedPullRequest } = world.ports.github;
    const github = {
      ...world.ports.github,
      mergedPullRequest: (after: CommitSha) =>
        after === second ? Promise.reject(new Error("away")) : mergedPullRequest(after),
    };
    await expect(verifyUpdates({ ...world.ports, github })).rejects.toThrow("away");
    expect(verdicts()).toEqual([[first, "ok"]]);
    expect(world.jobs).toEqual([{ kind: "reconcile-rack", rack: "staging" }]);
  });

  it.each([
    ["nobody who contributed to it", "paul", false, "held"],
    ["nobody who contributed to it under another login", "ana", true, "held"],
    ["anybody who did not contribute to it", "ana", false, "ok"],
  ])(
    "counts on top of what is held the approval of %s: by %s, renamed: %s, is %s",
    async (_who, author, isRenamed, result) => {
      const { root, files, github } = world;
      const evil = world.commit("paul-1", { ...files, [PRODUCTION_ENV]: "A: planted\n" });
      world.origin.git(["update-ref", "refs/heads/paul-1", evil]);
      const tree = world.origin.git(["rev-parse", `${evil}^{tree}`]);
      const merge = (before: string, head: string, of: string): CommitSha => {
        const sha = world.origin.git(["commit-tree", of, "-p", before, "-p", head], "merge") as CommitSha;
        world.origin.git(["update-ref", "refs/heads/main", sha]);
        return sha;
      };
      const held = merge(root, evil, tree);
      const byAuthor = { head: evil, author, headBranch: "paul-1", open: false };
      github.authors.set(evil, author);
      github.pulls = [pullRequest({ number: 1, ...byAuthor, merged: { at: 10, by: "olga", commit: held } })];
      github.updates = [moved(root, held, { at: 10 })];
      await verifyUpdates(world.ports);
      expect(verdicts()).toEqual([[held, "held"]]);
      if (isRenamed) {
        github.ids.set("user:paul", github.ids.get("user:ana") ?? 0);
        github.ids.delete("user:ana");
      }

      world.origin.git(["update-ref", "refs/heads/pia-2", held]);
      const tweak = world.commit("pia-2", { ...files, [PRODUCTION_ENV]: "A: planted\nB: harmless\n" });
      const merged = merge(held, tweak, world.origin.git(["rev-parse", `${tweak}^{tree}`]));
      github.authors.set(tweak, "pia");
      const byPia = { head: tweak, author: "pia", headBranch: "pia-2", open: false };
      github.pulls = [
        ...github.pulls,
        pullRequest({ number: 2, ...byPia, merged: { at: 20, by: "olga", commit: merged } }),
      ];
      github.reviews = [
        { id: 1, login: "paul", state: "approved", commit: tweak, at: 15, dismissal: null, retargetedAt: null },
      ];
      github.updates = [...github.updates, moved(held, merged, { at: 20 })];
      await verifyUpdates(world.ports);
      expect(verdicts()).toEqual([
        [held, "held"],
        [merged, result],
      ]);
    },
  );

  it("waits for GitHub to name the pull request of a merge, but not for ever", async () => {
    const merged = world.commit("main", { ...world.files, [STAGING_ENV]: "A: merged\n" });
    world.github.updates = [moved(world.root, merged, { at: 1_000, kind: "merge" })];
    world.github.now = 2_000;
    await expect(verifyUpdates(world.ports)).rejects.toMatchObject({ name: "WaitError" });
    expect(verdicts()).toEqual([]);
    world.github.now = 1_000 + 10 * 60_000;
    await verifyUpdates(world.ports);
    expect(verdicts()).toEqual([[merged, "ok"]]);
  });

  it.each([
    ["before the merge counts for nothing", 20, "held"],
    ["after the merge still counts", 25, "ok"],
  ] as const)("an approval of a pull request that was retargeted %s", async (_rule, retargetedAt, result) => {
    const { root, files, github } = world;
    world.origin.git(["update-ref", "refs/heads/pia-3", root]);
    const head = world.commit("pia-3", { ...files, [PRODUCTION_ENV]: "A: changed\n" });
    const merged = world.commit("main", { ...files, [PRODUCTION_ENV]: "A: changed\n" });
    github.authors.set(head, "pia");
    const byPia = { head, author: "pia", headBranch: "pia-3", open: false };
    github.pulls = [pullRequest({ number: 1, ...byPia, merged: { at: 20, by: "olga", commit: merged } })];
    const approval = { id: 1, login: "paul", state: "approved", commit: head, at: 5, dismissal: null } as const;
    github.reviews = [{ ...approval, retargetedAt }];
    github.updates = [moved(root, merged, { at: 20 })];
    await verifyUpdates(world.ports);
    expect(verdicts()).toEqual([[merged, result]]);
  });

  it.each([
    ["a veto that is dismissed after the merge still stands", "changes-requested", 25, "held"],
    ["a veto that was dismissed before the merge does not", "changes-requested", 15, "ok"],
    ["an approval that is dismissed after the merge still counts", "approved", 25, "ok"],
  ] as const)("takes the reviews as they stood at the merge: %s", async (_rule, was, dismissedAt, result) => {
    const { root, files, github } = world;
    world.origin.git(["update-ref", "refs/heads/olga-1", root]);
    const head = world.commit("olga-1", { ...files, [PRODUCTION_ENV]: "A: changed\n" });
    const merged = world.commit("main", { ...files, [PRODUCTION_ENV]: "A: changed\n" });
    const byOlga = { head, author: "olga", headBranch: "olga-1", open: false };
    github.pulls = [pullRequest({ number: 1, ...byOlga, merged: { at: 20, by: "olga", commit: merged } })];
    const given = { login: "paul", commit: head, at: 5, retargetedAt: null };
    github.reviews = [
      { ...given, id: 1, state: "dismissed", dismissal: { by: "ana", was }, dismissedAt },
      ...(was === "approved" ? [] : [{ ...given, id: 2, login: "pia", state: "approved", dismissal: null } as const]),
    ];
    github.updates = [moved(root, merged, { at: 20 })];
    await verifyUpdates(world.ports);
    expect(verdicts()).toEqual([[merged, result]]);
  });
});
