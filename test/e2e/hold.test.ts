// What was merged past the check is held, and how a hold ends: by a revert, which needs nothing, or by the change approved whole.
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Octokit } from "@octokit/rest";
import { until } from "../../src/demo/until.ts";
import { openTestWorld, type TestWorld } from "./open-world.ts";

const LIMIT_MS = 60_000;
const ENV = "racks/production/apps/web/env.yml";

describe("a hold", () => {
  let opened: TestWorld;
  beforeAll(async () => {
    opened = await openTestWorld({
      // Events alone must do: the sweep comes too late to help.
      edit: (files) =>
        files.set("signalbox.yml", (files.get("signalbox.yml") ?? "").replace("interval: 1m", "interval: 1h")),
    });
  }, LIMIT_MS);
  afterAll(() => opened.close());

  it(
    "ends when a revert is merged, which nobody has to approve, and its issue is closed",
    async () => {
      const { stage } = opened;
      await mergePast("first", /LOG_LEVEL: \w+/, "LOG_LEVEL: debug");
      await stage.onlooker.issue(/^Held/);
      const pull = await propose("ana", "revert-first", /LOG_LEVEL: \w+/, "LOG_LEVEL: info");
      await stage.onlooker.check(pull, /^Untouched/);
      expect(await stage.person("ana").merge(pull)).toBe(200);
      await issuesAreClosed();
      expect((await stage.onlooker.serving("production", "web"))?.env).toEqual({ LOG_LEVEL: "info" });
    },
    LIMIT_MS,
  );

  it(
    "keeps what is merged on top waiting until all of it is approved, and then applies all of it",
    async () => {
      const { stage } = opened;
      await mergePast("second", /LOG_LEVEL: \w+/, "LOG_LEVEL: debug");
      const pull = await propose("pia", "on-top", /$/, 'EXTRA: "1"\n');
      await stage.onlooker.check(pull, /^Waiting/);
      const plan = await stage.onlooker.comment(pull, "check", /EXTRA/);
      expect(plan).toContain("LOG");
      expect(await stage.person("paul").review(pull, "APPROVE")).toBe(200);
      await stage.onlooker.check(pull, /^Ready/);
      expect(await stage.person("pia").merge(pull)).toBe(200);
      await stage.onlooker.comment(pull, "result", /### Applied/);
      expect((await stage.onlooker.serving("production", "web"))?.env).toEqual({ EXTRA: "1", LOG_LEVEL: "debug" });
      await issuesAreClosed();
    },
    LIMIT_MS,
  );

  async function mergePast(branch: string, what: RegExp, by: string): Promise<void> {
    const { stage } = opened;
    const pull = await propose("pia", branch, what, by);
    await stage.onlooker.check(pull, /^Waiting/);
    expect(await stage.person("olga").merge(pull)).toBe(200);
    await stage.onlooker.comment(pull, "result", /### Held/);
  }

  async function propose(login: string, branch: string, ...[what, by]: readonly [RegExp, string]): Promise<number> {
    const person = opened.stage.person(login);
    const clone = await person.branch(branch);
    await clone.write(ENV, (text) => text.replace(what, by));
    await clone.push(`Change ${branch}`);
    return person.openPullRequest(branch, `Change ${branch}`);
  }

  async function issuesAreClosed(): Promise<void> {
    const { github, people } = opened.world.info();
    const octokit = new Octokit({ auth: people["ana"]?.token, baseUrl: github.api });
    await until("the issue of the hold to be closed", async () => {
      const { data } = await octokit.issues.listForRepo({ owner: "acme", repo: "config", state: "open" });
      const issues = data.filter((issue) => issue.pull_request === undefined).map((issue) => issue.title);
      return issues.length === 0 ? { found: true, seen: "" } : { seen: issues.join("; ") };
    });
  }
});
