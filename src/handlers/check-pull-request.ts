// A pull request, from the event to its check run and comment: gather, judge, publish.
import { judge } from "../rbac/judge.ts";
import type { Verdict } from "../rbac/verdict.ts";
import type { CommitSha, RackName } from "../manifest/types.ts";
import { planChange } from "../reconcile/plan-change.ts";
import type { ObservedRack } from "../reconcile/ports.ts";
import { renderCheckComment } from "../render/check-comment.ts";
import { renderCheckRun, renderInternalError } from "../render/check-run.ts";
import { CHECK_MARKER } from "../render/markers.ts";
import { findContributors } from "./find-contributors.ts";
import { gatherProposal } from "./gather-proposal.ts";
import type { ConfigSource } from "./read-config.ts";
import type { Clock, GitHubReader, GitHubWriter, Ledger, PullRequest } from "./ports.ts";

export interface CheckPorts extends ConfigSource {
  readonly github: GitHubReader;
  readonly writer: GitHubWriter;
  readonly ledger: Pick<Ledger, "state">;
  readonly clock: Pick<Clock, "now">;
  /** Racks as last swept. */
  observed(): Promise<ReadonlyMap<RackName, ObservedRack>>;
  /** Notes an error inside Signalbox and gives the id under which the log has it. */
  report(error: unknown): string;
}

export async function checkPullRequest(ports: CheckPorts, number: number): Promise<void> {
  await ports.git.update();
  const pull = await ports.github.pullRequest(number);
  if (!pull.open || pull.baseBranch !== ports.github.defaultBranch) return;
  try {
    await judgeAndPublish(ports, pull);
  } catch (error) {
    if (isWaiting(error)) throw error;
    await publishInternalError(ports, pull, ports.report(error));
    throw error;
  }
}

async function judgeAndPublish(ports: CheckPorts, pull: PullRequest): Promise<void> {
  const base = await ports.git.tip();
  const merged = await ports.git.merge(base, pull.head);
  const state = ports.ledger.state();
  const { policies, proposal } = await gatherProposal(ports, state, {
    base,
    result: merged.tree,
    conflicts: merged.conflicts,
    author: pull.author,
    contributors: await findContributors(ports.git, ports.github, {
      author: pull.author,
      base,
      head: pull.head,
      pushes: pull.fromFork ? null : await ports.github.branchUpdates(pull.headBranch, null),
    }),
    labels: pull.labels,
    reviews: await ports.github.reviews(pull.number),
    people: (teams) => ports.github.people(teams),
    at: ports.clock.now(),
  });
  const verdict = judge(policies, proposal);
  const plan = planChange(proposal.base, proposal.head, await ports.observed());
  const run = renderCheckRun({ verdict, plan });
  const externalId = `${base}:${merged.tree}`;
  await ports.writer.publishCheck({ ...run, head: pull.head, externalId });
  if (!hasComment(verdict)) return;
  const body = renderCheckComment({ verdict, plan, pull, base });
  await ports.writer.upsertComment(pull.number, CHECK_MARKER, body);
}

/** Nothing is said where nothing of Signalbox's is touched. */
function hasComment(verdict: Verdict): boolean {
  return verdict.outcome !== "untouched";
}

async function publishInternalError(ports: CheckPorts, pull: PullRequest, id: string): Promise<void> {
  const head: CommitSha = pull.head;
  await ports.writer.publishCheck({ ...renderInternalError(id), head, externalId: `error:${id}` });
}

function isWaiting(error: unknown): boolean {
  return typeof error === "object" && error !== null && "name" in error && error.name === "WaitError";
}
