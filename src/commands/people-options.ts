// People as options name them: offline there is nobody to ask, so each is taken as a member of the organisation.
import { StalledError } from "../errors.ts";
import { LOGIN_PATTERN, TEAM_SLUG_PATTERN } from "../manifest/names.ts";
import type { Login, Subject } from "../manifest/types.ts";
import type { People } from "../rbac/proposal.ts";

const login = new RegExp(LOGIN_PATTERN);
const slug = new RegExp(TEAM_SLUG_PATTERN);

export function parseLogin(text: string, option: string): Login {
  if (!login.test(text)) throw new StalledError(`${option}: expected a GitHub login, found ${JSON.stringify(text)}`);
  return text.toLowerCase();
}

/** From `slug=a,b`, once for each team; the same team twice is both lists. */
export function parseTeams(options: readonly string[]): ReadonlyMap<string, ReadonlySet<Login>> {
  const teams = new Map<string, Set<Login>>();
  for (const option of options) {
    const [team = "", names, ...more] = option.split("=");
    if (!slug.test(team) || names === undefined || more.length > 0) {
      throw new StalledError(`--team: expected <slug>=<login>,<login>, found ${JSON.stringify(option)}`);
    }
    const people = teams.get(team.toLowerCase()) ?? new Set();
    teams.set(team.toLowerCase(), people);
    for (const name of names.split(",").filter((part) => part !== "")) people.add(parseLogin(name, "--team"));
  }
  return teams;
}

export function peopleOf(logins: readonly Login[], teams: People["teams"]): People {
  return {
    members: new Set([...logins, ...[...teams.values()].flatMap((people) => [...people])]),
    teams,
    changed: new Map(),
  };
}

/** `user:ana`, `ana` alone, `team:web`, `app:renovate`. */
export function parseSubject(text: string): Subject {
  const [, kind = "user", name = ""] = /^(?:([a-z]+):)?(.*)$/.exec(text) ?? [];
  switch (kind) {
    case "user":
      return `user:${parseLogin(name, "--as")}`;
    case "team":
    case "app":
      if (slug.test(name)) return `${kind}:${name.toLowerCase()}`;
      throw new StalledError(`--as: expected ${kind}:<slug>, found ${JSON.stringify(text)}`);
    case "key":
      throw new StalledError("expected user:<login>, team:<slug> or app:<slug>; a deploy key stands in `can-i --as`");
    default:
      throw new StalledError(`--as: expected user:<login>, team:<slug> or app:<slug>, found ${JSON.stringify(text)}`);
  }
}
