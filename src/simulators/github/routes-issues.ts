/** Issues (pull requests are issues too), their labels, their timelines. */
import { unprocessable } from "./api-error.ts";
import { emitPullRequest } from "./events.ts";
import type { Hub, Shape } from "./hub.ts";
import { closePull } from "./ref-updates.ts";
import {
  created,
  invalidField,
  issueParam,
  limitBody,
  missingField,
  noContent,
  ok,
  optionalText,
  optionalTexts,
  paginated,
  param,
  queryText,
  requiredText,
} from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import { userShape } from "./shapes-account.ts";
import { gitCommitShape } from "./shapes-commit.ts";
import { commentShape, issueShape, labelShape, labelShapes, timelineShape } from "./shapes-issue.ts";
import { reviewShape } from "./shapes-pull.ts";
import { accountNamed, accountOf, isPullRequest, recordTimeline } from "./state.ts";
import type { IssueRecord, LabelRecord } from "./state.ts";

const base = "/repos/{owner}/{repo}/issues";
const one = `${base}/{issue_number}`;
const read = ["issues=read", "pull_requests=read"];
const write = ["issues=write", "pull_requests=write"];

export const issueRoutes: readonly Route[] = [
  { method: "POST", template: base, needs: ["issues=write"], answer: createIssue },
  { method: "GET", template: base, needs: read, answer: listIssues },
  { method: "GET", template: one, needs: read, answer: (call) => ok(issueShape(call.hub, issueParam(call))) },
  { method: "PATCH", template: one, needs: write, answer: updateIssue },
  { method: "PUT", template: `${one}/lock`, needs: write, answer: (call) => setLock(call, { locked: true }) },
  { method: "DELETE", template: `${one}/lock`, needs: write, answer: (call) => setLock(call, { locked: false }) },
  { method: "GET", template: `${one}/timeline`, needs: read, answer: listTimeline },
  { method: "GET", template: `${one}/labels`, needs: read, answer: listLabels },
  { method: "POST", template: `${one}/labels`, needs: write, answer: addLabels },
  { method: "PUT", template: `${one}/labels`, needs: write, answer: setLabels },
  { method: "DELETE", template: `${one}/labels/{name}`, needs: write, answer: removeLabel },
  {
    method: "GET",
    template: "/repos/{owner}/{repo}/labels",
    needs: read,
    answer: (call) => paginated(call, [...call.hub.state.labels.values()], (label) => labelShape(call.hub, label)),
  },
];

const resource = "Issue";

async function createIssue(call: Call): Promise<Answer> {
  const { hub, actor } = call;
  const title = requiredText(call, resource, "title");
  const body = optionalText(call, resource, "body") ?? null;
  limitBody(resource, body);
  const assignees = optionalTexts(call, resource, "assignees") ?? [];
  const at = hub.state.clock.iso();
  const issue: IssueRecord = {
    id: hub.state.nextId(),
    number: hub.state.issues.length + 1,
    user: actor.key,
    title,
    body,
    state: "open",
    stateReason: null,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedBy: null,
    labels: [],
    assignees: assignees.flatMap((login) => accountNamed(hub.state, login)?.key ?? []),
    locked: false,
    timeline: [],
    pull: null,
  };
  hub.state.issues.push(issue);
  await changeLabels(hub, issue, { labels: optionalTexts(call, resource, "labels") ?? [], actor: actor.key });
  return created(issueShape(hub, issue));
}

function listIssues(call: Call): Promise<Answer> {
  const state = queryText(call, "state") ?? "open";
  const creator = queryText(call, "creator")?.toLowerCase();
  const labels = (queryText(call, "labels") ?? "").split(",").filter((label) => label !== "");
  const since = queryText(call, "since");
  const sort = queryText(call, "sort") ?? "created";
  const found = call.hub.state.issues
    .filter((issue) => state === "all" || issue.state === state)
    .filter((issue) => creator === undefined || accountOf(call.hub.state, issue.user).login.toLowerCase() === creator)
    .filter((issue) => labels.every((label) => hasLabel(issue, label)))
    .filter((issue) => since === undefined || Date.parse(issue.updatedAt) >= Date.parse(since));
  const key = (issue: IssueRecord): string => (sort === "updated" ? issue.updatedAt : issue.createdAt);
  found.sort((a, b) => key(a).localeCompare(key(b)) || a.number - b.number);
  if ((queryText(call, "direction") ?? "desc") === "desc") found.reverse();
  return paginated(call, found, (issue) => issueShape(call.hub, issue));
}

function hasLabel(issue: IssueRecord, name: string): boolean {
  return issue.labels.some((label) => label.toLowerCase() === name.toLowerCase());
}

async function updateIssue(call: Call): Promise<Answer> {
  const { hub, actor } = call;
  const issue = issueParam(call);
  const title = optionalText(call, resource, "title");
  const body = optionalText(call, resource, "body");
  const state = optionalText(call, resource, "state");
  const labels = optionalTexts(call, resource, "labels");
  if (title === "") throw missingField(resource, "title");
  limitBody(resource, body ?? null);
  if (state !== undefined && state !== "open" && state !== "closed") throw invalidField(resource, "state");
  const changes = changeTexts(call, issue, { title, body });
  issue.updatedAt = hub.state.clock.iso();
  if (isPullRequest(issue) && Object.keys(changes).length > 0) {
    await emitPullRequest(hub, issue, { action: "edited", sender: actor.key, extra: { changes } });
  }
  if (labels !== undefined) await changeLabels(hub, issue, { labels, actor: actor.key });
  if (state !== undefined && state !== issue.state) await changeState(call, issue, state);
  return ok(issueShape(hub, issue));
}

