// A candidate of the merge queue, from the event to its check run: what it would make of the default branch is valid, and each pull
// request in it may be merged. What waits for approvals has nobody to wait for there: it fails.
import { WaitError } from "../errors.ts";
import type { CommitSha } from "../manifest/types.ts";
import { isWaiting } from "../reconcile/outcome.ts";
import { renderMergeGroup, type QueuedPull } from "../render/merge-group-run.ts";
import { judgePullRequest, publishUnjudged, type CheckPorts } from "./check-pull-request.ts";
import { firstParents } from "./first-parents.ts";
import type { ConfigGit } from "./ports.ts";
import { isGreen } from "./suspend-check.ts";

const UNSEEN_PAUSE_MS = 2_000;

/** One pull request of a candidate: what it is merged onto, and the commit that this makes. */
interface Entry {
  readonly pull: number;
  readonly base: CommitSha;
  readonly head: CommitSha;
}

/** A candidate that is gone asks for nothing. */
export async function checkMergeGroup(ports: CheckPorts, head: CommitSha): Promise<void> {
  await ports.git.update();
  const entries = await entriesOf(ports.git, head);
  const own = entries.at(-1);
  if (own === undefined) return;
  try {
    await judgeAndPublish(ports, own, entries.slice(0, -1));
  } catch (error) {
    if (isWaiting(error)) throw error;
    await publishUnjudged(ports, head, error);
    throw error;
  }
}

async function judgeAndPublish(ports: CheckPorts, own: Entry, before: readonly Entry[]): Promise<void> {
  const judged: QueuedPull[] = [];
  for (const entry of notPassed(ports.writer, own, before)) judged.push(await judgeEntry(ports, entry));
  const run = renderMergeGroup(await judgeEntry(ports, own), judged);
  const base = before[0]?.base ?? own.base;
  const externalId = `${base}:${await ports.git.treeOf(own.head)}`;
  await ports.writer.publishCheck({ ...run, head: own.head, externalId });
}

/** Oldest first. Where several branches name one commit, each of their pull requests must be what it is. */
async function entriesOf(git: ConfigGit, head: CommitSha): Promise<readonly Entry[]> {
  const groups = await git.mergeGroups();
  if (!groups.some((group) => group.head === head)) return [];
  const entries: Entry[] = [];
  const chain = await firstParents(git, await git.tip(), head);
  let base = chain.base;
  for (const commit of chain.commits) {
    const named = groups.filter((group) => group.head === commit);
    for (const { pull } of named) entries.push({ pull, base, head: commit });
    if (named.length > 0) base = commit;
  }
  return entries;
}

/** What passed in the same queue need not be judged again for each that comes after it. */
function notPassed(writer: CheckPorts["writer"], own: Entry, entries: readonly Entry[]): readonly Entry[] {
  const passed = entries.findLastIndex(({ head }) => {
    return head !== own.head && isGreen(writer.standingCheck(head));
  });
  return entries.slice(passed + 1);
}

async function judgeEntry(ports: CheckPorts, entry: Entry): Promise<QueuedPull> {
  const pull = await ports.github.pullRequest(entry.pull);
  if (!(await ports.git.has(pull.head))) {
    throw new WaitError(`git does not have the head of #${String(pull.number)} yet`, UNSEEN_PAUSE_MS);
  }
  const judged = await judgePullRequest(ports, pull, entry.base);
  const isAsked = pull.open && pull.baseBranch === ports.github.defaultBranch;
  const isMerge = isAsked && judged.tree === (await ports.git.treeOf(entry.head));
  return { pull: entry.pull, judged: isMerge ? judged : null };
}
