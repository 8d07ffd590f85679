// The reviews of a pull request, with who dismissed what: the list of reviews forgets what a dismissed one had said, the timeline
// does not.
import type { ListedReview } from "../handlers/ports.ts";
import { loginOf, toSha, type RepoClient } from "./github-repo.ts";
import { askAllPages } from "./github-request.ts";

type Dismissal = NonNullable<ListedReview["dismissal"]> & { readonly at: number | null };

const STATES: Readonly<Record<string, ListedReview["state"]>> = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes-requested",
  COMMENTED: "commented",
  DISMISSED: "dismissed",
};

/** Oldest first, as GitHub orders them; drafts of reviews are left out. */
export async function readReviews(github: RepoClient, number: number): Promise<readonly ListedReview[]> {
  const { octokit, owner, repo } = github;
  const reviews = await askAllPages(`list the reviews of #${String(number)}`, (page) =>
    octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
      owner,
      repo,
      pull_number: number,
      per_page: 100,
      page,
    }),
  );
  const anyDismissed = reviews.some((review) => review.state === "DISMISSED");
  const dismissals = anyDismissed ? await readDismissals(github, number) : new Map<number, Dismissal>();
  return reviews.flatMap((review): readonly ListedReview[] => {
    const state = STATES[review.state];
    if (state === undefined || review.submitted_at === undefined) return [];
    const dismissed = state === "dismissed" ? dismissals.get(Number(review.id)) : undefined;
    return [
      {
        id: Number(review.id),
        login: loginOf(review.user),
        state,
        commit: review.commit_id === null ? null : toSha(review.commit_id),
        at: Date.parse(review.submitted_at),
        dismissal: dismissed === undefined ? null : { by: dismissed.by, was: dismissed.was },
        ...(typeof dismissed?.at === "number" ? { dismissedAt: dismissed.at } : {}),
      },
    ];
  });
}

/** By the id of the review. */
async function readDismissals(github: RepoClient, number: number): Promise<ReadonlyMap<number, Dismissal>> {
  const { octokit, owner, repo } = github;
  const events = await askAllPages<unknown>(`read the timeline of #${String(number)}`, (page) =>
    octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/timeline", {
      owner,
      repo,
      issue_number: number,
      per_page: 100,
      page,
    }),
  );
  return new Map(events.flatMap((event) => dismissalIn(event) ?? []));
}

/** The timeline mixes many kinds of events, whose published types cannot be told apart: what is needed is looked at field by field. */
function dismissalIn(event: unknown): [[number, Dismissal]] | null {
  if (!isRecord(event) || event["event"] !== "review_dismissed" || !isRecord(event["dismissed_review"])) return null;
  const { review_id: id, state } = event["dismissed_review"];
  const was = STATES[String(state).toUpperCase()];
  if (typeof id !== "number" || (was !== "approved" && was !== "changes-requested")) return null;
  const actor = isRecord(event["actor"]) ? event["actor"]["login"] : null;
  const at = typeof event["created_at"] === "string" ? Date.parse(event["created_at"]) : null;
  return [[id, { by: typeof actor === "string" ? actor.toLowerCase() : null, was, at }]];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
