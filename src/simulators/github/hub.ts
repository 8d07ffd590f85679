/** What every route, shape and event of the simulated GitHub works on. */
import type { GitDiff } from "./git-diff.ts";
import type { GitMerge } from "./git-merge.ts";
import type { GitRepo } from "./git-repo.ts";
import type { GitHubState, JsonObject } from "./state.ts";
import type { Webhooks } from "./webhooks.ts";

export interface Urls {
  readonly api: string;
  readonly git: string;
  readonly web: string;
}

export interface Hub {
  readonly state: GitHubState;
  readonly repo: GitRepo;
  readonly diff: GitDiff;
  readonly merge: GitMerge;
  readonly urls: Urls;
  readonly webhooks: Webhooks;
}

/** A JSON body of the API, in GitHub's field names. */
export type Shape = JsonObject;

/** "acme/config" */
export function fullName(hub: Hub): string {
  return `${hub.state.organisation.login}/${hub.state.repoName}`;
}

export function repoUrl(hub: Hub): string {
  return `${hub.urls.api}/repos/${fullName(hub)}`;
}

export function repoWebUrl(hub: Hub): string {
  return `${hub.urls.web}/${fullName(hub)}`;
}

/** GitHub's opaque global id; ours says what it is of. */
export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${String(id)}`).toString("base64url");
}
