/**
 * The GraphQL mutations that REST has no words for: a pull request becomes a draft, is ready again, joins the merge queue and
 * leaves it. No GraphQL beyond that: the mutation's name is looked for in the query, its pull request in the variables or in the
 * query itself.
 */
import { ApiError } from "./api-error.ts";
import { isJsonObject, requirePermission } from "./auth.ts";
import { emitPullRequest } from "./events.ts";
import { nodeId } from "./hub.ts";
import type { Hub } from "./hub.ts";
import { dequeue, enqueue, queueEntryOf } from "./merge-queue.ts";
import { ok, requiredText } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import { checkMergeable } from "./routes-merge.ts";
import { pullRequests, recordTimeline } from "./state.ts";
import type { JsonObject, PullRequestRecord, QueueEntry } from "./state.ts";

export const graphqlRoutes: readonly Route[] = [{ method: "POST", template: "/graphql", answer: mutate }];

/** @throws ApiError with GraphQL's own word and sentence for what is wrong. */
type Mutation = (call: Call, pull: PullRequestRecord) => Promise<JsonObject>;

const mutations: ReadonlyMap<string, Mutation> = new Map([
  [
    "convertPullRequestToDraft",
    draftMutation({ draft: true, action: "converted_to_draft", event: "convert_to_draft" }),
  ],
  [
    "markPullRequestReadyForReview",
    draftMutation({ draft: false, action: "ready_for_review", event: "ready_for_review" }),
  ],
  ["enqueuePullRequest", enqueuePull],
  ["dequeuePullRequest", dequeuePull],
]);

async function mutate(call: Call): Promise<Answer> {
  const { hub, actor } = call;
  const query = requiredText(call, "Query", "query");
  const [name, mutation] = [...mutations].find(([candidate]) => query.includes(candidate)) ?? [];
  if (name === undefined || mutation === undefined) {
    throw new ApiError(400, `The simulated GitHub knows these mutations alone: ${[...mutations.keys()].join(", ")}.`);
  }
  requirePermission(actor, ["pull_requests=write"]);
  const refused = (type: string, message: string): Answer =>
    ok({ data: { [name]: null }, errors: [{ type, message }] });
  const pull = pullOf(hub, query, call.body["variables"]);
  if (pull === undefined) return refused("NOT_FOUND", "Could not resolve to a node");
  try {
    return ok({ data: { [name]: await mutation(call, pull) } });
  } catch (error) {
    // GraphQL says 200 to what it could read, and what was wrong in the body.
    if (error instanceof ApiError) return refused("UNPROCESSABLE", error.message);
    throw error;
  }
}

function draftMutation(to: { readonly draft: boolean; readonly action: string; readonly event: string }): Mutation {
  return async ({ hub, actor }, pull) => {
    if (pull.pull.draft !== to.draft) {
      pull.pull.draft = to.draft;
      recordTimeline(hub.state, pull, { event: to.event, actor: actor.key });
      await emitPullRequest(hub, pull, { action: to.action, sender: actor.key });
    }
    return { pullRequest: { id: nodeId("PullRequest", pull.id), number: pull.number, isDraft: to.draft } };
  };
}

async function enqueuePull({ hub, actor }: Call, pull: PullRequestRecord): Promise<JsonObject> {
  if (!actor.member) throw new ApiError(403, "Only those who may write can add a pull request to the merge queue");
  if (pull.pull.baseRef !== hub.state.defaultBranch) throw new ApiError(405, "The base branch has no merge queue");
  if (queueEntryOf(hub, pull) !== undefined) throw new ApiError(405, "Pull request is already in the queue");
  // What waits in the queue is merged like anybody's: nobody is past the check there.
  checkMergeable(hub, pull, { ...actor, admin: false });
  return { mergeQueueEntry: entryShape(hub, await enqueue(hub, pull, actor.key)) };
}

async function dequeuePull({ hub, actor }: Call, pull: PullRequestRecord): Promise<JsonObject> {
  const entry = queueEntryOf(hub, pull);
  if (entry === undefined) throw new ApiError(405, "Pull request is not in the queue");
  if (!actor.member) throw new ApiError(403, "Only those who may write can remove a pull request from the queue");
  const shape = entryShape(hub, entry);
  await dequeue(hub, entry, { by: actor.key, reason: "MANUAL" });
  return { mergeQueueEntry: shape };
}

function entryShape(hub: Hub, entry: QueueEntry): JsonObject {
  const position = hub.state.mergeQueue.entries.indexOf(entry) + 1;
  return { id: nodeId("MergeQueueEntry", entry.id), enqueuedAt: entry.enqueuedAt, position, state: "QUEUED" };
}

function pullOf(hub: Hub, query: string, variables: unknown): PullRequestRecord | undefined {
  const text = query + JSON.stringify(isJsonObject(variables) ? variables : {});
  return pullRequests(hub.state).find((pull) => text.includes(`"${nodeId("PullRequest", pull.id)}"`));
}
