// The road of a pull request's check over a real git repo, with a GitHub that answers from memory: what Signalbox itself takes.
import { join } from "node:path";
import { openConfigGit } from "../src/adapters/config-git.ts";
import { checkPullRequest, type CheckPorts } from "../src/handlers/check-pull-request.ts";
import type { Account, GitHubReader, GitHubWriter, PullRequest } from "../src/handlers/ports.ts";
import { createConfigSource, readConfig } from "../src/handlers/read-config.ts";
import { partsOptions } from "../src/handlers/read-parts.ts";
import { createTurns } from "../src/handlers/turns.ts";
import { foldRecords } from "../src/ledger/ledger-state.ts";
import { isSignalboxPath } from "../src/manifest/repo-paths.ts";
import type { CommitSha } from "../src/manifest/types.ts";
import { changeOneFile, run } from "./config-repo.ts";
import { shippedRoles } from "./shipped-roles.ts";

export interface VerdictWorld {
  /** Judges a pull request that was not judged before, to its check run and comment. @returns the title of the run */
  judgeNext(): Promise<string>;
  close(): Promise<void>;
}

export interface VerdictOptions {
  /** A bare repo, as `writeGitRepo` leaves it. */
  readonly repo: string;
  /** Where the mirror goes. */
  readonly folder: string;
  /** How many pull requests to prepare, each of which changes one file. */
  readonly pulls: number;
  readonly path: string;
}

export async function openVerdictWorld({ repo, folder, pulls, path }: VerdictOptions): Promise<VerdictWorld> {
  const base = commitId(await run(repo, ["rev-parse", "main"]));
  const heads: CommitSha[] = [];
  for (let round = 0; round < pulls; round += 1) heads.push(commitId(await changeOneFile(repo, base, round)));
  const git = await openConfigGit({
    ...{ folder: join(folder, "mirror"), url: `file://${repo}`, defaultBranch: "main", token: () => null },
    ...{ isOurs: isSignalboxPath, environment: { ...process.env, PATH: path } },
  });
  await git.update();
  const source = createConfigSource({ ...git, update: () => Promise.resolve() }, partsOptions(shippedRoles(), KEPT));
  await readConfig(source, base);
  const titles: string[] = [];
  const ports = { ...source, ...portsOf(heads, titles), ledger: { state: () => stateAt(base) } };
  let next = 0;
  return {
    judgeNext: async () => {
      next += 1;
      if (next > heads.length) throw new Error(`more than ${String(heads.length)} pull requests were asked for`);
      await checkPullRequest(ports, next);
      return titles.at(-1) ?? "";
    },
    close: () => git.close(),
  };
}

const KEPT = { bytes: null, workers: null };

function commitId(text: string): CommitSha {
  return text.trim() as CommitSha; // printed by git
}

function stateAt(root: CommitSha): ReturnType<CheckPorts["ledger"]["state"]> {
  const who = { actor: "signalbox", via: "signalbox", result: "ok" } as const;
  const at = new Date(0).toISOString();
  return foldRecords([{ ...who, id: `begin:${root}`, at, action: "begin", commit: root, publicKey: "" }]);
}

function portsOf(
  heads: readonly CommitSha[],
  titles: string[],
): Omit<CheckPorts, "git" | "read" | "ledger" | keyof ReturnType<typeof createConfigSource>> {
  return {
    github: readerOf(heads),
    writer: writerOf(titles),
    jobs: { add: () => Promise.resolve() },
    clock: { now: () => 1_700_000_100_000 },
    inTurn: createTurns(),
    ownLogin: "signalbox[bot]",
    observed: () => Promise.resolve(new Map()),
    noteVerdict: () => undefined,
    report: (error) => {
      throw error;
    },
  };
}

const PEOPLE = 2_000;
const TEAM_SIZE = 25;
const AREAS = ["web", "payments", "platform", "data", "mobile", "search", "security", "growth"];

function peopleOf(): Awaited<ReturnType<GitHubReader["people"]>> {
  const teams = new Map(
    AREAS.map((area) => [area, new Set(Array.from({ length: TEAM_SIZE }, (_, one) => `${area}-${String(one)}`))]),
  );
  const others = Array.from({ length: PEOPLE - AREAS.length * TEAM_SIZE }, (_, one) => `person-${String(one)}`);
  const members = new Set(["pia", "paul", ...[...teams.values()].flatMap((team) => [...team]), ...others]);
  return { members, teams, ids: new Map() };
}

function readerOf(heads: readonly CommitSha[]): GitHubReader {
  const people = peopleOf();
  const author = { login: "web-1", id: people.ids.get("user:web-1") ?? 0 };
  const none = (): Promise<readonly never[]> => Promise.resolve([]);
  return {
    defaultBranch: "main",
    pullRequest: (number) => Promise.resolve(pullOf(number, heads[number - 1] ?? commitId(""), author)),
    timeline: () => Promise.resolve({ reviews: [], requests: [], leftQueue: null }),
    commitPeople: (commits) =>
      Promise.resolve(
        new Map(commits.map((sha) => [sha, { author, committer: author, signedByGitHub: false }] as const)),
      ),
    arrival: ({ head }) =>
      Promise.resolve({ by: "branch", updates: [{ before: null, after: head, actor: author, at: 0, kind: "push" }] }),
    people: () => Promise.resolve(people),
    ...{ openPullRequests: none, comments: none, commentsSince: none, branchUpdates: none },
    mergedPullRequest: () => Promise.resolve(null),
    idsOf: () => Promise.resolve(new Map()),
  };
}

export function pullOf(number: number, head: CommitSha, author: Account): PullRequest {
  return {
    ...{ number, head, author, title: "One file", open: true, draft: false, baseBranch: "main" },
    ...{ headBranch: `change-${String(number)}`, fromFork: false, forkOwner: null, labels: [], merged: null },
    ...{ requested: { users: [], teams: [] }, createdAt: 0, updatedAt: 0, mergeableState: "clean" },
  };
}

function writerOf(titles: string[]): GitHubWriter {
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    publishCheck: ({ title }) => Promise.resolve(void titles.push(title)),
    standingCheck: () => null,
    forgetComments: () => undefined,
    ...{ upsertComment: nothing, editComment: nothing, react: nothing, requestReviewers: nothing },
    ...{ upsertIssue: nothing, upsertDeployment: nothing },
  };
}
