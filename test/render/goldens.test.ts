// What people read, whole. `UPDATE_GOLDENS=1 npm test -- test/render` writes the files anew; their diff is then read as text.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { AppName, CommitSha, RackName } from "../../src/manifest/types.ts";
import type { ApplyRecord, VerifyRecord } from "../../src/ledger/record.ts";
import type { ChangePlan } from "../../src/reconcile/plan-change.ts";
import type { ApprovalState, Verdict } from "../../src/rbac/verdict.ts";
import { renderCheckComment } from "../../src/render/check-comment.ts";
import { renderCheckRun, renderSharedHead, renderSuspended } from "../../src/render/check-run.ts";
import { renderExplanation, renderHelp, renderPlan, renderRetried } from "../../src/render/command-answer.ts";
import { renderHoldIssue } from "../../src/render/hold-issue.ts";
import { renderMergeGroup } from "../../src/render/merge-group-run.ts";
import { renderResultComment } from "../../src/render/result-comment.ts";

const HEAD = "1f3c9ae000000000000000000000000000000000" as CommitSha;
const BASE = "77b02d1000000000000000000000000000000000" as CommitSha;
const PRODUCTION = "production" as RackName;
const STAGING = "staging" as RackName;
const WEB = "web" as AppName;
const JOBS = "jobs" as AppName;

const READY: Verdict = {
  outcome: "ready",
  findings: [],
  changes: [],
  violations: [],
  approvals: [],
  access: [],
  judgedBy: "base",
  contributors: [],
  weakerGuardrails: [],
  weakerRules: [],
  switchedOff: [],
};

const WAITING_RULE: ApprovalState = {
  rule: "production",
  satisfied: false,
  needed: 2,
  missing: 1,
  approvedBy: ["paul"],
  eligible: ["petra"],
  gaps: [{ count: 1, eligible: ["petra"] }],
  from: "platform",
  reason: "1 of 2 approvals from platform, who may write what changes",
  vetoedBy: [],
  counted: [{ login: "paul", commit: HEAD, reason: "is among platform, and saw what merging does now" }],
  ignored: [
    { login: "ana", commit: HEAD, reason: "is not among those whom the rule asks (platform)" },
    { login: "pia", commit: BASE, reason: "is a contributor: pushed 1f3c9ae" },
  ],
};

const CONTRIBUTORS: Verdict["contributors"] = [
  { login: "pia", how: "opened it, wrote and pushed 77b02d1, 1f3c9ae", suggested: [] },
  { login: "kim", how: "suggested 1f3c9ae (a suggestion that was applied)", suggested: [HEAD] },
  {
    login: "lee",
    how: "wrote and suggested 77b02d1, 1f3c9ae (a suggestion that was applied)",
    suggested: [BASE, HEAD],
  },
];

const PLAN: ChangePlan = {
  racks: [
    {
      rack: PRODUCTION,
      note: "As seen at 2026-11-24T01:00:00.000Z.",
      steps: [
        {
          kind: "release",
          app: WEB,
          summary: "make a release with LOG_LEVEL changed, SESSION_KEY added",
          destructive: false,
          details: [],
          build: null,
        },
        {
          kind: "promote",
          app: WEB,
          summary: "promote it",
          destructive: false,
          details: ["web restarts"],
          release: null,
        },
      ],
    },
  ],
};

const BLOCKED: Verdict = {
  ...READY,
  outcome: "blocked",
  findings: [
    {
      file: "racks/staging/apps/web/convox.yml",
      line: 10,
      column: 14,
      rule: "convox-scale",
      level: "error",
      message: "expected a maximum of at least 3, found 1",
      hint: "Write 1-3.",
    },
    {
      file: "bindings/old.yml",
      line: 1,
      column: 1,
      rule: "unknown-role",
      level: "error",
      message: "expected a role that is there, found `gone`",
      already: true,
    },
  ],
  violations: [
    {
      subject: "user:ana",
      resource: "users",
      needs: "write",
      reason: "user:ana holds nothing on users by role web-developer (bindings/web.yml#0)",
      paths: ["bindings/web.yml"],
      allowed: ["user:olga"],
      missing: { kind: "binding", role: "Administrator", subject: "user:ana", racks: null },
    },
  ],
  access: [{ subject: "user:ana", gains: ["write applications on every rack (role OperatorV2)"], loses: [] }],
};

