// Whom a rule's `from` speaks of.
import type { Access, Binding, From, Instant, Login, RackName, Subject } from "../manifest/types.ts";
import { coversRacks, holdingsOf } from "./access-index.ts";
import { askerByAnyName, askerOf, subjectOf, type Asker } from "./asker.ts";
import { hasEnded, type Question } from "./decide.ts";
import { reasonWords } from "./decision-words.ts";
import { listWords } from "./phrases.ts";
import type { ChangedName, People } from "./proposal.ts";
import { changedWords } from "./recorded-ids.ts";
import { createWriteCheck, type WriteCheck } from "./write-check.ts";

/** Who holds what and who is who, at one moment. */
export interface Electorate {
  readonly access: Access;
  readonly people: People;
  readonly at: Instant;
}

/** What a rule caught: the racks concerned, whether it caught anything that belongs to none, and what it needs. */
export interface Caught {
  readonly racks: readonly RackName[];
  readonly beyondRacks: boolean;
  readonly questions: readonly Question[];
}

export interface FromContext {
  readonly electorate: Electorate;
  readonly caught: Caught;
}

type Mismatch = "unnamed-bot" | "no-member" | "not-asked" | "refused";

/** Of thousands who could approve few are told why they may not: no words are made of it. */
export function matchesFrom(login: Login, from: From, context: FromContext): boolean {
  return mismatchOf(login, from, context) === null;
}

/** Why somebody does not match `from`, as the end of a sentence that begins with their login; null: they match. */
export function fromMismatch(login: Login, from: From, context: FromContext): string | null {
  const mismatch = mismatchOf(login, from, context);
  switch (mismatch) {
    case null:
      return null;
    case "unnamed-bot":
      return "is a bot that the rule does not name";
    case "no-member":
      return "is not a member of the organisation";
    case "not-asked": {
      const replaced = changedWords(changedIn(from, context.electorate.people).filter(({ now }) => now !== null));
      return `is not among those whom the rule asks (${fromWords({ ...from, can: null })})${replaced === "" ? "" : `: ${replaced}`}`;
    }
    case "refused":
      return `may not write everything that the rule caught${refusalWords(login, context)}`;
  }
}

function refusalWords(login: Login, context: FromContext): string {
  const denied = checkOf(context).firstDenied(askerOf(login, context.electorate.people));
  return denied === null ? "" : `: ${reasonWords(denied)}`;
}

function mismatchOf(login: Login, from: From, context: FromContext): Mismatch | null {
  const { people } = context.electorate;
  if (isBot(login)) {
    if (!from.users.includes(login)) return "unnamed-bot";
  } else if (!people.members.has(login)) {
    return "no-member";
  }
  const asker = askerOf(login, people);
  if (!isNamed(asker, from, context)) return "not-asked";
  return from.can === null || checkOf(context).mayAll(asker) ? null : "refused";
}

/**
 * Whether a rule's `authors` speak of somebody. Who took a name that they name, and who gave it up, are both meant, and of a team that is
 * not the one that it was anybody may have been: a rule that is met in vain costs an approval, one that is not met lets a change through.
 */
export function isAuthorMeant(login: Login, from: From, context: FromContext): boolean {
  if (matchesFrom(login, from, context)) return true;
  const { people } = context.electorate;
  if (from.teams.some((team) => (people.changed.get(`team:${team}`)?.then ?? null) !== null)) return true;
  if (!isBot(login) && !people.members.has(login)) return false;
  const asker = askerByAnyName(login, people);
  const isMeant = isBot(login) ? namesUser(asker, from) : isNamed(asker, from, context);
  return isMeant && (from.can === null || checkOf(context).mayAll(asker));
}

const checks = new WeakMap<FromContext, WriteCheck>();

function checkOf(context: FromContext): WriteCheck {
  const { electorate, caught } = context;
  const known = checks.get(context) ?? createWriteCheck(electorate.access, caught.questions, electorate.at);
  checks.set(context, known);
  return known;
}

export function isBot(login: Login): boolean {
  return login.endsWith("[bot]");
}

function isNamed(asker: Asker, from: From, context: FromContext): boolean {
  if (from.users.length + from.teams.length + from.roles.length === 0) return true;
  if (namesUser(asker, from) || from.teams.some((team) => asker.teams.includes(team))) return true;
  return from.roles.some((role) => holdsRole(asker, role, context));
}

function namesUser({ boundAs }: Asker, { users }: From): boolean {
  return users.some((user) => boundAs.includes(subjectOf(user)));
}

/** Whether somebody is, or may be, who a name meant when it was merged or who has it now; in a team of then anybody may have been. */
export function mayMean({ name, then, now }: ChangedName, login: Login): boolean {
  const wasTeam = name.startsWith("team:") && then !== null;
  return wasTeam || then?.now === subjectOf(login) || now?.logins.has(login) === true;
}

/** Names of `from` that are not now what they were when they were merged. */
export function changedIn({ users, teams }: From, { changed }: People): readonly ChangedName[] {
  const names = [...users.map(subjectOf), ...teams.map((team): Subject => `team:${team}`)];
  return names.flatMap((name) => changed.get(name) ?? []);
}

function holdsRole(asker: Asker, role: string, { electorate, caught }: FromContext): boolean {
  const key = role.toLowerCase();
  return holdingsOf(electorate.access, asker).some(
    (held) =>
      held.role !== null &&
      held.binding.role.toLowerCase() === key &&
      !hasEnded(held, electorate.at) &&
      coversCaught(held.binding, caught),
  );
}

/** A narrowed binding counts only for its racks: neither for others nor for what belongs to none. */
function coversCaught(binding: Binding, caught: Caught): boolean {
  if (caught.beyondRacks && !coversRacks(binding, null)) return false;
  return coversRacks(binding, { kind: "names", names: caught.racks });
}

/** `platform`, `platform or role Administrator`, `any member`. */
export function fromWords(from: From): string {
  const named = [...from.teams, ...from.roles.map((role) => `role ${role}`), ...from.users];
  if (named.length > 0) return named.join(" or ");
  return from.can === null ? "the members" : "those who may write it";
}

/** `ana and bo`, at most eight, then how many more. */
export function loginsWords(logins: readonly Login[]): string {
  const shown = logins.slice(0, 8);
  const more = logins.length - shown.length;
  return listWords(more > 0 ? [...shown, `${more} more`] : shown);
}
