/**
 * The two GraphQL mutations that REST has no words for: a pull request becomes a draft, and is ready again. No GraphQL
 * beyond that: the mutation's name is looked for in the query, its pull request in the variables or in the query itself.
 */
import { ApiError } from "./api-error.ts";
import { isJsonObject, requirePermission } from "./auth.ts";
import { emitPullRequest } from "./events.ts";
import { nodeId } from "./hub.ts";
import type { Hub } from "./hub.ts";
import { ok, requiredText } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import { pullRequests, recordTimeline } from "./state.ts";
import type { PullRequestRecord } from "./state.ts";

export const graphqlRoutes: readonly Route[] = [{ method: "POST", template: "/graphql", answer: mutate }];

const mutations = {
  convertPullRequestToDraft: { draft: true, action: "converted_to_draft", event: "convert_to_draft" },
  markPullRequestReadyForReview: { draft: false, action: "ready_for_review", event: "ready_for_review" },
} as const;

async function mutate(call: Call): Promise<Answer> {
  const { hub, actor } = call;
  const query = requiredText(call, "Query", "query");
  const name = Object.keys(mutations).find((candidate) => query.includes(candidate));
  if (name !== "convertPullRequestToDraft" && name !== "markPullRequestReadyForReview") {
    throw new ApiError(400, `The simulated GitHub knows these mutations alone: ${Object.keys(mutations).join(", ")}.`);
  }
  requirePermission(actor, ["pull_requests=write"]);
  const pull = pullOf(hub, query, call.body["variables"]);
  if (pull === undefined) {
    return ok({ data: { [name]: null }, errors: [{ type: "NOT_FOUND", message: "Could not resolve to a node" }] });
  }
  const { draft, action, event } = mutations[name];
  if (pull.pull.draft !== draft) {
    pull.pull.draft = draft;
    recordTimeline(hub.state, pull, { event, actor: actor.key });
    await emitPullRequest(hub, pull, { action, sender: actor.key });
  }
  const pullRequest = { id: nodeId("PullRequest", pull.id), number: pull.number, isDraft: draft };
  return ok({ data: { [name]: { pullRequest } } });
}

function pullOf(hub: Hub, query: string, variables: unknown): PullRequestRecord | undefined {
  const text = query + JSON.stringify(isJsonObject(variables) ? variables : {});
  return pullRequests(hub.state).find((pull) => text.includes(`"${nodeId("PullRequest", pull.id)}"`));
}
