// Which jobs may not run side by side, and which are the same work.
import type { Job } from "./ports.ts";

/** Jobs of one lane run one after another: one writer per pull request, one worker per rack, one judge of the default branch. */
export function laneOf(job: Job): string {
  switch (job.kind) {
    case "check-pull-request":
    case "suspend-check":
    case "answer-commands":
      return `pull-request ${String(job.pull)}`;
    case "check-merge-group":
      return "merge queue";
    case "report-update":
      return `update ${job.commit}`;
    case "reconcile-rack":
      return `rack ${job.rack}`;
    case "verify-updates":
      return "default branch";
    case "recheck-pull-requests":
      return "open pull requests";
    case "sweep":
      return "sweep";
  }
}

/** Equal keys are the same work: reading the present state once serves both. */
export function keyOf(job: Job): string {
  if (job.kind === "check-merge-group") return `${job.kind} ${job.head}`;
  return `${job.kind} in ${laneOf(job)}`;
}
