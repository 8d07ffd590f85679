// What the handlers are tested on: real git, the real loader and judge, and a GitHub and a ledger that stand in memory.
import { readConfigFiles } from "../../src/commands/read-config-files.ts";
import { predefinedRoles } from "../../src/commands/predefined-roles.ts";
import { openConfigGit, type OpenConfigGit } from "../../src/adapters/config-git.ts";
import type { CheckPorts } from "../../src/handlers/check-pull-request.ts";
import { createConfigSource } from "../../src/handlers/read-config.ts";
import { partsOptions } from "../../src/handlers/read-parts.ts";
import type {
  Account,
  BranchUpdate,
  CheckRun,
  GitHubReader,
  GitHubWriter,
  Job,
  ListedReview,
  PullComment,
  PullRequest,
  Timeline,
} from "../../src/handlers/ports.ts";
import type { SweepPorts } from "../../src/handlers/sweep.ts";
import { createTurns } from "../../src/handlers/turns.ts";
import type { VerifyPorts } from "../../src/handlers/verify-updates.ts";
import { foldRecords, type LedgerState } from "../../src/ledger/ledger-state.ts";
import type { LedgerRecord } from "../../src/ledger/record.ts";
import { isSignalboxPath } from "../../src/manifest/repo-paths.ts";
import type { CommitSha, Subject } from "../../src/manifest/types.ts";
import { createOrigin, temporaryFolder, type Origin } from "../adapters/git-fixture.ts";

/** What GitHub says of somebody, by their login. */
type ByLogin<T, K extends keyof T> = Omit<T, K> & Readonly<Record<K, string | null>>;

type Merged = ByLogin<NonNullable<PullRequest["merged"]>, "by"> | null;
type Dismissal = ByLogin<NonNullable<ListedReview["dismissal"]>, "by"> | null;

export type Update = ByLogin<BranchUpdate, "actor">;
export type Review = Omit<ListedReview, "by" | "dismissal"> & {
  readonly login: string | null;
  readonly dismissal: Dismissal;
};
export type Written = Omit<PullComment, "by"> & { readonly login: string | null };

export type Files = Readonly<Record<string, string>>;

export interface HandlerWorld {
  readonly origin: Origin;
  readonly git: OpenConfigGit;
  readonly ports: CheckPorts & VerifyPorts & SweepPorts;
  /** The files of the first commit, which is the root. */
  readonly files: Files;
  readonly root: CommitSha;
  readonly records: LedgerRecord[];
  readonly jobs: Job[];
  readonly checks: CheckRun[];
  /** Comments by `#pull marker`. */
  readonly comments: Map<string, string>;
  /** By the id of the comment. */
  readonly reactions: Map<number, string>;
  /** Who was asked for a review, as `#pull logins`. */
  readonly asked: string[];
  /** What GitHub has; tests change it. */
  readonly github: {
    updates: readonly Update[];
    pulls: readonly PullRequest[];
    reviews: readonly Review[];
    comments: Written[];
    askedBefore: readonly string[];
    leftQueue: Timeline["leftQueue"];
    now: number;
    /** Numeric ids of the members and of the teams. */
    readonly ids: Map<Subject, number>;
    /** Logins of those who wrote each commit, where that is not `olga`. */
    readonly authors: Map<CommitSha, string>;
  };
  commit(branch: string, files: Files): CommitSha;
}

const MEMBERS = ["olga", "pia", "paul", "ana", "bo"];
const TEAMS: readonly Subject[] = ["team:platform", "team:web"];

/** olga is the Administrator, pia and paul are of `platform`, ana and bo of `web`. */
export async function openHandlerWorld(): Promise<HandlerWorld> {
  const origin = createOrigin();
  const files = Object.fromEntries(await readConfigFiles("examples/acme"));
  // Git made these ids.
  const commit = (branch: string, content: Files): CommitSha => origin.commit(branch, content) as CommitSha;
  const root = commit("main", files);
  const url = `file://${origin.folder}`;
  const git = await openConfigGit({
    ...{ folder: temporaryFolder(), url, defaultBranch: "main", token: () => null, isOurs: isSignalboxPath },
    environment: process.env,
  });
  const roles = await predefinedRoles();
  const source = createConfigSource(git, partsOptions(roles, { bytes: null, workers: null }));
  const records: LedgerRecord[] = [begin(root)];
  const jobs: Job[] = [];
  const checks: CheckRun[] = [];
  const comments = new Map<string, string>();
  const reactions = new Map<number, string>();
  const asked: string[] = [];
  const github: HandlerWorld["github"] = {
    updates: [],
    pulls: [],
    reviews: [],
    comments: [],
    askedBefore: [],
    leftQueue: null,
    now: 1_000,
    ids: new Map(
      [...MEMBERS.map((login): Subject => `user:${login}`), ...TEAMS].map((name, index) => [name, index + 1]),
    ),
    authors: new Map(),
  };
  const ports: HandlerWorld["ports"] = {
    ...source,
    github: readerOf(github),
    writer: writerOf(checks, comments, reactions, asked),
    ledger: {
      state: () => stateOf(records),
      append: (added) => {
        records.push(...added);
        return Promise.resolve();
      },
    },
    jobs: {
      add: (job) => {
        jobs.push(job);
        return Promise.resolve();
      },
    },
    clock: { now: () => github.now },
    observed: () => Promise.resolve(new Map()),
    ownLogin: "signalbox[bot]",
    noteVerdict: () => undefined,
    inTurn: createTurns(),
    report: (error) => String(error),
  };
  return { origin, git, ports, files, root, records, jobs, checks, comments, reactions, asked, github, commit };
}

