/** The events that the App hears of, put together from shapes and handed to the webhooks. */
import type { Hub, Shape } from "./hub.ts";
import { repoWebUrl } from "./hub.ts";
import { zeroSha } from "./git-repo.ts";
import { checkRunEventShape, checkSuiteShape } from "./shapes-check.ts";
import { pushCommitShape, simpleCommitShape } from "./shapes-commit.ts";
import { commentShape, issueShape } from "./shapes-issue.ts";
import { pullShape, pullSimpleShape, reviewEventShape } from "./shapes-pull.ts";
import { eventFrame, repositoryShape } from "./shapes-repo.ts";
import type {
  CheckRunRecord,
  CheckSuiteRecord,
  CommentRecord,
  IssueRecord,
  MergeGroupRecord,
  PullRequestRecord,
  ReviewRecord,
} from "./state.ts";

export interface Happening {
  readonly action: string;
  readonly sender: string;
  /** What the event carries besides its subject, such as `changes`. */
  readonly extra?: Shape;
}

export async function emitPullRequest(hub: Hub, pull: PullRequestRecord, happening: Happening): Promise<void> {
  hub.webhooks.emit("pull_request", {
    action: happening.action,
    number: pull.number,
    pull_request: await pullShape(hub, pull),
    ...happening.extra,
    ...eventFrame(hub, happening.sender),
  });
}

export function emitReview(hub: Hub, pull: PullRequestRecord, review: ReviewRecord, happening: Happening): void {
  hub.webhooks.emit("pull_request_review", {
    action: happening.action,
    review: reviewEventShape(hub, pull, review),
    pull_request: pullSimpleShape(hub, pull),
    ...happening.extra,
    ...eventFrame(hub, happening.sender),
  });
}

export function emitComment(hub: Hub, comment: CommentRecord, issue: IssueRecord, happening: Happening): void {
  hub.webhooks.emit("issue_comment", {
    action: happening.action,
    issue: issueShape(hub, issue),
    comment: commentShape(hub, comment, issue),
    ...happening.extra,
    ...eventFrame(hub, happening.sender),
  });
}

export function emitCheckRun(hub: Hub, run: CheckRunRecord, happening: Happening): void {
  const suite = hub.state.checkSuites.find((candidate) => candidate.id === run.suiteId);
  if (suite === undefined) throw new Error(`The suite ${String(run.suiteId)} of a check run is missing.`);
  hub.webhooks.emit("check_run", {
    action: happening.action,
    check_run: checkRunEventShape(hub, run, suite),
    ...happening.extra,
    ...eventFrame(hub, happening.sender),
  });
}

export async function emitCheckSuite(hub: Hub, suite: CheckSuiteRecord, happening: Happening): Promise<void> {
  const { repository: _, ...shape } = await checkSuiteShape(hub, suite);
  hub.webhooks.emit("check_suite", {
    action: happening.action,
    check_suite: shape,
    ...happening.extra,
    ...eventFrame(hub, happening.sender),
  });
}

export async function emitMergeGroup(hub: Hub, group: MergeGroupRecord, happening: Happening): Promise<void> {
  const commit = await hub.repo.commit(group.headSha);
  if (commit === undefined) throw new Error(`The head ${group.headSha} of a merge group is missing.`);
  hub.webhooks.emit("merge_group", {
    action: happening.action,
    merge_group: {
      head_sha: group.headSha,
      head_ref: group.ref,
      base_sha: group.baseSha,
      base_ref: `refs/heads/${hub.state.defaultBranch}`,
      head_commit: simpleCommitShape(commit),
    },
    ...happening.extra,
    ...eventFrame(hub, happening.sender),
  });
}

export interface RefMove {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly forced: boolean;
}

/** GitHub lists at most this many commits in a `push` event. */
const maxPushCommits = 2048;

export async function emitPush(hub: Hub, move: RefMove, sender: string): Promise<void> {
  const deleted = move.after === zeroSha;
  const created = move.before === zeroSha;
  const commits = deleted ? [] : await pushedCommits(hub, move);
  const head = deleted ? undefined : commits.at(-1);
  const frame = eventFrame(hub, sender);
  const seconds = (iso: string): number => Math.floor(Date.parse(iso) / 1000);
  hub.webhooks.emit("push", {
    ref: move.ref,
    before: move.before,
    after: move.after,
    ...frame,
    repository: {
      ...repositoryShape(hub),
      created_at: seconds(hub.state.createdAt),
      pushed_at: seconds(hub.state.pushedAt),
      stargazers: 0,
      master_branch: hub.state.defaultBranch,
      organization: hub.state.organisation.login,
    },
    pusher: { name: sender, email: null },
    created,
    deleted,
    forced: move.forced,
    base_ref: null,
    compare: created
      ? `${repoWebUrl(hub)}/commit/${move.after}`
      : `${repoWebUrl(hub)}/compare/${move.before.slice(0, 12)}...${move.after.slice(0, 12)}`,
    commits,
    head_commit: head ?? (deleted ? null : await headCommit(hub, move.after)),
  });
}

async function pushedCommits(hub: Hub, move: RefMove): Promise<Shape[]> {
  const excluded = move.before === zeroSha ? `^refs/heads/${hub.state.defaultBranch}` : `^${move.before}`;
  const commits = await hub.repo.log(["--reverse", `--max-count=${String(maxPushCommits)}`, move.after, excluded]);
  return Promise.all(
    commits.map(async (commit) =>
      pushCommitShape(hub, commit, await hub.diff.between(commit.parents[0] ?? null, commit.sha)),
    ),
  );
}

async function headCommit(hub: Hub, sha: string): Promise<Shape | null> {
  const commit = await hub.repo.commit(sha);
  if (commit === undefined) return null;
  return pushCommitShape(hub, commit, await hub.diff.between(commit.parents[0] ?? null, commit.sha));
}
