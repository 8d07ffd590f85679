// The conversation of a pull request: what people wrote in it, what of ours answers them, and who is asked for a review.
import type { Comment, GitHubWriter, PullComment, Reaction } from "../handlers/ports.ts";
import type { Instant } from "../manifest/types.ts";
import { accountOf, type ListedAccount, type RepoClient } from "./github-repo.ts";
import { ask, askAllPages } from "./github-request.ts";

interface ListedComment {
  readonly id: number | bigint;
  readonly html_url: string;
  readonly user: (ListedAccount & { readonly type?: string }) | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly body?: string;
}

export async function readComments(github: RepoClient, number: number, since: Instant): Promise<readonly Comment[]> {
  return (await listComments(github, { number, since })).map(toComment);
}

/** Of one conversation, to its last page; all of it where `since` is left out. */
export async function listComments(
  { octokit, owner, repo }: RepoClient,
  { number, since }: { readonly number: number; readonly since?: Instant },
): Promise<readonly ListedComment[]> {
  return askAllPages<ListedComment>(`list the comments of #${String(number)}`, (page) =>
    octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      owner,
      repo,
      issue_number: number,
      ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
      per_page: 100,
      page,
    }),
  );
}

/** Of all pull requests; GitHub lists those of issues beside them. */
export async function readCommentsSince(github: RepoClient, since: Instant): Promise<readonly PullComment[]> {
  const { octokit, owner, repo } = github;
  const comments = await askAllPages<ListedComment>("list the newest comments", (page) =>
    octokit.request("GET /repos/{owner}/{repo}/issues/comments", {
      owner,
      repo,
      sort: "updated",
      direction: "asc",
      since: new Date(since).toISOString(),
      per_page: 100,
      page,
    }),
  );
  return comments.flatMap((comment) => {
    const pull = /\/pull\/(\d+)#/.exec(comment.html_url)?.[1];
    return pull === undefined ? [] : [{ ...toComment(comment), pull: Number(pull) }];
  });
}

function toComment(comment: ListedComment): Comment {
  return {
    id: Number(comment.id),
    by: accountOf(comment.user),
    byPerson: comment.user?.type === "User",
    createdAt: Date.parse(comment.created_at),
    updatedAt: Date.parse(comment.updated_at),
    body: comment.body ?? "",
  };
}

/** The same reaction twice is one at GitHub. */
export async function react({ octokit, owner, repo }: RepoClient, comment: number, content: Reaction): Promise<void> {
  await ask(`react to comment ${String(comment)}`, () =>
    octokit.request("POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", {
      owner,
      repo,
      comment_id: comment,
      content,
    }),
  );
}

export async function requestReviewers(
  { octokit, owner, repo }: RepoClient,
  number: number,
  of: Parameters<GitHubWriter["requestReviewers"]>[1],
): Promise<void> {
  if (of.users.length + of.teams.length === 0) return;
  await ask(`ask for reviews of #${String(number)}`, () =>
    octokit.request("POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", {
      owner,
      repo,
      pull_number: number,
      reviewers: [...of.users],
      team_reviewers: [...of.teams],
    }),
  );
}
