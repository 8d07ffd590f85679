import { describe, expect, it } from "@jest/globals";
import { reviewersToAsk, type Told } from "../../src/rbac/reviewers.ts";
import type { ApprovalState } from "../../src/rbac/verdict.ts";

function state(rule: string, count: number, eligible: readonly string[], over: Partial<ApprovalState> = {}) {
  const open = { rule, satisfied: false, missing: count, needed: count, gaps: [{ count, eligible }], eligible };
  return { ...open, approvedBy: [], from: "", reason: "", vetoedBy: [], counted: [], ignored: [], ...over };
}

const told = (now: readonly string[], before: readonly string[] = []): Told => ({
  now: new Set(now),
  before: new Set(before),
});

describe("reviewers are asked", () => {
  const platform = state("production", 1, ["lee", "pia"]);
  const cases: readonly [rule: string, approvals: readonly ApprovalState[], told: Told, asked: readonly string[]][] = [
    ["as few as the rule needs", [platform], told([]), ["lee"]],
    ["as many as the rule needs", [state("production", 2, ["kim", "lee", "pia"])], told([]), ["kim", "lee"]],
    ["one for several rules, where one serves them", [platform, state("access", 1, ["ana", "pia"])], told([]), ["pia"]],
    ["one for each, where nobody serves both", [platform, state("access", 1, ["ana"])], told([]), ["ana", "lee"]],
    ["not where the rule is satisfied", [{ ...platform, satisfied: true }], told([]), []],
    ["not where somebody asks for changes", [{ ...platform, vetoedBy: ["kim"] }], told([]), []],
    ["not where somebody who could is asked or has reviewed", [platform], told(["pia"]), []],
    ["although somebody who could not is asked", [platform], told(["bo"]), ["lee"]],
    ["not once more where the request was taken back", [platform], told([], ["pia"]), []],
    [
      "not once more where one who was asked has approved and more are missing",
      [{ ...platform, approvedBy: ["kim"] }],
      told([], ["kim"]),
      [],
    ],
    [
      "not once more where the approval of one who was asked counts no longer",
      [{ ...platform, eligible: ["lee"], ignored: [{ login: "pia", commit: null, reason: "is a contributor" }] }],
      told([], ["pia"]),
      [],
    ],
    ["for the other rules still", [platform, state("access", 1, ["ana"])], told(["lee"]), ["ana"]],
    ["never bots", [state("bots", 1, ["renovate[bot]"])], told([]), []],
    ["nobody where nobody could", [state("nobody", 1, [])], told([]), []],
  ];
  it.each(cases)("%s", (_, approvals, who, asked) => {
    expect(reviewersToAsk(approvals, who, 0)).toEqual(asked);
  });

  it("in turn, by the pull request", () => {
    expect([1, 2, 3].map((turn) => reviewersToAsk([platform], told([]), turn))).toEqual([["pia"], ["lee"], ["pia"]]);
  });
});