/** @returns `changes` of the event: what stood there before. */
function changeTexts(
  call: Call,
  issue: IssueRecord,
  next: { readonly title: string | undefined; readonly body: string | undefined },
): Record<string, Shape> {
  const { title, body } = next;
  const changes: Record<string, Shape> = {};
  if (title !== undefined && title !== issue.title) {
    changes["title"] = { from: issue.title };
    const detail = { rename: { from: issue.title, to: title } };
    recordTimeline(call.hub.state, issue, { event: "renamed", actor: call.actor.key, detail });
    issue.title = title;
  }
  if (body !== undefined && body !== issue.body) {
    changes["body"] = { from: issue.body ?? "" };
    issue.body = body;
  }
  return changes;
}

async function changeState(call: Call, issue: IssueRecord, state: "open" | "closed"): Promise<void> {
  const { hub, actor } = call;
  if (isPullRequest(issue)) {
    if (state === "open") throw unprocessable("A pull request is reopened through the pulls API.");
    await closePull(hub, issue, actor.key);
    return;
  }
  issue.state = state;
  issue.stateReason = state === "open" ? "reopened" : (optionalText(call, resource, "state_reason") ?? "completed");
  issue.closedAt = state === "open" ? null : hub.state.clock.iso();
  issue.closedBy = state === "open" ? null : actor.key;
  recordTimeline(hub.state, issue, { event: state === "open" ? "reopened" : "closed", actor: actor.key });
}

/** Events, comments, reviews and (first) the commits of a pull request, by time. */
function setLock(call: Call, { locked }: { readonly locked: boolean }): Answer {
  const issue = issueParam(call);
  issue.locked = locked;
  recordTimeline(call.hub.state, issue, { event: locked ? "locked" : "unlocked", actor: call.actor.key });
  return noContent;
}

async function listTimeline(call: Call): Promise<Answer> {
  const { hub } = call;
  const issue = issueParam(call);
  const entries = issue.timeline.map((entry) => ({
    at: entry.createdAt,
    id: entry.id,
    shape: timelineShape(hub, entry),
  }));
  for (const comment of hub.state.comments.filter((candidate) => candidate.issueNumber === issue.number)) {
    const shape = { ...commentShape(hub, comment, issue), event: "commented", actor: userShape(hub, comment.user) };
    entries.push({ at: comment.createdAt, id: comment.id, shape });
  }
  if (isPullRequest(issue)) {
    for (const review of issue.pull.reviews.filter((candidate) => candidate.state !== "PENDING")) {
      const shape = { ...reviewShape(hub, issue, review), state: review.state.toLowerCase(), event: "reviewed" };
      entries.push({ at: review.submittedAt, id: review.id, shape });
    }
    const commits = await hub.repo.commitsBetween(issue.pull.baseSha, issue.pull.headSha);
    for (const commit of commits) {
      entries.push({ at: commit.committer.date, id: 0, shape: { ...gitCommitShape(hub, commit), event: "committed" } });
    }
  }
  entries.sort((a, b) => a.at.localeCompare(b.at) || a.id - b.id);
  return paginated(call, entries, (entry) => entry.shape);
}

function listLabels(call: Call): Promise<Answer> {
  return paginated(call, labelShapes(call.hub, issueParam(call)), (label) => label);
}

async function addLabels(call: Call): Promise<Answer> {
  const issue = issueParam(call);
  const added = optionalTexts(call, resource, "labels") ?? [];
  await changeLabels(call.hub, issue, { labels: [...issue.labels, ...added], actor: call.actor.key });
  return ok(labelShapes(call.hub, issue));
}

async function setLabels(call: Call): Promise<Answer> {
  const issue = issueParam(call);
  const labels = optionalTexts(call, resource, "labels") ?? [];
  await changeLabels(call.hub, issue, { labels, actor: call.actor.key });
  return ok(labelShapes(call.hub, issue));
}

async function removeLabel(call: Call): Promise<Answer> {
  const issue = issueParam(call);
  const name = param(call, "name").toLowerCase();
  if (!hasLabel(issue, name)) throw unprocessable("Label does not exist");
  const labels = issue.labels.filter((label) => label.toLowerCase() !== name);
  await changeLabels(call.hub, issue, { labels, actor: call.actor.key });
  return ok(labelShapes(call.hub, issue));
}

/** Labels that do not exist yet are made, as GitHub makes them. */
async function changeLabels(
  hub: Hub,
  issue: IssueRecord,
  wanted: { readonly labels: readonly string[]; readonly actor: string },
): Promise<void> {
  const next = new Map(wanted.labels.map((name) => [name.toLowerCase(), labelNamed(hub, name)]));
  const before = issue.labels.map((name) => labelNamed(hub, name));
  const added = [...next.values()].filter((label) => !hasLabel(issue, label.name));
  const removed = before.filter((label) => !next.has(label.name.toLowerCase()));
  issue.labels = [...next.values()].map((label) => label.name);
  for (const [event, labels] of [["labeled", added] as const, ["unlabeled", removed] as const]) {
    for (const label of labels) {
      const detail = { label: { name: label.name, color: label.color } };
      recordTimeline(hub.state, issue, { event, actor: wanted.actor, detail });
      if (!isPullRequest(issue)) continue;
      const extra = { label: labelShape(hub, label) };
      await emitPullRequest(hub, issue, { action: event, sender: wanted.actor, extra });
    }
  }
}

function labelNamed(hub: Hub, name: string): LabelRecord {
  const known = hub.state.labels.get(name.toLowerCase());
  if (known !== undefined) return known;
  const label = { id: hub.state.nextId(), name, color: "ededed", description: null };
  hub.state.labels.set(name.toLowerCase(), label);
  return label;
}
