// What the handlers need of the world, in domain words. The adapters give it; tests give it in memory or over loopback.
import type { AppSource } from "../manifest/load-app.ts";
import type { CommitSha, Instant, Login, RackName, RepoFile, Subject } from "../manifest/types.ts";
import type { PackedApps } from "./packed-apps.ts";
import type { Account } from "../rbac/accounts.ts";
import type { Review } from "../rbac/proposal.ts";
import type { PeopleWithIds } from "../rbac/recorded-ids.ts";
import type { LedgerRecord } from "../ledger/record.ts";
import type { LedgerState } from "../ledger/ledger-state.ts";

export interface Clock {
  now(): Instant;
  /** Rejects with the signal's reason when it is aborted. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

/** Acts of one key run one after another, however the one before ended; those of different keys side by side. */
export type InTurn = <T>(key: string, act: () => Promise<T>) => Promise<T>;

export interface GitCommit {
  readonly sha: CommitSha;
  readonly parents: readonly CommitSha[];
  /** Id of its tree. */
  readonly tree: string;
  readonly coAuthorEmails: readonly string[];
}

/** The commit that a merge queue wants to bring the default branch to: a pull request, on top of those before it in the queue. */
export interface MergeGroup {
  readonly pull: number;
  readonly head: CommitSha;
}

/** As git has it; the mode of a folder is `40000`. */
export interface TreeEntry {
  readonly name: string;
  readonly mode: string;
  readonly id: string;
}

/** The git objects of the config repo; never a checkout. Arguments are validated ids only. */
export interface ConfigGit {
  /** Brings in what is new: branches, pull requests' refs and the ledger branch. */
  update(): Promise<void>;
  /** The default branch, as of the last update. */
  tip(): Promise<CommitSha>;
  has(commit: CommitSha): Promise<boolean>;
  /** Numbers of the pull requests, open or closed, whose head is this commit as of the last update. */
  pullsAt(head: CommitSha): Promise<readonly number[]>;
  /** Candidates of the default branch's merge queue, as of the last update; the head of a pull request is none. */
  mergeGroups(): Promise<readonly MergeGroup[]>;
  /** Id of the tree of a commit; a tree's is its own. */
  treeOf(commitOrTree: string): Promise<string>;
  /** One level of a tree. */
  readFolder(tree: string): Promise<readonly TreeEntry[]>;
  /** What stands at these entries, which are no folders. */
  readFiles(entries: readonly (TreeEntry & { readonly path: string })[]): Promise<readonly RepoFile[]>;
  /** Git's own merge of `head` into `base`: the tree it makes, or the paths in conflict. */
  merge(base: CommitSha, head: CommitSha): Promise<{ readonly tree: string; readonly conflicts: readonly string[] }>;
  /** null: no common history. */
  mergeBase(a: CommitSha, b: CommitSha): Promise<CommitSha | null>;
  /** Reachable from `head` and not from `base`, oldest first. */
  commitsBetween(base: CommitSha, head: CommitSha): Promise<readonly GitCommit[]>;
}

export type { PackedApps };

/** Threads that load apps beside this one; see load-apps.ts. */
export interface AppWorkers {
  /** @returns the apps, in their order */
  load(sources: readonly AppSource[]): Promise<PackedApps>;
  close(): Promise<void>;
}

/** Lets in what else waits, where there is something; resolves when the work may go on. */
export type GiveWay = () => Promise<void>;

/** Bytes by name, kept from process to process. What is given was put there by the same code; anything may be gone. */
export interface ByteStore {
  get(name: string): Promise<Uint8Array | null>;
  /** Fails in silence: what is kept can be made again. */
  put(name: string, bytes: Uint8Array): Promise<void>;
}

export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly open: boolean;
  readonly draft: boolean;
  /** null: an account that is gone. */
  readonly author: Account | null;
  readonly head: CommitSha;
  /** Branch name of the head, without `refs/heads/`. */
  readonly headBranch: string;
  readonly fromFork: boolean;
  /** null: a branch of the repository itself, or a fork that is gone. */
  readonly forkOwner: Account | null;
  /** Branch name of the base. */
  readonly baseBranch: string;
  readonly labels: readonly string[];
  /** Who is asked for a review and has not given one since, by logins: it decides nothing but whom to ask. Teams by slug. */
  readonly requested: { readonly users: readonly Login[]; readonly teams: readonly string[] };
  readonly createdAt: Instant;
  /** When anything of it last changed: a review, a label, a push, a comment. */
  readonly updatedAt: Instant;
  readonly merged: { readonly at: Instant; readonly by: Account | null; readonly commit: CommitSha } | null;
  /** GitHub's own word on whether its rules let it merge: `clean`, `blocked`, `dirty`, … */
  readonly mergeableState: string;
}

