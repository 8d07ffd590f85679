// Which open pull requests have to be judged again: those whose verdict may have changed without an event of their own that told
// it. Only hints are made here: what is asked for reads the present state.
import { differingPaths, touchedPaths } from "./touched-paths.ts";
import { isPolicyPath, unitOf } from "../manifest/repo-paths.ts";
import type { CommitSha, Instant } from "../manifest/types.ts";
import type { LedgerState } from "../ledger/ledger-state.ts";
import { isWaiting } from "../reconcile/outcome.ts";
import { readConfig, type ConfigSource } from "./read-config.ts";
import { makesNewFault } from "../rbac/judge-findings.ts";
import type { Clock, GitHubReader, GitHubWriter, Jobs, Ledger, PullRequest } from "./ports.ts";

export interface RecheckPorts extends ConfigSource {
  readonly github: Pick<GitHubReader, "openPullRequests">;
  readonly writer: Pick<GitHubWriter, "standingCheck" | "forgetComments">;
  readonly ledger: Pick<Ledger, "state">;
  readonly jobs: Jobs;
  readonly clock: Pick<Clock, "now">;
}

/** What the verdict that was asked for last stands on. */
interface Checked {
  readonly base: CommitSha;
  readonly policy: string;
  readonly head: CommitSha;
  readonly updatedAt: number;
  readonly at: number;
  /** A base that the run named, from which the way to `base` was found not to concern it. */
  readonly harmlessFrom: CommitSha | null;
}

/** Empty at the start, so that the first look asks for everything. */
export interface CheckedPulls {
  /** By number. */
  pulls: Map<number, Checked>;
  /** Candidates of the merge queue, by when they were last asked for. */
  groups: Map<CommitSha, Instant>;
}

export function createCheckedPulls(): CheckedPulls {
  return { pulls: new Map(), groups: new Map() };
}

/** The next look asks for everything. What a look that is under way notes is not of the time after it, and counts for nothing. */
export function forgetChecked(checked: CheckedPulls): void {
  checked.pulls = new Map();
}

/** Memberships, ends of bindings and runs in progress age without anything on the pull request telling it. */
const CHECKED_AGAIN_AFTER_MS = 60 * 60_000;

export async function recheckPullRequests(ports: RecheckPorts, checked: CheckedPulls): Promise<void> {
  const { pulls } = checked;
  await ports.git.update();
  const base = await ports.git.tip();
  const policy = policyInForce(ports.ledger.state(), base);
  const open = await ports.github.openPullRequests();
  const left = leftHeads(pulls, open);
  for (const pull of open) await recheck(ports, pulls, { pull, base, policy, isLeft: left.has(pull.head) });
  const numbers = new Set(open.map((pull) => pull.number));
  for (const number of pulls.keys()) if (!numbers.has(number)) pulls.delete(number);
  await askForGroups(ports, checked);
}

/** Those that no event told of. Of what nothing comes to stand on (whoever may push may name a branch like that) it is asked rarely. */
async function askForGroups(ports: RecheckPorts, checked: CheckedPulls): Promise<void> {
  const now = ports.clock.now();
  const asked = new Map<CommitSha, Instant>();
  for (const { head } of await ports.git.mergeGroups()) {
    // The others are judged again with their pull requests.
    if (ports.writer.standingCheck(head) !== null || asked.has(head)) continue;
    const last = checked.groups.get(head);
    const isDue = last === undefined || now - last >= CHECKED_AGAIN_AFTER_MS;
    asked.set(head, isDue ? now : last);
    if (isDue) await ports.jobs.add({ kind: "check-merge-group", head });
  }
  checked.groups = asked;
}

/** Heads that a pull request stood on and does not any more: others that share one may have shown its verdict. */
function leftHeads(checked: CheckedPulls["pulls"], open: readonly PullRequest[]): ReadonlySet<CommitSha> {
  const heads = new Map(open.map(({ number, head }) => [number, head]));
  return new Set([...checked].filter(([number, { head }]) => heads.get(number) !== head).map(([, { head }]) => head));
}

interface Look {
  readonly pull: PullRequest;
  readonly base: CommitSha;
  readonly policy: string;
  /** Another pull request has left its head. */
  readonly isLeft: boolean;
}

