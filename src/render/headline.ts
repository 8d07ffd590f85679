// One sentence that says where a pull request stands; the check run's title and the comment's heading are this same one.
import type { ApprovalState, JudgedFinding, Verdict } from "../rbac/verdict.ts";
import { listOf, plural } from "./markdown.ts";

export interface Headline {
  readonly word: "Blocked" | "Waiting" | "Ready" | "Untouched";
  readonly says: string;
}

export function headline(verdict: Verdict): Headline {
  switch (verdict.outcome) {
    case "blocked":
      return { word: "Blocked", says: `${plural(thingsToFix(verdict), "thing")} to fix` };
    case "waiting":
      return { word: "Waiting", says: listOf(openRules(verdict).map(waitsFor)) };
    case "ready":
      return { word: "Ready", says: "Signalbox has no objection" };
    case "untouched":
      return { word: "Untouched", says: "nothing of Signalbox's changes" };
  }
}

/** Errors that this change brings; what the base has already does not count. */
export function newErrors(verdict: Verdict): readonly JudgedFinding[] {
  return verdict.findings.filter((finding) => finding.level === "error" && finding.already !== true);
}

export function openRules(verdict: Verdict): readonly ApprovalState[] {
  return verdict.approvals.filter((approval) => !approval.satisfied);
}

function thingsToFix(verdict: Verdict): number {
  return newErrors(verdict).length + verdict.violations.length;
}

function waitsFor(approval: ApprovalState): string {
  if (approval.vetoedBy.length > 0) return `changes requested by ${listOf(approval.vetoedBy)}`;
  const given = approval.needed - approval.missing;
  const of = `${String(given)} of ${plural(approval.needed, "approval")}`;
  return approval.from === "" ? `${of} for ${approval.rule}` : `${of} (${approval.from})`;
}
