// One sentence that says where a pull request stands; the check run's title and the comment's heading are this same one.
import type { ApprovalState, JudgedFinding, Verdict, Violation } from "../rbac/verdict.ts";
import { mayNotWords } from "../rbac/phrases.ts";
import { listOf, listOfSome, plural } from "./markdown.ts";

export interface Headline {
  readonly word: "Blocked" | "Waiting" | "Ready" | "Untouched";
  readonly says: string;
}

export function headline(verdict: Verdict): Headline {
  switch (verdict.outcome) {
    case "blocked":
      return { word: "Blocked", says: whatBlocks(verdict) };
    case "waiting":
      return { word: "Waiting", says: listOf(openRules(verdict).map(waitsFor)) };
    case "ready":
      return { word: "Ready", says: "Signalbox has no objection" };
    case "untouched":
      return { word: "Untouched", says: "nothing of Signalbox's changes" };
  }
}

/** Before what a headline says, where it is on another pull request than the one that it stands on. */
export function ofSharer(pull: number): string {
  return `#${String(pull)}, which has the same commit: `;
}

/** Errors that this change brings; what the base has already does not count. */
export function newErrors(verdict: Verdict): readonly JudgedFinding[] {
  return verdict.findings.filter((finding) => finding.level === "error" && finding.already !== true);
}

export function openRules(verdict: Verdict): readonly ApprovalState[] {
  return verdict.approvals.filter((approval) => !approval.satisfied);
}

const BLOCKERS_NAMED = 2;

/** How much there is to fix, and what: "1 thing to fix: ana may not write roles". */
function whatBlocks(verdict: Verdict): string {
  const blockers = [
    ...verdict.violations.map(mayNot),
    ...newErrors(verdict).map(({ file, line, rule }) => `${rule} in ${file}:${String(line)}`),
  ];
  return `${plural(blockers.length, "thing")} to fix: ${listOfSome(blockers, BLOCKERS_NAMED)}`;
}

/** Of people the login alone. */
function mayNot(violation: Violation): string {
  return mayNotWords(violation).replace(/^user:/, "");
}

function waitsFor(approval: ApprovalState): string {
  if (approval.vetoedBy.length > 0) return `changes requested by ${listOf(approval.vetoedBy)}`;
  const given = approval.needed - approval.missing;
  const of = `${String(given)} of ${plural(approval.needed, "approval")}`;
  return approval.from === "" ? `${of} for ${approval.rule}` : `${of} (${approval.from})`;
}
