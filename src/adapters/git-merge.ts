// Git's own merge of two commits, by git itself only where there is more to it than to put together what is apart.
import { LRUCache } from "lru-cache";
import type { ConfigGit, GitCommit } from "../handlers/ports.ts";
import type { CommitSha } from "../manifest/types.ts";
import type { Meeting } from "./git-ancestry.ts";
import { GitCommandError, runGit, type GitFolder } from "./git-command.ts";
import { mergeApart, type MergedApart } from "./git-merge-apart.ts";
import { checkedId } from "./git-objects.ts";
import { checkDifference, type TreeReader } from "./git-trees.ts";

interface MergingGit {
  readonly at: GitFolder;
  readonly trees: TreeReader;
  commitOf(id: string): Promise<GitCommit>;
  readonly mergeBase: ConfigGit["mergeBase"];
  /** null: only git knows. */
  meetingOf(first: CommitSha, second: CommitSha): Promise<Meeting | null>;
}

interface Result {
  readonly tree: string;
  readonly conflicts: readonly string[];
}

interface Merged extends Result {
  readonly made: MergedApart["made"];
}

const NOTHING_MADE: MergedApart["made"] = new Map();
const KEPT_MERGES = 2_000;
const MOST_KEPT_ENTRIES = 200_000;

export function createMerge(git: MergingGit): ConfigGit["merge"] {
  const merges = new LRUCache<string, Merged>({ max: KEPT_MERGES, maxSize: MOST_KEPT_ENTRIES });
  return async (base, head) => {
    const key = `${base} ${head}`;
    const merged = merges.get(key) ?? (await mergeCommits(git, base, head));
    merges.set(key, merged, { size: 1 + entriesIn(merged) });
    // Each time, and all of it: of what git does not have, some folders may be forgotten by now.
    for (const [tree, entries] of merged.made) git.trees.keepMade(tree, entries);
    return { tree: merged.tree, conflicts: merged.conflicts };
  };
}

function entriesIn({ made }: Pick<Merged, "made">): number {
  return [...made.values()].reduce((sum, entries) => sum + entries.length, 0);
}

/** Several of them have to be there to be read at once. */
const MOST_MADE_ENTRIES = 25_000;

async function mergeCommits(git: MergingGit, base: CommitSha, head: CommitSha): Promise<Merged> {
  const [ancestor, ours, theirs] = [
    await git.mergeBase(base, head),
    await git.commitOf(base),
    await git.commitOf(head),
  ];
  if (ancestor === base) return { tree: theirs.tree, conflicts: [], made: NOTHING_MADE };
  if (ancestor === head) return { tree: ours.tree, conflicts: [], made: NOTHING_MADE };
  // Without common history git merges nothing: all of it is in conflict.
  if (ancestor === null) return { tree: ours.tree, conflicts: ["."], made: NOTHING_MADE };
  const trees = { ancestor: (await git.commitOf(ancestor)).tree, base: ours.tree, head: theirs.tree };
  for (const tree of [trees.base, trees.head]) await checkDifference(git.trees.readFolder, trees.ancestor, tree);
  // Of several best ancestors git makes one first.
  const isOnlyAncestor = (await git.meetingOf(base, head)) !== null;
  const apart = isOnlyAncestor ? await mergeApart(git.trees.readFolder, trees) : null;
  if (apart !== null && entriesIn(apart) <= MOST_MADE_ENTRIES) return { ...apart, conflicts: [] };
  return { ...(await mergeByGit(git.at, base, head)), made: NOTHING_MADE };
}

async function mergeByGit(at: GitFolder, base: CommitSha, head: CommitSha): Promise<Result> {
  const args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", checkedId(base), checkedId(head)];
  try {
    return { tree: firstField(await runGit(at, args)), conflicts: [] };
  } catch (error) {
    // Exit status 1 says "merged with conflicts", and is to be trusted more than the list, which may be empty.
    if (!(error instanceof GitCommandError) || error.exitCode !== 1) throw error;
    const paths = error.stdout
      .split("\0")
      .slice(1)
      .filter((path) => path !== "");
    return { tree: firstField(error.stdout), conflicts: paths.length > 0 ? [...new Set(paths)] : ["."] };
  }
}

function firstField(output: string): string {
  return checkedId(output.slice(0, output.indexOf("\0")));
}
