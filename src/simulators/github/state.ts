/**
 * What the simulated GitHub remembers beyond its bare git repository. Records are mutable on purpose: this module is the
 * one store, and each route changes it in place. Content of branches is never copied here; it is read from git.
 */
import type { Clock } from "./clock.ts";

export type Permissions = Readonly<Record<string, "read" | "write">>;
export type JsonObject = Readonly<Record<string, unknown>>;

export interface Account {
  /** What records name it by: its first login, which stays when the login changes. */
  readonly key: string;
  readonly id: number;
  login: string;
  readonly type: "User" | "Bot" | "Organization";
  readonly admin: boolean;
  /** `suspended`: may do nothing, and is in no list. `deleted`: GitHub shows a ghost, or nobody, in its place. */
  standing: "active" | "suspended" | "deleted";
}

export interface Team {
  /** A team that is made anew has another, whatever its slug. */
  readonly id: number;
  slug: string;
  name: string;
  parentId: number | null;
  /** Shown to its members and to owners alone. */
  secret: boolean;
  /** Keys of its own members; those of its child teams count too. */
  readonly members: string[];
}

export interface ReactionRecord {
  readonly id: number;
  readonly user: string;
  readonly content: string;
  readonly createdAt: string;
}

export interface CommentRecord {
  readonly id: number;
  readonly issueNumber: number;
  readonly user: string;
  readonly createdAt: string;
  body: string;
  updatedAt: string;
  readonly reactions: ReactionRecord[];
}

export type ReviewState = "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";

export interface ReviewRecord {
  readonly id: number;
  readonly user: string;
  readonly commitId: string;
  body: string;
  state: ReviewState;
  submittedAt: string;
}

/** One entry of an issue's timeline; comments and reviews are found in their own lists. */
export interface TimelineRecord {
  readonly id: number;
  readonly event: string;
  readonly actor: string;
  readonly createdAt: string;
  readonly commitId: string | null;
  readonly detail: JsonObject;
}

/** A copy of the repository that belongs to somebody; its branches are a namespace of the same bare repository. */
export interface ForkRecord {
  readonly id: number;
  /** Key of its owner, who alone pushes to it. */
  readonly owner: string;
  readonly createdAt: string;
}

export interface PullPart {
  readonly headRef: string;
  /** Key of the owner of the fork that it comes from; null: it is a branch of the repository itself. */
  readonly fork: string | null;
  /** Whether who may write to the repository may push to the fork's branch too. */
  readonly maintainerCanModify: boolean;
  /** Live while the pull request is open; the last one afterwards. */
  headSha: string;
  baseRef: string;
  baseSha: string;
  draft: boolean;
  mergedAt: string | null;
  mergedBy: string | null;
  /** The merge on the base once merged; GitHub's test merge while open; null where that conflicts. */
  mergeCommitSha: string | null;
  mergeable: boolean | null;
  requestedReviewers: string[];
  requestedTeams: string[];
  readonly reviews: ReviewRecord[];
}

export interface IssueRecord {
  readonly id: number;
  readonly number: number;
  readonly user: string;
  readonly createdAt: string;
  title: string;
  body: string | null;
  state: "open" | "closed";
  stateReason: string | null;
  updatedAt: string;
  closedAt: string | null;
  closedBy: string | null;
  labels: string[];
  assignees: string[];
  locked: boolean;
  readonly timeline: TimelineRecord[];
  readonly pull: PullPart | null;
}

export type PullRequestRecord = IssueRecord & { readonly pull: PullPart };

export interface AnnotationRecord {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column: number | null;
  readonly end_column: number | null;
  readonly annotation_level: string;
  readonly title: string | null;
  readonly message: string;
  readonly raw_details: string | null;
}

export interface CheckRunRecord {
  readonly id: number;
  readonly suiteId: number;
  readonly headSha: string;
  name: string;
  externalId: string | null;
  detailsUrl: string | null;
  status: "queued" | "in_progress" | "completed";
  conclusion: string | null;
  startedAt: string | null;
  completedAt: string | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  readonly annotations: AnnotationRecord[];
  actions: readonly JsonObject[];
}

export interface CheckSuiteRecord {
  readonly id: number;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly createdAt: string;
}

/** What anybody who may write says of a commit under any name: the older kind of check, which belongs to no App. */
export interface CommitStatusRecord {
  readonly id: number;
  readonly sha: string;
  readonly state: string;
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: string;
  readonly createdAt: string;
}

export interface DeploymentStatusRecord {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly environment: string;
  readonly logUrl: string;
  readonly environmentUrl: string;
  readonly targetUrl: string;
  readonly creator: string;
  readonly createdAt: string;
}

export interface DeploymentRecord {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string | null;
  readonly payload: JsonObject | string;
  readonly transient: boolean;
  readonly production: boolean;
  readonly creator: string;
  readonly createdAt: string;
  updatedAt: string;
  readonly statuses: DeploymentStatusRecord[];
}

export type ActivityType =
  "push" | "force_push" | "branch_creation" | "branch_deletion" | "pr_merge" | "merge_queue_merge";

export interface ActivityRecord {
  readonly id: number;
  readonly before: string;
  readonly after: string;
  readonly ref: string;
  readonly timestamp: string;
  readonly type: ActivityType;
  readonly actor: string;
}

export type MergeMethod = "merge" | "squash" | "rebase";

/** The candidate that the merge queue made of a pull request and all that wait before it: what has to be green. */
export interface MergeGroupRecord {
  /** `refs/heads/gh-readonly-queue/…` */
  readonly ref: string;
  readonly headSha: string;
  readonly baseSha: string;
}

