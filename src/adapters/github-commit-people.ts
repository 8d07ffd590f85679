// Who GitHub says made each of some commits. They mostly lie together in history, so that a page of it, from the newest that is
// still unknown, tells of a hundred; a merge that many others were made before costs one more.
import { LRUCache } from "lru-cache";
import type { CommitSha } from "../manifest/types.ts";
import type { Clock, CommitPeople, GitHubReader } from "../handlers/ports.ts";
import { accountOf, toSha, type ListedAccount, type RepoClient } from "./github-repo.ts";
import { ask } from "./github-request.ts";

/** A commit never changes, but an e-mail address can move to another account. */
const KEPT_MS = 10 * 60_000;
const MOST_KEPT = 10_000;
/** GitHub's committer of what it commits itself. */
const GITHUB_COMMITTER = "web-flow";

interface ListedCommit {
  readonly sha: string;
  readonly author: ListedAccount | null;
  readonly committer: ListedAccount | null;
  readonly commit: { readonly verification?: { readonly verified: boolean } | undefined };
}

interface Kept {
  readonly people: CommitPeople;
  readonly at: number;
}

/** @returns a reader of commits given oldest first, as git lists them */
export function createCommitPeopleReader(github: RepoClient, clock: Pick<Clock, "now">): GitHubReader["commitPeople"] {
  const kept = new LRUCache<CommitSha, Kept>({ max: MOST_KEPT });

  const recall = (sha: CommitSha): CommitPeople | null => {
    const found = kept.get(sha);
    if (found === undefined || clock.now() - found.at > KEPT_MS) return null;
    // Whoever adds the address to their account mends the pull request, and that must be seen at once.
    const isKnown = found.people.author !== null && found.people.committer !== null;
    return isKnown ? found.people : null;
  };

  return async (commits) => {
    const result = new Map<CommitSha, CommitPeople>();
    const fresh = new Map<CommitSha, CommitPeople>();
    const note = (commit: ListedCommit): void => {
      const [sha, people] = [toSha(commit.sha), peopleOf(commit)];
      kept.set(sha, { people, at: clock.now() });
      fresh.set(sha, people);
    };
    const unknown = commits.filter((sha) => recall(sha) === null);
    for (const [index, sha] of [...unknown.entries()].reverse()) {
      if (!fresh.has(sha)) (await historyOf(github, sha, index + 1)).forEach(note);
    }
    for (const sha of commits) {
      // A commit that GitHub leaves out is nobody's.
      const people = fresh.get(sha) ?? recall(sha);
      if (people !== null) result.set(sha, people);
    }
    return result;
  };
}

function peopleOf(commit: ListedCommit): CommitPeople {
  const committer = accountOf(commit.committer);
  return {
    author: accountOf(commit.author),
    committer,
    signedByGitHub: commit.commit.verification?.verified === true && committer?.login === GITHUB_COMMITTER,
  };
}

/** One page; merges of other branches may lie between the commits that are wanted, hence the room. */
function historyOf(
  { octokit, owner, repo }: RepoClient,
  newest: CommitSha,
  wanted: number,
): Promise<readonly ListedCommit[]> {
  return ask(`list the commits before ${newest}`, () =>
    octokit.request("GET /repos/{owner}/{repo}/commits", {
      owner,
      repo,
      sha: newest,
      per_page: Math.min(100, 2 * wanted + 8),
    }),
  );
}
