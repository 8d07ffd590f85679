/** Pull requests: opening, listing, changing, their commits and files, and who is asked for a review. */
import { unprocessable, validationFailed } from "./api-error.ts";
import { emitPullRequest } from "./events.ts";
import type { Hub, Shape } from "./hub.ts";
import { closePull, refreshMergeability } from "./ref-updates.ts";
import {
  created,
  invalidField,
  limitBody,
  missingField,
  noContent,
  ok,
  optionalFlag,
  optionalText,
  optionalTexts,
  paginated,
  param,
  pullParam,
  queryText,
  requiredText,
} from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import { teamShape, userShape } from "./shapes-account.ts";
import { commitShape, fileShape } from "./shapes-commit.ts";
import { pullShape, pullSimpleShape, requestedReviewersShape } from "./shapes-pull.ts";
import { accountNamed, branchRef, isMember, openPullRequests, pullRequests, recordTimeline } from "./state.ts";
import type { PullPart, PullRequestRecord } from "./state.ts";

const base = "/repos/{owner}/{repo}/pulls";
const one = `${base}/{pull_number}`;
const read = ["pull_requests=read"];
const write = ["pull_requests=write"];

export const pullRoutes: readonly Route[] = [
  { method: "POST", template: base, needs: write, answer: createPull },
  { method: "GET", template: base, needs: read, answer: listPulls },
  { method: "GET", template: one, needs: read, answer: async (call) => ok(await pullShape(call.hub, pullParam(call))) },
  { method: "PATCH", template: one, needs: write, answer: updatePull },
  { method: "GET", template: `${one}/commits`, needs: read, answer: listPullCommits },
  { method: "GET", template: `${one}/files`, needs: read, answer: listPullFiles },
  {
    method: "GET",
    template: `${one}/requested_reviewers`,
    needs: read,
    answer: (call) => ok(requestedReviewersShape(call.hub, pullParam(call))),
  },
  { method: "POST", template: `${one}/requested_reviewers`, needs: write, answer: requestReviewers },
  { method: "DELETE", template: `${one}/requested_reviewers`, needs: write, answer: removeReviewers },
  // Review comments on lines are not simulated: there never are any.
  { method: "GET", template: `${one}/comments`, needs: read, answer: (call) => (pullParam(call), ok([])) },
  { method: "GET", template: `${one}/merge`, needs: ["contents=read"], answer: checkMerged },
  {
    method: "GET",
    template: "/repos/{owner}/{repo}/commits/{commit_sha}/pulls",
    needs: read,
    answer: listPullsOfCommit,
  },
];

const resource = "PullRequest";

async function createPull(call: Call): Promise<Answer> {
  const { hub } = call;
  const head = branchOf(hub, requiredText(call, resource, "head"));
  const { branch: baseRef } = branchOf(hub, requiredText(call, resource, "base"));
  const title = requiredText(call, resource, "title");
  const body = optionalText(call, resource, "body") ?? null;
  limitBody(resource, body);
  const sides = await sidesOf(hub, head, baseRef);
  const maintainerCanModify = optionalFlag(call, resource, "maintainer_can_modify") ?? false;
  const issue = newPull(hub, { ...sides, headRef: head.branch, fork: head.fork, baseRef, maintainerCanModify });
  const pull: PullRequestRecord = {
    ...issue,
    user: call.actor.key,
    title,
    body,
    pull: { ...issue.pull, draft: optionalFlag(call, resource, "draft") ?? false },
  };
  hub.state.issues.push(pull);
  await hub.repo.updateRef(`refs/pull/${String(pull.number)}/head`, pull.pull.headSha);
  await refreshMergeability(hub, pull);
  await emitPullRequest(hub, pull, { action: "opened", sender: call.actor.key });
  return created(await pullShape(hub, pull));
}

interface Head {
  /** Key of the fork's owner; null: the repository itself. */
  readonly fork: string | null;
  readonly branch: string;
}

