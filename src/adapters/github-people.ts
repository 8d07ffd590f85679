// Members of the organisation and of its teams, child teams included, with their numeric ids, as GitHub says now: kept for a minute at
// most.
import type { Clock, GitHubReader } from "../handlers/ports.ts";
import type { Login, Subject } from "../manifest/types.ts";
import { StalledError } from "../errors.ts";
import { failedRequestOf } from "./github-errors.ts";
import { loginOf } from "./github-repo.ts";
import { ask, askAllPages, type GitHubClient } from "./github-request.ts";

const KEPT_MS = 60_000;

/** Numeric ids by login or slug. */
type Ids = ReadonlyMap<string, number>;

const NOBODY: Ids = new Map();

interface Kept {
  /** null: GitHub knows no such team. */
  readonly list: Promise<Ids | null>;
  readonly at: number;
}

export interface PeopleReader extends Pick<GitHubReader, "people" | "idsOf"> {
  /** Whether this team was asked about at any time. */
  knowsTeam(slug: string): boolean;
  forget(): void;
}

interface Organisation {
  readonly octokit: GitHubClient;
  readonly org: string;
}

export function createPeopleReader(
  octokit: GitHubClient,
  { owner, clock }: { readonly owner: string; readonly clock: Pick<Clock, "now"> },
): PeopleReader {
  const github: Organisation = { octokit, org: owner };
  const kept = new Map<string, Kept>();
  const asked = new Set<string>();

  const recall = (name: string, read: () => Kept["list"]): Kept["list"] => {
    const known = kept.get(name);
    if (known !== undefined && clock.now() - known.at < KEPT_MS) return known.list;
    const list = read();
    const entry = { list, at: clock.now() };
    kept.set(name, entry);
    // What failed is asked again; the caller gets the error from the promise itself.
    void list.catch(() => {
      if (kept.get(name) === entry) kept.delete(name);
    });
    return list;
  };
  const members = async (): Promise<Ids> => (await recall("members", () => readMembers(github))) ?? new Map();
  const teams = async (): Promise<Ids> => (await recall("teams", () => readTeams(github))) ?? new Map();
  let latest: { readonly lists: Lists; readonly people: People } | null = null;

  return {
    people: async (slugs) => {
      const [logins, known] = [await members(), slugs.length === 0 ? NOBODY : await teams()];
      const lists = new Map<string, Ids>();
      for (const slug of new Set(slugs.map((name) => name.toLowerCase()))) {
        asked.add(slug);
        // A change may name any number of teams: those that there are cost a request each, the others none.
        const list = known.has(slug) ? await recall(`team:${slug}`, () => readTeam(github, slug)) : null;
        if (list !== null) lists.set(slug, list);
      }
      const all = { members: logins, teams: known, asked: lists };
      if (latest === null || !isSame(latest.lists, all)) latest = { lists: all, people: peopleOf(all) };
      return latest.people;
    },
    idsOf: async (names) => {
      const [logins, known] = [await members(), await teams()];
      const found = new Map<Subject, number>();
      for (const name of names) {
        const [kind, own] = [name.slice(0, name.indexOf(":")), name.slice(name.indexOf(":") + 1)];
        const login = kind === "app" ? `${own}[bot]` : own;
        const id = kind === "team" ? known.get(own) : (logins.get(login) ?? (await readAccount(github, login)));
        if (id !== undefined) found.set(name, id);
      }
      return found;
    },
    knowsTeam: (slug) => asked.has(slug),
    forget: () => {
      kept.clear();
    },
  };
}

type People = Awaited<ReturnType<PeopleReader["people"]>>;

/** What people are made of. The same lists make the same object: what others know of these people they keep with it. */
interface Lists {
  readonly members: Ids;
  /** All that there are. */
  readonly teams: Ids;
  readonly asked: ReadonlyMap<string, Ids>;
}

function isSame(a: Lists, b: Lists): boolean {
  return (
    a.members === b.members &&
    a.teams === b.teams &&
    a.asked.size === b.asked.size &&
    [...a.asked].every(([slug, list]) => b.asked.get(slug) === list)
  );
}

function peopleOf({ members, teams, asked }: Lists): People {
  return {
    members: new Set(members.keys()),
    teams: new Map(Array.from(asked, ([slug, list]) => [slug, new Set(list.keys())])),
    ids: new Map([...named("user", members), ...named("team", teams)]),
  };
}

function named(kind: "user" | "team", ids: Ids): readonly (readonly [Subject, number])[] {
  return Array.from(ids, ([name, id]) => [`${kind}:${name}`, id]);
}

async function readMembers({ octokit, org }: Organisation): Promise<Ids> {
  const members = await askAllPages(`list the members of the organisation ${org}`, (page) =>
    octokit.request("GET /orgs/{org}/members", { org, per_page: 100, page }),
  );
  return new Map(members.map((member) => [loginOf(member), Number(member.id)]));
}

async function readTeams({ octokit, org }: Organisation): Promise<Ids> {
  const teams = await askAllPages(`list the teams of the organisation ${org}`, (page) =>
    octokit.request("GET /orgs/{org}/teams", { org, per_page: 100, page }),
  );
  return new Map(teams.map(({ slug, id }) => [slug.toLowerCase(), id]));
}

async function readTeam({ octokit, org }: Organisation, slug: string): Promise<Ids | null> {
  // A team that does not exist, or is not shown to the App, has nobody: that grants nothing.
  const members = await orNothing(() =>
    askAllPages(`list the members of the team ${slug}`, (page) =>
      octokit.request("GET /orgs/{org}/teams/{team_slug}/members", { org, team_slug: slug, per_page: 100, page }),
    ),
  );
  return members === null ? null : new Map(members.map((member) => [loginOf(member), Number(member.id)]));
}

/** Of a bot, or of somebody who is no member, or not yet. */
async function readAccount({ octokit }: Organisation, login: Login): Promise<number | undefined> {
  const account = await orNothing(() =>
    ask(`look up the account ${login}`, () => octokit.request("GET /users/{username}", { username: login })),
  );
  return account === null ? undefined : Number(account.id);
}

async function orNothing<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StalledError && failedRequestOf(error.cause)?.status === 404) return null;
    throw error;
  }
}
