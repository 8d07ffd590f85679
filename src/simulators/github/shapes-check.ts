/** Check runs, their annotations and suites. */
import { nodeId, repoUrl, repoWebUrl } from "./hub.ts";
import type { Hub, Shape } from "./hub.ts";
import { appShape } from "./shapes-account.ts";
import { pullMinimalShape } from "./shapes-pull.ts";
import { minimalRepositoryShape } from "./shapes-repo.ts";
import { openPullRequests } from "./state.ts";
import type { AnnotationRecord, CheckRunRecord, CheckSuiteRecord } from "./state.ts";

export function checkRunShape(hub: Hub, run: CheckRunRecord): Shape {
  const url = `${repoUrl(hub)}/check-runs/${String(run.id)}`;
  const page = `${repoWebUrl(hub)}/runs/${String(run.id)}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CheckRun", run.id),
    head_sha: run.headSha,
    external_id: run.externalId ?? "",
    url,
    html_url: page,
    details_url: run.detailsUrl ?? page,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: appShape(hub),
    pull_requests: pullsOfHead(hub, run.headSha),
  };
}

/** A run as `check_run` events carry it: with its suite in short, and its buttons. */
export function checkRunEventShape(hub: Hub, run: CheckRunRecord, suite: CheckSuiteRecord): Shape {
  return {
    ...checkRunShape(hub, run),
    check_suite: {
      id: suite.id,
      node_id: nodeId("CheckSuite", suite.id),
      head_branch: suite.headBranch,
      head_sha: suite.headSha,
      ...suiteOutcome(hub, suite),
      url: `${repoUrl(hub)}/check-suites/${String(suite.id)}`,
      before: null,
      after: suite.headSha,
      pull_requests: pullsOfHead(hub, suite.headSha),
      app: appShape(hub),
      created_at: suite.createdAt,
      updated_at: suite.createdAt,
    },
  };
}

/** GitHub names none that comes from a fork. */
function pullsOfHead(hub: Hub, sha: string): Shape[] {
  return openPullRequests(hub.state)
    .filter(({ pull }) => pull.fork === null && pull.headSha === sha)
    .map((pull) => pullMinimalShape(hub, pull));
}

export function annotationShape(hub: Hub, run: CheckRunRecord, annotation: AnnotationRecord): Shape {
  return { ...annotation, blob_href: `${repoWebUrl(hub)}/blob/${run.headSha}/${annotation.path}` };
}

/** Worst first: the conclusion of a suite is that of its worst run. */
const severity = ["failure", "timed_out", "cancelled", "action_required", "success", "neutral", "skipped"];

function suiteOutcome(hub: Hub, suite: CheckSuiteRecord): { status: string; conclusion: string | null } {
  const runs = hub.state.checkRuns.filter((run) => run.suiteId === suite.id);
  if (runs.length === 0) return { status: "queued", conclusion: null };
  if (runs.some((run) => run.status !== "completed")) return { status: "in_progress", conclusion: null };
  const conclusion = severity.find((candidate) => runs.some((run) => run.conclusion === candidate));
  return { status: "completed", conclusion: conclusion ?? null };
}

export async function checkSuiteShape(hub: Hub, suite: CheckSuiteRecord): Promise<Shape> {
  const commit = await hub.repo.commit(suite.headSha);
  if (commit === undefined) throw new Error(`The commit ${suite.headSha} of a check suite is gone.`);
  const url = `${repoUrl(hub)}/check-suites/${String(suite.id)}`;
  return {
    id: suite.id,
    node_id: nodeId("CheckSuite", suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteOutcome(hub, suite),
    url,
    before: null,
    after: suite.headSha,
    pull_requests: pullsOfHead(hub, suite.headSha),
    app: appShape(hub),
    repository: minimalRepositoryShape(hub),
    created_at: suite.createdAt,
    updated_at: suite.createdAt,
    head_commit: {
      id: commit.sha,
      tree_id: commit.tree,
      message: commit.message,
      timestamp: commit.author.date,
      author: { name: commit.author.name, email: commit.author.email },
      committer: { name: commit.committer.name, email: commit.committer.email },
    },
    latest_check_runs_count: hub.state.checkRuns.filter((run) => run.suiteId === suite.id).length,
    check_runs_url: `${url}/check-runs`,
    rerequestable: true,
    runs_rerequestable: true,
  };
}
