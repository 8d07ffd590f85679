/** Reviews: given, submitted, edited, dismissed. One's own pull request cannot be approved. */
import { notFound, unprocessable } from "./api-error.ts";
import { emitReview } from "./events.ts";
import type { Hub } from "./hub.ts";
import { limitBody, numberParam, ok, optionalText, paginated, pullParam, requiredText } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import { reviewShape } from "./shapes-pull.ts";
import { recordTimeline } from "./state.ts";
import type { PullRequestRecord, ReviewRecord, ReviewState } from "./state.ts";

const base = "/repos/{owner}/{repo}/pulls/{pull_number}/reviews";
const one = `${base}/{review_id}`;
const read = ["pull_requests=read"];
const write = ["pull_requests=write"];

export const reviewRoutes: readonly Route[] = [
  { method: "GET", template: base, needs: read, answer: listReviews },
  { method: "POST", template: base, needs: write, answer: createReview },
  {
    method: "GET",
    template: one,
    needs: read,
    answer: (call) => ok(reviewShape(call.hub, pullParam(call), reviewParam(call, pullParam(call)))),
  },
  { method: "PUT", template: one, needs: write, answer: editReview },
  { method: "DELETE", template: one, needs: write, answer: deletePending },
  { method: "POST", template: `${one}/events`, needs: write, answer: submitReview },
  { method: "PUT", template: `${one}/dismissals`, needs: write, answer: dismissReview },
];

const resource = "PullRequestReview";

const stateOfEvent: Readonly<Record<string, ReviewState>> = {
  APPROVE: "APPROVED",
  REQUEST_CHANGES: "CHANGES_REQUESTED",
  COMMENT: "COMMENTED",
};

/** Pending reviews are seen by their author alone. */
function isVisible(call: Call, review: ReviewRecord): boolean {
  return review.state !== "PENDING" || review.user === call.actor.key;
}

function listReviews(call: Call): Promise<Answer> {
  const pull = pullParam(call);
  const seen = pull.pull.reviews.filter((review) => isVisible(call, review));
  return paginated(call, seen, (review) => reviewShape(call.hub, pull, review));
}

function reviewParam(call: Call, pull: PullRequestRecord): ReviewRecord {
  const id = numberParam(call, "review_id");
  const review = pull.pull.reviews.find((candidate) => candidate.id === id);
  if (review === undefined || !isVisible(call, review)) throw notFound();
  return review;
}

/** @throws ApiError 422 in GitHub's words where this person cannot say that, or says nothing. */
function stateAsked(call: Call, pull: PullRequestRecord, body: string): ReviewState | undefined {
  const event = optionalText(call, resource, "event");
  if (event === undefined || event === "PENDING") return undefined;
  const state = stateOfEvent[event];
  const refuse = (reason: string): Error => unprocessable("Unprocessable Entity", [reason]);
  if (state === undefined) throw refuse(`Variable $event of type PullRequestReviewEvent was provided invalid value`);
  if (call.actor.key === pull.user) {
    if (state === "APPROVED") throw refuse("Can not approve your own pull request");
    if (state === "CHANGES_REQUESTED") throw refuse("Can not request changes on your own pull request");
  }
  if (state !== "APPROVED" && body === "") throw refuse("Could not create a review without a body.");
  return state;
}

async function createReview(call: Call): Promise<Answer> {
  const { hub, actor } = call;
  const pull = pullParam(call);
  const body = optionalText(call, resource, "body") ?? "";
  limitBody(resource, body);
  const state = stateAsked(call, pull, body);
  const reviews = pull.pull.reviews;
  if (reviews.some((review) => review.user === actor.key && review.state === "PENDING")) {
    throw unprocessable("Unprocessable Entity", ["User can only have one pending review per pull request"]);
  }
  const review: ReviewRecord = {
    id: hub.state.nextId(),
    user: actor.key,
    commitId: await reviewedCommit(call, pull),
    body,
    state: state ?? "PENDING",
    submittedAt: hub.state.clock.iso(),
  };
  reviews.push(review);
  if (state !== undefined) announce(hub, pull, review);
  return ok(reviewShape(hub, pull, review));
}

/** A review may be of an older commit of the pull request, one that a force-push took away included. */
async function reviewedCommit(call: Call, pull: PullRequestRecord): Promise<string> {
  const asked = optionalText(call, resource, "commit_id");
  if (asked === undefined) return pull.pull.headSha;
  const commit = await call.hub.repo.commit(asked);
  if (commit === undefined) {
    throw unprocessable("Unprocessable Entity", ["The given commit_id is not part of the pull request."]);
  }
  return commit.sha;
}

function announce(hub: Hub, pull: PullRequestRecord, review: ReviewRecord): void {
  pull.updatedAt = review.submittedAt;
  // Whoever has answered is not asked any more.
  pull.pull.requestedReviewers = pull.pull.requestedReviewers.filter((login) => login !== review.user);
  emitReview(hub, pull, review, { action: "submitted", sender: review.user });
}

function submitReview(call: Call): Answer {
  const pull = pullParam(call);
  const review = reviewParam(call, pull);
  if (review.state !== "PENDING") throw unprocessable("Unprocessable Entity", ["Could not submit a submitted review."]);
  const body = optionalText(call, resource, "body") ?? review.body;
  limitBody(resource, body);
  const state = stateAsked(call, pull, body);
  if (state === undefined) throw unprocessable("Unprocessable Entity", ["Review event must be provided."]);
  review.body = body;
  review.state = state;
  review.submittedAt = call.hub.state.clock.iso();
  announce(call.hub, pull, review);
  return ok(reviewShape(call.hub, pull, review));
}

function editReview(call: Call): Answer {
  const pull = pullParam(call);
  const review = reviewParam(call, pull);
  const body = requiredText(call, resource, "body");
  limitBody(resource, body);
  if (review.user !== call.actor.key) throw notFound();
  const from = review.body;
  review.body = body;
  if (review.state !== "PENDING") {
    const extra = { changes: { body: { from } } };
    emitReview(call.hub, pull, review, { action: "edited", sender: call.actor.key, extra });
  }
  return ok(reviewShape(call.hub, pull, review));
}

function deletePending(call: Call): Answer {
  const pull = pullParam(call);
  const review = reviewParam(call, pull);
  if (review.state !== "PENDING") throw unprocessable("Can not delete a non-pending pull request review");
  const shape = reviewShape(call.hub, pull, review);
  pull.pull.reviews.splice(pull.pull.reviews.indexOf(review), 1);
  return ok(shape);
}

function dismissReview(call: Call): Answer {
  const { hub, actor } = call;
  const pull = pullParam(call);
  const review = reviewParam(call, pull);
  const message = optionalText(call, resource, "message") ?? "";
  if (message === "") throw unprocessable('Invalid request.\n\n"message" wasn\'t supplied.');
  const was = review.state;
  if (was !== "APPROVED" && was !== "CHANGES_REQUESTED") {
    throw unprocessable(`Can not dismiss a ${was.toLowerCase().replaceAll("_", " ")} pull request review`);
  }
  review.state = "DISMISSED";
  recordTimeline(hub.state, pull, {
    event: "review_dismissed",
    actor: actor.key,
    detail: {
      dismissed_review: { state: was.toLowerCase(), review_id: review.id, dismissal_message: message },
    },
  });
  emitReview(hub, pull, review, { action: "dismissed", sender: actor.key });
  return ok(reviewShape(hub, pull, review));
}
