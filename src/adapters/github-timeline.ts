// The conversation of a pull request: its reviews, with who dismissed what and when the base was changed since, and who was asked
// for one. The list of reviews forgets all of that, so that the timeline is read instead of it.
import type { Account, ListedReview, ReviewRequest, Timeline } from "../handlers/ports.ts";
import type { Instant, Login } from "../manifest/types.ts";
import { StalledError } from "../errors.ts";
import { accountOf, loginOf, toSha, type RepoClient } from "./github-repo.ts";
import { askAllPages } from "./github-request.ts";

type Dismissal = NonNullable<ListedReview["dismissal"]> & { readonly at: Instant };

const STATES: Readonly<Record<string, ListedReview["state"]>> = {
  approved: "approved",
  changes_requested: "changes-requested",
  commented: "commented",
  dismissed: "dismissed",
};

/** GitHub retargets by itself where the base was merged and deleted. */
const RETARGETS: readonly unknown[] = ["base_ref_changed", "automatic_base_change_succeeded"];

/** @throws WaitError, StalledError */
export async function readTimeline({ octokit, owner, repo }: RepoClient, number: number): Promise<Timeline> {
  const events = await askAllPages<unknown>(`read the timeline of #${String(number)}`, (page) =>
    octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/timeline", {
      owner,
      repo,
      issue_number: number,
      per_page: 100,
      page,
    }),
  );
  const dismissals = new Map(events.flatMap((event) => dismissalIn(event) ?? []));
  const retargets = events.flatMap((event) => (RETARGETS.includes(fieldOf(event, "event")) ? [timeIn(event)] : []));
  const reviews = events.flatMap((event) => reviewIn(event, { dismissals, retargets }));
  return {
    reviews: reviews.sort((a, b) => a.at - b.at),
    requests: events.flatMap(requestIn),
    leftQueue: leftQueueIn(events),
  };
}

interface Since {
  /** By the id of the review. */
  readonly dismissals: ReadonlyMap<unknown, Dismissal>;
  readonly retargets: readonly Instant[];
}

/** Drafts of reviews are left out. */
function reviewIn(event: unknown, { dismissals, retargets }: Since): readonly ListedReview[] {
  const state = stateIn(event);
  if (fieldOf(event, "event") !== "reviewed" || state === undefined) return [];
  const { id, at, commit } = {
    id: fieldOf(event, "id"),
    at: timeIn(event, "submitted_at"),
    commit: textIn(event, "commit_id"),
  };
  const dismissed = state === "dismissed" ? dismissals.get(id) : undefined;
  return [
    {
      id: Number(id),
      by: accountIn(event, "user"),
      state,
      commit: commit === undefined ? null : toSha(commit),
      at,
      dismissal: dismissed === undefined ? null : { by: dismissed.by, was: dismissed.was },
      ...(dismissed === undefined ? {} : { dismissedAt: dismissed.at }),
      // Times are whole seconds: which of two in the same one came first is not known.
      retargetedAt: retargets.find((retarget) => retarget >= at) ?? null,
    },
  ];
}

function dismissalIn(event: unknown): [[unknown, Dismissal]] | null {
  const review = fieldOf(event, "dismissed_review");
  const was = stateIn(review);
  if (fieldOf(event, "event") !== "review_dismissed") return null;
  if (was !== "approved" && was !== "changes-requested") return null;
  return [[fieldOf(review, "review_id"), { by: accountIn(event, "actor"), was, at: timeIn(event) }]];
}

function requestIn(event: unknown): readonly ReviewRequest[] {
  const of = loginIn(event, "requested_reviewer");
  if (fieldOf(event, "event") !== "review_requested" || of === null) return [];
  return [{ by: loginIn(event, "review_requester") ?? loginIn(event, "actor"), of }];
}

/** What makes it another proposal, or has it in the queue again. */
const ENDS_QUEUE_STORY: readonly unknown[] = ["added_to_merge_queue", "committed", "head_ref_force_pushed", "reopened"];

function leftQueueIn(events: readonly unknown[]): Timeline["leftQueue"] {
  const left = events.findLastIndex((event) => fieldOf(event, "event") === "removed_from_merge_queue");
  const event = events[left];
  const isOver = events.slice(left + 1).some((later) => ENDS_QUEUE_STORY.includes(fieldOf(later, "event")));
  if (event === undefined || isOver) return null;
  const by = loginIn(event, "actor");
  return { at: timeIn(event), by: by?.endsWith("[bot]") === true ? null : by };
}

/** The timeline mixes many kinds of events, whose published types cannot be told apart: what is needed is looked at field by field. */
function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function textIn(value: unknown, name: string): string | undefined {
  const found = fieldOf(value, name);
  return typeof found === "string" ? found : undefined;
}

function stateIn(value: unknown): ListedReview["state"] | undefined {
  return STATES[textIn(value, "state")?.toLowerCase() ?? ""];
}

function accountIn(event: unknown, name: string): Account | null {
  const account = fieldOf(event, name);
  const id = fieldOf(account, "id");
  const login = textIn(account, "login");
  return typeof id === "number" || typeof id === "bigint" ? accountOf({ id, login }) : null;
}

function loginIn(event: unknown, name: string): Login | null {
  const login = textIn(fieldOf(event, name), "login");
  return login === undefined ? null : loginOf({ login });
}

/** @throws StalledError: without the time of what it records, the order of the conversation is not known */
function timeIn(event: unknown, name = "created_at"): Instant {
  const at = Date.parse(textIn(event, name) ?? "");
  if (!Number.isNaN(at)) return at;
  throw new StalledError(`GitHub's timeline has an event "${textIn(event, "event") ?? ""}" without its time`);
}
