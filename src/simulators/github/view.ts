/** What the pages of the simulated GitHub read: records of the state, and what git says of them. Nothing here changes anything. */
import type { FileChange } from "./git-diff.ts";
import type { CommitObject } from "./git-repo.ts";
import type { Hub } from "./hub.ts";
import { fullName } from "./hub.ts";
import { mergeableState } from "./shapes-pull.ts";
import { accountOfEmail } from "./shapes-commit.ts";
import { accountOf, isPullRequest, membersOf, membersOfTeam, pullRequests } from "./state.ts";
import type {
  Account,
  CheckRunRecord,
  CommentRecord,
  DeploymentRecord,
  IssueRecord,
  PullRequestRecord,
  ReviewRecord,
  TimelineRecord,
} from "./state.ts";

export interface CommitView extends CommitObject {
  /** The login that the author's address belongs to; null where GitHub would know nobody. */
  readonly authorLogin: string | null;
  readonly isVerified: boolean;
}

export interface SimulatedGitHubView {
  /** "acme/config" */
  readonly repo: string;
  readonly defaultBranch: string;
  /** Base URL of git over HTTP. */
  readonly gitUrl: string;
  readonly appSlug: string;
  readonly appBotLogin: string;
  readonly requiredCheck: string;
  now(): Date;
  /** @throws Error for a login that nobody has. */
  account(login: string): Account;
  /** Slugs of the teams that somebody belongs to. */
  teamsOf(login: string): readonly string[];
  people(): readonly Account[];
  /** Newest first, whatever their state. */
  pullRequests(): readonly PullRequestRecord[];
  pullRequest(number: number): PullRequestRecord | undefined;
  /** What GitHub's merge box says: clean, blocked, dirty, draft or unknown. */
  mergeableState(pull: PullRequestRecord): string;
  /** Issues that are no pull requests, newest first. */
  issues(): readonly IssueRecord[];
  issue(number: number): IssueRecord | undefined;
  /** In the order of writing, of an issue or a pull request. */
  comments(number: number): readonly CommentRecord[];
  /** Submitted ones, in order. */
  reviews(number: number): readonly ReviewRecord[];
  timeline(number: number): readonly TimelineRecord[];
  /** Oldest first. */
  commits(number: number): Promise<readonly CommitView[]>;
  files(number: number): Promise<readonly FileChange[]>;
  /** Runs of a commit with their annotations, the newest of each name, newest first. */
  checkRuns(sha: string): readonly CheckRunRecord[];
  checkRun(id: number): CheckRunRecord | undefined;
  /** Newest first, with their statuses in order. */
  deployments(): readonly DeploymentRecord[];
  commit(sha: string): Promise<CommitView | undefined>;
  /** What a commit changed against its first parent. */
  commitFiles(sha: string): Promise<readonly FileChange[]>;
  /** A file's text at a revision. */
  fileText(revision: string, path: string): Promise<string | undefined>;
}

export function createView(hub: Hub): SimulatedGitHubView {
  const { state } = hub;
  const issue = (number: number): IssueRecord | undefined =>
    state.issues.find((candidate) => candidate.number === number);
  const pullRequest = (number: number): PullRequestRecord | undefined => {
    const found = issue(number);
    return found !== undefined && isPullRequest(found) ? found : undefined;
  };
  const commit = async (sha: string): Promise<CommitView | undefined> => {
    const found = await hub.repo.commit(sha);
    return found === undefined ? undefined : commitView(hub, found);
  };
  return {
    repo: fullName(hub),
    defaultBranch: state.defaultBranch,
    gitUrl: hub.urls.git,
    appSlug: state.app.slug,
    appBotLogin: state.app.botLogin,
    requiredCheck: state.requiredCheck,
    now: () => state.clock.now(),
    account: (login) => accountOf(state, login),
    teamsOf: (login) =>
      state.teams
        .filter((team) => membersOfTeam(state, team).some((member) => member.login === login))
        .map((team) => team.slug),
    people: () => membersOf(state),
    pullRequests: () => pullRequests(state).toReversed(),
    pullRequest,
    mergeableState: (pull) => mergeableState(hub, pull),
    issues: () => state.issues.filter((candidate) => !isPullRequest(candidate)).toReversed(),
    issue,
    comments: (number) => state.comments.filter((comment) => comment.issueNumber === number),
    reviews: (number) => (pullRequest(number)?.pull.reviews ?? []).filter((review) => review.state !== "PENDING"),
    timeline: (number) => issue(number)?.timeline ?? [],
    commits: async (number) => {
      const pull = pullRequest(number)?.pull;
      if (pull === undefined) return [];
      const found = await hub.repo.commitsBetween(pull.baseSha, pull.headSha);
      return found.map((each) => commitView(hub, each));
    },
    files: async (number) => {
      const pull = pullRequest(number)?.pull;
      return pull === undefined ? [] : hub.diff.files(pull.baseSha, pull.headSha);
    },
    checkRuns: (sha) => {
      const runs = state.checkRuns.filter((run) => run.headSha === sha).reverse();
      return runs.filter((run, at) => runs.findIndex((other) => other.name === run.name) === at);
    },
    checkRun: (id) => state.checkRuns.find((run) => run.id === id),
    deployments: () => state.deployments.toReversed(),
    commit,
    commitFiles: async (sha) => {
      const found = await hub.repo.commit(sha);
      return found === undefined ? [] : hub.diff.between(found.parents[0] ?? null, found.sha);
    },
    fileText: async (revision, path) => {
      const sha = await hub.repo.resolve(revision);
      const found = sha === undefined ? undefined : await hub.repo.git.attempt(["cat-file", "blob", `${sha}:${path}`]);
      return found?.status === 0 ? found.stdout.toString("utf8") : undefined;
    },
  };
}

function commitView(hub: Hub, commit: CommitObject): CommitView {
  const account = accountOfEmail(hub.state, commit.author.email);
  return { ...commit, authorLogin: account?.login ?? null, isVerified: hub.state.signedCommits.has(commit.sha) };
}
