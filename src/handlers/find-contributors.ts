// Who contributed to a change: the authors and committers of its commits as GitHub attributes them, and for each commit who first
// pushed it. What GitHub cannot say makes the commit unattributed, and that blocks.
import type { CommitSha, Login } from "../manifest/types.ts";
import type { Contribution, Contributor, UnattributedCommit } from "../rbac/proposal.ts";
import type { BranchUpdate, CommitPeople, ConfigGit, GitCommit, GitHubReader } from "./ports.ts";

export interface Contributors {
  readonly contributors: readonly Contributor[];
  readonly unattributed: readonly UnattributedCommit[];
  readonly coAuthors: readonly Login[];
}

export interface ContributionRange {
  readonly author: Login;
  /** The commit that the change starts from: the tip of the base. */
  readonly base: CommitSha;
  readonly head: CommitSha;
  /** Movements of the branch that the commits came on, oldest first; null: not known (a fork). */
  readonly pushes: readonly BranchUpdate[] | null;
}

export async function findContributors(
  git: ConfigGit,
  github: Pick<GitHubReader, "commitPeople">,
  range: ContributionRange,
): Promise<Contributors> {
  const commits = await withoutCleanUpdates(git, range);
  const people = await github.commitPeople(commits.map((commit) => commit.sha));
  const pushers = await findPushers(git, range);
  const found = new Map<Login, { as: Set<Contribution>; commits: Set<CommitSha> }>();
  const unattributed: UnattributedCommit[] = [];
  const add = (login: Login, as: Contribution, commit?: CommitSha): void => {
    const entry = found.get(login) ?? { as: new Set(), commits: new Set() };
    found.set(login, entry);
    entry.as.add(as);
    if (commit !== undefined) entry.commits.add(commit);
  };
  add(range.author, "author");
  for (const { sha } of commits) {
    const attribution = attribute(people.get(sha), pushers.of.get(sha));
    for (const [login, as] of attribution.logins) add(login, as, sha);
    for (const reason of attribution.missing) unattributed.push({ commit: sha, reason });
  }
  for (const login of pushers.unaccounted) add(login, "pusher");
  return {
    contributors: [...found].map(([login, entry]) => ({ login, as: [...entry.as], commits: [...entry.commits] })),
    unattributed,
    coAuthors: coAuthorsOf(commits),
  };
}

function attribute(
  people: CommitPeople | undefined,
  pusher: Login | null | undefined,
): { readonly logins: readonly (readonly [Login, Contribution])[]; readonly missing: readonly string[] } {
  const logins: (readonly [Login, Contribution])[] = [];
  const missing: string[] = [];
  if (people?.author) logins.push([people.author, "commit-author"]);
  else missing.push("its author's e-mail belongs to no GitHub account");
  if (people?.signedByGitHub !== true) {
    if (people?.committer) logins.push([people.committer, "committer"]);
    else missing.push("its committer's e-mail belongs to no GitHub account");
  }
  if (pusher) logins.push([pusher, "pusher"]);
  else missing.push("GitHub has no record of who pushed it");
  return { logins, missing };
}

/** The commits of a change without those merges of the base whose tree is what git itself makes of their parents. */
async function withoutCleanUpdates(git: ConfigGit, range: ContributionRange): Promise<readonly GitCommit[]> {
  const commits: GitCommit[] = [];
  for (const commit of await git.commitsBetween(range.base, range.head)) {
    if (!(await isCleanUpdate(git, range.base, commit))) commits.push(commit);
  }
  return commits;
}

async function isCleanUpdate(git: ConfigGit, base: CommitSha, commit: GitCommit): Promise<boolean> {
  const [first, second, ...more] = commit.parents;
  if (first === undefined || second === undefined || more.length > 0) return false;
  if ((await git.mergeBase(second, base)) !== second) return false;
  const merged = await git.merge(first, second);
  return merged.conflicts.length === 0 && merged.tree === commit.tree;
}

interface Pushers {
  /** null: GitHub names nobody. */
  readonly of: ReadonlyMap<CommitSha, Login | null>;
  /** Who pushed something that git no longer has: it may have held any of the commits first. */
  readonly unaccounted: readonly Login[];
}

async function findPushers(git: ConfigGit, range: ContributionRange): Promise<Pushers> {
  const of = new Map<CommitSha, Login | null>();
  const unaccounted: Login[] = [];
  for (const push of range.pushes ?? []) {
    const from = push.before ?? range.base;
    if (!(await git.has(push.after)) || !(await git.has(from))) {
      if (push.actor !== null) unaccounted.push(push.actor);
      continue;
    }
    for (const { sha } of await git.commitsBetween(from, push.after)) {
      if (!of.has(sha)) of.set(sha, push.actor);
    }
  }
  return { of, unaccounted };
}

/** Only GitHub's own addresses name an account without asking; anybody else's line decides nothing. */
function coAuthorsOf(commits: readonly GitCommit[]): readonly Login[] {
  const logins = commits
    .flatMap((commit) => commit.coAuthorEmails)
    .map((email) =>
      /^(?:\d+\+)?([a-z0-9-]+(?:\[bot\])?)@users\.noreply\.github\.com$/i.exec(email)?.[1]?.toLowerCase(),
    );
  return [...new Set(logins.filter((login) => login !== undefined))];
}
