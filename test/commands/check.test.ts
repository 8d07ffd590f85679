import { afterAll, describe, expect, it } from "@jest/globals";
import { ACME, cloneOf, commit, git, removeFolders, run, type Files, type Ran } from "./run-command.ts";

afterAll(removeFolders);

const TEAMS = ["--team", "web=ana,bo", "--team", "platform=pia,paul"];
const STAGING: Files = { "racks/staging/apps/web/app.yml": "build: { images: true }\nlock: true\n" };
const PRODUCTION: Files = { "racks/production/apps/web/app.yml": "build: { images: true }\nlock: true\n" };

/** A clone on a branch with one change on top of main. */
function branchWith(files: Files): string {
  const folder = cloneOf(ACME);
  git(folder, "checkout", "-q", "-b", "change");
  commit(folder, files);
  return folder;
}

function check(folder: string, ...more: readonly string[]): Promise<Ran> {
  return run(["check", "--base", "main", "--head", "change", ...TEAMS, ...more], { folder });
}

function json(ran: Ran): unknown {
  return JSON.parse(ran.out);
}

describe("signalbox check", () => {
  it("is ready where the author may, and says what changes", async () => {
    const ran = await check(branchWith(STAGING), "--author", "ana", "--format", "json");
    expect(ran).toMatchObject({ status: 0, err: "" });
    expect(json(ran)).toEqual({
      outcome: "ready",
      findings: [],
      changes: [
        {
          kind: "app",
          path: "racks/staging/apps/web/app.yml",
          resource: "applications",
          name: "web",
          rack: "staging",
          action: "changed",
          detail: "lock added",
        },
      ],
      violations: [],
      approvals: [],
      access: [],
      weakerRules: [],
      weakerGuardrails: [],
    });
  });

  it("is blocked where the author may not, with the reason and who may", async () => {
    const folder = branchWith(PRODUCTION);
    const text = await check(folder, "--author", "Ana");
    expect(text.status).toBe(1);
    expect(text.out).toMatch(/^Blocked: 1 thing to fix: ana may not write applications web on production\n/);
    expect(text.out).toContain("user:ana needs write on applications web on production");
    expect(text.out).toContain("who may: team:platform");
    const { violations } = json(await check(folder, "--author", "ana", "--format", "json")) as { violations: unknown };
    expect(violations).toEqual([
      {
        subject: "user:ana",
        resource: "applications",
        name: "web",
        rack: "production",
        needs: "write",
        reason: expect.stringContaining("team:web"),
        paths: ["racks/production/apps/web/app.yml"],
      },
    ]);
  });

  it("waits for an approval, and an approval of somebody else who may ends the wait", async () => {
    const folder = branchWith(PRODUCTION);
    const waiting = await check(folder, "--author", "pia", "--format", "json");
    expect(waiting.status).toBe(1);
    expect(json(waiting)).toMatchObject({
      outcome: "waiting",
      approvals: [{ rule: "production", satisfied: false, needed: 1, approvedBy: [], eligible: ["olga", "paul"] }],
    });
    expect(json(await check(folder, "--author", "pia", "--approved-by", "ana", "--format", "json"))).toMatchObject({
      outcome: "waiting",
    });
    const ready = await check(folder, "--author", "pia", "--approved-by", "paul", "--format", "json");
    expect(ready.status).toBe(0);
    expect(json(ready)).toMatchObject({
      outcome: "ready",
      approvals: [{ rule: "production", satisfied: true, approvedBy: ["paul"] }],
    });
  });

  it("counts no approval of a contributor, and asks of each contributor what the change needs", async () => {
    const folder = branchWith(PRODUCTION);
    const own = await check(folder, "--author", "pia", "--contributor", "paul", "--approved-by", "paul");
    expect(own.status).toBe(1);
    expect(own.out).toMatch(/^Waiting: /);
    const foreign = await check(folder, "--author", "pia", "--contributor", "bo", "--approved-by", "paul");
    expect(foreign.out).toContain("user:bo needs write on applications web on production");
  });

  it("says which rules and guardrails a change makes weaker", async () => {
    const folder = branchWith({
      "signalbox.yml":
        "version: 1\napprovals:\n  - { name: production, require: none }\nguardrails: { dangerous-parameter: off }\n",
    });
    const text = await check(folder, "--author", "olga");
    expect(text.out).toContain(
      "\nWeaker after this change\n  the rule production is switched off\n  the guardrail dangerous-parameter is switched off\n",
    );
    expect(json(await check(folder, "--author", "olga", "--format", "json"))).toMatchObject({
      weakerRules: [{ rule: "production", ways: ["is switched off"] }],
      weakerGuardrails: [{ name: "dangerous-parameter", custom: false, ways: ["off"] }],
    });
  });

  it("judges by the policy of the base, whatever the head says", async () => {
    const folder = branchWith({ "bindings/mine.yml": '- { role: Administrator, subjects: ["user:eve"] }\n' });
    const ran = await check(folder, "--author", "eve", "--format", "json");
    expect(ran.status).toBe(1);
    expect(json(ran)).toMatchObject({
      outcome: "blocked",
      violations: [{ subject: "user:eve", resource: "users", needs: "write" }],
      access: [{ subject: "user:eve", loses: [] }],
    });
  });

  it("judges what merging would do: what the base has meanwhile is not the branch's change", async () => {
    const folder = branchWith(STAGING);
    git(folder, "checkout", "-q", "main");
    commit(folder, { "racks/production/apps/web/env.yml": "LOG_LEVEL: warn\n" });
    const ran = await check(folder, "--author", "ana", "--format", "json");
    expect(json(ran)).toMatchObject({ outcome: "ready", changes: [{ path: "racks/staging/apps/web/app.yml" }] });
  });

  it("is blocked by a conflict", async () => {
    const folder = branchWith(STAGING);
    git(folder, "checkout", "-q", "main");
    commit(folder, { "racks/staging/apps/web/app.yml": "build: { images: true }\nlock: false\n" });
    const ran = await check(folder, "--author", "ana");
    expect(ran.status).toBe(1);
    expect(ran.out).toMatch(/^Blocked: /);
    expect(ran.out).toContain("racks/staging/apps/web/app.yml");
  });

  it("is untouched where nothing of Signalbox's changes", async () => {
    const ran = await check(branchWith({ "README.md": "hello\n" }), "--author", "nobody");
    expect(ran).toEqual({ status: 0, out: "Untouched: nothing of Signalbox's changes\n", err: "" });
  });

  it("says what it could not do, and calls that no verdict", async () => {
    const folder = branchWith(STAGING);
    expect(await run(["check", "--base", "nope", "--head", "change", "--author", "ana"], { folder })).toEqual({
      status: 2,
      out: "",
      err: 'signalbox: git knows no commit named "nope" here\n',
    });
    expect((await run(["check", "--base", "main", "--head", "change"], { folder })).status).toBe(2);
    expect((await check(folder, "--author", "no/login")).err).toContain("--author: expected a GitHub login");
    expect((await check(folder, "--author", "ana", "--team", "web")).err).toContain("--team: expected <slug>=<login>");
  });
});