/** A pull request in the merge queue of the default branch. */
export interface QueueEntry {
  readonly id: number;
  readonly pull: PullRequestRecord;
  /** Key of whoever added it. */
  readonly by: string;
  /** Its head when it was added: another one takes it out. */
  readonly headSha: string;
  readonly enqueuedAt: string;
  group: MergeGroupRecord | null;
}

export interface MergeQueueRecord {
  method: MergeMethod;
  /** So many must be green before any is merged; then all that are in front and green go together. */
  minimum: number;
  readonly entries: QueueEntry[];
}

export interface LabelRecord {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

export interface InstallationTokenRecord {
  readonly expiresAtMs: number;
  readonly permissions: Permissions;
  readonly repositories: boolean;
}

export interface AppRecord {
  readonly id: number;
  readonly slug: string;
  readonly publicKey: string;
  readonly permissions: Permissions;
  readonly installationId: number;
  readonly botLogin: string;
}

export interface GitHubState {
  readonly clock: Clock;
  readonly organisation: Account;
  readonly repoName: string;
  readonly repoId: number;
  readonly defaultBranch: string;
  readonly requiredCheck: string;
  readonly createdAt: string;
  pushedAt: string;
  /** By key in lower case: the people, the App's bot, web-flow, ghost and the organisation. */
  readonly accounts: Map<string, Account>;
  /** Keys of the members of the organisation. Everybody else may read and propose, as an outside collaborator. */
  readonly people: string[];
  /** Keys of those who are invited to the organisation and have not accepted. */
  readonly invited: Set<string>;
  readonly teams: Team[];
  readonly app: AppRecord;
  readonly personalTokens: Map<string, string>;
  readonly installationTokens: Map<string, InstallationTokenRecord>;
  readonly issues: IssueRecord[];
  readonly comments: CommentRecord[];
  readonly checkRuns: CheckRunRecord[];
  readonly checkSuites: CheckSuiteRecord[];
  readonly commitStatuses: CommitStatusRecord[];
  readonly deployments: DeploymentRecord[];
  readonly activity: ActivityRecord[];
  readonly labels: Map<string, LabelRecord>;
  readonly forks: ForkRecord[];
  readonly mergeQueue: MergeQueueRecord;
  /** Commits that the simulator made itself and therefore reports as signed by GitHub. */
  readonly signedCommits: Set<string>;
  /** Ids rise over all kinds of records, as GitHub's do within a kind. */
  nextId(): number;
}

export const webFlowLogin = "web-flow";
/** Whoever merges what the queue lets through. */
export const mergeQueueLogin = "github-merge-queue[bot]";
/** GitHub's stand-in for accounts that are gone. */
export const ghostLogin = "ghost";

/** @param key as records have it */
export function accountOf(state: GitHubState, key: string): Account {
  const account = state.accounts.get(key.toLowerCase());
  if (account === undefined) throw new Error(`The simulated GitHub has no account "${key}".`);
  return account;
}

/** Whose login this is now; nobody's where the account is gone. */
export function accountNamed(state: GitHubState, login: string): Account | undefined {
  const wanted = login.toLowerCase();
  return [...state.accounts.values()].find(
    (account) => account.standing !== "deleted" && account.login.toLowerCase() === wanted,
  );
}

export function isPerson(account: Account): boolean {
  return account.type === "User" && account.key !== webFlowLogin && account.key !== ghostLogin;
}

/** Members of the organisation whose accounts stand. */
export function membersOf(state: GitHubState): Account[] {
  return state.people.map((key) => accountOf(state, key)).filter((account) => account.standing === "active");
}

export function isMember(state: GitHubState, key: string): boolean {
  return membersOf(state).some((account) => account.key === key);
}

/** Members of a team and of all teams below it, as GitHub lists them. */
export function membersOfTeam(state: GitHubState, team: Team): Account[] {
  const below = state.teams
    .filter((other) => other.parentId === team.id)
    .flatMap((other) => membersOfTeam(state, other));
  const own = membersOf(state).filter((account) => team.members.includes(account.key));
  return [...new Set([...own, ...below])];
}

export function isPullRequest(issue: IssueRecord): issue is PullRequestRecord {
  return issue.pull !== null;
}

export function pullRequests(state: GitHubState): PullRequestRecord[] {
  return state.issues.filter(isPullRequest);
}

export function openPullRequests(state: GitHubState): PullRequestRecord[] {
  return pullRequests(state).filter((pull) => pull.state === "open");
}

/** The full name of a branch of the repository (null) or of somebody's fork. */
export function branchRef(fork: string | null, branch: string): string {
  return `${fork === null ? "" : `refs/namespaces/${fork.toLowerCase()}/`}refs/heads/${branch}`;
}

/** The newest run of the required check on a commit, as branch protection reads it. */
export function requiredCheckRun(state: GitHubState, sha: string): CheckRunRecord | undefined {
  return state.checkRuns.findLast((run) => run.headSha === sha && run.name === state.requiredCheck);
}

export function requiredCheckIsGreen(state: GitHubState, sha: string): boolean {
  const run = requiredCheckRun(state, sha);
  return run?.status === "completed" && (run.conclusion === "success" || run.conclusion === "neutral");
}

export function recordTimeline(
  state: GitHubState,
  issue: IssueRecord,
  entry: { event: string; actor: string; commitId?: string | null; detail?: JsonObject },
): void {
  const createdAt = state.clock.iso();
  issue.timeline.push({
    id: state.nextId(),
    event: entry.event,
    actor: entry.actor,
    createdAt,
    commitId: entry.commitId ?? null,
    detail: entry.detail ?? {},
  });
  issue.updatedAt = createdAt;
}
