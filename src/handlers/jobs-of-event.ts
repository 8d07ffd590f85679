// Which work a webhook asks for. Events are only hints: a job carries a number, and whoever runs it reads the present state.
import type { CommitSha } from "../manifest/types.ts";
import type { ConfigGit, Job, SuspendReason, WebhookEvent } from "./ports.ts";

export interface Ours extends Pick<ConfigGit, "pullsAt"> {
  /** Whether any verdict asked who is in this team. */
  knowsTeam(slug: string): boolean;
  /** Whether a run of ours lets this commit through, as far as this process knows. */
  isGreen(head: CommitSha): boolean;
  readonly defaultBranch: string;
  readonly appSlug: string;
}

/** All others are answered and left alone. */
export const HANDLED_EVENTS = [
  "pull_request",
  "pull_request_review",
  "push",
  "check_run",
  "check_suite",
  "issue_comment",
  "membership",
  "team",
  "organization",
  "merge_group",
] as const;

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
  // Changes no verdict: the comment says how to go on.
  "dequeued",
]);

export async function jobsOfEvent(event: WebhookEvent, ours: Ours): Promise<readonly Job[]> {
  if (isOfPeople(event)) return isOfForeignTeam(event, ours) ? [] : [{ kind: "recheck-pull-requests" }];
  switch (event.name) {
    case "pull_request":
      return jobsOfPullRequest(event, ours);
    case "pull_request_review":
      return checkOf(event.pull);
    case "issue_comment":
      return jobsOfComment(event, ours);
    case "push":
      return event.ref === `refs/heads/${ours.defaultBranch}`
        ? [{ kind: "verify-updates" }, { kind: "recheck-pull-requests" }]
        : [];
    case "check_run":
    case "check_suite":
      return event.action === "rerequested" && event.checkApp === ours.appSlug ? await askedAgain(event, ours) : [];
    case "merge_group":
      return event.action === "checks_requested" ? groupOf(event.groupHead) : [];
    default:
      return [];
  }
}

/** Who belongs to the organisation or to a team. */
export function isOfPeople({ name }: WebhookEvent): boolean {
  return name === "membership" || name === "team" || name === "organization";
}

/** A team that no binding and no rule names changes nothing, unless its members are another one's too, or its name may be new. */
export function isOfForeignTeam({ name, action, team }: WebhookEvent, ours: Pick<Ours, "knowsTeam">): boolean {
  const keepsItsName = name === "membership" || (name === "team" && action !== "edited");
  return keepsItsName && team !== null && !team.isPart && !ours.knowsTeam(team.slug);
}

async function jobsOfPullRequest(event: WebhookEvent, ours: Ours): Promise<readonly Job[]> {
  const { pull, action, leftHead } = event;
  if (pull === null || action === null) return [];
  // The run on a head shows the worst verdict of those who share it: where one leaves, the others' is another.
  const left = (await sharing(leftHead, ours)).filter((number) => number !== pull).flatMap(checkOf);
  if (!VERDICT_ACTIONS.has(action)) return left;
  const why = await whyNotStands(event, ours);
  return [...(why === null ? [] : [{ kind: "suspend-check", pull, why } as const]), ...checkOf(pull), ...left];
}

/**
 * A verdict on another base, of before it was closed, on another pull request alone, or of when its commit was last a head must not
 * stand for a moment.
 */
async function whyNotStands(event: WebhookEvent, ours: Ours): Promise<SuspendReason | null> {
  const { pull, action, newHead, retargeted } = event;
  if (retargeted) return "retargeted";
  if (action === "reopened") return "reopened";
  if (newHead === null) return null;
  const isKnown = ours.isGreen(newHead) || (await ours.pullsAt(newHead)).some((number) => number !== pull);
  return isKnown ? "head-known" : null;
}

async function sharing(head: CommitSha | null, ours: Ours): Promise<readonly number[]> {
  return head === null ? [] : ours.pullsAt(head);
}

function jobsOfComment(event: WebhookEvent, ours: Ours): readonly Job[] {
  if (isChangeOfOwnComment(event, ours)) return checkOf(event.pull);
  const isCommand = event.action === "created" && event.comment?.isCommand === true;
  return isCommand && event.pull !== null ? [{ kind: "answer-commands", pull: event.pull }] : [];
}

/** Where GitHub names no pull request, which it never does for forks, the commit tells. */
async function askedAgain({ checkHead, checkPulls }: WebhookEvent, ours: Ours): Promise<readonly Job[]> {
  const pulls = [...new Set([...checkPulls, ...(await sharing(checkHead, ours))])];
  // What is no pull request's head may be a merge queue's candidate.
  return pulls.length === 0 ? groupOf(checkHead) : pulls.flatMap(checkOf);
}

/** Whoever may write can edit and remove what Signalbox said. */
export function isChangeOfOwnComment(event: WebhookEvent, ours: Pick<Ours, "appSlug">): boolean {
  const own = `${ours.appSlug}[bot]`.toLowerCase();
  const isChange = event.action === "edited" || event.action === "deleted";
  return event.name === "issue_comment" && isChange && event.comment?.by === own && event.sender !== own;
}

function groupOf(head: CommitSha | null): readonly Job[] {
  return head === null ? [] : [{ kind: "check-merge-group", head }];
}

function checkOf(pull: number | null): readonly Job[] {
  return pull === null ? [] : [{ kind: "check-pull-request", pull }];
}
