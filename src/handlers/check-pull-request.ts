// A pull request, from the event to its check run and comment: gather, judge, publish.
import { StalledError, WaitError } from "../errors.ts";
import { GHOST } from "../rbac/accounts.ts";
import { judge } from "../rbac/judge.ts";
import { worseOf } from "../rbac/outcome.ts";
import type { Proposal } from "../rbac/proposal.ts";
import type { Verdict } from "../rbac/verdict.ts";
import type { CommitSha, Instant, RackName } from "../manifest/types.ts";
import { planChange, type ChangePlan } from "../reconcile/plan-change.ts";
import { isStalled, isWaiting, messageOf } from "../reconcile/outcome.ts";
import type { ObservedRack } from "../reconcile/ports.ts";
import { renderCheckComment, renderUnjudgedComment, type HeldUnit } from "../render/check-comment.ts";
import {
  renderCheckRun,
  renderInternalError,
  renderSharedHead,
  renderUnjudged,
  renderUnseenHead,
  type RenderedCheck,
} from "../render/check-run.ts";
import { CHECK_MARKER } from "../render/markers.ts";
import { findContributors } from "./find-contributors.ts";
import { gatherProposal } from "./gather-proposal.ts";
import type { ConfigSource } from "./read-config.ts";
import { requestReviewers, type ReviewerPorts } from "./request-reviewers.ts";
import type {
  Arrival,
  Clock,
  ConfigGit,
  GitHubReader,
  GitHubWriter,
  InTurn,
  Jobs,
  Ledger,
  MergeGroup,
  PullRequest,
  Timeline,
} from "./ports.ts";

export interface CheckPorts extends ConfigSource, ReviewerPorts {
  readonly github: GitHubReader;
  readonly writer: GitHubWriter;
  readonly ledger: Pick<Ledger, "state">;
  readonly jobs: Jobs;
  readonly clock: Pick<Clock, "now">;
  /** Whoever judges a head publishes before the next one judges it, so that no run is older than the one that it replaces. */
  readonly inTurn: InTurn;
  /** Racks as last swept. */
  observed(): Promise<ReadonlyMap<RackName, ObservedRack>>;
  /** Notes the verdict where the operator wants to see it. */
  noteVerdict(pull: PullRequest, verdict: Verdict): void;
  /** Notes an error inside Signalbox and gives the id under which the log has it. */
  report(error: unknown): string;
}

const UNSEEN_HEAD_PAUSE_MS = 2_000;
const GITHUB_RULES_PAUSE_MS = 5_000;
const RECORD_PAUSE_MS = 5_000;
/** Other pull requests of one head: each is judged with it. */
const SHARERS_MAX = 9;
/** GitHub's activity record lags behind a push; what it does not know by then it never will. */
const RECORD_LAG_MS_MAX = 2 * 60_000;

export async function checkPullRequest(ports: CheckPorts, number: number): Promise<void> {
  await ports.git.update();
  const pull = await ports.github.pullRequest(number);
  if (!pull.open || pull.baseBranch !== ports.github.defaultBranch) return;
  try {
    await ports.inTurn(pull.head, () => judgeAndPublish(ports, pull));
  } catch (error) {
    if (isWaiting(error)) throw error;
    await sayUnjudged(ports, pull, error);
    throw error;
  }
}

async function sayUnjudged(ports: CheckPorts, pull: PullRequest, error: unknown): Promise<void> {
  const run = await publishUnjudged(ports, pull.head, error);
  try {
    await ports.writer.editComment(pull.number, CHECK_MARKER, renderUnjudgedComment(run));
  } catch (failed) {
    if (isWaiting(failed)) throw failed;
    // It may be the comment that cannot be written: the first error is the one to tell.
    ports.report(failed);
  }
}

