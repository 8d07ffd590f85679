/** The beginning of a simulated GitHub: accounts and teams with ids that depend on their names alone, tokens, no issues. */
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "./clock.ts";
import { ghostLogin, mergeQueueLogin, webFlowLogin } from "./state.ts";
import type { Account, AppRecord, GitHubState, Permissions, Team } from "./state.ts";

export interface StateOptions {
  readonly repo: string;
  readonly people: Readonly<Record<string, { readonly teams: readonly string[]; readonly admin?: true }>>;
  readonly app: {
    readonly id: number;
    readonly slug: string;
    readonly publicKey: string;
    readonly permissions: Permissions;
  };
  readonly clock: Clock;
}

const webFlowId = 19_864_447;
const ghostId = 10_137;
const mergeQueueId = 118_344_674;
const requiredCheck = "signalbox";

export function isLogin(text: string): boolean {
  return /^[A-Za-z0-9]([A-Za-z0-9-]{0,37}[A-Za-z0-9])?$/.test(text);
}

/** @throws Error where the repo is not "owner/name" or a login is no GitHub login. */
export function createState(options: StateOptions): GitHubState {
  const [owner, name, ...rest] = options.repo.split("/");
  if (owner === undefined || owner === "" || name === undefined || name === "" || rest.length > 0) {
    throw new Error(`The simulated repository must be written "organisation/name", not "${options.repo}".`);
  }
  const stableId = createStableIds();
  const accounts = createAccounts(owner, options, stableId);
  const people = Object.keys(options.people);
  const createdAt = options.clock.iso();
  let lastId = 1_000_000;
  return {
    clock: options.clock,
    organisation: accounts.organisation,
    repoName: name,
    repoId: stableId(`repository ${options.repo}`),
    defaultBranch: "main",
    requiredCheck,
    createdAt,
    pushedAt: createdAt,
    accounts: accounts.byKey,
    people,
    invited: new Set(),
    teams: createTeams(options.people, stableId),
    app: createApp(options, stableId),
    personalTokens: new Map(people.map((login) => [newToken("ghp"), login])),
    installationTokens: new Map(),
    issues: [],
    comments: [],
    checkRuns: [],
    checkSuites: [],
    commitStatuses: [],
    deployments: [],
    activity: [],
    labels: new Map(),
    forks: [],
    mergeQueue: { method: "merge", minimum: 1, entries: [] },
    signedCommits: new Set(),
    nextId: () => (lastId += 1),
  };
}

/** `ghp` for people, `ghs` for installations; 36 characters follow, as GitHub's do. */
export function newToken(kind: "ghp" | "ghs"): string {
  return `${kind}_${randomBytes(27).toString("base64url").replaceAll("-", "A").replaceAll("_", "B")}`;
}

function createStableIds(): (name: string) => number {
  const taken = new Set<number>();
  return (name) => {
    let id = 10_000_000 + (createHash("sha256").update(name.toLowerCase()).digest().readUInt32BE(0) % 80_000_000);
    while (taken.has(id)) id += 1;
    taken.add(id);
    return id;
  };
}

function createAccounts(
  owner: string,
  options: StateOptions,
  stableId: (name: string) => number,
): { organisation: Account; byKey: Map<string, Account> } {
  const standard = { admin: false, standing: "active" } as const;
  const account = (login: string, type: Account["type"], id = stableId(`account ${login}`)): Account => {
    return { ...standard, key: login, id, login, type };
  };
  const organisation = account(owner, "Organization");
  const accounts: Account[] = [organisation];
  for (const [login, person] of Object.entries(options.people)) {
    if (!isLogin(login)) {
      throw new Error(`"${login}" is no GitHub login: letters, digits and inner hyphens, at most 39 characters.`);
    }
    accounts.push({ ...account(login, "User"), admin: person.admin === true });
  }
  accounts.push(account(`${options.app.slug}[bot]`, "Bot"));
  accounts.push(account(mergeQueueLogin, "Bot", mergeQueueId));
  accounts.push(account(webFlowLogin, "User", webFlowId));
  accounts.push(account(ghostLogin, "User", ghostId));
  const byKey = new Map(accounts.map((each) => [each.key.toLowerCase(), each]));
  if (byKey.size !== accounts.length) {
    throw new Error("Two accounts of the simulated GitHub have the same login (logins are compared without case).");
  }
  return { organisation, byKey };
}

function createTeams(people: StateOptions["people"], stableId: (name: string) => number): Team[] {
  const members = new Map<string, string[]>();
  for (const [login, person] of Object.entries(people)) {
    for (const slug of person.teams) members.set(slug, [...(members.get(slug) ?? []), login]);
  }
  return [...members].map(([slug, logins]) => ({
    id: stableId(`team ${slug}`),
    slug,
    name: slug,
    parentId: null,
    secret: false,
    members: logins,
  }));
}

function createApp(options: StateOptions, stableId: (name: string) => number): AppRecord {
  return {
    id: options.app.id,
    slug: options.app.slug,
    publicKey: options.app.publicKey,
    permissions: options.app.permissions,
    installationId: stableId(`installation ${String(options.app.id)} ${options.repo}`),
    botLogin: `${options.app.slug}[bot]`,
  };
}
