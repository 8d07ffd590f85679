/** Deployments and their statuses. By default GitHub wants every check of the commit green first; so does this. */
import { ApiError, notFound, unprocessable } from "./api-error.ts";
import { isJsonObject } from "./auth.ts";
import type { Hub } from "./hub.ts";
import {
  created,
  invalidField,
  noContent,
  numberParam,
  ok,
  optionalFlag,
  optionalText,
  optionalTexts,
  paginated,
  queryText,
  requiredText,
} from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import { deploymentShape, deploymentStatusShape } from "./shapes-deployment.ts";
import type { DeploymentRecord, DeploymentStatusRecord } from "./state.ts";

const base = "/repos/{owner}/{repo}/deployments";
const one = `${base}/{deployment_id}`;
const read = ["deployments=read"];
const write = ["deployments=write"];

export const deploymentRoutes: readonly Route[] = [
  { method: "POST", template: base, needs: write, answer: createDeployment },
  { method: "GET", template: base, needs: read, answer: listDeployments },
  {
    method: "GET",
    template: one,
    needs: read,
    answer: (call) => ok(deploymentShape(call.hub, deploymentParam(call))),
  },
  { method: "DELETE", template: one, needs: write, answer: deleteDeployment },
  { method: "POST", template: `${one}/statuses`, needs: write, answer: createStatus },
  { method: "GET", template: `${one}/statuses`, needs: read, answer: listStatuses },
  { method: "GET", template: `${one}/statuses/{status_id}`, needs: read, answer: getStatus },
];

const resource = "Deployment";
const states = ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"];
const maxEnvironment = 255;
const maxDescription = 140;

function deploymentParam(call: Call): DeploymentRecord {
  const id = numberParam(call, "deployment_id");
  const deployment = call.hub.state.deployments.find((candidate) => candidate.id === id);
  if (deployment === undefined) throw notFound();
  return deployment;
}

async function createDeployment(call: Call): Promise<Answer> {
  const { hub, actor } = call;
  const ref = requiredText(call, resource, "ref");
  const sha = await hub.repo.resolve(ref);
  if (sha === undefined) throw unprocessable(`No ref found for: ${ref}`);
  const environment = optionalText(call, resource, "environment") ?? "production";
  if (environment.length > maxEnvironment) throw invalidField(resource, "environment");
  await checkAutoMerge(call, ref, sha);
  checkContexts(hub, sha, optionalTexts(call, resource, "required_contexts"));
  const payload = call.body["payload"];
  const at = hub.state.clock.iso();
  const deployment: DeploymentRecord = {
    id: hub.state.nextId(),
    sha,
    ref,
    task: optionalText(call, resource, "task") ?? "deploy",
    environment,
    description: optionalText(call, resource, "description") ?? null,
    payload: isJsonObject(payload) || typeof payload === "string" ? payload : {},
    transient: optionalFlag(call, resource, "transient_environment") ?? false,
    production: optionalFlag(call, resource, "production_environment") ?? environment === "production",
    creator: actor.key,
    createdAt: at,
    updatedAt: at,
    statuses: [],
  };
  hub.state.deployments.push(deployment);
  return created(deploymentShape(hub, deployment));
}

/** auto_merge (on unless switched off) merges the default branch into a branch that is behind; we refuse to write there. */
async function checkAutoMerge(call: Call, ref: string, sha: string): Promise<void> {
  if (optionalFlag(call, resource, "auto_merge") === false) return;
  const { repo, state } = call.hub;
  const tip = await repo.branch(state.defaultBranch);
  const isBranch = (await repo.branch(ref)) !== undefined;
  if (tip === undefined || !isBranch || (await repo.isAncestor(tip, sha))) return;
  throw new ApiError(409, `Conflict merging ${state.defaultBranch} into ${ref}.`);
}