async function recheck(ports: RecheckPorts, checked: CheckedPulls["pulls"], look: Look): Promise<void> {
  const { pull, base, policy, isLeft } = look;
  const last = checked.get(pull.number);
  const now = ports.clock.now();
  const isOld = last === undefined || now - last.at >= CHECKED_AGAIN_AFTER_MS;
  // A review, a label or a comment moves `updatedAt`.
  const hasChanged = last?.head !== pull.head || last.updatedAt !== pull.updatedAt || last.policy !== policy;
  const { isConcerned, harmlessFrom } = await movementOfBase(ports, last, look);
  if (!isOld && !hasChanged && !isConcerned && !isLeft) {
    checked.set(pull.number, { ...last, base, harmlessFrom });
    return;
  }
  checked.set(pull.number, { base, policy, head: pull.head, updatedAt: pull.updatedAt, at: now, harmlessFrom });
  // What somebody did to the comment without an event is found then too.
  if (isOld && last !== undefined) ports.writer.forgetComments(pull.number);
  if (isConcerned) await ports.jobs.add({ kind: "suspend-check", pull: pull.number, why: "base-moved" });
  await ports.jobs.add({ kind: "check-pull-request", pull: pull.number });
}

/** Each way from what a run was judged on to the base is looked at once. */
async function movementOfBase(
  ports: RecheckPorts,
  last: Checked | undefined,
  { pull, base }: Look,
): Promise<{ readonly isConcerned: boolean; readonly harmlessFrom: CommitSha | null }> {
  const from = judgedOn(ports, pull) ?? last?.base ?? base;
  const isHarmless = last?.base === base && last.head === pull.head && last.harmlessFrom === from;
  const isConcerned = from !== base && !isHarmless && (await mayConcern(ports, pull, { from, to: base }));
  return { isConcerned, harmlessFrom: isConcerned ? null : from };
}

/** Beside what is written on the base: whether that is verified, and what of it is held. */
function policyInForce(state: LedgerState, base: CommitSha): string {
  return state.judged === base ? JSON.stringify([...state.held.keys()].sort()) : "not judged";
}

/** The base that the run on the head names. */
function judgedOn(ports: RecheckPorts, pull: PullRequest): CommitSha | null {
  const base = /^[0-9a-f]{40}(?=:)/.exec(ports.writer.standingCheck(pull.head)?.externalId ?? "")?.[0];
  // Written by the check itself, from such an id.
  return (base as CommitSha | undefined) ?? null;
}

/** What cannot be looked at (somebody's tree is too large) is left to its own check, and keeps no other from being looked at. */
async function mayConcern(...of: Parameters<typeof concerns>): Promise<boolean> {
  try {
    return await concerns(...of);
  } catch (error) {
    if (isWaiting(error)) throw error;
    return true;
  }
}

/**
 * Whether this movement of the base can change the verdict: policy moved, something that others may refer to is gone, an app that
 * the pull request touches is another one now, whose files speak of each other, or both are sound alone and not together.
 */
async function concerns(
  ports: RecheckPorts,
  pull: PullRequest,
  moved: { readonly from: CommitSha; readonly to: CommitSha },
): Promise<boolean> {
  const { git } = ports;
  if (!(await git.has(moved.from)) || !(await git.has(pull.head))) return true;
  const differing = await differingPaths(git, moved.from, moved.to);
  for (const [path, is] of differing) if (isPolicyPath(path) || is === "removed") return true;
  const touched = await touchedPaths(git, moved.to, pull.head);
  const moving = new Set(Array.from(differing.keys(), unitOf));
  if (touched === null || [...touched].some((path) => moving.has(unitOf(path)))) return true;
  return isWrongTogether(ports, pull, moved.to);
}

/** One domain of two apps, one sealed value in two places: what stands in no file that both have. */
async function isWrongTogether(ports: RecheckPorts, { head }: PullRequest, base: CommitSha): Promise<boolean> {
  const merged = await ports.git.merge(base, head);
  return (
    merged.conflicts.length > 0 || makesNewFault(await readConfig(ports, base), await readConfig(ports, merged.tree))
  );
}