async function judgeAndPublish(ports: CheckPorts, pull: PullRequest): Promise<void> {
  if (!(await ports.git.has(pull.head))) return publishUnseenHead(ports, pull);
  const base = await ports.git.tip();
  const own = await judgePullRequest(ports, pull, base);
  ports.noteVerdict(pull, own.verdict);
  const wasGreen = ports.writer.standingCheck(pull.head)?.conclusion === "success";
  const worst = await worstOfHead(ports, pull, { base, own });
  const isShared = worst.of !== pull.number;
  const run = isShared ? renderSharedHead(worst.judged, worst.of) : renderCheckRun(own);
  const { headSince } = own;
  await ports.writer.publishCheck({ ...run, head: pull.head, headSince, externalId: `${base}:${own.tree}` });
  const body = renderCheckComment({
    ...own,
    pull: await asGitHubSeesIt(ports, pull, { verdict: own.verdict, wasGreen }),
    base,
    ...(isShared ? { shown: { pull: worst.of, verdict: worst.judged.verdict } } : {}),
  });
  // Nothing is said where nothing of Signalbox's is touched; what was said before must not stand on.
  if (own.verdict.outcome === "untouched") await ports.writer.editComment(pull.number, CHECK_MARKER, body);
  else await ports.writer.upsertComment(pull.number, CHECK_MARKER, body);
  await requestReviewers(ports, pull, own);
  await askAgainOnceRecorded(ports, pull, headSince);
  await askForGroups(ports, pull);
}

/** What changes its verdict changes that of the merge queue's candidates that contain it. */
async function askForGroups(ports: CheckPorts, { number }: PullRequest): Promise<void> {
  const groups = await ports.git.mergeGroups();
  if (!groups.some(({ pull }) => pull === number)) return;
  for (const head of await inOrder(ports.git, groups)) await ports.jobs.add({ kind: "check-merge-group", head });
}

/** What stands before others in the queue first, so that none of them leans on how it ended before. */
async function inOrder(git: ConfigGit, groups: readonly MergeGroup[]): Promise<readonly CommitSha[]> {
  const tip = await git.tip();
  const lengths = new Map<CommitSha, number>();
  for (const { head } of groups) lengths.set(head, (await git.commitsBetween(tip, head)).length);
  return [...lengths].sort(([, a], [, b]) => a - b).map(([head]) => head);
}

/** Without a record of the push nobody is known to have made it, which blocks: nothing else would tell that it is there now. */
async function askAgainOnceRecorded(ports: CheckPorts, pull: PullRequest, headSince: Instant | null): Promise<void> {
  const isRecent = ports.clock.now() - pull.updatedAt < RECORD_LAG_MS_MAX;
  if (pull.fromFork || headSince !== null || !isRecent) return;
  await ports.jobs.add({ kind: "check-pull-request", pull: pull.number }, { delayMs: RECORD_PAUSE_MS });
}

/**
 * Until the check is green GitHub blocks for want of it; only what it says afterwards is its own rules' doing. It takes a moment to
 * find out, so that it is asked a little later.
 */
async function asGitHubSeesIt(
  ports: CheckPorts,
  pull: PullRequest,
  of: { verdict: Verdict; wasGreen: boolean },
): Promise<PullRequest> {
  if (of.verdict.outcome !== "ready" || pull.mergeableState !== "blocked" || of.wasGreen) return pull;
  await ports.jobs.add({ kind: "check-pull-request", pull: pull.number }, { delayMs: GITHUB_RULES_PAUSE_MS });
  return { ...pull, mergeableState: "unknown" };
}

export interface Judged {
  readonly verdict: Verdict;
  readonly proposal: Proposal;
  readonly plan: ChangePlan;
  /** What is held below it and judged with it. */
  readonly held: readonly HeldUnit[];
  /** What merging would make. */
  readonly tree: string;
  readonly headSince: Instant | null;
  readonly requests: Timeline["requests"];
  readonly leftQueue: Timeline["leftQueue"];
}