/** "acme:branch" names a branch of the repository too; with another owner it is one of their fork. */
function branchOf(hub: Hub, text: string): Head {
  const [owner = "", ...rest] = text.split(":");
  if (rest.length === 0) return { fork: null, branch: text };
  const branch = rest.join(":");
  if (owner.toLowerCase() === hub.state.organisation.login.toLowerCase()) return { fork: null, branch };
  const account = accountNamed(hub.state, owner);
  const fork = hub.state.forks.find((candidate) => candidate.owner === account?.key);
  if (fork === undefined) throw invalidField(resource, "head");
  return { fork: fork.owner, branch };
}

async function sidesOf(hub: Hub, head: Head, baseRef: string): Promise<{ headSha: string; baseSha: string }> {
  const { fork, branch: headRef } = head;
  const headSha = await hub.repo.ref(branchRef(fork, headRef));
  if (headSha === undefined) throw invalidField(resource, "head");
  const baseSha = await hub.repo.branch(baseRef);
  if (baseSha === undefined) throw invalidField(resource, "base");
  const existing = openPullRequests(hub.state).find(
    ({ pull }) => pull.fork === fork && pull.headRef === headRef && pull.baseRef === baseRef,
  );
  const refuse = (message: string): Error => validationFailed([{ resource, field: "", code: "custom", message }]);
  if (existing !== undefined) {
    throw refuse(`A pull request already exists for ${fork ?? hub.state.organisation.login}:${headRef}.`);
  }
  if (await hub.repo.isAncestor(headSha, baseSha)) throw refuse(`No commits between ${baseRef} and ${headRef}`);
  if ((await hub.repo.mergeBase(baseSha, headSha)) === undefined) {
    throw refuse(`The ${headRef} branch has no history in common with ${baseRef}`);
  }
  return { headSha, baseSha };
}

function newPull(
  hub: Hub,
  sides: Pick<PullPart, "headRef" | "headSha" | "fork" | "maintainerCanModify" | "baseRef" | "baseSha">,
): PullRequestRecord {
  const at = hub.state.clock.iso();
  return {
    id: hub.state.nextId(),
    number: hub.state.issues.length + 1,
    user: "",
    title: "",
    body: null,
    state: "open",
    stateReason: null,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedBy: null,
    labels: [],
    assignees: [],
    locked: false,
    timeline: [],
    pull: {
      ...sides,
      draft: false,
      mergedAt: null,
      mergedBy: null,
      mergeCommitSha: null,
      mergeable: null,
      requestedReviewers: [],
      requestedTeams: [],
      reviews: [],
    },
  };
}

function listPulls(call: Call): Promise<Answer> {
  const state = queryText(call, "state") ?? "open";
  const head = queryText(call, "head");
  const baseRef = queryText(call, "base");
  const sort = queryText(call, "sort") ?? "created";
  const ascending = (queryText(call, "direction") ?? (sort === "created" ? "desc" : "asc")) === "asc";
  const owner = call.hub.state.organisation.login.toLowerCase();
  const found = pullRequests(call.hub.state)
    .filter((pull) => state === "all" || pull.state === state)
    // Without its owner, GitHub ignores the filter.
    .filter(({ pull }) => {
      const of = pull.fork?.toLowerCase() ?? owner;
      return !(head?.includes(":") ?? false) || `${of}:${pull.headRef}` === lowerOwner(head ?? "");
    })
    .filter((pull) => baseRef === undefined || pull.pull.baseRef === baseRef);
  const key = (pull: PullRequestRecord): string => (sort === "updated" ? pull.updatedAt : pull.createdAt);
  found.sort((a, b) => key(a).localeCompare(key(b)) || a.number - b.number);
  if (!ascending) found.reverse();
  return paginated(call, found, (pull) => pullSimpleShape(call.hub, pull));
}

function lowerOwner(head: string): string {
  const colon = head.indexOf(":");
  return head.slice(0, colon).toLowerCase() + head.slice(colon);
}