/** Everybody who was ever asked for. */
const named = [...MEMBERS];

/** Members have the ids that GitHub knows them by at first. */
export function account(login: string): Account;
export function account(login: string | null): Account | null;
export function account(login: string | null): Account | null {
  if (login === null) return null;
  if (!named.includes(login)) named.push(login);
  return { login, id: named.indexOf(login) + 1 };
}

/** Its people by their logins. */
export interface Opened extends Partial<Omit<PullRequest, "author" | "forkOwner" | "merged">> {
  readonly number: number;
  readonly head: CommitSha;
  readonly author?: string | null;
  readonly forkOwner?: string | null;
  readonly merged?: Merged;
}

export function pullRequest({ author, forkOwner, merged, ...over }: Opened): PullRequest {
  return {
    title: "A change",
    open: true,
    draft: false,
    author: account(author === undefined ? "ana" : author),
    headBranch: `branch-${String(over.number)}`,
    fromFork: false,
    forkOwner: account(forkOwner ?? null),
    baseBranch: "main",
    labels: [],
    requested: { users: [], teams: [] },
    createdAt: 0,
    merged: merged === undefined || merged === null ? null : { ...merged, by: account(merged.by) },
    mergeableState: "clean",
    updatedAt: 0,
    ...over,
  };
}

function begin(root: CommitSha): LedgerRecord {
  const who = { actor: "signalbox", via: "signalbox", result: "ok" } as const;
  return { ...who, id: `begin:${root}`, at: new Date(0).toISOString(), action: "begin", commit: root, publicKey: "" };
}

function stateOf(records: readonly LedgerRecord[]): LedgerState {
  return foldRecords(records);
}

function readerOf(github: HandlerWorld["github"]): GitHubReader {
  const accountNow = (login: string | null): Account | null => {
    const id = github.ids.get(`user:${login ?? ""}`);
    return login === null || id === undefined ? account(login) : { login, id };
  };
  const pull = (number: number): PullRequest => {
    const found = github.pulls.find((one) => one.number === number);
    if (found === undefined) throw new Error(`the test made no pull request #${String(number)}`);
    return found;
  };
  const comments = (since: number): readonly PullComment[] =>
    github.comments
      .filter(({ updatedAt }) => updatedAt >= since)
      .map(({ login, ...comment }) => ({ ...comment, by: accountNow(login) }));
  return {
    defaultBranch: "main",
    pullRequest: (number) => Promise.resolve(pull(number)),
    openPullRequests: () => Promise.resolve(github.pulls.filter((one) => one.open)),
    timeline: () =>
      Promise.resolve({
        reviews: github.reviews.map(({ login, dismissal, ...review }) => ({
          ...review,
          by: accountNow(login),
          dismissal: dismissal === null ? null : { ...dismissal, by: accountNow(dismissal.by) },
        })),
        leftQueue: github.leftQueue,
        requests: github.askedBefore.map((of) => ({ by: "signalbox[bot]", of })),
      }),
    comments: (number, since) => Promise.resolve(comments(since).filter(({ pull: of }) => of === number)),
    commentsSince: (since) => Promise.resolve(comments(since)),
    commitPeople: (commits) =>
      Promise.resolve(
        new Map(
          commits.map((sha) => {
            const author = accountNow(github.authors.get(sha) ?? "olga");
            return [sha, { author, committer: author, signedByGitHub: false }];
          }),
        ),
      ),
    arrival: ({ head, fromFork, forkOwner }) => {
      const actor = accountNow(github.authors.get(head) ?? "olga");
      const pushes = [{ before: null, after: head, actor }];
      if (fromFork) return Promise.resolve({ by: "fork", owner: forkOwner, pushes });
      return Promise.resolve({ by: "branch", updates: [{ before: null, after: head, actor, at: 0, kind: "push" }] });
    },
    branchUpdates: (_branch, since) => {
      const from = github.updates.findLastIndex((update) => update.after === since);
      return Promise.resolve(github.updates.slice(from + 1).map((one) => ({ ...one, actor: accountNow(one.actor) })));
    },
    mergedPullRequest: (after) =>
      Promise.resolve(github.pulls.find((one) => one.merged !== null && one.merged.commit === after) ?? null),
    idsOf: (names) => Promise.resolve(new Map([...github.ids].filter(([name]) => names.includes(name)))),
    people: () =>
      Promise.resolve({
        members: new Set(MEMBERS),
        ids: new Map(github.ids),
        teams: new Map([
          ["platform", new Set(["pia", "paul"])],
          ["web", new Set(["ana", "bo"])],
        ]),
      }),
  };
}

function writerOf(
  checks: CheckRun[],
  comments: Map<string, string>,
  reactions: Map<number, string>,
  asked: string[],
): GitHubWriter {
  return {
    publishCheck: (check) => Promise.resolve(void checks.push(check)),
    standingCheck: (head) => checks.findLast((check) => check.head === head) ?? null,
    forgetComments: () => undefined,
    upsertComment: (number, marker, body) => Promise.resolve(void comments.set(`#${String(number)} ${marker}`, body)),
    editComment: (number, marker, body) => {
      const key = `#${String(number)} ${marker}`;
      if (comments.has(key)) comments.set(key, body);
      return Promise.resolve();
    },
    react: (comment, reaction) => Promise.resolve(void reactions.set(comment, reaction)),
    requestReviewers: (number, { users }) => Promise.resolve(void asked.push(`#${String(number)} ${users.join(" ")}`)),
    upsertIssue: () => Promise.resolve(),
    upsertDeployment: () => Promise.resolve(),
  };
}
