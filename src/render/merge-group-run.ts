// The check run of a merge queue's candidate: the worst of its pull requests speaks, and there waiting is failure.
import type { ChangePlan } from "../reconcile/plan-change.ts";
import type { Verdict } from "../rbac/verdict.ts";
import { worseOf } from "../rbac/outcome.ts";
import { renderCheckRun, type RenderedCheck } from "./check-run.ts";
import { headline } from "./headline.ts";

export interface QueuedPull {
  readonly pull: number;
  /** null: what the queue made of it is not what merging it makes. */
  readonly judged: { readonly verdict: Verdict; readonly plan: ChangePlan } | null;
}

/** `before`: those before it in the queue that have not passed there yet. */
export function renderMergeGroup(own: QueuedPull, before: readonly QueuedPull[]): RenderedCheck {
  let worst = own;
  for (const other of before) if (isWorse(other, worst)) worst = other;
  if (worst.judged === null) return renderStrange(worst.pull);
  const run = renderCheckRun(worst.judged);
  if (run.conclusion === "success" || run.conclusion === "neutral") return run;
  const { word, says } = headline(worst.judged.verdict);
  const number = `#${String(worst.pull)}`;
  const [of, next] = worst === own ? ["", ofItself(number)] : [", before it in the queue", ofOther(number, own.pull)];
  return {
    ...run,
    conclusion: "failure",
    title: `${word}: ${number}${of}: ${says}`,
    summary: `${next}\n\n${run.summary}`,
  };
}

function ofItself(number: string): string {
  return `GitHub takes ${number} out of the merge queue. Once its own check is green again, add it anew.`;
}

function ofOther(before: string, pull: number): string {
  const number = `#${String(pull)}`;
  return `${before} is before ${number} in the merge queue and may not be merged, so that ${number} may not be on top of it. GitHub takes ${before} out and tries ${number} without it; should ${number} have left the queue as well, add it anew. The rest is about ${before}.`;
}

function isWorse(one: QueuedPull, than: QueuedPull): boolean {
  if (one.judged === null || than.judged === null) return than.judged !== null;
  const { outcome } = than.judged.verdict;
  return worseOf(outcome, one.judged.verdict.outcome) !== outcome;
}

function renderStrange(pull: number): RenderedCheck {
  const number = `#${String(pull)}`;
  return {
    conclusion: "failure",
    title: `Blocked: what the queue made of ${number} is not what merging it makes`,
    summary: `Signalbox judges ${number} by its own merge onto what is before it in the queue, and this candidate has other content. It may be out of date: take ${number} out of the queue and add it again.`,
    text: "",
    annotations: [],
  };
}