async function updatePull(call: Call): Promise<Answer> {
  const { hub, actor } = call;
  const pull = pullParam(call);
  const changes: Record<string, Shape> = {};
  const title = optionalText(call, resource, "title");
  const body = optionalText(call, resource, "body");
  if (title === "") throw missingField(resource, "title");
  limitBody(resource, body ?? null);
  const baseRef = optionalText(call, resource, "base");
  if (title !== undefined && title !== pull.title) {
    changes["title"] = { from: pull.title };
    recordTimeline(hub.state, pull, {
      event: "renamed",
      actor: actor.key,
      detail: { rename: { from: pull.title, to: title } },
    });
    pull.title = title;
  }
  if (body !== undefined && body !== pull.body) {
    changes["body"] = { from: pull.body ?? "" };
    pull.body = body;
  }
  if (baseRef !== undefined && baseRef !== pull.pull.baseRef) changes["base"] = await retarget(call, pull, baseRef);
  if (Object.keys(changes).length > 0) {
    pull.updatedAt = hub.state.clock.iso();
    await emitPullRequest(hub, pull, { action: "edited", sender: actor.key, extra: { changes } });
  }
  await changeState(call, pull);
  return ok(await pullShape(hub, pull));
}

async function retarget({ hub, actor }: Call, pull: PullRequestRecord, baseRef: string): Promise<Shape> {
  if (pull.state === "closed") throw unprocessable("Cannot change the base branch of a closed pull request.");
  const baseSha = await hub.repo.branch(baseRef);
  if (baseSha === undefined) {
    throw validationFailed([
      { resource, field: "base", code: "invalid", message: `Proposed base branch '${baseRef}' was not found` },
    ]);
  }
  const from = { ref: { from: pull.pull.baseRef }, sha: { from: pull.pull.baseSha } };
  pull.pull.baseRef = baseRef;
  pull.pull.baseSha = baseSha;
  // GitHub's event does not say from which base to which.
  recordTimeline(hub.state, pull, { event: "base_ref_changed", actor: actor.key });
  await refreshMergeability(hub, pull);
  return from;
}

async function changeState(call: Call, pull: PullRequestRecord): Promise<void> {
  const state = optionalText(call, resource, "state");
  if (state === undefined || state === pull.state) return;
  if (state !== "open" && state !== "closed") throw invalidField(resource, "state");
  if (state === "closed") {
    await closePull(call.hub, pull, call.actor.key);
    return;
  }
  await reopenPull(call.hub, pull, call.actor.key);
}

async function reopenPull(hub: Hub, pull: PullRequestRecord, actor: string): Promise<void> {
  const refuse = (message: string): Error => validationFailed([{ resource, field: "state", code: "invalid", message }]);
  if (pull.pull.mergedAt !== null) throw refuse("state cannot be changed. The pull request cannot be reopened.");
  const [headSha, baseSha] = [
    await hub.repo.ref(branchRef(pull.pull.fork, pull.pull.headRef)),
    await hub.repo.branch(pull.pull.baseRef),
  ];
  if (headSha === undefined) throw refuse(`state cannot be changed. The ${pull.pull.headRef} branch has been deleted.`);
  if (baseSha === undefined) throw refuse(`state cannot be changed. The ${pull.pull.baseRef} branch has been deleted.`);
  if (!(await hub.repo.isAncestor(pull.pull.headSha, headSha))) {
    throw refuse(`state cannot be changed. The ${pull.pull.headRef} branch was force-pushed or recreated.`);
  }
  pull.pull.headSha = headSha;
  pull.pull.baseSha = baseSha;
  pull.state = "open";
  pull.closedAt = null;
  pull.closedBy = null;
  await hub.repo.updateRef(`refs/pull/${String(pull.number)}/head`, headSha);
  await refreshMergeability(hub, pull);
  recordTimeline(hub.state, pull, { event: "reopened", actor });
  await emitPullRequest(hub, pull, { action: "reopened", sender: actor });
}

const maxCommits = 250;
const maxFiles = 3000;

async function listPullCommits(call: Call): Promise<Answer> {
  const { headSha, baseSha } = pullParam(call).pull;
  const commits = await call.hub.repo.commitsBetween(baseSha, headSha);
  return paginated(call, commits.slice(0, maxCommits), (commit) => commitShape(call.hub, commit));
}

async function listPullFiles(call: Call): Promise<Answer> {
  const { headSha, baseSha } = pullParam(call).pull;
  const files = await call.hub.diff.files(baseSha, headSha);
  return paginated(call, files.slice(0, maxFiles), (file) => fileShape(call.hub, file, headSha));
}

