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

export function standingReviews(proposal: Proposal): StandingReviews {
  const latest = new Map<Login, StandingReview>();
  const approved = new Map<Login, StandingReview>();
  const ghosts: JudgedApproval[] = [];
  for (const review of proposal.reviews) {
    if (review.state === "commented") continue;
    if (review.login === null) {
      if (review.state === "approved") ghosts.push(ignored(review, "its account is gone"));
      continue;
    }
    const standing: StandingReview = { ...review, login: review.login };
    latest.set(review.login, standing);
    if (isOrWasApproval(review)) approved.set(review.login, standing);
  }
  const contributors = new Set([proposal.author, ...proposal.contributors.map(({ login }) => login)]);
  const all = [...latest.values()];
  const vetoes = all.filter((review) => isVeto(review, contributors));
  return {
    approvals: all.filter(({ state, retargetedAt }) => state === "approved" && retargetedAt === null),
    vetoes,
    gone: [...ghosts, ...[...approved.values()].flatMap((review) => whyGone(review, latest.get(review.login)))],
  };
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
