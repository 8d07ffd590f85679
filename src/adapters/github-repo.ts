// The config repo as the GitHub adapters address it.
import type { Account, Clock, ForkPush } from "../handlers/ports.ts";
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

/** As GitHub's answers have it; ids that no double can hold are bigints. */
export interface ListedAccount {
  readonly login?: string | undefined;
  readonly id?: number | bigint | undefined;
}

export function loginOf({ login }: { readonly login: string }): Login {
  return login.toLowerCase();
}

/** null: GitHub names nobody. */
export function accountOf(listed: ListedAccount | null | undefined): Account | null {
  const { login, id } = listed ?? {};
  return login === undefined || id === undefined ? null : { login: loginOf({ login }), id: Number(id) };
}

/** At the edge: GitHub's object ids are 40 lower-case hex digits; anything else is no answer of GitHub's. */
export function toSha(text: string): CommitSha {
  if (!/^[0-9a-f]{40}$/.test(text)) throw new TypeError("GitHub named a commit that is no 40 hex digits.");
  // Just checked.
  return text as CommitSha;
}