const WEAKER: Verdict = {
  ...READY,
  access: [{ subject: "team:web", gains: ["write environment on every rack (role web-developer)"], loses: [] }],
  weakerRules: [
    { rule: "production", ways: ["needs 1 instead of 2", "turns keepOnPush on"] },
    { rule: "payments", ways: ["is removed"] },
  ],
  weakerGuardrails: [
    { name: "image-pinned", isCustom: false, ways: ["warns-only", "scope"], line: 9 },
    { name: "two-replicas", isCustom: true, ways: ["removed"], line: null },
  ],
};

const CHANGES: Verdict["changes"] = [
  {
    kind: "bindings",
    path: "bindings/web.yml",
    resource: "users",
    name: "bindings/web.yml",
    action: "changed",
    detail: "[1].role changed",
    fields: ["[1].role"],
  },
  {
    kind: "environment",
    path: "racks/staging/apps/web/env.yml",
    resource: "environment",
    name: "web",
    rack: STAGING,
    action: "changed",
    detail: "LOG_LEVEL changed",
    fields: ["LOG_LEVEL"],
  },
];

const HOSTILE: Verdict = {
  ...BLOCKED,
  findings: [
    {
      file: "racks/staging/apps/web/`</td>|@acme/all.yml",
      line: 1,
      column: 1,
      rule: "bad-path",
      level: "error",
      message: "found `[x](javascript:alert(1))` </details> @acme/platform https://evil.example",
    },
  ],
};

const UPDATE: VerifyRecord = {
  id: "verify:x",
  at: "2026-11-24T01:00:00.000Z",
  actor: "user:olga",
  via: "pull-request",
  action: "verify",
  result: "ok",
  pull: 7,
  commit: HEAD,
  before: BASE,
  outcome: "ready",
  units: ["racks/production/apps/web", "racks/staging/apps/jobs"],
};

const OK: ApplyRecord = {
  id: "apply:x",
  at: "2026-11-24T01:01:00.000Z",
  actor: "signalbox",
  via: "signalbox",
  action: "apply",
  result: "ok",
  rack: PRODUCTION,
  app: WEB,
  commit: HEAD,
  digest: "0123456789abcdef",
  release: "RABCDEFGHIJK",
  build: "BABCDEFGHIJK",
  durationMs: 112_000,
};

const ROLLED_BACK: ApplyRecord = {
  ...OK,
  rack: STAGING,
  app: JOBS,
  result: "rolled-back",
  release: "RNEWONEABCDE",
  serving: "ROLDONEABCDE",
  durationMs: 42_000,
  detail: "the rack rolled release RNEWONEABCDE back: worker never became healthy",
  next: "Mend the change and merge it again.",
  logTail: ["2026-11-24T01:00:41Z system/k8s/worker Liveness probe failed: ```</details>", "deadline exceeded"],
};

const HELD: VerifyRecord = {
  ...UPDATE,
  result: "held",
  outcome: "waiting",
  units: ["racks/production/apps/web"],
  detail: "production lacks 1 approval (platform)",
};

const WAITS: Verdict = { ...READY, outcome: "waiting", approvals: [WAITING_RULE] };
const PULL = { head: HEAD, mergeableState: "clean" };
const AUTHOR = { author: { login: "pia" }, merged: { by: { login: "olga" } } };

function comment(of: Partial<Parameters<typeof renderCheckComment>[0]>): string {
  return renderCheckComment({ verdict: READY, plan: PLAN, pull: PULL, base: BASE, held: [], ...of });
}

