/** Deployments and their statuses. */
import { nodeId, repoUrl, repoWebUrl } from "./hub.ts";
import type { Hub, Shape } from "./hub.ts";
import { appIfBot, userShape } from "./shapes-account.ts";
import type { DeploymentRecord, DeploymentStatusRecord } from "./state.ts";

export function deploymentShape(hub: Hub, deployment: DeploymentRecord): Shape {
  const url = `${repoUrl(hub)}/deployments/${String(deployment.id)}`;
  return {
    url,
    id: deployment.id,
    node_id: nodeId("Deployment", deployment.id),
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    creator: userShape(hub, deployment.creator),
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: repoUrl(hub),
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: appIfBot(hub, deployment.creator),
  };
}

export function deploymentStatusShape(hub: Hub, deployment: DeploymentRecord, status: DeploymentStatusRecord): Shape {
  const url = `${repoUrl(hub)}/deployments/${String(deployment.id)}`;
  return {
    url: `${url}/statuses/${String(status.id)}`,
    id: status.id,
    node_id: nodeId("DeploymentStatus", status.id),
    state: status.state,
    creator: userShape(hub, status.creator),
    description: status.description,
    environment: status.environment,
    // GitHub says "" where there is none, which its own description does not allow.
    target_url: status.targetUrl === "" ? `${repoWebUrl(hub)}/deployments` : status.targetUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: repoUrl(hub),
    ...(status.environmentUrl === "" ? {} : { environment_url: status.environmentUrl }),
    ...(status.logUrl === "" ? {} : { log_url: status.logUrl }),
    performed_via_github_app: appIfBot(hub, status.creator),
  };
}
