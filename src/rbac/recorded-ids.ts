// A name in git means the account, App or team that it meant when it was merged. Who has taken that name since is somebody else, to
// whom nothing of it was given.
import type { Login, Subject } from "../manifest/types.ts";
import { memberOfId, type Ids } from "./accounts.ts";
import { listWords } from "./phrases.ts";
import type { ChangedName, People } from "./proposal.ts";

/** As GitHub says it now: with the numeric id of each member (`user:ana`) and of each of these teams (`team:web`). */
export interface PeopleWithIds extends Pick<People, "members" | "teams"> {
  readonly ids: Ids;
}

/** What each name meant when it was merged; null: there was nobody of this name. */
export type RecordedIds = ReadonlyMap<Subject, number | null>;

export interface Named {
  /** The Apps that did something here (`app:renovate`), with the ids of their accounts. */
  readonly apps: Ids;
  /** The files of the config repo in which a name stands. */
  filesOf(name: Subject): readonly string[];
}

const asTheyAre = new WeakMap<PeopleWithIds, People>();

/** The people as the names in git mean them: a team that is another one now has nobody. The same object where all are who they were. */
export function peopleByRecordedIds(now: PeopleWithIds, recorded: RecordedIds, named: Named): People {
  const { members, teams } = now;
  const changed = new Map<Subject, ChangedName>();
  for (const [name, id] of recorded) {
    const one = changeOf(name, id, { now, apps: named.apps });
    if (one !== null) changed.set(name, { ...one, files: named.filesOf(name) });
  }
  if (changed.size === 0) {
    // What is known of each of them, and of what they hold, is kept with it from one verdict to the next.
    const known = asTheyAre.get(now) ?? { members, teams, changed };
    asTheyAre.set(now, known);
    return known;
  }
  return { members, teams: new Map([...teams].filter(([slug]) => !changed.has(`team:${slug}`))), changed };
}

interface Known {
  readonly now: PeopleWithIds;
  readonly apps: Ids;
}

function changeOf(name: Subject, id: number | null, known: Known): Omit<ChangedName, "files"> | null {
  const has = (name.startsWith("app:") ? known.apps : known.now.ids).get(name);
  if (has === id) return null;
  const logins = whoHas(name, known);
  const then = id === null ? null : { id, now: nameOfId(name, id, known) };
  // Of a team that is gone it is known that it was somebody; of an account or an App that is not here nothing is.
  const isGone = logins === undefined && (then === null || (then.now === null && !name.startsWith("team:")));
  return isGone ? null : { name, then, now: logins === undefined ? null : { id: has ?? null, logins } };
}

function whoHas(name: Subject, { now: { members, teams }, apps }: Known): ReadonlySet<Login> | undefined {
  const [kind, own] = [name.slice(0, name.indexOf(":")), name.slice(name.indexOf(":") + 1)];
  if (kind === "team") return teams.get(own);
  if (kind === "app") return apps.has(name) ? new Set([`${own}[bot]`]) : undefined;
  return members.has(own) ? new Set([own]) : undefined;
}

/** What has this id now, of the kind that the name is. */
function nameOfId(name: Subject, id: number, { now: { ids }, apps }: Known): Subject | null {
  if (name.startsWith("user:")) {
    const login = memberOfId(ids, id);
    return login === undefined ? null : `user:${login}`;
  }
  const kind = name.slice(0, name.indexOf(":") + 1);
  const [found] =
    [...(kind === "app:" ? apps : ids)].find(([other, its]) => its === id && other.startsWith(kind)) ?? [];
  return found ?? null;
}

/** Whether somebody else has this name in git now, to whom it gives nothing. */
export function isReplaced({ changed }: People, name: Subject): boolean {
  return (changed.get(name)?.now ?? null) !== null;
}

/** Whom these names meant and who has them now, and who puts that right where, as the end of a sentence. */
export function changedWords(names: readonly ChangedName[]): string {
  return names.map((one) => `${wasWords(one)}${remedyWords(one)}`).join("; ");
}

function wasWords({ name, then, now }: ChangedName): string {
  const what = name.startsWith("team:") ? "team" : name.startsWith("app:") ? "App" : "account";
  const was = then === null ? "then nobody" : `then ${String(then.id)}`;
  const renamed = then === null || then.now === null ? "" : `, which is ${then.now} now`;
  if (now === null) return `${name} is no longer the ${what} that it was when it was merged (${was}${renamed})`;
  const is = now.id === null ? "" : `id ${String(now.id)}, `;
  return `${name} is now another ${what} than the one that it was when it was merged (${is}${was}${renamed}) and gets nothing by the name`;
}

function remedyWords({ name, then, now, files }: ChangedName): string {
  if (files.length === 0) return "";
  const rights = new Set(files.map((file) => (file === "signalbox.yml" ? "organization-settings" : "users")));
  const ways = [
    ...(then === null || then.now === null ? [] : [`as ${then.now} for the one of then`]),
    ...(now === null ? [] : [`by a merge without ${name} and one with it again for the one of now`]),
  ];
  const how = ways.length === 0 ? "" : `, ${ways.join(", or ")}`;
  return `: whoever may write ${listWords([...rights])} puts it right in ${listWords(files)}${how}`;
}
