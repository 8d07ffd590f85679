// Where two commits meet and what lies between them, found in the commits themselves: to start git for it costs more than all the rest
// of a verdict. What cannot be told from a few of them, git is asked.
import type { GitCommit } from "../handlers/ports.ts";
import type { CommitSha } from "../manifest/types.ts";

/** `at`: seconds since 1970, as the committer's clock had it. */
export interface DatedCommit {
  readonly commit: GitCommit;
  readonly at: number;
}

export interface Meeting {
  /** The one best common ancestor; null: no common history. */
  readonly base: CommitSha | null;
  /** Reachable from the second commit alone, oldest first; null: not in one line, so that git says the order. */
  readonly ahead: readonly GitCommit[] | null;
}

const MOST_COMMITS = 128;

const OF_FIRST = 1;
const OF_SECOND = 2;
const OF_BOTH = 3;
/** Below a common ancestor. */
const STALE = 4;

interface Walk {
  readonly seen: Map<string, { readonly found: DatedCommit; flags: number }>;
  readonly queue: string[];
  readonly common: CommitSha[];
  find(id: string): Promise<DatedCommit | null>;
}

/**
 * As `git merge-base` walks: newest first, each commit marked by whom it is reachable from, until all that is left is below a common
 * ancestor, and older than whatever is ahead.
 * @returns null: git has to say; a commit is not here, there are several best ancestors, it is too far, or a clock ran backwards
 */
export async function findMeeting(find: Walk["find"], first: CommitSha, second: CommitSha): Promise<Meeting | null> {
  const walk: Walk = { seen: new Map(), queue: [], common: [], find };
  if (!(await mark(first, OF_FIRST, walk)) || !(await mark(second, OF_SECOND, walk))) return null;
  for (let count = 0; !isDone(walk); count += 1) {
    if (count > MOST_COMMITS || !(await expandNewest(walk))) return null;
  }
  const best = walk.common.filter((id) => ((walk.seen.get(id)?.flags ?? 0) & STALE) === 0);
  if (best.length > 1) return null;
  return { base: best[0] ?? null, ahead: aheadOf(second, walk) };
}

function isDone({ queue, seen }: Walk): boolean {
  const waiting = queue.flatMap((id) => seen.get(id) ?? []);
  if (waiting.some(({ flags }) => (flags & STALE) === 0)) return false;
  const ahead = [...seen.values()].filter(({ flags }) => flags === OF_SECOND).map(({ found }) => found.at);
  return waiting.every(({ found }) => ahead.every((at) => found.at < at));
}

/** @returns false where the walk cannot be trusted any further */
async function expandNewest(walk: Walk): Promise<boolean> {
  const next = takeNewest(walk);
  if (next === undefined) return true;
  const { commit, at } = next.found;
  if (next.flags === OF_BOTH) walk.common.push(commit.sha);
  const flags = next.flags === OF_BOTH ? OF_BOTH | STALE : next.flags;
  for (const parent of commit.parents) {
    if (!(await mark(parent, flags, walk))) return false;
    if ((walk.seen.get(parent)?.found.at ?? 0) > at) return false;
  }
  return true;
}

function takeNewest({ queue, seen }: Walk): { readonly found: DatedCommit; readonly flags: number } | undefined {
  let newest = 0;
  const at = (index: number): number => seen.get(queue[index] ?? "")?.found.at ?? 0;
  for (let index = 1; index < queue.length; index += 1) if (at(index) > at(newest)) newest = index;
  const [id = ""] = queue.splice(newest, 1);
  return seen.get(id);
}

async function mark(id: string, flags: number, { seen, queue, find }: Walk): Promise<boolean> {
  const known = seen.get(id);
  if (known !== undefined) {
    if ((known.flags & flags) === flags) return true;
    known.flags |= flags;
  } else {
    const found = await find(id);
    if (found === null) return false;
    seen.set(id, { found, flags });
  }
  if (!queue.includes(id)) queue.push(id);
  return true;
}

function aheadOf(second: CommitSha, { seen }: Walk): readonly GitCommit[] | null {
  const isAhead = (id: string): boolean => seen.get(id)?.flags === OF_SECOND;
  const line: GitCommit[] = [];
  for (let ids: readonly string[] = [second].filter(isAhead); ids.length > 0;) {
    const [id = "", ...others] = ids;
    const commit = seen.get(id)?.found.commit;
    if (commit === undefined || others.length > 0) return null;
    line.push(commit);
    ids = commit.parents.filter(isAhead);
  }
  const all = [...seen.values()].filter(({ flags }) => flags === OF_SECOND).length;
  return line.length === all ? line.reverse() : null;
}
