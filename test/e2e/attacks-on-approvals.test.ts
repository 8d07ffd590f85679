// Attacks on who counts as having approved, and what: each with real pushes, against a production rack that wants one approval
// of the team platform.
import { afterAll, describe, expect, it } from "@jest/globals";
import { commitAll, identity, LIMIT_MS, onProduction, openAttackWorld, write, type Edits } from "./attack-world.ts";

const world = await openAttackWorld();

describe("an attack on approvals", () => {
  it(
    "self-approval: who pushed a commit to the branch approves it",
    async () => {
      const pull = await world.propose("pia", "self-approval", onProduction("self"));
      await world.stage.onlooker.check(pull, /^Waiting/);
      const clone = await world.clone("paul", "self-approval");
      await write(clone, onProduction("paul"));
      await commitAll(clone, "Also this");
      await clone.git.push("origin", "self-approval", ["--quiet"]);
      expect(await world.stage.person("paul").review(pull, "APPROVE")).toBe(200);
      await world.stage.onlooker.comment(pull, "check", /`paul`[^\n]*(pushed|wrote|contributor)/);
      await world.fails(pull, /^Waiting: 0 of 1/, /petra/);
    },
    LIMIT_MS,
  );

  it(
    "self-approval: who wrote a commit lets somebody else push it, and approves",
    async () => {
      const branch = await world.branch("pia", "ghost-writer", {});
      await write(branch, onProduction("ghost"));
      await commitAll(branch, "By paul", identity("paul", "paul@users.noreply.github.com"));
      await branch.git.push("origin", branch.name, ["--quiet"]);
      const pull = await world.stage.person("pia").openPullRequest(branch.name, "Debug production");
      await world.stage.onlooker.check(pull, /^Waiting/);
      expect(await world.stage.person("paul").review(pull, "APPROVE")).toBe(200);
      await world.stage.onlooker.comment(pull, "check", /`paul`[^\n]*(wrote|contributor)/);
      await world.fails(pull, /^Waiting: 0 of 1/);
    },
    LIMIT_MS,
  );

  it(
    "push after approval: the approval stays with the change that it saw",
    async () => {
      const pull = await world.propose("pia", "push-after", onProduction("seen"));
      await world.stage.onlooker.check(pull, /^Waiting/);
      expect(await world.stage.person("paul").review(pull, "APPROVE")).toBe(200);
      await world.stage.onlooker.check(pull, /^Ready/);
      await pushMore("pia", "push-after", onProduction("unseen"));
      await world.stage.onlooker.comment(pull, "check", /`paul`[^\n]*saw another change/);
      await world.fails(pull, /^Waiting: 0 of 1/);
    },
    LIMIT_MS,
  );

  it(
    "approval on an old head: given after the push, for the commit before it",
    async () => {
      const pull = await world.propose("pia", "old-head", onProduction("old"));
      await world.stage.onlooker.check(pull, /^Waiting/);
      const old = await world.head(pull);
      await pushMore("pia", "old-head", onProduction("new"));
      await approve("paul", pull, old);
      await world.stage.onlooker.comment(pull, "check", /`paul`[^\n]*saw another change/);
      await world.fails(pull, /^Waiting: 0 of 1/);
    },
    LIMIT_MS,
  );

  it(
    "retarget: an approval of what looks harmless against a branch of the author's own is none of it against main",
    async () => {
      const decoy = await world.branch("pia", "decoy", onProduction("smuggled"));
      await decoy.git.raw(["switch", "--quiet", "--create", "retargeted"]);
      await write(decoy, { "README.md": (text) => `${text}\nHarmless.\n` });
      await commitAll(decoy, "A harmless line");
      await decoy.git.push("origin", "retargeted", ["--quiet"]);
      const { owner, repo } = world;
      const harmless = { owner, repo, head: "retargeted", base: "decoy", title: "A harmless line" };
      const pull = (await world.as("pia").pulls.create(harmless)).data.number;
      expect(await world.stage.person("paul").review(pull, "APPROVE")).toBe(200);
      await world.as("pia").pulls.update({ owner, repo, pull_number: pull, base: "main" });
      await world.fails(pull, /^Waiting: 0 of 1/, /`paul`[^\n]*was given before the base was changed/);
      // Times are whole seconds.
      await world.control("/clock", { advance: "2s" });
      expect(await world.stage.person("paul").review(pull, "APPROVE")).toBe(200);
      await world.stage.onlooker.check(pull, /^Ready/);
    },
    LIMIT_MS,
  );

  it(
    "approval of a commit that a force-push took away: it counts for nothing but the same change",
    async () => {
      const branch = await world.branch("pia", "forced", onProduction("harmless"));
      const pull = await world.stage.person("pia").openPullRequest("forced", "Debug production");
      await world.stage.onlooker.check(pull, /^Waiting/);
      expect(await world.stage.person("paul").review(pull, "APPROVE")).toBe(200);
      await world.stage.onlooker.check(pull, /^Ready/);
      await branch.git.reset(["--hard", "origin/main"]);
      await write(branch, onProduction("harmful"));
      await commitAll(branch, "Something else");
      await branch.git.push("origin", "forced", ["--quiet", "--force"]);
      await world.stage.onlooker.check(pull, /^Waiting/);
      await world.fails(pull, /^Waiting: 0 of 1/);
    },
    LIMIT_MS,
  );

  it(
    "a co-author trick to dodge: the approver's commit carries another's name, and a co-author line",
    async () => {
      const pull = await world.propose("pia", "co-author-dodge", onProduction("first"));
      const clone = await world.clone("paul", "co-author-dodge");
      await write(clone, onProduction("second"));
      const byPia = identity("pia", "pia@users.noreply.github.com");
      await commitAll(clone, "Mend\n\nCo-authored-by: petra <petra@users.noreply.github.com>", byPia);
      await clone.git.push("origin", "co-author-dodge", ["--quiet"]);
      expect(await world.stage.person("paul").review(pull, "APPROVE")).toBe(200);
      await world.stage.onlooker.comment(pull, "check", /`paul`[^\n]*pushed/);
      await world.fails(pull, /^Waiting: 0 of 1/);
    },
    LIMIT_MS,
  );

  it(
    "a co-author trick to block: naming everybody who could approve needs nothing of them, and the way out is said",
    async () => {
      const branch = await world.branch("pia", "co-author-block", {});
      await write(branch, onProduction("blocked"));
      const everybody = ["paul", "petra"].map(
        (login) => `Co-authored-by: ${login} <${login}@users.noreply.github.com>`,
      );
      await commitAll(branch, `Debug\n\n${everybody.join("\n")}`);
      await branch.git.push("origin", branch.name, ["--quiet"]);
      const pull = await world.stage.person("pia").openPullRequest(branch.name, "Debug production");
      await world.fails(pull, /^Waiting: 0 of 1/, /nobody left/i, /way out/i);
    },
    LIMIT_MS,
  );

  it(
    "an update merge that carries content: its maker contributes, and the approval saw something else",
    async () => {
      const branch = await world.branch("pia", "evil-merge", onProduction("small"));
      const pull = await world.stage.person("pia").openPullRequest("evil-merge", "Debug production");
      await world.stage.onlooker.check(pull, /^Waiting/);
      expect(await world.stage.person("paul").review(pull, "APPROVE")).toBe(200);
      await world.stage.onlooker.check(pull, /^Ready/);
      await moveMain("evil-merge");
      await branch.git.fetch("origin");
      await branch.git.raw(["merge", "--no-commit", "--no-ff", "origin/main"]);
      await write(branch, onProduction("smuggled"));
      await commitAll(branch, "Merge branch 'main' into evil-merge");
      await branch.git.push("origin", "evil-merge", ["--quiet"]);
      await world.stage.onlooker.comment(pull, "check", /`paul`[^\n]*saw another change/);
      await world.fails(pull, /^Waiting: 0 of 1/);
    },
    LIMIT_MS,
  );

  it(
    "a local merge's second parent: what came by it is its author's all the same",
    async () => {
      const side = await world.branch("paul", "side", onProduction("by-paul"));
      const branch = await world.branch("pia", "by-second-parent", {});
      await branch.git.fetch("origin");
      await branch.git.raw(["merge", "--no-ff", "-m", "Bring it in", "origin/side"]);
      await branch.git.push("origin", branch.name, ["--quiet"]);
      expect(side.name).toBe("side");
      const pull = await world.stage.person("pia").openPullRequest(branch.name, "Debug production");
      await world.stage.onlooker.check(pull, /^Waiting/);
      expect(await world.stage.person("paul").review(pull, "APPROVE")).toBe(200);
      await world.stage.onlooker.comment(pull, "check", /`paul`[^\n]*(wrote|contributor)/);
      await world.fails(pull, /^Waiting: 0 of 1/);
    },
    LIMIT_MS,
  );

  it(
    "a veto dismissed by its target: it stands",
    async () => {
      const pull = await world.propose("pia", "veto", onProduction("vetoed"));
      await world.stage.onlooker.check(pull, /^Waiting/);
      const { owner, repo } = world;
      const review = await world.as("petra").pulls.createReview({
        owner,
        repo,
        pull_number: pull,
        event: "REQUEST_CHANGES",
        body: "Not like this.",
      });
      expect(await world.stage.person("paul").review(pull, "APPROVE")).toBe(200);
      await world.as("pia").pulls.dismissReview({
        owner,
        repo,
        pull_number: pull,
        review_id: review.data.id,
        message: "Done, I think",
      });
      await world.stage.onlooker.comment(pull, "check", /`?petra`? asked for changes/);
      await world.fails(pull, /^Waiting/);
    },
    LIMIT_MS,
  );

  it(
    "approve, then ask for changes: the approval is gone",
    async () => {
      const pull = await world.propose("pia", "regret", onProduction("regretted"));
      await world.stage.onlooker.check(pull, /^Waiting/);
      expect(await world.stage.person("paul").review(pull, "APPROVE")).toBe(200);
      await world.stage.onlooker.check(pull, /^Ready/);
      expect(await world.stage.person("paul").review(pull, "REQUEST_CHANGES")).toBe(200);
      const check = await world.stage.onlooker.check(pull, /^Waiting/);
      expect(check.conclusion).toBeNull();
      expect(await world.stage.person("pia").merge(pull)).toBe(405);
    },
    LIMIT_MS,
  );

  it("none of them made a rack do anything", async () => {
    expect(await world.rackWrites()).toEqual([]);
  });

  async function approve(login: string, pull: number, commit: string): Promise<void> {
    const { owner, repo } = world;
    const review = { owner, repo, pull_number: pull, commit_id: commit, event: "APPROVE" as const };
    await world.as(login).pulls.createReview(review);
  }

  async function pushMore(login: string, name: string, edits: Edits): Promise<void> {
    const clone = await world.clone(login, name);
    await write(clone, edits);
    await commitAll(clone, "More");
    await clone.git.push("origin", name, ["--quiet"]);
  }

  async function moveMain(name: string): Promise<void> {
    const pull = await world.propose("bo", `readme-${name}`, { "README.md": (text) => `${text}\n${name}\n` });
    await world.stage.onlooker.check(pull, /^Untouched/);
    expect(await world.stage.person("bo").merge(pull)).toBe(200);
  }
});
afterAll(() => world.close());
