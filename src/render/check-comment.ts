// The one comment of a check: can this be merged, and if not, who must do what next; then what happens when it is.
import type { VerifyRecord } from "../ledger/record.ts";
import type { CommitSha, Instant, Login, Unit } from "../manifest/types.ts";
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
import { oneCheckForAll, type RenderedCheck } from "./check-run.ts";
import { headline, ofSharer } from "./headline.ts";
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

/** The verdict that the check run shows, and on which pull request it is. */
export interface ShownVerdict {
  readonly pull: number;
  readonly verdict: Verdict;
}

export interface LeftQueue {
  readonly at: Instant;
  /** null: GitHub itself. */
  readonly by: Login | null;
}

const HELD_SHOWN = 5;
const HOW_TO_ASK = "`/signalbox explain` says why, `/signalbox help` what else there is";

export function renderCheckComment(of: {
  readonly verdict: Verdict;
  readonly plan: ChangePlan;
  readonly pull: CheckedPullRequest;
  readonly base: CommitSha;
  readonly held: readonly HeldUnit[];
  /** Where the run shows the verdict on another pull request of the same head. */
  readonly shown?: ShownVerdict;
  /** When and by whom it was taken out of the merge queue, where nothing was pushed since. */
  readonly leftQueue?: LeftQueue | null;
}): string {
  const { verdict, plan, pull, base, held, shown, leftQueue } = of;
  const { word, says } = headline(shown?.verdict ?? verdict);
  const whose = shown === undefined ? "" : ofSharer(shown.pull);
  // What is ready by itself cannot be merged for all that.
  const next = shown !== undefined && verdict.outcome === "ready" ? "" : nextSection(verdict);
  const rules = approvalsSection(verdict);
  const people = contributorsSection(verdict);
  return fit([
    { text: `${CHECK_MARKER}\n### ${word} · ${whose}${inert(says)}`, leftOut: null },
    { text: ofItself(verdict, shown), leftOut: null },
    { text: queueSection(verdict, leftQueue ?? null), leftOut: null },
    { text: githubsOwnRules(verdict, pull), leftOut: null },
    { text: next, leftOut: null },
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

/** What stood there before must not stand on where nothing could be judged. `run`: what the check says instead. */
export function renderUnjudgedComment(run: Pick<RenderedCheck, "title">): string {
  return `${CHECK_MARKER}
### ${inert(run.title.replace(/^Blocked: /, "Blocked · "))}

Signalbox could not judge this pull request, so that it stays blocked. The check \`signalbox\` says what to do; what was said here before may not hold any more.`;
}

function ofItself(verdict: Verdict, shown: ShownVerdict | undefined): string {
  if (shown === undefined) return "";
  const { word, says } = headline(verdict);
  return `By itself this pull request is: ${word} · ${inert(says)}. ${oneCheckForAll(shown.pull)}`;
}

/** What the queue's candidate was refused for is either here still, or has gone with what was before it. */
function queueSection(verdict: Verdict, left: LeftQueue | null): string {
  if (left === null) return "";
  const by = left.by === null ? "GitHub" : code(left.by);
  const next =
    verdict.outcome === "blocked" || verdict.outcome === "waiting"
      ? "What it lacks stands here; once the check is green, add it to the queue again."
      : "Nothing of Signalbox's stands against it now: what did was another check, or what was before it in the queue. Add it to the queue again.";
  return `**Left the merge queue:** ${by} took it out, ${spellMinute(left.at)}. ${next}`;
}

function spellMinute(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
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
