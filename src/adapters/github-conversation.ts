// The conversation of a pull request: what people wrote in it, what of ours answers them, and who is asked for a review.
import { StalledError } from "../errors.ts";
import type { Comment, GitHubWriter, Reaction } from "../handlers/ports.ts";
import type { Instant } from "../manifest/types.ts";
import { failedRequestOf } from "./github-errors.ts";
import { loginOf, type RepoClient } from "./github-repo.ts";
import { ask, askAllPages } from "./github-request.ts";

interface ListedComment {
  readonly id: number | bigint;
  readonly user: { readonly login?: string; readonly type?: string } | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly body?: string;
}

export async function readComments(github: RepoClient, number: number, since: Instant): Promise<readonly Comment[]> {
  const { octokit, owner, repo } = github;
  const comments = await askAllPages<ListedComment>(`list the comments of #${String(number)}`, (page) =>
    octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      owner,
      repo,
      issue_number: number,
      since: new Date(since).toISOString(),
      per_page: 100,
      page,
    }),
  );
  return comments.map(toComment);
}

export async function readComment({ octokit, owner, repo }: RepoClient, id: number): Promise<Comment | null> {
  try {
    return toComment(
      await ask<ListedComment>(`read comment ${String(id)}`, () =>
        octokit.request("GET /repos/{owner}/{repo}/issues/comments/{comment_id}", { owner, repo, comment_id: id }),
      ),
    );
  } catch (error) {
    if (error instanceof StalledError && failedRequestOf(error.cause)?.status === 404) return null;
    throw error;
  }
}

function toComment(comment: ListedComment): Comment {
  return {
    id: Number(comment.id),
    login: loginOf(comment.user),
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
