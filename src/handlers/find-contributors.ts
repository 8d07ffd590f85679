// Who contributed to a change: the authors and committers of its commits as GitHub attributes them, and for each commit who first
// pushed it. What GitHub cannot say makes the commit unattributed, and that blocks.
import type { CommitSha, Login } from "../manifest/types.ts";
import type { CoAuthor, Contribution, Contributor, UnattributedCommit } from "../rbac/proposal.ts";
import type { Arrival, CommitPeople, ConfigGit, GitCommit, GitHubReader, Push } from "./ports.ts";

export interface Contributors {
  readonly contributors: readonly Contributor[];
  readonly unattributed: readonly UnattributedCommit[];
  readonly coAuthors: readonly CoAuthor[];
}

export interface ContributionRange {
  readonly author: Login;
  /** The commit that the change starts from: the tip of the base. */
  readonly base: CommitSha;
  readonly head: CommitSha;
  readonly arrival: Arrival;
}

export async function findContributors(
  git: ConfigGit,
  github: Pick<GitHubReader, "commitPeople">,
  range: ContributionRange,
): Promise<Contributors> {
  const commits = await withoutCleanUpdates(git, range);
  const people = await github.commitPeople(commits.map((commit) => commit.sha));
  const pushersOf = await findPushers(git, range);
  const found = new Map<Login, Deeds>();
  const unattributed: UnattributedCommit[] = [];
  const add = (login: Login, as: Contribution, commit?: CommitSha): void => {
    const entry = found.get(login) ?? { as: new Set(), commits: new Set(), suggested: [] };
    found.set(login, entry);
    entry.as.add(as);
    if (commit === undefined) return;
    entry.commits.add(commit);
    if (as === "suggester") entry.suggested.push(commit);
  };
  add(range.author, "author");
  for (const { sha: commit } of commits) {
    const { deeds, missing } = attribute(people.get(commit), pushersOf(commit));
    for (const [login, as] of deeds) add(login, as, commit);
    for (const one of missing) unattributed.push({ commit, ...one });
  }
  return {
    contributors: [...found].map(([login, deeds]) => contributorOf(login, deeds)),
    unattributed,
    coAuthors: coAuthorsOf(commits),
  };
}

interface Deeds {
  readonly as: Set<Contribution>;
  readonly commits: Set<CommitSha>;
  readonly suggested: CommitSha[];
}

function contributorOf(login: Login, { as, commits, suggested }: Deeds): Contributor {
  const contributor = { login, as: [...as], commits: [...commits] };
  return suggested.length === 0 ? contributor : { ...contributor, suggested };
}

type Deed = readonly [Login, Contribution];
type Missing = Omit<UnattributedCommit, "commit">;

interface Attribution {
  readonly deeds: readonly Deed[];
  readonly missing: readonly Missing[];
}

function attribute(people: CommitPeople | undefined, pushers: Attribution): Attribution {
  const deeds: Deed[] = [];
  const missing: Missing[] = [];
  const { author, committer, signedByGitHub } = people ?? { author: null, committer: null, signedByGitHub: false };
  if (author === null) missing.push(noAccount("author"));
  else deeds.push([author, signedByGitHub && !isAmong(author, pushers) ? "suggester" : "commit-author"]);
  // What GitHub signed it committed itself, for whoever is on record as the pusher.
  if (!signedByGitHub) {
    if (committer === null) missing.push(noAccount("committer"));
    else deeds.push([committer, "committer"]);
  }
  return { deeds: [...deeds, ...pushers.deeds], missing: [...missing, ...pushers.missing] };
}

function noAccount(whose: "author" | "committer"): Missing {
  return { reason: `its ${whose}'s e-mail belongs to no GitHub account`, mend: "e-mail" };
}

function isAmong(login: Login, { deeds }: Attribution): boolean {
  return deeds.some(([pusher]) => pusher === login);
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

const NO_RECORD: readonly Missing[] = [{ reason: "GitHub has no record of who pushed it", mend: "push" }];
const NO_FORK: readonly Missing[] = [{ reason: "no event told who pushed it to its fork", mend: "pull-request" }];

async function findPushers(
  git: ConfigGit,
  { arrival, base }: ContributionRange,
): Promise<(commit: CommitSha) => Attribution> {
  if (arrival.by === "fork") {
    const { owner, pushes } = arrival;
    const owners: readonly Deed[] = owner === null ? [] : [[owner, "fork-owner"]];
    const pushers = await firstPushers(git, await withGaps(git, pushes), base);
    return (commit) => {
      const { deeds, missing } = pushedBy(pushers.get(commit), NO_FORK);
      return { deeds: [...owners, ...deeds], missing };
    };
  }
  const pushers = await firstPushers(git, arrival.updates, base);
  return (commit) => pushedBy(pushers.get(commit), NO_RECORD);
}

/** What nobody brought, as far as is known, is nobody's. */
function pushedBy(logins: readonly (Login | null)[] = [null], noRecord: readonly Missing[]): Attribution {
  const deeds = logins.flatMap((login): readonly Deed[] => (login === null ? [] : [[login, "pusher"]]));
  return { deeds, missing: logins.includes(null) ? noRecord : [] };
}

/**
 * A push that begins where none ended shows that an event was lost. What git has of it is in no push, and so nobody's; what git
 * never saw may have held whatever came after it.
 */
async function withGaps(git: ConfigGit, pushes: readonly Push[]): Promise<readonly Push[]> {
  const ends = new Set<CommitSha>();
  const whole: Push[] = [];
  for (const push of pushes) {
    const { before, after } = push;
    const isLost = before !== null && !ends.has(before) && !(await git.has(before));
    if (isLost) whole.push({ before: null, after: before, actor: null });
    whole.push(push);
    ends.add(after);
  }
  return whole;
}

/**
 * Who first brought each commit to the branch; null: GitHub names nobody. A push that git never saw, since it was replaced before
 * a fetch, may have held whatever came after it: then whoever made it counts beside who brought it for certain.
 */
async function firstPushers(
  git: ConfigGit,
  updates: readonly Push[],
  base: CommitSha,
): Promise<ReadonlyMap<CommitSha, readonly (Login | null)[]>> {
  const pushers = new Map<CommitSha, readonly (Login | null)[]>();
  const unseen = new Set<Login | null>();
  for (const { before, after, actor } of updates) {
    if (!(await git.has(after))) {
      unseen.add(actor);
      continue;
    }
    const from = before !== null && (await git.has(before)) ? before : base;
    for (const { sha } of await git.commitsBetween(from, after)) {
      if (!pushers.has(sha)) pushers.set(sha, [actor, ...unseen]);
    }
  }
  return pushers;
}

/** Only GitHub's own addresses name an account without asking; anybody else's line decides nothing. */
function coAuthorsOf(commits: readonly GitCommit[]): readonly CoAuthor[] {
  const found = new Map<Login, CommitSha[]>();
  for (const { sha, coAuthorEmails } of commits) {
    for (const login of coAuthorEmails.flatMap(loginOfNoreply)) {
      const named = found.get(login) ?? [];
      found.set(login, named);
      if (!named.includes(sha)) named.push(sha);
    }
  }
  return [...found].map(([login, named]) => ({ login, commits: named }));
}

function loginOfNoreply(email: string): readonly Login[] {
  const login = /^(?:\d+\+)?([a-z0-9-]+(?:\[bot\])?)@users\.noreply\.github\.com$/i.exec(email)?.[1];
  return login === undefined ? [] : [login.toLowerCase()];
}
