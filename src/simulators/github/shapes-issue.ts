/** Issues, comments, reactions, labels and timelines. */
import { nodeId, repoUrl, repoWebUrl } from "./hub.ts";
import type { Hub, Shape } from "./hub.ts";
import { appIfBot, authorAssociation, userOrNull, userShape } from "./shapes-account.ts";
import type { CommentRecord, IssueRecord, LabelRecord, ReactionRecord, TimelineRecord } from "./state.ts";

export const reactionContents = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"];

export function labelShape(hub: Hub, label: LabelRecord): Shape {
  return {
    id: label.id,
    node_id: nodeId("Label", label.id),
    url: `${repoUrl(hub)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function labelShapes(hub: Hub, issue: IssueRecord): Shape[] {
  return issue.labels.flatMap((name) => {
    const label = hub.state.labels.get(name.toLowerCase());
    return label === undefined ? [] : [labelShape(hub, label)];
  });
}

export function issueWebUrl(hub: Hub, issue: IssueRecord): string {
  return `${repoWebUrl(hub)}/${issue.pull === null ? "issues" : "pull"}/${String(issue.number)}`;
}

export function issueShape(hub: Hub, issue: IssueRecord): Shape {
  const url = `${repoUrl(hub)}/issues/${String(issue.number)}`;
  return {
    url,
    repository_url: repoUrl(hub),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: issueWebUrl(hub, issue),
    id: issue.id,
    node_id: nodeId("Issue", issue.id),
    number: issue.number,
    title: issue.title,
    user: userShape(hub, issue.user),
    labels: labelShapes(hub, issue),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: issue.locked,
    active_lock_reason: null,
    assignee: userOrNull(hub, issue.assignees[0] ?? null),
    assignees: issue.assignees.map((login) => userShape(hub, login)),
    milestone: null,
    comments: hub.state.comments.filter((comment) => comment.issueNumber === issue.number).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    closed_by: userOrNull(hub, issue.closedBy),
    author_association: authorAssociation(hub, issue.user),
    body: issue.body,
    reactions: reactionSummary(`${url}/reactions`, []),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: appIfBot(hub, issue.user),
    ...(issue.pull === null ? {} : pullRequestLinks(hub, issue)),
  };
}

function pullRequestLinks(hub: Hub, issue: IssueRecord): Shape {
  const page = issueWebUrl(hub, issue);
  return {
    draft: issue.pull?.draft ?? false,
    pull_request: {
      url: `${repoUrl(hub)}/pulls/${String(issue.number)}`,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: issue.pull?.mergedAt ?? null,
    },
  };
}

export function commentShape(hub: Hub, comment: CommentRecord, issue: IssueRecord): Shape {
  const url = `${repoUrl(hub)}/issues/comments/${String(comment.id)}`;
  return {
    url,
    html_url: `${issueWebUrl(hub, issue)}#issuecomment-${String(comment.id)}`,
    issue_url: `${repoUrl(hub)}/issues/${String(issue.number)}`,
    id: comment.id,
    node_id: nodeId("IssueComment", comment.id),
    user: userShape(hub, comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: authorAssociation(hub, comment.user),
    body: comment.body,
    reactions: reactionSummary(`${url}/reactions`, comment.reactions),
    performed_via_github_app: appIfBot(hub, comment.user),
  };
}

function reactionSummary(url: string, reactions: readonly ReactionRecord[]): Shape {
  const counts = reactionContents.map((content): [string, number] => [
    content,
    reactions.filter((reaction) => reaction.content === content).length,
  ]);
  return { url, total_count: reactions.length, ...Object.fromEntries(counts) };
}

export function reactionShape(hub: Hub, reaction: ReactionRecord): Shape {
  return {
    id: reaction.id,
    node_id: nodeId("Reaction", reaction.id),
    user: userShape(hub, reaction.user),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

export function timelineShape(hub: Hub, entry: TimelineRecord): Shape {
  const url = `${repoUrl(hub)}/issues/events/${String(entry.id)}`;
  return {
    id: entry.id,
    node_id: nodeId("Event", entry.id),
    url,
    actor: userShape(hub, entry.actor),
    event: entry.event,
    commit_id: entry.commitId,
    commit_url: entry.commitId === null ? null : `${repoUrl(hub)}/commits/${entry.commitId}`,
    created_at: entry.createdAt,
    performed_via_github_app: appIfBot(hub, entry.actor),
    ...entry.detail,
  };
}
