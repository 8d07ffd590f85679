/** Pull requests and their reviews. */
import { nodeId, repoUrl } from "./hub.ts";
import type { Hub, Shape } from "./hub.ts";
import {
  appIfBot,
  authorAssociation,
  organisationAsUser,
  teamShape,
  userOrNull,
  userShape,
  userUnlessGone,
} from "./shapes-account.ts";
import { issueWebUrl, labelShapes } from "./shapes-issue.ts";
import { forkShape, repositoryShape } from "./shapes-repo.ts";
import { requiredCheckIsGreen } from "./state.ts";
import type { PullPart, PullRequestRecord, ReviewRecord } from "./state.ts";

/** How GitHub's lists show a pull request. */
export function pullSimpleShape(hub: Hub, pull: PullRequestRecord): Shape {
  const url = `${repoUrl(hub)}/pulls/${String(pull.number)}`;
  const issueUrl = `${repoUrl(hub)}/issues/${String(pull.number)}`;
  const page = issueWebUrl(hub, pull);
  const { pull: part } = pull;
  return {
    url,
    id: pull.id,
    node_id: nodeId("PullRequest", pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    number: pull.number,
    state: pull.state,
    locked: pull.locked,
    title: pull.title,
    user: userShape(hub, pull.user),
    body: pull.body,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: part.mergedAt,
    merge_commit_sha: part.mergeCommitSha,
    assignee: userOrNull(hub, pull.assignees[0] ?? null),
    assignees: pull.assignees.map((login) => userShape(hub, login)),
    requested_reviewers: part.requestedReviewers.map((login) => userShape(hub, login)),
    requested_teams: requestedTeams(hub, pull),
    labels: labelShapes(hub, pull),
    milestone: null,
    draft: part.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repoUrl(hub)}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: `${repoUrl(hub)}/statuses/${part.headSha}`,
    head: part.fork === null ? sideShape(hub, part.headRef, part.headSha) : forkSideShape(hub, part.fork, part),
    base: sideShape(hub, part.baseRef, part.baseSha),
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${repoUrl(hub)}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: `${repoUrl(hub)}/statuses/${part.headSha}` },
    },
    author_association: authorAssociation(hub, pull.user),
    auto_merge: null,
    active_lock_reason: null,
  };
}

/** One pull request in full, with what git says of it. */
export async function pullShape(hub: Hub, pull: PullRequestRecord): Promise<Shape> {
  const { pull: part } = pull;
  const [files, commits] = await Promise.all([
    hub.diff.files(part.baseSha, part.headSha),
    hub.repo.commitsBetween(part.baseSha, part.headSha),
  ]);
  return {
    ...pullSimpleShape(hub, pull),
    merged: part.mergedAt !== null,
    mergeable: pull.state === "closed" ? null : part.mergeable,
    rebaseable: pull.state === "closed" ? null : part.mergeable,
    mergeable_state: mergeableState(hub, pull),
    merged_by: userOrNull(hub, part.mergedBy),
    comments: hub.state.comments.filter((comment) => comment.issueNumber === pull.number).length,
    review_comments: 0,
    maintainer_can_modify: part.maintainerCanModify,
    commits: commits.length,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    changed_files: files.length,
  };
}

export function mergeableState(hub: Hub, pull: PullRequestRecord): string {
  if (pull.state === "closed" || pull.pull.mergeable === null) return "unknown";
  if (!pull.pull.mergeable) return "dirty";
  if (pull.pull.draft) return "draft";
  const isProtected = pull.pull.baseRef === hub.state.defaultBranch;
  return isProtected && !requiredCheckIsGreen(hub.state, pull.pull.headSha) ? "blocked" : "clean";
}

function sideShape(hub: Hub, ref: string, sha: string): Shape {
  const owner = hub.state.organisation.login;
  return { label: `${owner}:${ref}`, ref, sha, user: organisationAsUser(hub), repo: repositoryShape(hub) };
}

function forkSideShape(hub: Hub, key: string, part: PullPart): Shape {
  const user = userShape(hub, key);
  const fork = hub.state.forks.find((candidate) => candidate.owner === key);
  const label = `${String(user["login"])}:${part.headRef}`;
  return { label, ref: part.headRef, sha: part.headSha, user, repo: fork === undefined ? null : forkShape(hub, fork) };
}

function requestedTeams(hub: Hub, pull: PullRequestRecord): Shape[] {
  return hub.state.teams
    .filter((team) => pull.pull.requestedTeams.includes(team.slug))
    .map((team) => teamShape(hub, team));
}

export function requestedReviewersShape(hub: Hub, pull: PullRequestRecord): Shape {
  return {
    users: pull.pull.requestedReviewers.map((login) => userShape(hub, login)),
    teams: requestedTeams(hub, pull),
  };
}

export function reviewShape(hub: Hub, pull: PullRequestRecord, review: ReviewRecord): Shape {
  const page = `${issueWebUrl(hub, pull)}#pullrequestreview-${String(review.id)}`;
  const pullUrl = `${repoUrl(hub)}/pulls/${String(pull.number)}`;
  return {
    id: review.id,
    node_id: nodeId("PullRequestReview", review.id),
    user: userUnlessGone(hub, review.user),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pullUrl,
    author_association: authorAssociation(hub, review.user),
    _links: { html: { href: page }, pull_request: { href: pullUrl } },
    ...(review.state === "PENDING" ? {} : { submitted_at: review.submittedAt }),
    commit_id: review.commitId,
  };
}

/** A review as `pull_request_review` events carry it: the state in lower case, an empty body as null. */
export function reviewEventShape(hub: Hub, pull: PullRequestRecord, review: ReviewRecord): Shape {
  return {
    ...reviewShape(hub, pull, review),
    state: review.state.toLowerCase(),
    body: review.body === "" ? null : review.body,
    submitted_at: review.submittedAt,
    updated_at: review.submittedAt,
    performed_via_github_app: appIfBot(hub, review.user),
  };
}

/** How check runs point to the pull requests of their commit. */
export function pullMinimalShape(hub: Hub, pull: PullRequestRecord): Shape {
  const repo = { id: hub.state.repoId, url: repoUrl(hub), name: hub.state.repoName };
  return {
    id: pull.id,
    number: pull.number,
    url: `${repoUrl(hub)}/pulls/${String(pull.number)}`,
    head: { ref: pull.pull.headRef, sha: pull.pull.headSha, repo },
    base: { ref: pull.pull.baseRef, sha: pull.pull.baseSha, repo },
  };
}