export async function judgePullRequest(ports: CheckPorts, pull: PullRequest, base: CommitSha): Promise<Judged> {
  const ledger = ports.ledger.state();
  if (ledger.judged === null) {
    throw new StalledError("the ledger decides nothing, so that no policy is verified; the log says why it stopped");
  }
  const merged = await ports.git.merge(base, pull.head);
  const author = pull.author ?? GHOST;
  const arrival = await ports.github.arrival(pull);
  const { reviews, requests, leftQueue } = await ports.github.timeline(pull.number);
  const { policies, proposal, units } = await gatherProposal(ports, ledger, {
    base,
    head: pull.head,
    result: merged.tree,
    conflicts: merged.conflicts,
    author,
    contributors: await findContributors(ports.git, ports.github, {
      author,
      base,
      head: pull.head,
      arrival,
    }),
    labels: pull.labels,
    reviews,
    people: (teams) => ports.github.people(teams),
    at: ports.clock.now(),
  });
  const verdict = judge(policies, proposal);
  return {
    verdict,
    proposal,
    plan: planChange(proposal.base, proposal.head, await ports.observed()),
    held: [...ledger.held].filter(([unit]) => units.has(unit)).map(([unit, update]) => ({ unit, update })),
    tree: merged.tree,
    headSince: headSince(arrival, pull.head),
    requests,
    leftQueue,
  };
}

function headSince(arrival: Arrival, head: CommitSha): Instant | null {
  if (arrival.by === "fork") return null;
  return arrival.updates.find((update) => update.after === head)?.at ?? null;
}

/** A check run stands on a commit: where several pull requests share it, their worst verdict does. */
async function worstOfHead(
  ports: CheckPorts,
  pull: PullRequest,
  of: { readonly base: CommitSha; readonly own: Judged },
): Promise<{ readonly judged: Judged; readonly of: number }> {
  let worst = { judged: of.own, of: pull.number };
  for (const other of await sharersOf(ports, pull)) {
    const judged = await judgePullRequest(ports, other, of.base);
    const { outcome } = worst.judged.verdict;
    if (worseOf(outcome, judged.verdict.outcome) !== outcome) worst = { judged, of: other.number };
  }
  return worst;
}

/** @throws StalledError where they are too many to judge them all each time that one of them changes */
async function sharersOf({ git, github }: CheckPorts, pull: PullRequest): Promise<readonly PullRequest[]> {
  const { number, head } = pull;
  const isAlone = (await git.pullsAt(head)).every((other) => other === number);
  // Those that git has there may be closed, however many: the list of what is open costs the same for all of them.
  const others = isAlone ? [] : (await github.openPullRequests()).filter((other) => other.head === head);
  const sharers = others.filter((other) => other.number !== number);
  if (sharers.length <= SHARERS_MAX) return sharers;
  throw new StalledError(
    `expected at most ${String(SHARERS_MAX + 1)} open pull requests of one head, found ${String(sharers.length + 1)} ` +
      `of ${head}; close those that are not meant, or give this one a commit of its own: git commit --allow-empty`,
  );
}

/** GitHub's git lags behind its API now and then; a head that git refuses for good stays in progress, and so unmerged. */
async function publishUnseenHead(ports: CheckPorts, pull: PullRequest): Promise<never> {
  const run = renderUnseenHead(pull.head);
  await ports.writer.publishCheck({ ...run, head: pull.head, externalId: `unseen:${pull.head}` });
  throw new WaitError(`git does not have the head ${pull.head} of #${String(pull.number)} yet`, UNSEEN_HEAD_PAUSE_MS);
}

/** What keeps `head` from being judged stands on it, in words where they were written for people. */
export async function publishUnjudged(
  ports: Pick<CheckPorts, "report" | "writer">,
  head: CommitSha,
  error: unknown,
): Promise<RenderedCheck> {
  const id = ports.report(error);
  const run = isStalled(error) ? renderUnjudged(messageOf(error), id) : renderInternalError(id);
  await ports.writer.publishCheck({ ...run, head, externalId: `error:${id}` });
  return run;
}
