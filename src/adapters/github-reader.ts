// What Signalbox asks of GitHub about the config repo, in domain words. Lists are read to their last page; logins are lower-cased;
// accounts that are gone are GitHub's own `ghost`.
import type { CommitSha } from "../manifest/types.ts";
import type { GitHubReader, PullRequest } from "../handlers/ports.ts";
import { createActivityReader, createArrivalReader } from "./github-activity.ts";
import { createCommitPeopleReader } from "./github-commit-people.ts";
import { readComments, readCommentsSince } from "./github-conversation.ts";
import { createPeopleReader } from "./github-people.ts";
import { toPullRequest, type ListedPull } from "./github-pull.ts";
import { ask, askAllPages } from "./github-request.ts";
import { readTimeline } from "./github-timeline.ts";
import type { ReadOptions, RepoClient } from "./github-repo.ts";

/** Merges whose commit GitHub has not yet tied to its pull request are looked for among this many. */
const RECENTLY_CLOSED = 30;

export interface CachingGitHubReader extends GitHubReader {
  /** Memberships have changed, as a webhook says. */
  forgetPeople(): void;
  /** Whether this team was asked about at any time. */
  knowsTeam(slug: string): boolean;
}

/** Every call @throws WaitError, StalledError. */
export function createGitHubReader(octokit: RepoClient["octokit"], options: ReadOptions): CachingGitHubReader {
  const { owner, repo, defaultBranch, clock } = options;
  const github: RepoClient = { octokit, owner, repo };
  const people = createPeopleReader(octokit, { owner, clock });
  const branchUpdates = createActivityReader(github);
  const readPull = async (number: number): Promise<PullRequest> =>
    toPullRequest(
      await ask(`read pull request #${String(number)}`, () =>
        octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", { owner, repo, pull_number: number }),
      ),
    );

  return {
    defaultBranch,
    pullRequest: readPull,
    openPullRequests: async () => {
      const pulls = await askAllPages("list the open pull requests", (page) =>
        octokit.request("GET /repos/{owner}/{repo}/pulls", {
          owner,
          repo,
          state: "open",
          base: defaultBranch,
          per_page: 100,
          page,
        }),
      );
      return pulls.map(toPullRequest);
    },
    timeline: (number) => readTimeline(github, number),
    comments: (number, since) => readComments(github, number, since),
    commentsSince: (since) => readCommentsSince(github, since),
    commitPeople: createCommitPeopleReader(github, clock),
    arrival: createArrivalReader(branchUpdates, options.forkPushes),
    branchUpdates,
    mergedPullRequest: async (after) => {
      const merged = (await pullsOfCommit(github, after)).find(mergedAs(after, defaultBranch));
      const found = merged ?? (await recentlyClosed(github, defaultBranch)).find(mergedAs(after, defaultBranch));
      return found === undefined ? null : readPull(found.number);
    },
    people: (teams) => people.people(teams),
    idsOf: (names) => people.idsOf(names),
    knowsTeam: (slug) => people.knowsTeam(slug),
    forgetPeople: () => {
      people.forget();
    },
  };
}

function mergedAs(after: CommitSha, defaultBranch: string): (pull: ListedPull) => boolean {
  return (pull) => pull.merged_at !== null && pull.merge_commit_sha === after && pull.base.ref === defaultBranch;
}

function pullsOfCommit({ octokit, owner, repo }: RepoClient, sha: CommitSha): Promise<readonly ListedPull[]> {
  return askAllPages(`find the pull requests of commit ${sha}`, (page) =>
    octokit.request("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", {
      owner,
      repo,
      commit_sha: sha,
      per_page: 100,
      page,
    }),
  );
}

/** GitHub ties a commit to its pull request some time after the merge; the list of pull requests has it at once. */
function recentlyClosed({ octokit, owner, repo }: RepoClient, base: string): Promise<readonly ListedPull[]> {
  return ask("list the pull requests closed last", () =>
    octokit.request("GET /repos/{owner}/{repo}/pulls", {
      owner,
      repo,
      state: "closed",
      base,
      sort: "updated",
      direction: "desc",
      per_page: RECENTLY_CLOSED,
    }),
  );
}