/** Who GitHub says made a commit. null: no account has that e-mail. */
export interface CommitPeople {
  readonly author: Account | null;
  readonly committer: Account | null;
  /** The commit's signature is GitHub's own (made in the web interface or through the API). */
  readonly signedByGitHub: boolean;
}

/** One movement of a branch, as GitHub's activity record has it. */
export interface BranchUpdate {
  /** null: the branch began here. */
  readonly before: CommitSha | null;
  readonly after: CommitSha;
  readonly actor: Account | null;
  readonly at: Instant;
  /** By GitHub itself: `merge` of a pull request, `queue` of one or more out of a merge queue. */
  readonly kind: "push" | "force-push" | "merge" | "queue";
}

/** One movement of a fork's branch, as the event of its pull request told it; `before` null: the pull request was opened. */
export interface ForkPush {
  readonly before: CommitSha | null;
  readonly after: CommitSha;
  readonly by: Account;
}

export type { Account };

/** A movement of a branch; `before` null: it began there. `actor` null: GitHub names nobody. */
export type Push = Pick<BranchUpdate, "before" | "after" | "actor">;

/**
 * How the commits came: by the record of the branch that they are on, or by a fork, of which there is only what events told; both
 * oldest movement first. The owner of a fork may have pushed to it whatever they tell.
 */
export type Arrival =
  | { readonly by: "branch"; readonly updates: readonly BranchUpdate[] }
  | { readonly by: "fork"; readonly owner: Account | null; readonly pushes: readonly Push[] };

/** A review as GitHub lists it; what it saw is found in git. */
export type ListedReview = Omit<Review, "login" | "dismissal" | "saw"> & {
  /** null: an account that is gone. */
  readonly by: Account | null;
  readonly dismissal: (Pick<NonNullable<Review["dismissal"]>, "was"> & { readonly by: Account | null }) | null;
  /** When it was dismissed, where the timeline tells. */
  readonly dismissedAt?: Instant;
};

/** `by` asked `of` for a review, whatever became of it. By logins: it decides nothing but whom to ask. */
export interface ReviewRequest {
  readonly by: Login | null;
  readonly of: Login;
}

/** What the conversation of a pull request says of its reviews. */
export interface Timeline {
  /** Oldest first. */
  readonly reviews: readonly ListedReview[];
  readonly requests: readonly ReviewRequest[];
  /** When it was last taken out of the merge queue and by whom (null: GitHub itself); null: nothing of it since it was last pushed to. */
  readonly leftQueue: { readonly at: Instant; readonly by: Login | null } | null;
}

/** A comment of a conversation. */
export interface Comment {
  readonly id: number;
  /** null: an account that is gone. */
  readonly by: Account | null;
  /** Apps and bots are no people. */
  readonly byPerson: boolean;
  readonly createdAt: Instant;
  /** Later than `createdAt`: somebody edited it. */
  readonly updatedAt: Instant;
  readonly body: string;
}

/** Whether an event told that a comment was edited. */
export interface EditedComments {
  has(comment: number): boolean;
}

export interface PullComment extends Comment {
  readonly pull: number;
}

export type Reaction = "+1" | "-1" | "confused" | "eyes" | "rocket";

export interface GitHubReader {
  readonly defaultBranch: string;
  pullRequest(number: number): Promise<PullRequest>;
  /** Open pull requests into the default branch. */
  openPullRequests(): Promise<readonly PullRequest[]>;
  timeline(number: number): Promise<Timeline>;
  /** Of a pull request, changed at `since` or later, oldest first. */
  comments(number: number, since: Instant): Promise<readonly Comment[]>;
  /** Of all pull requests, open or not, changed at `since` or later. */
  commentsSince(since: Instant): Promise<readonly PullComment[]>;
  /** Of exactly these commits. */
  commitPeople(commits: readonly CommitSha[]): Promise<ReadonlyMap<CommitSha, CommitPeople>>;
  /** How the commits of a pull request came. */
  arrival(pull: PullRequest): Promise<Arrival>;
  /** Movements of a branch, oldest first; with `since`, only those after it stood there. */
  branchUpdates(branch: string, since: CommitSha | null): Promise<readonly BranchUpdate[]>;
  /** The merged pull request that this update of the default branch is, or null. */
  mergedPullRequest(after: CommitSha): Promise<PullRequest | null>;
  /** Members of the organisation and of these teams (slugs). */
  people(teams: readonly string[]): Promise<PeopleWithIds>;
  /** Numeric ids of these accounts and teams, as GitHub says at this moment; who is not there is nobody. */
  idsOf(names: readonly Subject[]): Promise<ReadonlyMap<Subject, number>>;
}

export interface Annotation {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly level: "failure" | "warning" | "notice";
  readonly title: string;
  readonly message: string;
}

