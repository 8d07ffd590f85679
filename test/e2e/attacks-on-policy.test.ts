// Attacks on the policy that judges, on whose work something is, and on which verdict stands for what.
import { afterAll, describe, expect, it } from "@jest/globals";
import {
  commitAll,
  identity,
  LIMIT_MS,
  onProduction,
  openAttackWorld,
  PRODUCTION_WEB,
  STAGING_WEB,
  write,
  type Edits,
} from "./attack-world.ts";

const NEW_KEY = "cd".repeat(32);

const world = await openAttackWorld((files) => {
  files.set("signalbox.yml", `${files.get("signalbox.yml") ?? ""}guardrails: { domain-owner: error }\n`);
});
afterAll(() => world.close());
let merged: readonly string[] = [];

describe("an attack on policy", () => {
  it(
    "policy loosened in the same pull request: the base's judges",
    async () => {
      const pull = await world.propose("olga", "loosened", {
        "signalbox.yml": (text) =>
          text.replace("count: 1, from: { teams: [platform], can: write }", "count: 1, from: { users: [ana] }"),
        ...onProduction("loosened"),
      });
      await world.stage.onlooker.check(pull, /^Waiting/);
      expect(await world.stage.person("ana").review(pull, "APPROVE")).toBe(200);
      await world.fails(pull, /^Waiting/, /platform/);
    },
    LIMIT_MS,
  );

  it.each<[string, Edits, readonly RegExp[]]>([
    [
      "by binding",
      { "bindings/stewards.yml": (text) => `${text}- role: OperatorV2\n  subjects: ["user:sten"]\n` },
      [/sten/],
    ],
    [
      "by binding somebody else",
      { "bindings/stewards.yml": (text) => `${text}- role: Administrator\n  subjects: ["user:mallory"]\n` },
      [/mallory/],
    ],
    [
      "by role",
      { "roles/steward.yml": (text) => `${text}  - { resource: applications, action: write }\n` },
      [/steward|applications/],
    ],
    ["by key hash", { "deploy-keys/ci-web.yml": (text) => text.replace("ab".repeat(32), NEW_KEY) }, [/ci-web/]],
    ["by a later end", { "bindings/guests.yml": (text) => text.replace("2027-01-31", "2029-01-31") }, [/mallory/]],
  ])(
    "granting what one has not, %s: blocked, and said",
    async (how, edits, words) => {
      const pull = await world.propose("sten", `grant-${how.replace(/\W+/g, "-")}`, edits);
      await world.fails(pull, /^Blocked/, /sten/, ...words);
    },
    LIMIT_MS,
  );

  it(
    "a rename that hides a change: what leaves production needs production's right",
    async () => {
      const branch = await world.branch("ana", "renamed", {});
      await branch.git.raw(["mv", PRODUCTION_WEB, "racks/staging/apps/moved"]);
      await commitAll(branch, "Tidy up");
      await branch.git.push("origin", branch.name, ["--quiet"]);
      const pull = await world.stage.person("ana").openPullRequest(branch.name, "Tidy up");
      await world.fails(pull, /^Blocked/, /production/, /ana/);
    },
    LIMIT_MS,
  );

  it(
    "a rename out of the folders that Signalbox knows: the old path counts",
    async () => {
      const branch = await world.branch("ana", "moved-out", {});
      await branch.git.raw(["mv", `${PRODUCTION_WEB}/env.yml`, "env.yml"]);
      await commitAll(branch, "Tidy up");
      await branch.git.push("origin", branch.name, ["--quiet"]);
      const pull = await world.stage.person("ana").openPullRequest(branch.name, "Tidy up");
      await world.fails(pull, /^Blocked/, /production/);
    },
    LIMIT_MS,
  );

  it(
    "a forged author: who pushed needs the right, whatever the commit says",
    async () => {
      const branch = await world.branch("ana", "forged", {});
      await write(branch, onProduction("forged"));
      await commitAll(branch, "Not mine", identity("paul", "paul@users.noreply.github.com"));
      await branch.git.push("origin", branch.name, ["--quiet"]);
      const pull = await world.stage.person("ana").openPullRequest(branch.name, "Debug production");
      await world.fails(pull, /^Blocked/, /`ana`|user:ana/);
    },
    LIMIT_MS,
  );

  it(
    "a forged web-flow committer: GitHub's own name excuses nobody whom GitHub did not sign for",
    async () => {
      const branch = await world.branch("pia", "web-flow", {});
      await write(branch, onProduction("web-flow"));
      await commitAll(branch, "By GitHub", {
        ...identity("GitHub", "noreply@github.com"),
        GIT_AUTHOR_NAME: "pia",
        GIT_AUTHOR_EMAIL: "pia@users.noreply.github.com",
      });
      await branch.git.push("origin", branch.name, ["--quiet"]);
      const pull = await world.stage.person("pia").openPullRequest(branch.name, "Debug production");
      await world.fails(pull, /^Blocked/);
    },
    LIMIT_MS,
  );

  it(
    "a commit by nobody: blocked, with the command that mends it",
    async () => {
      const branch = await world.branch("pia", "nobody", {});
      await write(branch, onProduction("nobody"));
      await commitAll(branch, "By nobody", identity("Nobody", "nobody@nowhere.example"));
      await branch.git.push("origin", branch.name, ["--quiet"]);
      const pull = await world.stage.person("pia").openPullRequest(branch.name, "Debug production");
      await world.fails(pull, /^Blocked/, /git rebase/);
    },
    LIMIT_MS,
  );

  it(
    "a verdict borrowed from another branch: a pull request elsewhere makes nothing green, and a retarget is judged anew",
    async () => {
      const lax = await world.branch("ana", "lax", {});
      expect(lax.name).toBe("lax");
      await world.branch("ana", "borrowed", onProduction("borrowed"));
      const { owner, repo } = world;
      const opened = await world.as("ana").pulls.create({ owner, repo, head: "borrowed", base: "lax", title: "Lax" });
      const pull = opened.data.number;
      await world.as("ana").pulls.update({ owner, repo, pull_number: pull, base: "main" });
      await world.fails(pull, /^Blocked/, /ana/);
    },
    LIMIT_MS,
  );

  it(
    "a verdict borrowed from a pull request of the same head: the run shows the worst of them",
    async () => {
      const branch = await world.branch("pia", "one-head", onProduction("one-head"));
      const first = await world.stage.person("pia").openPullRequest("one-head", "Debug production");
      await world.stage.onlooker.check(first, /^Waiting/);
      await branch.git.raw(["push", "--quiet", "origin", "HEAD:refs/heads/same-head"]);
      const second = await world.stage.person("ana").openPullRequest("same-head", "The same");
      await world.fails(second, /^Blocked/);
      expect(await world.stage.person("paul").review(first, "APPROVE")).toBe(200);
      await world.stage.onlooker.comment(first, "check", /By itself this pull request is: Ready/);
      await world.fails(second, /^Blocked/);
      expect(await world.stage.person("ana").merge(second)).toBe(405);
    },
    LIMIT_MS,
  );

  it(
    "a green verdict borrowed by opening on its head: it is taken back at once, and the new one is judged",
    async () => {
      const branch = await world.branch("pia", "green-head", onProduction("green-head"));
      const first = await world.stage.person("pia").openPullRequest("green-head", "Debug production");
      await world.stage.onlooker.check(first, /^Waiting/);
      expect(await world.stage.person("paul").review(first, "APPROVE")).toBe(200);
      await world.stage.onlooker.check(first, /^Ready/);
      await branch.git.raw(["push", "--quiet", "origin", "HEAD:refs/heads/on-green"]);
      const told = world.sent.length;
      const second = await world.stage.person("ana").openPullRequest("on-green", "The same");
      await world.stage.onlooker.check(second, /^Blocked/);
      expect(world.sent.slice(told).find((line) => line.includes("/check-runs"))).toMatch(/"status":"in_progress"/);
      expect(await world.stage.person("ana").merge(second)).toBe(405);
      await world
        .as("ana")
        .pulls.update({ owner: world.owner, repo: world.repo, pull_number: second, state: "closed" });
      await world.stage.onlooker.check(first, /^Ready/);
    },
    LIMIT_MS,
  );

  it(
    "two pull requests that claim one domain: the first to merge has it, and the second is judged anew at once",
    async () => {
      const domain = (app: string): Edits => ({
        [`racks/staging/apps/${app}/convox.yml`]: (text) =>
          `${text.trimEnd()}\n${text.includes("port:") ? "" : "    port: 3000\n"}    domain: shop.acme.example\n`,
      });
      const first = await world.propose("pia", "domain-web", domain("web"));
      const second = await world.propose("paul", "domain-jobs", domain("jobs"));
      for (const pull of [first, second]) await world.stage.onlooker.check(pull, /^Ready/);
      expect(await world.stage.person("pia").merge(first)).toBe(200);
      await world.stage.onlooker.check(second, /^Blocked/);
      await world.stage.onlooker.comment(second, "check", /domain-owner[^]*shop\.acme\.example/);
      expect(await world.stage.person("paul").merge(second)).toBe(405);
      await world.stage.onlooker.comment(first, "result", /### Applied/);
      merged = await world.rackWrites();
    },
    LIMIT_MS,
  );

  it(
    "two pull requests, each valid, together not: the second is judged by what the first made of the base",
    async () => {
      const both = await world.propose(
        "ana",
        "two-apps",
        manifest((text) => text.replace("1.4.2", "1.4.3")),
      );
      await world.stage.onlooker.check(both, /^Ready/);
      const clash = await world.propose(
        "bo",
        "two-apps-clash",
        manifest((text) => text.replace("1.4.2", "1.4.4")),
      );
      await world.stage.onlooker.check(clash, /^Ready/);
      expect(await world.stage.person("ana").merge(both)).toBe(200);
      await world.stage.onlooker.check(clash, /^Blocked/);
      expect(await world.stage.person("bo").merge(clash)).toBe(405);
      await world.stage.onlooker.comment(both, "result", /### Applied/);
      merged = await world.rackWrites();
    },
    LIMIT_MS,
  );

  it(
    "policy merged past the check, and then used: it takes nobody further than the last verified one",
    async () => {
      const grant = await world.propose("olga", "grant", {
        "bindings/web.yml": (text) => `${text}- role: OperatorV2\n  subjects: ["user:ana"]\n`,
        "signalbox.yml": (text) =>
          text.replace("count: 1, from: { teams: [platform], can: write }", "count: 1, from: { users: [bo] }"),
      });
      await world.stage.onlooker.check(grant, /^Waiting/);
      expect(await world.stage.person("olga").merge(grant)).toBe(200);
      await world.stage.onlooker.comment(grant, "result", /### Held/);
      const use = await world.propose("ana", "use", onProduction("used"));
      await world.fails(use, /^Blocked/, /ana/);
      expect(await world.stage.person("bo").review(use, "APPROVE")).toBe(200);
      await world.fails(use, /^Blocked/);
    },
    LIMIT_MS,
  );

  it("none of them made a rack do anything", async () => {
    expect(await world.rackWrites()).toEqual(merged);
  });
});

function manifest(edit: (text: string) => string): Edits {
  return { [`${STAGING_WEB}/convox.yml`]: edit };
}