function checkContexts(hub: Hub, sha: string, required: readonly string[] | undefined): void {
  const runs = hub.state.checkRuns.filter((run) => run.headSha === sha);
  const isGreen = (name: string): boolean => {
    const newest = runs.findLast((run) => run.name === name);
    return newest?.status === "completed" && ["success", "neutral", "skipped"].includes(newest.conclusion ?? "");
  };
  const contexts = (required ?? [...new Set(runs.map((run) => run.name))]).map((context) => ({
    context,
    state: isGreen(context) ? "success" : "pending",
  }));
  if (contexts.every((context) => context.state === "success")) return;
  throw new ApiError(409, `Conflict: Commit status checks failed for ${sha}.`, {
    errors: [{ resource, field: "required_contexts", code: "invalid", message: JSON.stringify(contexts) }],
  });
}

function listDeployments(call: Call): Promise<Answer> {
  const wanted = (name: "sha" | "ref" | "task" | "environment") => (deployment: DeploymentRecord) => {
    const text = queryText(call, name);
    return text === undefined || deployment[name] === text;
  };
  const found = call.hub.state.deployments
    .toReversed()
    .filter(wanted("sha"))
    .filter(wanted("ref"))
    .filter(wanted("task"))
    .filter(wanted("environment"));
  return paginated(call, found, (deployment) => deploymentShape(call.hub, deployment));
}

function deleteDeployment(call: Call): Answer {
  const { deployments } = call.hub.state;
  const deployment = deploymentParam(call);
  const state = deployment.statuses.at(-1)?.state;
  if (deployments.length > 1 && state !== undefined && state !== "inactive") {
    throw unprocessable(
      "We cannot delete an active deployment unless it is the only deployment in a given environment.",
    );
  }
  deployments.splice(deployments.indexOf(deployment), 1);
  return noContent;
}

function createStatus(call: Call): Answer {
  const { hub, actor } = call;
  const deployment = deploymentParam(call);
  const state = requiredText(call, "DeploymentStatus", "state");
  if (!states.includes(state)) throw invalidField("DeploymentStatus", "state");
  const description = optionalText(call, "DeploymentStatus", "description") ?? "";
  if (description.length > maxDescription) {
    throw invalidField(
      "DeploymentStatus",
      "description",
      `description is too long (maximum is ${String(maxDescription)} characters)`,
    );
  }
  const logUrl =
    optionalText(call, "DeploymentStatus", "log_url") ?? optionalText(call, "DeploymentStatus", "target_url") ?? "";
  const at = hub.state.clock.iso();
  const status: DeploymentStatusRecord = {
    id: hub.state.nextId(),
    state,
    description,
    environment: optionalText(call, "DeploymentStatus", "environment") ?? deployment.environment,
    logUrl,
    targetUrl: logUrl,
    environmentUrl: optionalText(call, "DeploymentStatus", "environment_url") ?? "",
    creator: actor.key,
    createdAt: at,
  };
  deployment.statuses.push(status);
  deployment.updatedAt = at;
  if (state === "success" && optionalFlag(call, "DeploymentStatus", "auto_inactive") !== false) {
    deactivateOthers(hub, deployment, actor.key);
  }
  return created(deploymentStatusShape(hub, deployment, status));
}

/** A success makes the earlier successes of that environment inactive, where it is neither transient nor production. */
function deactivateOthers(hub: Hub, current: DeploymentRecord, creator: string): void {
  if (current.transient || current.production) return;
  for (const other of hub.state.deployments) {
    if (other === current || other.environment !== current.environment || other.statuses.at(-1)?.state !== "success") {
      continue;
    }
    const createdAt = hub.state.clock.iso();
    const texts = { description: "", logUrl: "", targetUrl: "", environmentUrl: "" };
    other.statuses.push({
      ...texts,
      id: hub.state.nextId(),
      state: "inactive",
      environment: other.environment,
      creator,
      createdAt,
    });
  }
}

function listStatuses(call: Call): Promise<Answer> {
  const deployment = deploymentParam(call);
  return paginated(call, deployment.statuses.toReversed(), (status) =>
    deploymentStatusShape(call.hub, deployment, status),
  );
}

function getStatus(call: Call): Answer {
  const deployment = deploymentParam(call);
  const id = numberParam(call, "status_id");
  const status = deployment.statuses.find((candidate) => candidate.id === id);
  if (status === undefined) throw notFound();
  return ok(deploymentStatusShape(call.hub, deployment, status));
}
