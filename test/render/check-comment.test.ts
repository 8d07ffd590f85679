// What the comment of a check keeps to whatever there is to say.
import { describe, expect, it } from "@jest/globals";
import type { AppName, CommitSha, RackName } from "../../src/manifest/types.ts";
import type { ChangePlan } from "../../src/reconcile/plan-change.ts";
import type { ApprovalState, Verdict } from "../../src/rbac/verdict.ts";
import { renderCheckComment } from "../../src/render/check-comment.ts";
import { renderCheckRun } from "../../src/render/check-run.ts";

const BASE = "7".repeat(40) as CommitSha;
const PULL = { head: "1".repeat(40) as CommitSha, mergeableState: "clean" };
const many = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const PEOPLE = many(2_000, (index) => `someone-with-a-long-login-${String(index)}`);

const RULE: ApprovalState = {
  rule: "production",
  satisfied: false,
  missing: 1,
  needed: 1,
  approvedBy: [],
  eligible: PEOPLE,
  gaps: [{ count: 1, eligible: PEOPLE }],
  from: "those who may write it",
  reason: "needs 1 more",
  vetoedBy: [],
  counted: [],
  ignored: many(300, (index) => ({
    login: PEOPLE[index] ?? null,
    commit: BASE,
    reason: "`|`<@acme/all> #1".repeat(20),
  })),
};

const HUGE: Verdict = {
  outcome: "blocked",
  findings: many(3_000, (index) => ({
    file: `racks/r/apps/a-${String(index)}/env.yml`,
    line: index,
    column: 1,
    rule: "unknown-key",
    level: "error",
    message: "found `</details>` @acme/all https://evil.example ".repeat(20),
  })),
  changes: [],
  violations: many(3_000, (index) => ({
    subject: "user:ana",
    resource: "environment",
    name: `a-${String(index)}`,
    rack: "r" as RackName,
    needs: "write",
    reason: "user:ana holds nothing ".repeat(10),
    paths: [`racks/r/apps/a-${String(index)}/env.yml`],
    allowed: PEOPLE.map((login) => `user:${login}` as const),
    missing: null,
  })),
  approvals: many(20, () => RULE),
  access: many(2_000, (index) => ({
    subject: `user:p${String(index)}`,
    gains: ["write everything ".repeat(9)],
    loses: [],
  })),
  judgedBy: "base",
  contributors: [],
  weakerGuardrails: [],
  weakerRules: [],
  switchedOff: [],
};

const PLAN: ChangePlan = {
  racks: many(100, (rack) => ({
    rack: `rack-${String(rack)}` as RackName,
    steps: many(100, (app) => ({
      kind: "promote" as const,
      app: `app-${String(app)}` as AppName,
      summary: "promote the release",
      destructive: false,
      details: ["restarts web"],
      release: null,
    })),
  })),
};

const VERDICTS: readonly (readonly [string, Verdict])[] = [
  ["blocked", HUGE],
  ["waiting", { ...HUGE, outcome: "waiting", findings: [], violations: [] }],
  ["ready", { ...HUGE, outcome: "ready", findings: [], violations: [], approvals: [] }],
];

describe.each(VERDICTS)("what is said of a pull request that is huge and %s", (_, verdict) => {
  const comment = renderCheckComment({ verdict, plan: PLAN, pull: PULL, base: BASE, held: [] });
  const run = renderCheckRun({ verdict, plan: PLAN });

  it("stays below 58,000 bytes in each of its bodies", () => {
    const sizes = [comment, run.summary, run.text].map((text) => Buffer.byteLength(text));
    expect(sizes.filter((size) => size > 58_000)).toEqual([]);
  });
  it("is whole: every fold that opens is closed", () => {
    const opened = comment.match(/<details>/g)?.length ?? 0;
    expect(comment.match(/<\/details>/g)?.length ?? 0).toBe(opened);
  });
  it("says what it left out", () => {
    expect(comment).toContain("_Left out, since it would not fit: ");
  });
  it("is the same each time", () => {
    expect(renderCheckComment({ verdict, plan: PLAN, pull: PULL, base: BASE, held: [] })).toBe(comment);
  });
  it("keeps who must do what next, first", () => {
    expect(comment.split("\n\n")[1]).toMatch(/^\*\*Next:\*\*/);
  });
});

describe("the title", () => {
  const title = (written: Partial<Verdict>): string =>
    renderCheckRun({
      verdict: { ...HUGE, findings: [], violations: [], approvals: [], ...written },
      plan: { racks: [] },
    }).title;
  const [finding] = HUGE.findings;
  const [violation] = HUGE.violations;
  const findings = finding === undefined ? [] : [finding];
  const violations = violation === undefined ? [] : [violation];

  it.each<[string, Partial<Verdict>, string]>([
    ["a right that lacks", { violations }, "Blocked: 1 thing to fix: ana may not write environment a-0 on r"],
    ["a finding", { findings }, "Blocked: 1 thing to fix: unknown-key in racks/r/apps/a-0/env.yml:0"],
    [
      "two things, and how many more",
      { violations, findings: [...findings, ...findings] },
      "Blocked: 3 things to fix: ana may not write environment a-0 on r, unknown-key in racks/r/apps/a-0/env.yml:0 and 1 more",
    ],
    ["what is missing", { outcome: "waiting", approvals: [RULE] }, "Waiting: 0 of 1 approval (those who may write it)"],
    [
      "who asks for changes",
      { outcome: "waiting", approvals: [{ ...RULE, vetoedBy: ["kim"] }] },
      "Waiting: changes requested by kim",
    ],
  ])("names %s", (_, verdict, says) => {
    expect(title(verdict)).toBe(says);
  });
});