function checkMerged(call: Call): Answer {
  return pullParam(call).pull.mergedAt === null ? { status: 404 } : noContent;
}

async function requestReviewers(call: Call): Promise<Answer> {
  const { hub, actor } = call;
  const pull = pullParam(call);
  const { users, teams } = reviewersOf(call);
  if (users.some((login) => login === pull.user)) {
    throw unprocessable("Review cannot be requested from pull request author.");
  }
  for (const login of users.filter((login) => !pull.pull.requestedReviewers.includes(login))) {
    pull.pull.requestedReviewers.push(login);
    await announceRequest(hub, pull, { actor: actor.key, detail: { requested_reviewer: userShape(hub, login) } });
  }
  for (const team of teams.filter((team) => !pull.pull.requestedTeams.includes(team.slug))) {
    pull.pull.requestedTeams.push(team.slug);
    await announceRequest(hub, pull, { actor: actor.key, detail: { requested_team: teamShape(hub, team) } });
  }
  return created(pullSimpleShape(hub, pull));
}

async function announceRequest(
  hub: Hub,
  pull: PullRequestRecord,
  request: { readonly actor: string; readonly detail: Shape },
): Promise<void> {
  const detail = { review_requester: userShape(hub, request.actor), ...request.detail };
  recordTimeline(hub.state, pull, { event: "review_requested", actor: request.actor, detail });
  await emitPullRequest(hub, pull, { action: "review_requested", sender: request.actor, extra: request.detail });
}

async function removeReviewers(call: Call): Promise<Answer> {
  const { hub, actor } = call;
  const pull = pullParam(call);
  const { users, teams } = reviewersOf(call);
  const part = pull.pull;
  const removed = [
    ...users
      .filter((login) => part.requestedReviewers.includes(login))
      .map((login) => ({ requested_reviewer: userShape(hub, login) })),
    ...teams
      .filter((team) => part.requestedTeams.includes(team.slug))
      .map((team) => ({ requested_team: teamShape(hub, team) })),
  ];
  part.requestedReviewers = part.requestedReviewers.filter((login) => !users.includes(login));
  part.requestedTeams = part.requestedTeams.filter((slug) => !teams.some((team) => team.slug === slug));
  for (const extra of removed) {
    const detail = { review_requester: userShape(hub, actor.key), ...extra };
    recordTimeline(hub.state, pull, { event: "review_request_removed", actor: actor.key, detail });
    await emitPullRequest(hub, pull, { action: "review_request_removed", sender: actor.key, extra });
  }
  return ok(pullSimpleShape(hub, pull));
}

function reviewersOf(call: Call): { users: string[]; teams: Hub["state"]["teams"] } {
  const { state } = call.hub;
  const users = (optionalTexts(call, resource, "reviewers") ?? []).map((login) => {
    const account = accountNamed(state, login);
    if (account === undefined || !isMember(state, account.key)) {
      throw unprocessable(
        `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${state.organisation.login}/${state.repoName} repository.`,
      );
    }
    return account.key;
  });
  const teams = (optionalTexts(call, resource, "team_reviewers") ?? []).map((slug) => {
    const team = state.teams.find((candidate) => candidate.slug === slug.toLowerCase());
    if (team === undefined) throw unprocessable(`Could not resolve to a team with the slug of '${slug}'.`);
    return team;
  });
  return { users, teams };
}

async function listPullsOfCommit(call: Call): Promise<Answer> {
  const { hub } = call;
  const sha = await hub.repo.resolve(param(call, "commit_sha"));
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${param(call, "commit_sha")}`);
  const found: PullRequestRecord[] = [];
  for (const pull of pullRequests(hub.state)) {
    const { baseSha, headSha, mergeCommitSha, mergedAt } = pull.pull;
    const isMergeOf = mergedAt !== null && mergeCommitSha === sha;
    // In the head and not in the base: one of the pull request's commits.
    const isPartOf = (await hub.repo.isAncestor(sha, headSha)) && !(await hub.repo.isAncestor(sha, baseSha));
    if (isMergeOf || isPartOf) found.push(pull);
  }
  return paginated(call, found, (pull) => pullSimpleShape(hub, pull));
}
