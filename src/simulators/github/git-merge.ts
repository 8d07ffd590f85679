/** Merges without a work tree: `git merge-tree` makes the tree, `git hash-object` the commit. */
import type { CommitObject, GitRepo, Signature } from "./git-repo.ts";
import type { IsHuge } from "./git-size.ts";

export interface GitMerge {
  /** The tree of merging `theirs` into `ours`; null where that conflicts, or where one of them is too large to be merged. Cached. */
  tree(ours: string, theirs: string): Promise<string | null>;
  /** The commits of `head` applied one by one onto `base`, merges left out; null where one conflicts. */
  rebase(base: string, head: string, committer: Signature): Promise<string | null>;
}

const maxCached = 1000;

export function createGitMerge(repo: GitRepo, isHuge: IsHuge): GitMerge {
  const cached = new Map<string, Promise<string | null>>();
  return {
    tree: (ours, theirs) => {
      const key = `${ours} ${theirs}`;
      const known = cached.get(key);
      if (known !== undefined) return known;
      if (cached.size >= maxCached) cached.clear();
      const merged = mergeIfSmall(repo, [ours, theirs], isHuge);
      cached.set(key, merged);
      merged.catch(() => cached.delete(key));
      return merged;
    },
    rebase: async (base, head, committer) => {
      const commits = await repo.log(["--reverse", "--topo-order", "--no-merges", `${base}..${head}`]);
      let tip = base;
      for (const commit of commits) {
        const next = await pick(repo, tip, commit, committer);
        if (next === null) return null;
        tip = next;
      }
      return tip;
    },
  };
}

async function mergeIfSmall(
  repo: GitRepo,
  [ours, theirs]: readonly [string, string],
  isHuge: IsHuge,
): Promise<string | null> {
  return (await isHuge(ours)) || (await isHuge(theirs)) ? null : mergeTree(repo, ours, theirs);
}

async function mergeTree(repo: GitRepo, ours: string, theirs: string): Promise<string | null> {
  const result = await repo.git.attempt(["merge-tree", "--write-tree", "--no-messages", ours, theirs]);
  if (result.status === 0) return result.stdout.toString("utf8").slice(0, 40);
  // 1 is a conflict. Unrelated histories cannot be merged either; anything else is a fault of ours.
  if (result.status === 1 || result.stderr.includes("unrelated histories")) return null;
  throw new Error(`git merge-tree failed: ${result.stderr.trim()}`);
}

/**
 * One cherry-pick. `merge-tree` of git 2.38 and 2.39 takes no merge base, so three parentless stand-ins give it the
 * history it needs: the commit's parent as the base of both sides.
 */
async function pick(repo: GitRepo, tip: string, commit: CommitObject, committer: Signature): Promise<string | null> {
  const [parent] = commit.parents;
  const ontoTree = (await repo.commit(tip))?.tree;
  const parentTree = parent === undefined ? await emptyTree(repo) : (await repo.commit(parent))?.tree;
  if (ontoTree === undefined || parentTree === undefined) throw new Error(`A commit below ${commit.sha} is missing.`);
  const signatures = { author: commit.author, committer, message: "cherry-pick" };
  const base = await repo.writeCommit({ ...signatures, tree: parentTree, parents: [] });
  const ours = await repo.writeCommit({ ...signatures, tree: ontoTree, parents: [base] });
  const theirs = await repo.writeCommit({ ...signatures, tree: commit.tree, parents: [base] });
  const tree = await mergeTree(repo, ours, theirs);
  if (tree === null) return null;
  // What the base already has becomes nothing, as in `git rebase`.
  if (tree === ontoTree && commit.tree !== parentTree) return tip;
  return repo.writeCommit({ tree, parents: [tip], author: commit.author, committer, message: commit.message });
}

async function emptyTree(repo: GitRepo): Promise<string> {
  return (await repo.git.text(["hash-object", "-t", "tree", "-w", "--stdin"], "")).trim();
}
