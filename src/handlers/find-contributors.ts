// Who contributed to a change: the authors and committers of its commits as GitHub attributes them, and for each commit who first
// pushed it. What GitHub cannot say makes the commit unattributed, and that blocks.
import type { CommitSha, Login } from "../manifest/types.ts";
import { loginAmong, memberOfId, type Ids } from "../rbac/accounts.ts";
import type { CoAuthor, Contribution, Contributor, UnattributedCommit } from "../rbac/proposal.ts";
import type { Account, Arrival, CommitPeople, ConfigGit, GitCommit, GitHubReader, Push } from "./ports.ts";

type ByAccount<T extends { readonly login: Login }, A> = Omit<T, "login"> & { readonly account: A };

export interface Contributors {
  readonly contributors: readonly ByAccount<Contributor, Account>[];
  readonly unattributed: readonly UnattributedCommit[];
  /** `id` null: the line names a login alone. */
  readonly coAuthors: readonly ByAccount<CoAuthor, { readonly login: Login; readonly id: number | null }>[];
}

/** As the judge knows them: by the logins that they go by among the people with these ids. */
export function contributorsAmong(
  ids: Ids,
  found: Contributors,
): { readonly contributors: readonly Contributor[]; readonly coAuthors: readonly CoAuthor[] } {
  return {
    contributors: found.contributors.map(({ account, ...deeds }) => ({ login: loginAmong(ids, account), ...deeds })),
    coAuthors: coAuthorsAmong(ids, found),
  };
}

/** A line is anybody's to write: whoever has the login that it names and whoever has the id are both meant. */
function coAuthorsAmong(ids: Ids, { coAuthors }: Contributors): readonly CoAuthor[] {
  const found = new Map<Login, readonly CommitSha[]>();
  for (const { account, commits } of coAuthors) {
    const renamed = account.id === null ? undefined : memberOfId(ids, account.id);
    for (const login of new Set([account.login, renamed ?? account.login])) {
      found.set(login, [...new Set([...(found.get(login) ?? []), ...commits])]);
    }
  }
  return Array.from(found, ([login, commits]) => ({ login, commits }));
}

export interface ContributionRange {
  readonly author: Account;
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
  const found = new Map<number, Deeds>();
  const unattributed: UnattributedCommit[] = [];
  const add = (account: Account, as: Contribution, commit?: CommitSha): void => {
    const entry = found.get(account.id) ?? { account, as: new Set(), commits: new Set(), suggested: [] };
    found.set(account.id, entry);
    entry.as.add(as);
    if (commit === undefined) return;
    entry.commits.add(commit);
    if (as === "suggester") entry.suggested.push(commit);
  };
  add(range.author, "author");
  for (const { sha: commit } of commits) {
    const { deeds, missing } = attribute(people.get(commit), pushersOf(commit));
    for (const [account, as] of deeds) add(account, as, commit);
    for (const one of missing) unattributed.push({ commit, ...one });
  }
  return {
    contributors: [...found.values()].map(contributorOf),
    unattributed,
    coAuthors: coAuthorsOf(commits),
  };
}

interface Deeds {
  readonly account: Account;
  readonly as: Set<Contribution>;
  readonly commits: Set<CommitSha>;
  readonly suggested: CommitSha[];
}

function contributorOf({ account, as, commits, suggested }: Deeds): Contributors["contributors"][number] {
  const contributor = { account, as: [...as], commits: [...commits] };
  return suggested.length === 0 ? contributor : { ...contributor, suggested };
}

type Deed = readonly [Account, Contribution];
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

function isAmong({ id }: Account, { deeds }: Attribution): boolean {
  return deeds.some(([pusher]) => pusher.id === id);
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
function pushedBy(accounts: readonly (Account | null)[] = [null], noRecord: readonly Missing[]): Attribution {
  const deeds = accounts.flatMap((account): readonly Deed[] => (account === null ? [] : [[account, "pusher"]]));
  return { deeds, missing: accounts.includes(null) ? noRecord : [] };
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
): Promise<ReadonlyMap<CommitSha, readonly (Account | null)[]>> {
  const pushers = new Map<CommitSha, readonly (Account | null)[]>();
  const unseen = new Set<Account | null>();
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

type Named = Contributors["coAuthors"][number]["account"];

/** Only GitHub's own addresses name an account without asking; anybody else's line decides nothing. */
function coAuthorsOf(commits: readonly GitCommit[]): Contributors["coAuthors"] {
  const found = new Map<string, { readonly account: Named; readonly commits: CommitSha[] }>();
  for (const { sha, coAuthorEmails } of commits) {
    for (const account of coAuthorEmails.flatMap(accountOfNoreply)) {
      const key = `${String(account.id)}+${account.login}`;
      const entry = found.get(key) ?? { account, commits: [] };
      found.set(key, entry);
      if (!entry.commits.includes(sha)) entry.commits.push(sha);
    }
  }
  return [...found.values()];
}

function accountOfNoreply(email: string): readonly Named[] {
  const [, id, login] = /^(?:(\d+)\+)?([a-z0-9-]+(?:\[bot\])?)@users\.noreply\.github\.com$/i.exec(email) ?? [];
  return login === undefined ? [] : [{ login: login.toLowerCase(), id: id === undefined ? null : Number(id) }];
}
