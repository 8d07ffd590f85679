// Which of Signalbox's files differ between commits, by their content alone: cheaper than asking what they mean.
import type { CommitSha, RepoTree } from "../manifest/types.ts";
import type { ConfigGit } from "./ports.ts";

type Difference = "added" | "changed" | "removed";

export async function differingPaths(
  git: Pick<ConfigGit, "readTree">,
  from: CommitSha,
  to: CommitSha,
): Promise<ReadonlyMap<string, Difference>> {
  if (from === to) return new Map();
  return differences(await git.readTree(from), await git.readTree(to));
}

/** What a branch changed since it left the base; null: it has nothing in common with it. */
export async function touchedPaths(
  git: Pick<ConfigGit, "readTree" | "mergeBase">,
  base: CommitSha,
  head: CommitSha,
): Promise<ReadonlySet<string> | null> {
  const left = await git.mergeBase(base, head);
  return left === null ? null : new Set((await differingPaths(git, left, head)).keys());
}

function differences(from: RepoTree, to: RepoTree): ReadonlyMap<string, Difference> {
  const found = new Map<string, Difference>();
  for (const [path, { blob }] of from) {
    const other = to.get(path);
    if (other?.blob !== blob) found.set(path, other === undefined ? "removed" : "changed");
  }
  for (const path of to.keys()) if (!from.has(path)) found.set(path, "added");
  return found;
}
