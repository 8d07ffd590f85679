// The config repo as the GitHub adapters address it.
import type { Clock, ForkPush } from "../handlers/ports.ts";
import type { CommitSha, Login } from "../manifest/types.ts";
import type { GitHubClient } from "./github-request.ts";

export interface RepoClient {
  readonly octokit: GitHubClient;
  readonly owner: string;
  readonly repo: string;
}

export interface ReadOptions {
  readonly owner: string;
  readonly repo: string;
  readonly defaultBranch: string;
  readonly clock: Pick<Clock, "now">;
  /** Who is known to have pushed to the fork of a pull request. */
  readonly forkPushes: (pull: number) => readonly ForkPush[];
}

/** GitHub's stand-in for accounts that are gone. */
export const GHOST: Login = "ghost";

interface Account {
  readonly login: string;
}

export function loginOf(account: Account): Login;
export function loginOf(account: Partial<Account> | null | undefined): Login | null;
export function loginOf(account: Partial<Account> | null | undefined): Login | null {
  return account?.login?.toLowerCase() ?? null;
}

/** At the edge: GitHub's object ids are 40 lower-case hex digits; anything else is no answer of GitHub's. */
export function toSha(text: string): CommitSha {
  if (!/^[0-9a-f]{40}$/.test(text)) throw new TypeError("GitHub named a commit that is no 40 hex digits.");
  // Just checked.
  return text as CommitSha;
}
