/**
 * The merge queue of the default branch. Each pull request in it gets a candidate: it and all before it, merged onto the default
 * branch, on a branch of their own that the required check has to turn green. Those in front that are green go together, in one
 * move of the default branch. All of it must run inside the hub's write lock.
 */
import { ApiError } from "./api-error.ts";
import { emitMergeGroup, emitPullRequest } from "./events.ts";
import { zeroSha } from "./git-repo.ts";
import type { Hub } from "./hub.ts";
import { makeMerge } from "./make-merge.ts";
import { followRefUpdate, markMerged } from "./ref-updates.ts";
import { mergeQueueLogin, recordTimeline, requiredCheckIsGreen, requiredCheckRun } from "./state.ts";
import type { PullRequestRecord, QueueEntry } from "./state.ts";

/** As GitHub names them in `dequeued` events. */
export type RemovalReason = "MANUAL" | "MERGE" | "MERGE_CONFLICT" | "CI_FAILURE" | "BRANCH_PROTECTIONS";

export function queueEntryOf(hub: Hub, pull: PullRequestRecord): QueueEntry | undefined {
  return hub.state.mergeQueue.entries.find((entry) => entry.pull === pull);
}

export async function enqueue(hub: Hub, pull: PullRequestRecord, by: string): Promise<QueueEntry> {
  const { state } = hub;
  const entry: QueueEntry = {
    id: state.nextId(),
    pull,
    by,
    headSha: pull.pull.headSha,
    enqueuedAt: state.clock.iso(),
    group: null,
  };
  state.mergeQueue.entries.push(entry);
  recordTimeline(state, pull, { event: "added_to_merge_queue", actor: by });
  await emitPullRequest(hub, pull, { action: "enqueued", sender: by });
  return entry;
}

export async function dequeue(hub: Hub, entry: QueueEntry, of: { by: string; reason: RemovalReason }): Promise<void> {
  const { entries } = hub.state.mergeQueue;
  entries.splice(entries.indexOf(entry), 1);
  await destroyGroup(hub, entry, of.reason === "MERGE" ? "merged" : "dequeued");
  recordTimeline(hub.state, entry.pull, { event: "removed_from_merge_queue", actor: of.by });
  await emitPullRequest(hub, entry.pull, { action: "dequeued", sender: of.by, extra: { reason: of.reason } });
}

/** What follows from the state that anything just changed: who leaves, which candidates are made anew, what is merged. */
export async function advanceQueue(hub: Hub): Promise<void> {
  const { entries } = hub.state.mergeQueue;
  while (entries.length > 0) {
    const leaves = whoLeaves(hub);
    if (leaves !== undefined) await dequeue(hub, leaves.entry, { by: mergeQueueLogin, reason: leaves.reason });
    else if (await buildGroups(hub)) return mergeFront(hub);
  }
}

function whoLeaves(hub: Hub): { readonly entry: QueueEntry; readonly reason: RemovalReason } | undefined {
  for (const entry of hub.state.mergeQueue.entries) {
    const { pull, group, headSha } = entry;
    const stands = pull.state === "open" && !pull.pull.draft && pull.pull.headSha === headSha;
    if (!stands || pull.pull.baseRef !== hub.state.defaultBranch) return { entry, reason: "BRANCH_PROTECTIONS" };
    if (group !== null && isRed(hub, group.headSha)) return { entry, reason: "CI_FAILURE" };
  }
  return undefined;
}

function isRed(hub: Hub, sha: string): boolean {
  const isCompleted = requiredCheckRun(hub.state, sha)?.status === "completed";
  return isCompleted && !requiredCheckIsGreen(hub.state, sha);
}

/** @returns false where one conflicts with what is before it, and has left. */
async function buildGroups(hub: Hub): Promise<boolean> {
  let baseSha = await hub.repo.branch(hub.state.defaultBranch);
  if (baseSha === undefined) throw new Error("The default branch is gone.");
  for (const entry of hub.state.mergeQueue.entries) {
    if (entry.group?.baseSha !== baseSha) {
      await destroyGroup(hub, entry, "invalidated");
      const headSha = await candidate(hub, entry, baseSha);
      if (headSha === null) {
        await dequeue(hub, entry, { by: mergeQueueLogin, reason: "MERGE_CONFLICT" });
        return false;
      }
      await buildGroup(hub, entry, { baseSha, headSha });
    }
    baseSha = entry.group?.headSha ?? baseSha;
  }
  return true;
}

async function candidate(hub: Hub, entry: QueueEntry, baseSha: string): Promise<string | null> {
  try {
    return await makeMerge(hub, { pull: entry.pull, baseSha, actor: entry.by }, hub.state.mergeQueue.method);
  } catch (error) {
    if (error instanceof ApiError && error.status === 405) return null;
    throw error;
  }
}

async function buildGroup(hub: Hub, entry: QueueEntry, at: { baseSha: string; headSha: string }): Promise<void> {
  const branch = `gh-readonly-queue/${hub.state.defaultBranch}/pr-${String(entry.pull.number)}-${at.baseSha}`;
  const group = { ref: `refs/heads/${branch}`, ...at };
  await hub.repo.updateRef(group.ref, at.headSha);
  entry.group = group;
  await followRefUpdate(hub, { ref: group.ref, before: zeroSha, after: at.headSha, actor: mergeQueueLogin });
  await emitMergeGroup(hub, group, { action: "checks_requested", sender: entry.by });
}

async function destroyGroup(hub: Hub, entry: QueueEntry, reason: "merged" | "invalidated" | "dequeued"): Promise<void> {
  const { group } = entry;
  if (group === null) return;
  entry.group = null;
  await hub.repo.deleteRef(group.ref);
  await followRefUpdate(hub, { ref: group.ref, before: group.headSha, after: zeroSha, actor: mergeQueueLogin });
  await emitMergeGroup(hub, group, { action: "destroyed", sender: entry.by, extra: { reason } });
}

async function mergeFront(hub: Hub): Promise<void> {
  const { entries, minimum } = hub.state.mergeQueue;
  const firstOpen = entries.findIndex(({ group }) => group === null || !requiredCheckIsGreen(hub.state, group.headSha));
  const green = entries.slice(0, firstOpen < 0 ? entries.length : firstOpen);
  const groups = green.flatMap(({ group }) => group ?? []);
  const [first] = groups;
  const last = groups.at(-1);
  if (first === undefined || last === undefined || green.length < minimum) return;
  const ref = `refs/heads/${hub.state.defaultBranch}`;
  if (!(await hub.repo.updateRef(ref, last.headSha, first.baseSha))) throw new Error("The default branch has moved.");
  for (const entry of green) {
    const { group, pull } = entry;
    if (group === null) continue;
    await dequeue(hub, entry, { by: mergeQueueLogin, reason: "MERGE" });
    await markMerged(hub, pull, { actor: mergeQueueLogin, mergeCommitSha: group.headSha });
  }
  const move = { ref, before: first.baseSha, after: last.headSha, actor: mergeQueueLogin };
  await followRefUpdate(hub, { ...move, type: "merge_queue_merge" });
}
