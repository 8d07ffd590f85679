// The one comment of a check: can this be merged, and if not, who must do what next; then what happens when it is.
import type { VerifyRecord } from "../ledger/record.ts";
import type { CommitSha, Unit } from "../manifest/types.ts";
import type { ChangePlan } from "../reconcile/plan-change.ts";
import type { Verdict } from "../rbac/verdict.ts";
import {
  accessSection,
  approvalsSection,
  contributorsSection,
  findingsSection,
  nextSection,
  planSections,
  policySection,
  suggestionsSection,
  weakerSection,
} from "./check-sections.ts";
import { fit } from "./fit.ts";
import { headline } from "./headline.ts";
import { CHECK_MARKER } from "./markers.ts";
import { code, details, inert, listOfSome } from "./markdown.ts";

/** A unit that the change touches while it is held, and the update that was not verified. */
export interface HeldUnit {
  readonly unit: Unit;
  readonly update: Pick<VerifyRecord, "commit" | "pull">;
}

export interface CheckedPullRequest {
  readonly head: CommitSha;
  readonly mergeableState: string;
}

const HELD_SHOWN = 5;
const HOW_TO_ASK = "`/signalbox explain` says why, `/signalbox help` what else there is";

export function renderCheckComment(of: {
  readonly verdict: Verdict;
  readonly plan: ChangePlan;
  readonly pull: CheckedPullRequest;
  readonly base: CommitSha;
  readonly held: readonly HeldUnit[];
}): string {
  const { verdict, plan, pull, base, held } = of;
  const { word, says } = headline(verdict);
  const rules = approvalsSection(verdict);
  const people = contributorsSection(verdict);
  return fit([
    { text: `${CHECK_MARKER}\n### ${word} · ${inert(says)}`, leftOut: null },
    { text: githubsOwnRules(verdict, pull), leftOut: null },
    { text: nextSection(verdict), leftOut: null },
    { text: suggestionsSection(verdict), leftOut: null },
    { text: heldSection(held), leftOut: null },
    ...planSections(verdict, plan),
    { text: findingsSection(verdict), leftOut: "the findings (the check's annotations have them)" },
    { text: weakerSection(verdict), leftOut: null },
    { text: accessSection(verdict), leftOut: "who gains or loses access (the check has it)" },
    { text: policySection(verdict), leftOut: null },
    {
      text: rules === "" ? "" : details("Rules, one by one", rules),
      leftOut: "the rules one by one (the check has them)",
    },
    {
      text: people === "" ? "" : details("Who contributed", people),
      leftOut: "who contributed (`/signalbox explain` says it)",
    },
    { text: `<sub>${pull.head.slice(0, 7)} onto ${base.slice(0, 7)} · ${HOW_TO_ASK}</sub>`, leftOut: null },
  ]);
}

/** Somebody would ask why the plan has more in it than they changed. */
function heldSection(held: readonly HeldUnit[]): string {
  if (held.length === 0) return "";
  const units = held.map(({ unit, update: { commit, pull } }) => {
    const by = pull === undefined ? "" : ` of #${String(pull)}`;
    return `${code(unit)} (since ${code(commit.slice(0, 7))}${by})`;
  });
  return `**Held below this:** ${listOfSome(units, HELD_SHOWN)}. What was merged there is not in force, so that this is judged on all that differs from what is.`;
}

function githubsOwnRules(verdict: Verdict, pull: CheckedPullRequest): string {
  if (verdict.outcome !== "ready" || pull.mergeableState !== "blocked") return "";
  return "GitHub's own rules still block the merge: see what it asks for beside its merge button.";
}
