// Who gains and who loses what by changed roles and bindings, in words. Somebody whose team changes gains or loses only what nothing
// else gives them. It costs what changed, however many others are bound.
import type { Access, AppName, Instant, RackName, Subject } from "../manifest/types.ts";
import { differenceWords } from "./access-change-words.ts";
import { changedBindings } from "./changed-bindings.ts";
import type { People } from "./proposal.ts";
import { isReplaced } from "./recorded-ids.ts";
import type { Difference } from "./right-changes.ts";
import type { AccessChange } from "./verdict.ts";
import { boundNamesOf, differencesOf, rightsGiven, weigh } from "./weigh-rights.ts";

export interface AccessSides {
  readonly before: Access;
  readonly after: Access;
  readonly people: People;
  /** The racks and apps of both; looked at only where something differs. */
  racks(): ReadonlyMap<RackName, readonly AppName[]>;
  readonly at: Instant;
}

/** Sorted by subject; subjects for whom nothing differs are left out. People of a team that changes stand beside it. */
export function accessChangesOf(sides: AccessSides): readonly AccessChange[] {
  const { before, after, people } = sides;
  if (before === after) return [];
  // A name that is now another account or team means nobody.
  const changed = new Map([...changedBindings(before, after)].filter(([subject]) => !isReplaced(people, subject)));
  if (changed.size === 0) return [];
  const teams = [...changed.keys()].sort().filter((subject) => subject.startsWith("team:"));
  const users = new Map(teams.map((team) => [team, usersOf(team, people)]));
  const subjects = new Set([...changed.keys(), ...[...users.values()].flat()]);
  const weighing = weigh(sides, changed, new Set([...subjects].flatMap((subject) => boundNamesOf(subject, people))));
  const rights = new Map([...changed.keys()].map((subject) => [subject, rightsGiven(subject, weighing)]));
  const differences = new Map<Subject, readonly Difference[]>();
  for (const team of teams) {
    const found = differencesOf(team, rights.get(team) ?? [], weighing);
    differences.set(team, found);
    const told = found.map(({ right }) => right);
    for (const user of users.get(team) ?? []) rights.set(user, [...(rights.get(user) ?? []), ...told]);
  }
  for (const [subject, given] of rights) {
    if (!differences.has(subject)) differences.set(subject, differencesOf(subject, given, weighing));
  }
  return [...differences.keys()].sort().flatMap((subject) => changeOf(subject, differences.get(subject) ?? []));
}

function changeOf(subject: Subject, differences: readonly Difference[]): readonly AccessChange[] {
  if (differences.length === 0) return [];
  const [gains, loses] = (["gain", "loss"] as const).map((kind) => {
    return differenceWords(
      differences.filter((one) => one.kind === kind),
      subject,
    );
  });
  return [{ subject, gains: gains ?? [], loses: loses ?? [] }];
}

function usersOf(team: Subject, { teams, members }: People): readonly Subject[] {
  const logins = teams.get(team.slice("team:".length)) ?? [];
  return [...logins].filter((login) => members.has(login)).map((login): Subject => `user:${login}`);
}
