// The one comment of a check: can this be merged, and if not, who must do what next; then what happens when it is.
import type { CommitSha } from "../manifest/types.ts";
import type { ChangePlan } from "../reconcile/plan-change.ts";
import type { Verdict } from "../rbac/verdict.ts";
import {
  accessSection,
  approvalsSection,
  findingsSection,
  nextSection,
  planSections,
  policySection,
} from "./check-sections.ts";
import { fit } from "./fit.ts";
import { headline } from "./headline.ts";
import { CHECK_MARKER } from "./markers.ts";
import { details, inert } from "./markdown.ts";

export interface CheckedPullRequest {
  readonly head: CommitSha;
  readonly mergeableState: string;
}

const HOW_TO_ASK = "`/signalbox explain` says why, `/signalbox help` what else there is";

export function renderCheckComment(of: {
  readonly verdict: Verdict;
  readonly plan: ChangePlan;
  readonly pull: CheckedPullRequest;
  readonly base: CommitSha;
}): string {
  const { verdict, plan, pull, base } = of;
  const { word, says } = headline(verdict);
  const rules = approvalsSection(verdict);
  return fit([
    { text: `${CHECK_MARKER}\n### ${word} · ${inert(says)}`, leftOut: null },
    { text: githubsOwnRules(verdict, pull), leftOut: null },
    { text: nextSection(verdict), leftOut: null },
    ...planSections(verdict, plan),
    { text: findingsSection(verdict), leftOut: "the findings (the check's annotations have them)" },
    { text: accessSection(verdict), leftOut: "who gains or loses access (the check has it)" },
    { text: policySection(verdict), leftOut: null },
    {
      text: rules === "" ? "" : details("Rules, one by one", rules),
      leftOut: "the rules one by one (the check has them)",
    },
    { text: `<sub>${pull.head.slice(0, 7)} onto ${base.slice(0, 7)} · ${HOW_TO_ASK}</sub>`, leftOut: null },
  ]);
}

function githubsOwnRules(verdict: Verdict, pull: CheckedPullRequest): string {
  if (verdict.outcome !== "ready" || pull.mergeableState !== "blocked") return "";
  return "GitHub's own rules still block the merge: see what it asks for beside its merge button.";
}
