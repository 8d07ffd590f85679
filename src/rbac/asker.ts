// Who asks, as bindings know them.
import type { Login, Subject } from "../manifest/types.ts";
import type { ChangedName, People } from "./proposal.ts";
import { isReplaced } from "./recorded-ids.ts";

/** `member`: of the organisation that owns the config repo; without it no binding gives anything. */
export interface Asker {
  readonly subject: Subject;
  /** Slugs of their teams, sorted, parents of their teams included. */
  readonly teams: readonly string[];
  readonly member: boolean;
  /** The subjects of bindings that mean them: their own, then those of their teams. */
  readonly boundAs: readonly Subject[];
  /** The names of theirs in git, own and of teams, that mean nobody. */
  readonly replaced: readonly ChangedName[];
}

const askers = new WeakMap<People, Map<Login, Asker>>();

/** An App is no member of an organisation: it holds exactly what names it. */
export function askerOf(login: Login, people: People): Asker {
  const known = askers.get(people) ?? new Map<Login, Asker>();
  askers.set(people, known);
  const asker = known.get(login) ?? createAsker(login, people);
  known.set(login, asker);
  return asker;
}

function createAsker(login: Login, people: People): Asker {
  const subject = subjectOf(login);
  const replaced = [...people.changed.values()].filter(({ now }) => now?.logins.has(login) === true);
  const own = replaced.some(({ name }) => name === subject) ? [] : [subject];
  if (subject.startsWith("app:")) return { ...alone(subject, { member: true }), boundAs: own, replaced };
  const teams = teamsOf(people).get(login) ?? [];
  const boundAs = [...own, ...teams.map((team): Subject => `team:${team}`)];
  return { subject, teams, member: people.members.has(login), boundAs, replaced };
}

/** `user:ana`, or of a bot's account `app:renovate`. */
export function subjectOf(login: Login): Subject {
  const bot = /^(.+)\[bot\]$/.exec(login)?.[1];
  return bot === undefined ? `user:${login}` : `app:${bot}`;
}

/** As any name in git means them or ever meant them: for what makes a rule stricter, never for what gives a right. */
export function askerByAnyName(login: Login, people: People): Asker {
  const asker = askerOf(login, people);
  const names = [...people.changed.values()]
    .filter((one) => asker.replaced.includes(one) || one.then?.now === asker.subject)
    .map(({ name }) => name);
  const boundAs = [...new Set([...asker.boundAs, ...names])];
  const teams = boundAs.flatMap((name) => (name.startsWith("team:") ? [name.slice("team:".length)] : []));
  return { ...asker, boundAs, teams: teams.sort(), replaced: [] };
}

const teamsByLogin = new WeakMap<People, ReadonlyMap<Login, readonly string[]>>();

function teamsOf(people: People): ReadonlyMap<Login, readonly string[]> {
  const known = teamsByLogin.get(people);
  if (known !== undefined) return known;
  const made = new Map<Login, string[]>();
  for (const slug of [...people.teams.keys()].sort()) {
    for (const login of people.teams.get(slug) ?? []) {
      const teams = made.get(login);
      if (teams === undefined) made.set(login, [slug]);
      else teams.push(slug);
    }
  }
  teamsByLogin.set(people, made);
  return made;
}

/** Somebody whom one subject alone means. */
export function alone(subject: Subject, { member }: { readonly member: boolean }): Asker {
  return { subject, teams: [], member, boundAs: [subject], replaced: [] };
}

/** Whoever can push a workflow speaks as this App: it never holds anything (spec §2). */
export function speaksForAnybody(subject: Subject): boolean {
  return subject === "app:github-actions";
}

/** A bound subject as somebody who asks: a user with their teams, a team as any of its people. */
export function askerOfSubject(subject: Subject, people: People): Asker {
  if (subject.startsWith("user:")) return askerOf(subject.slice("user:".length), people);
  if (isReplaced(people, subject)) return alone(subject, { member: false });
  if (subject.startsWith("app:")) return alone(subject, { member: true });
  const logins = people.teams.get(subject.slice("team:".length));
  const isEmpty = logins !== undefined && ![...logins].some((login) => people.members.has(login));
  return alone(subject, { member: !isEmpty });
}
