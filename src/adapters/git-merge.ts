// Git's own merge of two commits, by git itself only where there is more to it than to put together what is apart.
import { LRUCache } from "lru-cache";
import type { ConfigGit, GitCommit } from "../handlers/ports.ts";
import type { CommitSha } from "../manifest/types.ts";
import type { Meeting } from "./git-ancestry.ts";
import { GitCommandError, runGit, type GitFolder } from "./git-command.ts";
import { mergeApart } from "./git-merge-apart.ts";
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

const KEPT_MERGES = 2_000;

export function createMerge(git: MergingGit): ConfigGit["merge"] {
  const merges = new LRUCache<string, { readonly result: Result; readonly isMade: boolean }>({ max: KEPT_MERGES });
  return async (base, head) => {
    const key = `${base} ${head}`;
    const kept = merges.get(key);
    // What git does not have may be forgotten by now.
    if (kept !== undefined && (!kept.isMade || git.trees.isMade(kept.result.tree))) return kept.result;
    const result = await mergeCommits(git, base, head);
    merges.set(key, { result, isMade: git.trees.isMade(result.tree) });
    return result;
  };
}

async function mergeCommits(git: MergingGit, base: CommitSha, head: CommitSha): Promise<Result> {
  const [ancestor, ours, theirs] = [
    await git.mergeBase(base, head),
    await git.commitOf(base),
    await git.commitOf(head),
  ];
  if (ancestor === base) return { tree: theirs.tree, conflicts: [] };
  if (ancestor === head) return { tree: ours.tree, conflicts: [] };
  // Without common history git merges nothing: all of it is in conflict.
  if (ancestor === null) return { tree: ours.tree, conflicts: ["."] };
  const trees = { ancestor: (await git.commitOf(ancestor)).tree, base: ours.tree, head: theirs.tree };
  for (const tree of [trees.base, trees.head]) await checkDifference(git.trees.readFolder, trees.ancestor, tree);
  // Of several best ancestors git makes one first.
  const isOnlyAncestor = (await git.meetingOf(base, head)) !== null;
  const apart = isOnlyAncestor ? await mergeApart(git.trees.readFolder, trees) : null;
  if (apart === null) return mergeByGit(git.at, base, head);
  for (const [tree, entries] of apart.made) git.trees.keepMade(tree, entries);
  return { tree: apart.tree, conflicts: [] };
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
