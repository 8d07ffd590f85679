import type { CommitSha } from "../manifest/types.ts";
import type { ConfigGit, GitCommit } from "./ports.ts";

export interface FirstParents {
  /** The commit of `base`'s history that the way from it to the head begins at; the head itself where it is in that history. */
  readonly base: CommitSha;
  /** After it, oldest first, the head last. */
  readonly commits: readonly CommitSha[];
}

/** How a branch came from `base` to `head`, merge by merge. */
export async function firstParents(
  git: Pick<ConfigGit, "commitsBetween">,
  base: CommitSha,
  head: CommitSha,
): Promise<FirstParents> {
  const between = new Map((await git.commitsBetween(base, head)).map((commit) => [commit.sha, commit]));
  const commits: CommitSha[] = [];
  let at: CommitSha = head;
  for (let commit: GitCommit | undefined; (commit = between.get(at)) !== undefined;) {
    commits.push(at);
    const [parent] = commit.parents;
    if (parent === undefined) break;
    at = parent;
  }
  return { base: at, commits: commits.reverse() };
}
