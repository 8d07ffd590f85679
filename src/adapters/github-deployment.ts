// One deployment of ours for a commit and an environment, and its newest status. It reports; GitHub must neither merge anything for
// it nor wait for checks.
import type { GitHubWriter } from "../handlers/ports.ts";
import { isOwnAccount, type WriteOptions } from "./github-own.ts";
import { ask, askAllPages } from "./github-request.ts";
import { cutLine } from "./github-text.ts";

/** Tells Signalbox's deployments from those of others at a glance. */
const TASK = "deploy:signalbox";
const ENVIRONMENT_CHARACTERS = 255;
const DESCRIPTION_CHARACTERS = 140;

type Wanted = Parameters<GitHubWriter["upsertDeployment"]>[0];

export async function upsertDeployment(github: WriteOptions, given: Wanted): Promise<void> {
  const wanted = {
    ...given,
    environment: cutLine(given.environment, ENVIRONMENT_CHARACTERS),
    description: cutLine(given.description, DESCRIPTION_CHARACTERS),
  };
  const known = await findDeployment(github, wanted);
  const id = known ?? (await createDeployment(github, wanted));
  const newest = known === null ? null : await newestStatus(github, known);
  if (newest?.state === wanted.state && newest.description === wanted.description) return;
  await addStatus(github, id, wanted);
}

async function findDeployment(github: WriteOptions, wanted: Wanted): Promise<number | null> {
  const { octokit, owner, repo } = github;
  const { commit, environment } = wanted;
  const found = await askAllPages(`list the deployments of ${commit}`, (page) =>
    octokit.request("GET /repos/{owner}/{repo}/deployments", {
      owner,
      repo,
      sha: commit,
      environment,
      task: TASK,
      per_page: 100,
      page,
    }),
  );
  const own = found.filter((deployment) => deployment.sha === commit && isOwnAccount(github, deployment.creator));
  const ids = own.map((deployment) => Number(deployment.id));
  return ids.length === 0 ? null : Math.min(...ids);
}

async function createDeployment({ octokit, owner, repo }: WriteOptions, wanted: Wanted): Promise<number> {
  const doing = `create the deployment of ${wanted.commit} to ${wanted.environment}`;
  const created = await ask<object>(doing, () =>
    octokit.request("POST /repos/{owner}/{repo}/deployments", {
      owner,
      repo,
      ref: wanted.commit,
      task: TASK,
      environment: wanted.environment,
      description: "Reported by Signalbox",
      auto_merge: false,
      required_contexts: [],
      production_environment: wanted.production,
      transient_environment: false,
    }),
  );
  if (!("id" in created)) throw new TypeError(`GitHub created no deployment when asked to ${doing}.`);
  return Number(created.id);
}

async function newestStatus(
  { octokit, owner, repo }: WriteOptions,
  id: number,
): Promise<{ readonly state: string; readonly description: string } | null> {
  const statuses = await askAllPages(`list the statuses of deployment ${String(id)}`, (page) =>
    octokit.request("GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", {
      owner,
      repo,
      deployment_id: id,
      per_page: 100,
      page,
    }),
  );
  return statuses.reduce<(typeof statuses)[number] | null>((a, b) => (a && a.id > b.id ? a : b), null);
}

async function addStatus({ octokit, owner, repo }: WriteOptions, id: number, wanted: Wanted): Promise<void> {
  await ask(`report on the deployment to ${wanted.environment}`, () =>
    octokit.request("POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", {
      owner,
      repo,
      deployment_id: id,
      state: wanted.state,
      description: wanted.description,
      // Which deployment is over is said by Signalbox; GitHub's own guess would be reported against again and again.
      auto_inactive: false,
    }),
  );
}
