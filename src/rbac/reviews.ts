// What stands of the reviews: of each person the latest that is an approval, a request for changes or a dismissal decides.
import type { Login } from "../manifest/types.ts";
import { isBot } from "./electorate.ts";
import type { Proposal, Review } from "./proposal.ts";
import type { JudgedApproval } from "./verdict.ts";

/** A review by an account that still exists. */
export interface StandingReview extends Review {
  readonly login: Login;
}

export interface StandingReviews {
  readonly approvals: readonly StandingReview[];
  /** Who asks for changes, and nobody who may has lifted it. */
  readonly vetoes: readonly StandingReview[];
  /** Approvals that no rule can count. */
  readonly gone: readonly JudgedApproval[];
}

/** Of each person the review that decides. */
export function latestReviews<T extends Pick<Review, "login" | "state">>(reviews: readonly T[]): ReadonlyMap<Login, T> {
  const latest = new Map<Login, T>();
  for (const review of reviews) {
    if (review.login !== null && review.state !== "commented") latest.set(review.login, review);
  }
  return latest;
}

export function standingReviews({ reviews, author, contributors }: Proposal): StandingReviews {
  const named = reviews.filter(isNamed);
  const latest = latestReviews(named);
  const approved = new Map(named.filter(isOrWasApproval).map((review) => [review.login, review]));
  const ghosts = reviews.filter(({ login, state }) => login === null && state === "approved");
  const theirs = new Set([author, ...contributors.map(({ login }) => login)]);
  const all = [...latest.values()];
  return {
    approvals: all.filter(({ state, retargetedAt }) => state === "approved" && retargetedAt === null),
    vetoes: all.filter((review) => isVeto(review, theirs)),
    gone: [
      ...ghosts.map((review) => ignored(review, "its account is gone")),
      ...[...approved.values()].flatMap((review) => whyGone(review, latest.get(review.login))),
    ],
  };
}

function isNamed(review: Review): review is StandingReview {
  return review.login !== null;
}

function isOrWasApproval(review: Review): boolean {
  return review.state === "approved" || review.dismissal?.was === "approved";
}

/** A dismissal lifts a veto only where it is known to be by a person who did not contribute: a bot's may be by any workflow pushed. */
function isVeto(review: Review, contributors: ReadonlySet<Login>): boolean {
  if (review.state === "changes-requested") return true;
  if (review.state !== "dismissed" || review.dismissal?.was === "approved") return false;
  const by = review.dismissal?.by ?? null;
  return by === null || isBot(by) || contributors.has(by);
}

function whyGone(approval: StandingReview, latest: StandingReview | undefined): readonly JudgedApproval[] {
  if (approval.state === "dismissed") return [ignored(approval, dismissedReason(approval))];
  if (latest !== approval) return [ignored(approval, "asked for changes after it")];
  // The reviewer was shown the difference from the base of that time.
  return approval.retargetedAt === null ? [] : [ignored(approval, "was given before the base was changed")];
}

function dismissedReason({ dismissal }: Review): string {
  const by = dismissal?.by ?? null;
  return by === null ? "was dismissed" : `was dismissed by ${by}`;
}

export function ignored(review: Review, reason: string): JudgedApproval {
  return { login: review.login, commit: review.commit, reason };
}
