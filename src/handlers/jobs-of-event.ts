// Which work a webhook asks for. Events are only hints: a job carries a number, and whoever runs it reads the present state.
import type { Job, WebhookEvent } from "./ports.ts";

export interface Ours {
  readonly defaultBranch: string;
  readonly appSlug: string;
}

/** `pull_request` actions that cannot change a verdict are left out. */
const VERDICT_ACTIONS = new Set([
  "opened",
  "synchronize",
  "reopened",
  "edited",
  "converted_to_draft",
  "ready_for_review",
  "labeled",
  "unlabeled",
]);

export function jobsOfEvent(event: WebhookEvent, ours: Ours): readonly Job[] {
  switch (event.name) {
    case "pull_request":
      return event.action !== null && VERDICT_ACTIONS.has(event.action) ? checkOf(event.pull) : [];
    case "pull_request_review":
      return checkOf(event.pull);
    case "push":
      return event.ref === `refs/heads/${ours.defaultBranch}` ? [{ kind: "verify-updates" }] : [];
    case "check_run":
      return event.action === "rerequested" && event.checkApp === ours.appSlug ? event.checkPulls.flatMap(checkOf) : [];
    case "membership":
    case "team":
    case "organization":
      return [{ kind: "sweep" }];
    default:
      return [];
  }
}

function checkOf(pull: number | null): readonly Job[] {
  return pull === null ? [] : [{ kind: "check-pull-request", pull }];
}
