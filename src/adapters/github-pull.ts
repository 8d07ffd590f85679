// A pull request as GitHub's API describes it, in our words.
import type { PullRequest } from "../handlers/ports.ts";
import { accountOf, loginOf, toSha, type ListedAccount } from "./github-repo.ts";

interface Branch {
  readonly ref: string;
  readonly sha: string;
  /** null: the fork is gone. */
  readonly repo: { readonly full_name: string; readonly owner: ListedAccount } | null;
}

/** What lists give; one pull request alone has `merged_by` and `mergeable_state` as well. */
export interface ListedPull {
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly draft?: boolean | undefined;
  readonly user: ListedAccount | null;
  readonly head: Branch;
  readonly base: { readonly ref: string; readonly repo: { readonly full_name: string } };
  readonly labels: readonly { readonly name?: string | undefined }[];
  readonly requested_reviewers?: readonly { readonly login: string }[] | null;
  readonly requested_teams?: readonly { readonly slug: string }[] | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly merged_at: string | null;
  readonly merge_commit_sha: string | null;
  readonly merged_by?: ListedAccount | null;
  readonly mergeable_state?: string;
}

export function toPullRequest(pull: ListedPull): PullRequest {
  const fromFork = pull.head.repo?.full_name.toLowerCase() !== pull.base.repo.full_name.toLowerCase();
  return {
    number: pull.number,
    title: pull.title,
    open: pull.state === "open",
    draft: pull.draft ?? false,
    author: accountOf(pull.user),
    head: toSha(pull.head.sha),
    headBranch: pull.head.ref,
    fromFork,
    forkOwner: fromFork ? accountOf(pull.head.repo?.owner) : null,
    baseBranch: pull.base.ref,
    labels: pull.labels.flatMap(({ name }) => (name === undefined ? [] : [name])),
    requested: {
      users: (pull.requested_reviewers ?? []).map(loginOf),
      teams: (pull.requested_teams ?? []).map(({ slug }) => slug),
    },
    createdAt: Date.parse(pull.created_at),
    updatedAt: Date.parse(pull.updated_at),
    merged: mergeOf(pull),
    mergeableState: pull.mergeable_state ?? "unknown",
  };
}

function mergeOf(pull: ListedPull): PullRequest["merged"] {
  if (pull.merged_at === null || pull.merge_commit_sha === null) return null;
  return {
    at: Date.parse(pull.merged_at),
    by: accountOf(pull.merged_by),
    commit: toSha(pull.merge_commit_sha),
  };
}
