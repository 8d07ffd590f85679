// Why an update of the default branch was not verified, in one line for the ledger, the issue and the pull request.
import type { Verdict } from "../rbac/verdict.ts";
import { newErrors, openRules } from "./headline.ts";
import { listOf, plural } from "./markdown.ts";

export function explainHold(verdict: Verdict): string {
  const reasons = [
    ...verdict.violations.map(({ subject, reason }) => `${subject} may not make this change: ${reason}`),
    ...newErrors(verdict)
      .slice(0, 3)
      .map(({ file, line, message }) => `${file}:${String(line)}: ${message}`),
    ...openRules(verdict).map(
      ({ rule, missing, from }) => `${rule} lacks ${plural(missing, "approval")}${from === "" ? "" : ` (${from})`}`,
    ),
  ];
  return reasons.length === 0 ? `the verdict is ${verdict.outcome}` : listOf(reasons, "; and");
}