const GOLDENS: readonly (readonly [string, () => string])[] = [
  ["comment-ready", () => comment({})],
  ["comment-ready-github-blocks", () => comment({ plan: { racks: [] }, pull: { ...PULL, mergeableState: "blocked" } })],
  [
    "comment-on-held",
    () => comment({ held: [{ unit: "racks/production/apps/web", update: { commit: BASE, pull: 7 } }] }),
  ],
  ["comment-waiting", () => comment({ verdict: WAITS })],
  ["comment-suggested", () => comment({ verdict: { ...WAITS, contributors: CONTRIBUTORS } })],
  [
    "comment-vetoed",
    () =>
      comment({
        verdict: { ...WAITS, approvals: [{ ...WAITING_RULE, vetoedBy: ["petra"] }], switchedOff: ["access"] },
      }),
  ],
  ["comment-shared-head", () => comment({ shown: { pull: 8, verdict: BLOCKED } })],
  [
    "comment-left-queue",
    () => comment({ verdict: WAITS, leftQueue: { at: Date.parse("2026-11-24T10:00:09Z"), by: "olga" } }),
  ],
  ["comment-blocked", () => comment({ verdict: BLOCKED })],
  ["comment-hostile", () => comment({ verdict: { ...HOSTILE, judgedBy: "last verified" } })],
  ["check-waiting", () => JSON.stringify(renderCheckRun({ verdict: WAITS, plan: PLAN }), null, 2)],
  ["comment-weaker", () => comment({ verdict: WEAKER, plan: { racks: [] } })],
  ["check-weaker", () => JSON.stringify(renderCheckRun({ verdict: WEAKER, plan: { racks: [] } }), null, 2)],
  ["check-blocked", () => JSON.stringify(renderCheckRun({ verdict: BLOCKED, plan: PLAN }), null, 2)],
  ["check-ready", () => JSON.stringify(renderCheckRun({ verdict: READY, plan: PLAN }), null, 2)],
  [
    "check-suspended",
    () =>
      JSON.stringify((["retargeted", "base-moved", "reopened", "head-known"] as const).map(renderSuspended), null, 2),
  ],
  ["check-shared-head", () => JSON.stringify(renderSharedHead({ verdict: BLOCKED, plan: PLAN }, 8), null, 2)],
  [
    "check-queue-waiting",
    () => {
      return JSON.stringify(renderMergeGroup({ pull: 7, judged: { verdict: WAITS, plan: PLAN } }, []), null, 2);
    },
  ],
  [
    "check-queue-behind-blocked",
    () => {
      const before = { pull: 6, judged: { verdict: BLOCKED, plan: PLAN } };
      return JSON.stringify(renderMergeGroup({ pull: 7, judged: { verdict: READY, plan: PLAN } }, [before]), null, 2);
    },
  ],
  ["check-queue-strange", () => JSON.stringify(renderMergeGroup({ pull: 7, judged: null }, []), null, 2)],
  ["answer-help", () => renderHelp("asked").body],
  ["answer-plan", () => renderPlan({ judged: { verdict: READY, plan: PLAN }, head: HEAD, base: BASE }).body],
  [
    "answer-explain",
    () =>
      renderExplanation({
        judged: {
          verdict: { ...BLOCKED, changes: CHANGES, approvals: [WAITING_RULE], contributors: CONTRIBUTORS },
          plan: PLAN,
        },
        head: HEAD,
        base: BASE,
      }).body,
  ],
  [
    "answer-retry",
    () =>
      renderRetried({
        again: [{ rack: "production", app: "web", commit: HEAD }],
        refused: [{ at: { rack: "staging", app: "jobs" }, reason: "user:ana holds read, write is needed" }],
        failed: ["production/web", "staging/jobs"],
        login: "ana",
        target: null,
      }).body,
  ],
  ["result-applying", () => result(UPDATE, [app(OK), { rack: STAGING, app: JOBS, outcome: "pending" }])],
  [
    "result-applied",
    () => result(UPDATE, [app(OK), app({ ...OK, rack: STAGING, app: JOBS, result: "noop", durationMs: 0 })]),
  ],
  ["result-failed", () => result(UPDATE, [app(OK), app(ROLLED_BACK)])],
  ["result-superseded", () => result(UPDATE, [{ rack: STAGING, app: JOBS, outcome: "superseded" }])],
  ["result-nothing", () => result(UPDATE, [])],
  ["result-held", () => result(HELD, [])],
  ["result-hold-ended", () => renderResultComment({ update: HELD, held: [], pull: AUTHOR, results: [] })],
  ["issue-held", () => renderHoldIssue({ update: HELD, held: HELD.units }).body],
];

function app(outcome: ApplyRecord): { rack: RackName; app: AppName; outcome: ApplyRecord } {
  return { rack: outcome.rack, app: outcome.app, outcome };
}

function result(update: VerifyRecord, results: Parameters<typeof renderResultComment>[0]["results"]): string {
  return renderResultComment({ update, held: update.result === "held" ? update.units : [], pull: AUTHOR, results });
}

describe("what is rendered", () => {
  it.each(GOLDENS)("%s is as its golden file says", (name, render) => {
    const file = join(import.meta.dirname, "goldens", `${name}.${name.startsWith("check") ? "json" : "md"}`);
    const text = `${render()}\n`;
    if (process.env["UPDATE_GOLDENS"] === "1") writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, "utf8"));
  });
});
