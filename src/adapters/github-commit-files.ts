// Commits made through GitHub, which signs them, onto a branch that only ever moves forward.
import { WaitError } from "../errors.ts";
import type { CommitFiles } from "../ledger/ports.ts";
import type { CommitSha } from "../manifest/types.ts";
import { failedRequestOf } from "./github-errors.ts";
import { toSha, type RepoClient } from "./github-repo.ts";
import { ask } from "./github-request.ts";

/**
 * @param branch without `refs/heads/`
 * @returns a function that @throws WaitError where the branch is not at `parent` (any more); else WaitError, StalledError
 */
export function createCommitFiles(github: RepoClient, branch: string): CommitFiles {
  return async (parent, files, message) => {
    const commit = await createCommit(github, { parent, tree: await createTree(github, parent, files), message });
    try {
      await (parent === null ? beginBranch(github, branch, commit) : moveBranch(github, branch, commit));
    } catch (error) {
      if (!isRefused(error)) throw error;
      const was = parent === null ? "is there already" : `is not at ${parent}`;
      throw new WaitError(`The branch ${branch} ${was}: read it again before adding to it.`, 0, { cause: error });
    }
    return commit;
  };
}

async function createTree(
  { octokit, owner, repo }: RepoClient,
  parent: CommitSha | null,
  files: ReadonlyMap<string, string>,
): Promise<string> {
  const base =
    parent === null
      ? null
      : await ask(`read commit ${parent}`, () =>
          octokit.request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", { owner, repo, commit_sha: parent }),
        );
  const wanted = {
    ...(base === null ? {} : { base_tree: base.tree.sha }),
    tree: [...files].map(([path, content]) => ({ path, mode: "100644", type: "blob", content }) as const),
  };
  const tree = await ask("write the files of a commit", () =>
    octokit.request("POST /repos/{owner}/{repo}/git/trees", {
      ...{ owner, repo, ...wanted },
      // The body as text: octokit would look for large integers in every byte of the ledger.
      data: JSON.stringify(wanted),
    }),
  );
  return tree.sha;
}

/** Neither author nor committer is named: only then does GitHub sign it. */
async function createCommit(
  { octokit, owner, repo }: RepoClient,
  of: { readonly parent: CommitSha | null; readonly tree: string; readonly message: string },
): Promise<CommitSha> {
  const created = await ask("create a commit", () =>
    octokit.request("POST /repos/{owner}/{repo}/git/commits", {
      owner,
      repo,
      message: of.message,
      tree: of.tree,
      parents: of.parent === null ? [] : [of.parent],
    }),
  );
  return toSha(created.sha);
}

async function beginBranch({ octokit, owner, repo }: RepoClient, branch: string, commit: CommitSha): Promise<void> {
  await ask(`create the branch ${branch}`, () =>
    octokit.request("POST /repos/{owner}/{repo}/git/refs", { owner, repo, ref: `refs/heads/${branch}`, sha: commit }),
  );
}

/** Without force GitHub moves it by a fast-forward or not at all. */
async function moveBranch({ octokit, owner, repo }: RepoClient, branch: string, commit: CommitSha): Promise<void> {
  await ask(`move the branch ${branch}`, () =>
    octokit.request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", {
      owner,
      repo,
      ref: `heads/${branch}`,
      sha: commit,
      force: false,
    }),
  );
}

function isRefused(error: unknown): boolean {
  const cause = typeof error === "object" && error !== null && "cause" in error ? error.cause : null;
  const message = failedRequestOf(cause)?.message ?? "";
  return /not a fast.forward|already exists|does not exist/i.test(message);
}
