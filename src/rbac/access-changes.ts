// Who gains and who loses what by changed roles and bindings, in words: each right that a binding gives before or after is
// decided by both, so that a specific permission that caps a wider one shows as the loss that it is. Somebody whose team changes
// gains or loses only what nothing else gives them.
import type { Access, AppName, Instant, RackName, Role, Subject } from "../manifest/types.ts";
import { differenceWords } from "./access-change-words.ts";
import { boundSubjects, heldAs, type Held } from "./access-index.ts";
import { accessMatrix, placesOf } from "./access-matrix.ts";
import { askerOfSubject, type Asker } from "./asker.ts";
import { cellDifferences, type CellSides } from "./cell-changes.ts";
import { hasEnded } from "./decide.ts";
import type { People } from "./proposal.ts";
import {
  differenceOf,
  rightSide,
  widestOf,
  type Difference,
  type GivenRight,
  type RightSide,
} from "./right-changes.ts";
import { rightsOf } from "./rights.ts";
import type { AccessChange } from "./verdict.ts";

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
  if (sides.before === sides.after) return [];
  const subjects = new Set([...boundSubjects(sides.before), ...boundSubjects(sides.after)]);
  const changed = [...subjects].filter((subject) => !isReplaced(subject, sides) && !isBoundAlike(subject, sides));
  if (changed.length === 0) return [];
  const weighing = weigh(sides);
  const differences = new Map<Subject, readonly Difference[]>();
  const rights = new Map(changed.map((subject) => [subject, rightsGiven(subject, sides)]));
  for (const team of changed.filter(isTeam)) {
    const found = differencesOf(team, rights.get(team) ?? [], weighing);
    differences.set(team, found);
    const told = found.map(({ right }) => right);
    for (const user of usersOf(team, sides.people)) rights.set(user, [...(rights.get(user) ?? []), ...told]);
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

function isTeam(subject: Subject): boolean {
  return subject.startsWith("team:");
}

function usersOf(team: Subject, { teams, members }: People): readonly Subject[] {
  const logins = teams.get(team.slice("team:".length)) ?? [];
  return [...logins].filter((login) => members.has(login)).map((login): Subject => `user:${login}`);
}

/** A name that is now another account or team means nobody. */
function isReplaced(subject: Subject, { people }: AccessSides): boolean {
  return people.replaced.has(subject);
}

/** Most subjects are bound as they were, by roles that are as they were: they need no closer look. */
function isBoundAlike(subject: Subject, { before, after }: AccessSides): boolean {
  const [own, others] = [heldAs(before, subject), heldAs(after, subject)];
  return (
    own.length === others.length &&
    own.every((held, index) => {
      const other = others[index];
      return other !== undefined && isSameBinding(held, other) && isSameRole(held.role, other.role);
    })
  );
}

function isSameBinding({ binding }: Held, { binding: other }: Held): boolean {
  return binding === other || bindingText(binding) === bindingText(other);
}

function bindingText({ role, racks, until }: Held["binding"]): string {
  return JSON.stringify([role.toLowerCase(), racks, until]);
}

/** Two readings of the same file share the permissions. */
function isSameRole(role: Role | null, other: Role | null): boolean {
  return (
    role?.permissions === other?.permissions || JSON.stringify(role?.permissions) === JSON.stringify(other?.permissions)
  );
}

/** All that either side's bindings of the subject itself give, or gave. */
function rightsGiven(subject: Subject, { before, after, at }: AccessSides): readonly GivenRight[] {
  const held = [...heldAs(before, subject), ...heldAs(after, subject)];
  const rights = held.flatMap((one) => {
    if (one.role === null || hasEnded(one, at)) return [];
    return rightsOf(one.role, one.binding.racks)
      .flat()
      .map(({ scope: { resource, names, racks } }) => ({ resource, names, racks }));
  });
  return distinct(rights);
}

interface Weighing {
  readonly people: People;
  readonly rights: { readonly before: RightSide; readonly after: RightSide };
  readonly cells: CellSides;
}

function weigh({ before, after, people, racks, at }: AccessSides): Weighing {
  const places = placesOf(racks());
  const cellsOf = (access: Access): CellSides["before"] => ({ access, matrix: accessMatrix(access, places, at), at });
  return {
    people,
    rights: { before: rightSide(before, at), after: rightSide(after, at) },
    cells: { before: cellsOf(before), after: cellsOf(after), places },
  };
}

function differencesOf(subject: Subject, rights: readonly GivenRight[], weighing: Weighing): readonly Difference[] {
  // What a binding says of somebody is told even if they are no member yet.
  const asker: Asker = { ...askerOfSubject(subject, weighing.people), member: true };
  const found = widestOf(distinct(rights).flatMap((right) => differenceOf(right, asker, weighing.rights) ?? []));
  return [...found, ...cellDifferences(asker, found, weighing.cells)];
}

function distinct(rights: readonly GivenRight[]): readonly GivenRight[] {
  return [...new Map(rights.map((right) => [JSON.stringify(right), right])).values()];
}
