/** Check runs and suites. Only the App writes them; people read them and ask for another run. */
import { notFound, unprocessable } from "./api-error.ts";
import { applyCheckInput } from "./check-input.ts";
import { emitCheckRun, emitCheckSuite } from "./events.ts";
import type { Hub } from "./hub.ts";
import { created, numberParam, ok, paginated, paginatedIn, param, queryText, requiredText } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import { annotationShape, checkRunShape, checkSuiteShape } from "./shapes-check.ts";
import { openPullRequests } from "./state.ts";
import type { CheckRunRecord, CheckSuiteRecord } from "./state.ts";

const base = "/repos/{owner}/{repo}";
const runs = `${base}/check-runs`;
const suites = `${base}/check-suites/{check_suite_id}`;
const read = ["checks=read"];
const write = ["checks=write"];

export const checkRoutes: readonly Route[] = [
  { method: "POST", template: runs, by: "installation", needs: write, answer: createRun },
  { method: "PATCH", template: `${runs}/{check_run_id}`, by: "installation", needs: write, answer: updateRun },
  {
    method: "GET",
    template: `${runs}/{check_run_id}`,
    needs: read,
    answer: (call) => ok(checkRunShape(call.hub, runParam(call))),
  },
  { method: "GET", template: `${runs}/{check_run_id}/annotations`, needs: read, answer: listAnnotations },
  { method: "POST", template: `${runs}/{check_run_id}/rerequest`, needs: write, answer: rerequest },
  { method: "GET", template: `${base}/commits/{ref}/check-runs`, needs: read, answer: listRunsOfRef },
  { method: "GET", template: `${base}/commits/{ref}/check-suites`, needs: read, answer: listSuitesOfRef },
  {
    method: "GET",
    template: suites,
    needs: read,
    answer: async (call) => ok(await checkSuiteShape(call.hub, suiteParam(call))),
  },
  { method: "POST", template: `${suites}/rerequest`, needs: write, answer: rerequestSuite },
  { method: "GET", template: `${suites}/check-runs`, needs: read, answer: listRunsOfSuite },
];

function runParam(call: Call): CheckRunRecord {
  const id = numberParam(call, "check_run_id");
  const run = call.hub.state.checkRuns.find((candidate) => candidate.id === id);
  if (run === undefined) throw notFound();
  return run;
}

function suiteParam(call: Call): CheckSuiteRecord {
  const id = numberParam(call, "check_suite_id");
  const suite = call.hub.state.checkSuites.find((candidate) => candidate.id === id);
  if (suite === undefined) throw notFound();
  return suite;
}

async function createRun(call: Call): Promise<Answer> {
  const { hub, actor } = call;
  const name = requiredText(call, "CheckRun", "name");
  const asked = requiredText(call, "CheckRun", "head_sha");
  const commit = await hub.repo.commit(asked);
  if (commit === undefined) throw unprocessable(`No commit found for SHA: ${asked}`);
  const run: CheckRunRecord = {
    id: hub.state.nextId(),
    suiteId: 0,
    headSha: commit.sha,
    name,
    externalId: null,
    detailsUrl: null,
    status: "queued",
    conclusion: null,
    startedAt: hub.state.clock.iso(),
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    actions: [],
  };
  applyCheckInput(call, run);
  const stored = { ...run, suiteId: suiteOf(hub, commit.sha).id };
  hub.state.checkRuns.push(stored);
  emitCheckRun(hub, stored, { action: "created", sender: actor.key });
  if (stored.status === "completed") emitCheckRun(hub, stored, { action: "completed", sender: actor.key });
  return created(checkRunShape(hub, stored));
}

/** One suite for each commit: there is one App. */
function suiteOf(hub: Hub, sha: string): CheckSuiteRecord {
  const known = hub.state.checkSuites.find((suite) => suite.headSha === sha);
  if (known !== undefined) return known;
  const pull = openPullRequests(hub.state).find((candidate) => candidate.pull.headSha === sha);
  const suite: CheckSuiteRecord = {
    id: hub.state.nextId(),
    headSha: sha,
    headBranch: pull?.pull.headRef ?? null,
    createdAt: hub.state.clock.iso(),
  };
  hub.state.checkSuites.push(suite);
  return suite;
}

function updateRun(call: Call): Answer {
  const run = runParam(call);
  const before = run.status;
  applyCheckInput(call, run);
  if (run.status === "completed" && before !== "completed") {
    emitCheckRun(call.hub, run, { action: "completed", sender: call.actor.key });
  }
  return ok(checkRunShape(call.hub, run));
}

function listAnnotations(call: Call): Promise<Answer> {
  const run = runParam(call);
  return paginated(call, run.annotations, (annotation) => annotationShape(call.hub, run, annotation));
}

function rerequest(call: Call): Answer {
  const run = runParam(call);
  if (run.status !== "completed") throw unprocessable("This check run is not rerequestable");
  emitCheckRun(call.hub, run, { action: "rerequested", sender: call.actor.key });
  return created({});
}

async function rerequestSuite(call: Call): Promise<Answer> {
  await emitCheckSuite(call.hub, suiteParam(call), { action: "rerequested", sender: call.actor.key });
  return created({});
}

async function commitOfRef(call: Call): Promise<string> {
  const ref = param(call, "ref");
  const sha = await call.hub.repo.resolve(ref);
  if (sha === undefined) throw unprocessable(`No commit found for SHA: ${ref}`);
  return sha;
}

/** GitHub's order: newest first; `filter=latest` (the default) keeps the newest of each name. */
function selected(call: Call, all: readonly CheckRunRecord[]): CheckRunRecord[] {
  const name = queryText(call, "check_name");
  const status = queryText(call, "status");
  const appId = queryText(call, "app_id");
  const newestFirst = all
    .toReversed()
    .filter((run) => name === undefined || run.name === name)
    .filter((run) => status === undefined || run.status === status)
    .filter(() => appId === undefined || Number(appId) === call.hub.state.app.id);
  if (queryText(call, "filter") === "all") return newestFirst;
  return newestFirst.filter((run, at) => newestFirst.findIndex((other) => other.name === run.name) === at);
}

async function listRunsOfRef(call: Call): Promise<Answer> {
  const sha = await commitOfRef(call);
  const items = selected(
    call,
    call.hub.state.checkRuns.filter((run) => run.headSha === sha),
  );
  return paginatedIn(call, { name: "check_runs", items }, (run) => checkRunShape(call.hub, run));
}

function listRunsOfSuite(call: Call): Promise<Answer> {
  const suite = suiteParam(call);
  const items = selected(
    call,
    call.hub.state.checkRuns.filter((run) => run.suiteId === suite.id),
  );
  return paginatedIn(call, { name: "check_runs", items }, (run) => checkRunShape(call.hub, run));
}

async function listSuitesOfRef(call: Call): Promise<Answer> {
  const sha = await commitOfRef(call);
  const items = call.hub.state.checkSuites.filter((suite) => suite.headSha === sha);
  return paginatedIn(call, { name: "check_suites", items }, (suite) => checkSuiteShape(call.hub, suite));
}