export interface CheckRun {
  readonly head: CommitSha;
  /** When the head first came to its branch, where that is known: no run of it can be older. */
  readonly headSince?: Instant | null;
  /** What it stands for: base and merged tree. */
  readonly externalId: string;
  /** `null`: in progress. */
  readonly conclusion: "success" | "failure" | "neutral" | null;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly annotations: readonly Annotation[];
}

export type DeploymentState = "queued" | "in_progress" | "success" | "failure" | "error" | "inactive";

/** A check run as it was last written or read by this process. */
export interface StandingCheck {
  readonly conclusion: string | null;
  readonly externalId: string;
}

/** All writing to GitHub. Each call compares first and sends nothing where nothing differs. */
export interface GitHubWriter {
  publishCheck(check: CheckRun): Promise<void>;
  /** What stands on this head; null: this process knows of no run there. */
  standingCheck(head: CommitSha): StandingCheck | null;
  /** One comment of ours with this marker on the pull request: made, or edited in place. */
  upsertComment(number: number, marker: string, body: string): Promise<void>;
  /** The same where there is one already; none is made. */
  editComment(number: number, marker: string, body: string): Promise<void>;
  /** Somebody may have changed or removed what was written there: the next call looks again. */
  forgetComments(number: number): void;
  /** A reaction of ours to somebody's comment. */
  react(comment: number, reaction: Reaction): Promise<void>;
  /** Asks these for a review: members who may read the repository, never the author; teams by slug. */
  requestReviewers(
    number: number,
    of: { readonly users: readonly Login[]; readonly teams: readonly string[] },
  ): Promise<void>;
  /** One open issue of ours with this marker; null body closes it. */
  upsertIssue(marker: string, title: string, body: string | null): Promise<void>;
  /** One deployment for (commit, environment): made if missing, its newest status brought to `state`. */
  upsertDeployment(deployment: {
    readonly commit: CommitSha;
    readonly environment: string;
    readonly production: boolean;
    readonly state: DeploymentState;
    readonly description: string;
  }): Promise<void>;
}

/** Signalbox's memory. `append` returns when the records are safe on this machine; they reach the branch in batches. */
export interface Ledger {
  state(): LedgerState;
  append(records: readonly LedgerRecord[]): Promise<void>;
  /** Resolves when everything appended so far is committed on the ledger branch. */
  flush(): Promise<void>;
}

/** Why a verdict may not stand until it is made anew; see `renderSuspended`. */
export type SuspendReason = "retargeted" | "base-moved" | "reopened" | "head-known";

/** Ids, commits and words of ours only: a job carries no content, no secret; whoever runs it reads the present state. */
export type Job =
  | { readonly kind: "check-pull-request"; readonly pull: number }
  | { readonly kind: "suspend-check"; readonly pull: number; readonly why: SuspendReason }
  | { readonly kind: "check-merge-group"; readonly head: CommitSha }
  | { readonly kind: "recheck-pull-requests" }
  | { readonly kind: "answer-commands"; readonly pull: number }
  | { readonly kind: "verify-updates" }
  | { readonly kind: "reconcile-rack"; readonly rack: RackName }
  | { readonly kind: "report-update"; readonly commit: CommitSha }
  | { readonly kind: "sweep" };

/** Jobs of one lane run one at a time, in order; a job that waits in its lane already is not added twice. */
export interface Jobs {
  add(job: Job, options?: { readonly delayMs?: number }): Promise<void>;
}

/** The few fields of an event that are looked at, whatever else it carries. */
export interface WebhookEvent {
  readonly name: string;
  readonly action: string | null;
  readonly pull: number | null;
  /** A push to the fork that a pull request comes from: whoever labels it, asks for reviews or talks has pushed nothing. */
  readonly forkPush: ForkPush | null;
  /** Who did it. */
  readonly sender: Login | null;
  /** A comment on a pull request; `isCommand`: it begins as one does. */
  readonly comment: { readonly id: number; readonly by: Login | null; readonly isCommand: boolean } | null;
  /** The base of a pull request was changed. */
  readonly retargeted: boolean;
  /** The commit that the pull request has now come to have as its head, which others may have already. */
  readonly newHead: CommitSha | null;
  /** A commit that the pull request may have shared with others as its head, and does not any more. */
  readonly leftHead: CommitSha | null;
  /** `refs/heads/…` of a push. */
  readonly ref: string | null;
  /** The candidate of a merge queue that it is about. */
  readonly groupHead: CommitSha | null;
  /** The team that it is about; `isPart`: its members are another team's as well. */
  readonly team: { readonly slug: string; readonly isPart: boolean } | null;
  /** Slug of the App whose check run it is about. */
  readonly checkApp: string | null;
  /** The commit that a check run or suite stands on. */
  readonly checkHead: CommitSha | null;
  /** Pull requests that GitHub names for it (none for forks). */
  readonly checkPulls: readonly number[];
}
