/**
 * What follows when branches moved, by a push or through the API: activity records, `push` events, and open pull
 * requests whose head or base moved. Must run inside the hub's write lock, after git has the new refs.
 */
import { emitPullRequest, emitPush } from "./events.ts";
import type { RefMove } from "./events.ts";
import { zeroSha } from "./git-repo.ts";
import type { Hub } from "./hub.ts";
import { gitHubSignature } from "./shapes-commit.ts";
import { branchRef, openPullRequests, recordTimeline } from "./state.ts";
import type { ActivityType, PullRequestRecord } from "./state.ts";

export interface RefUpdate {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly actor: string;
  /** Where the move is known to be a merge; else git says what it was. */
  readonly type?: ActivityType;
}

/** The moves between two listings of refs, those of `refs/pull/` left out. */
export function compareRefs(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  actor: string,
): RefUpdate[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .filter((ref) => !ref.startsWith("refs/pull/") && before.get(ref) !== after.get(ref))
    .map((ref) => ({ ref, before: before.get(ref) ?? zeroSha, after: after.get(ref) ?? zeroSha, actor }));
}

export async function followRefUpdate(hub: Hub, update: RefUpdate): Promise<void> {
  if (update.ref.startsWith("refs/namespaces/")) return followFork(hub, update);
  const forced =
    update.before !== zeroSha && update.after !== zeroSha && !(await hub.repo.isAncestor(update.before, update.after));
  const move: RefMove = { ref: update.ref, before: update.before, after: update.after, forced };
  hub.state.pushedAt = hub.state.clock.iso();
  if (update.ref.startsWith("refs/heads/")) {
    hub.state.activity.push({
      id: hub.state.nextId(),
      before: update.before,
      after: update.after,
      ref: update.ref,
      timestamp: hub.state.clock.iso(),
      type: update.type ?? activityType(move),
      actor: update.actor,
    });
  }
  await emitPush(hub, move, update.actor);
  if (!update.ref.startsWith("refs/heads/")) return;
  const branch = update.ref.slice("refs/heads/".length);
  for (const pull of openPullRequests(hub.state)) {
    if (pull.pull.fork === null && pull.pull.headRef === branch) await followHead(hub, pull, move, update.actor);
    else if (pull.pull.baseRef === branch) await followBase(hub, pull, move, update.actor);
  }
}

/** Of a fork the repository hears by its pull requests alone: no push event, no activity. */
async function followFork(hub: Hub, update: RefUpdate): Promise<void> {
  const { before, after, actor, ref } = update;
  const isNew = before === zeroSha || after === zeroSha;
  const forced = !isNew && !(await hub.repo.isAncestor(before, after));
  for (const pull of openPullRequests(hub.state)) {
    const { fork, headRef } = pull.pull;
    if (fork === null || branchRef(fork, headRef) !== ref) continue;
    await followHead(hub, pull, { ref, before, after, forced }, actor);
  }
}

function activityType(move: RefMove): ActivityType {
  if (move.before === zeroSha) return "branch_creation";
  if (move.after === zeroSha) return "branch_deletion";
  return move.forced ? "force_push" : "push";
}

async function followHead(hub: Hub, pull: PullRequestRecord, move: RefMove, actor: string): Promise<void> {
  if (move.after === zeroSha) {
    recordTimeline(hub.state, pull, { event: "head_ref_deleted", actor });
    await closePull(hub, pull, actor);
    return;
  }
  pull.pull.headSha = move.after;
  pull.updatedAt = hub.state.clock.iso();
  await hub.repo.updateRef(`refs/pull/${String(pull.number)}/head`, move.after);
  if (move.forced) recordTimeline(hub.state, pull, { event: "head_ref_force_pushed", actor, commitId: move.after });
  await refreshMergeability(hub, pull);
  const extra = { before: move.before, after: move.after };
  await emitPullRequest(hub, pull, { action: "synchronize", sender: actor, extra });
}

async function followBase(hub: Hub, pull: PullRequestRecord, move: RefMove, actor: string): Promise<void> {
  if (move.after === zeroSha) {
    recordTimeline(hub.state, pull, { event: "base_ref_deleted", actor });
    await closePull(hub, pull, actor);
    return;
  }
  // A base that has reached the head by another way has merged it: GitHub says so too.
  if (await hub.repo.isAncestor(pull.pull.headSha, move.after)) {
    await markMerged(hub, pull, { actor, mergeCommitSha: move.after });
    return;
  }
  pull.pull.baseSha = move.after;
  await refreshMergeability(hub, pull);
}

export async function closePull(hub: Hub, pull: PullRequestRecord, actor: string): Promise<void> {
  pull.state = "closed";
  pull.closedAt = hub.state.clock.iso();
  pull.closedBy = actor;
  recordTimeline(hub.state, pull, { event: "closed", actor });
  await emitPullRequest(hub, pull, { action: "closed", sender: actor });
}

export async function markMerged(
  hub: Hub,
  pull: PullRequestRecord,
  merge: { readonly actor: string; readonly mergeCommitSha: string },
): Promise<void> {
  const at = hub.state.clock.iso();
  pull.pull.mergedAt = at;
  pull.pull.mergedBy = merge.actor;
  pull.pull.mergeCommitSha = merge.mergeCommitSha;
  recordTimeline(hub.state, pull, { event: "merged", actor: merge.actor, commitId: merge.mergeCommitSha });
  await closePull(hub, pull, merge.actor);
}

/** Whether the head merges into the base, and GitHub's test merge at `refs/pull/N/merge`. */
export async function refreshMergeability(hub: Hub, pull: PullRequestRecord): Promise<void> {
  const { baseRef, baseSha, headRef, headSha } = pull.pull;
  const tree = await hub.merge.tree(baseSha, headSha);
  pull.pull.mergeable = tree !== null;
  if (tree === null) {
    pull.pull.mergeCommitSha = null;
    return;
  }
  const signature = { ...gitHubSignature, date: hub.state.clock.iso() };
  const commit = await hub.repo.writeCommit({
    tree,
    parents: [baseSha, headSha],
    author: signature,
    committer: signature,
    message: `Merge ${headRef} into ${baseRef}`,
  });
  hub.state.signedCommits.add(commit);
  await hub.repo.updateRef(`refs/pull/${String(pull.number)}/merge`, commit);
  pull.pull.mergeCommitSha = commit;
}
