/** Commit statuses, the older kind of check: anybody who may write gives any commit one, under any name. Nothing is decided by them. */
import { unprocessable } from "./api-error.ts";
import { nodeId, repoUrl } from "./hub.ts";
import type { Hub, Shape } from "./hub.ts";
import { created, invalidField, optionalText, param, requiredText } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import { userShape } from "./shapes-account.ts";
import type { CommitStatusRecord } from "./state.ts";

export const statusRoutes: readonly Route[] = [
  { method: "POST", template: "/repos/{owner}/{repo}/statuses/{sha}", needs: ["statuses=write"], answer: createStatus },
];

const states = ["error", "failure", "pending", "success"];

async function createStatus(call: Call): Promise<Answer> {
  const { hub, actor } = call;
  const state = requiredText(call, "Status", "state");
  if (!states.includes(state)) throw invalidField("Status", "state");
  const commit = await hub.repo.commit(param(call, "sha"));
  if (commit === undefined) throw unprocessable(`No commit found for SHA: ${param(call, "sha")}`);
  const status: CommitStatusRecord = {
    id: hub.state.nextId(),
    sha: commit.sha,
    state,
    context: optionalText(call, "Status", "context") ?? "default",
    description: optionalText(call, "Status", "description") ?? null,
    targetUrl: optionalText(call, "Status", "target_url") ?? null,
    creator: actor.key,
    createdAt: hub.state.clock.iso(),
  };
  hub.state.commitStatuses.push(status);
  return created(statusShape(hub, status));
}

function statusShape(hub: Hub, status: CommitStatusRecord): Shape {
  const creator = userShape(hub, status.creator);
  return {
    url: `${repoUrl(hub)}/statuses/${status.sha}`,
    avatar_url: creator["avatar_url"] ?? null,
    id: status.id,
    node_id: nodeId("Status", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator,
  };
}
