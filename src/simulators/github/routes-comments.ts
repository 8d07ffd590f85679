/** Comments of issues and pull requests, and reactions to them. */
import { ApiError, notFound } from "./api-error.ts";
import { emitComment } from "./events.ts";
import {
  created,
  issueParam,
  limitBody,
  noContent,
  numberParam,
  ok,
  paginated,
  queryText,
  requiredText,
} from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import { commentShape, reactionContents, reactionShape } from "./shapes-issue.ts";
import type { CommentRecord, IssueRecord } from "./state.ts";
import { invalidField } from "./route.ts";

const base = "/repos/{owner}/{repo}/issues";
const one = `${base}/comments/{comment_id}`;
const read = ["issues=read", "pull_requests=read"];
const write = ["issues=write", "pull_requests=write"];

export const commentRoutes: readonly Route[] = [
  { method: "GET", template: `${base}/{issue_number}/comments`, needs: read, answer: listComments },
  { method: "POST", template: `${base}/{issue_number}/comments`, needs: write, answer: createComment },
  { method: "GET", template: `${base}/comments`, needs: read, answer: listAllComments },
  { method: "GET", template: one, needs: read, answer: getComment },
  { method: "PATCH", template: one, needs: write, answer: updateComment },
  { method: "DELETE", template: one, needs: write, answer: deleteComment },
  { method: "GET", template: `${one}/reactions`, needs: read, answer: listReactions },
  { method: "POST", template: `${one}/reactions`, needs: write, answer: createReaction },
  { method: "DELETE", template: `${one}/reactions/{reaction_id}`, needs: write, answer: deleteReaction },
];

const resource = "IssueComment";

function listComments(call: Call): Promise<Answer> {
  const issue = issueParam(call);
  const comments = call.hub.state.comments.filter((comment) => comment.issueNumber === issue.number);
  return paginated(call, since(call, comments), (comment) => commentShape(call.hub, comment, issue));
}

function listAllComments(call: Call): Promise<Answer> {
  const found = since(call, call.hub.state.comments);
  if (queryText(call, "direction") === "desc") found.reverse();
  return paginated(call, found, (comment) => commentShape(call.hub, comment, issueOf(call, comment)));
}

function since(call: Call, comments: readonly CommentRecord[]): CommentRecord[] {
  const from = queryText(call, "since");
  return comments.filter((comment) => from === undefined || Date.parse(comment.updatedAt) >= Date.parse(from));
}

function issueOf(call: Call, comment: CommentRecord): IssueRecord {
  const issue = call.hub.state.issues.find((candidate) => candidate.number === comment.issueNumber);
  if (issue === undefined) throw notFound();
  return issue;
}

function commentParam(call: Call): CommentRecord {
  const id = numberParam(call, "comment_id");
  const comment = call.hub.state.comments.find((candidate) => candidate.id === id);
  if (comment === undefined) throw notFound();
  return comment;
}

function createComment(call: Call): Answer {
  const { hub, actor } = call;
  const issue = issueParam(call);
  // Who may write goes on talking in a locked conversation; an App does not.
  if (issue.locked && (actor.kind === "installation" || !actor.member)) {
    throw new ApiError(403, "Unable to create comment because issue is locked.");
  }
  const body = requiredText(call, resource, "body");
  limitBody(resource, body);
  const at = hub.state.clock.iso();
  const comment: CommentRecord = {
    id: hub.state.nextId(),
    issueNumber: issue.number,
    user: actor.key,
    createdAt: at,
    updatedAt: at,
    body,
    reactions: [],
  };
  hub.state.comments.push(comment);
  issue.updatedAt = at;
  emitComment(hub, comment, issue, { action: "created", sender: actor.key });
  return created(commentShape(hub, comment, issue));
}

function getComment(call: Call): Answer {
  const comment = commentParam(call);
  return ok(commentShape(call.hub, comment, issueOf(call, comment)));
}

/** People edit what others wrote too, as everybody with write access may; an App its own alone. */
function mayChange(call: Call, comment: CommentRecord): void {
  if (call.actor.kind === "installation" && comment.user !== call.actor.key) {
    throw new ApiError(403, "Resource not accessible by integration", {
      headers: { "x-accepted-github-permissions": write.join("; ") },
    });
  }
}

function updateComment(call: Call): Answer {
  const { hub, actor } = call;
  const comment = commentParam(call);
  const issue = issueOf(call, comment);
  const body = requiredText(call, resource, "body");
  limitBody(resource, body);
  mayChange(call, comment);
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = hub.state.clock.iso();
  const extra = { changes: { body: { from } } };
  if (from !== body) emitComment(hub, comment, issue, { action: "edited", sender: actor.key, extra });
  return ok(commentShape(hub, comment, issue));
}

function deleteComment(call: Call): Answer {
  const { hub, actor } = call;
  const comment = commentParam(call);
  const issue = issueOf(call, comment);
  mayChange(call, comment);
  hub.state.comments.splice(hub.state.comments.indexOf(comment), 1);
  emitComment(hub, comment, issue, { action: "deleted", sender: actor.key });
  return noContent;
}

function listReactions(call: Call): Promise<Answer> {
  const content = queryText(call, "content");
  const found = commentParam(call).reactions.filter(
    (reaction) => content === undefined || reaction.content === content,
  );
  return paginated(call, found, (reaction) => reactionShape(call.hub, reaction));
}

/** The same reaction of the same person twice is one: 200 instead of 201. */
function createReaction(call: Call): Answer {
  const { hub, actor } = call;
  const comment = commentParam(call);
  const content = requiredText(call, "Reaction", "content");
  if (!reactionContents.includes(content)) throw invalidField("Reaction", "content");
  const known = comment.reactions.find((reaction) => reaction.user === actor.key && reaction.content === content);
  if (known !== undefined) return ok(reactionShape(hub, known));
  const reaction = { id: hub.state.nextId(), user: actor.key, content, createdAt: hub.state.clock.iso() };
  comment.reactions.push(reaction);
  return created(reactionShape(hub, reaction));
}

function deleteReaction(call: Call): Answer {
  const comment = commentParam(call);
  const id = numberParam(call, "reaction_id");
  const at = comment.reactions.findIndex((reaction) => reaction.id === id && reaction.user === call.actor.key);
  if (at < 0) throw notFound();
  comment.reactions.splice(at, 1);
  return noContent;
}
