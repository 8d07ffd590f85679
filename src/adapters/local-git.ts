// The same questions asked of a clone that a person works in, for the command line. Nothing of it is changed or fetched.
import { StalledError } from "../errors.ts";
import type { CommitSha } from "../manifest/types.ts";
import { GitCommandError, runGit, type GitFolder } from "./git-command.ts";
import { createGitHistory } from "./git-history.ts";
import type { GitTreeOptions } from "./git-trees.ts";
import type { OpenConfigGit } from "./config-git.ts";

export interface LocalGit extends OpenConfigGit {
  /** Where git keeps what it has, for all work trees of the clone. */
  readonly gitFolder: string;
  /** Any way to name a commit that git knows: a branch, `HEAD~1`, a short id. */
  resolveRevision(revision: string): Promise<CommitSha>;
}

export interface LocalGitOptions extends GitTreeOptions {
  /** Default `signalbox/ledger`. Read as it was fetched from origin, or as it is here where the clone is the repo itself. */
  readonly ledgerBranch?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** `tip` is HEAD; `update` does nothing, since a clone is the user's to fetch. `folder` may be anywhere in the clone. */
export async function openLocalGit(folder: string, options: LocalGitOptions): Promise<LocalGit> {
  const at: GitFolder = { folder, environment: options.environment ?? {}, protocols: "" };
  const gitFolder = await findGitFolder(folder, at.environment);
  if (gitFolder === null) {
    throw new StalledError(`${folder} is in no git repository, or not in one that git trusts; run this in a clone`);
  }
  const { readLedgerAt, resolveRef, ...history } = createGitHistory(at, options);
  return {
    ...history,
    gitFolder,
    update: () => Promise.resolve(),
    tip: () => resolveRevision(at, "HEAD"),
    // A clone has no pull requests, and no queue of them.
    pullsAt: () => Promise.resolve([]),
    mergeGroups: () => Promise.resolve([]),
    resolveRevision: (revision) => resolveRevision(at, revision),
    readLedger: async () => {
      const branch = options.ledgerBranch ?? "signalbox/ledger";
      const tip = (await resolveRef(`refs/remotes/origin/${branch}`)) ?? (await resolveRef(`refs/heads/${branch}`));
      return tip === null ? null : readLedgerAt(tip);
    },
  };
}

/** Git's own folder, absolute. null: `folder` is in no repository that git would work in. */
export async function findGitFolder(folder: string, environment: GitFolder["environment"]): Promise<string | null> {
  try {
    const args = ["rev-parse", "--path-format=absolute", "--git-common-dir"];
    return (await runGit({ folder, environment, protocols: "" }, args)).trimEnd();
  } catch {
    // No repository, one of another user, or no git at all: there is nothing to work with either way.
    return null;
  }
}

async function resolveRevision(at: GitFolder, revision: string): Promise<CommitSha> {
  try {
    const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
    return (await runGit(at, args)).trim() as CommitSha; // what rev-parse --verify prints is one object id
  } catch (error) {
    if (!(error instanceof GitCommandError)) throw error;
    throw new StalledError(`git knows no commit named ${JSON.stringify(revision)} here`, { cause: error });
  }
}
