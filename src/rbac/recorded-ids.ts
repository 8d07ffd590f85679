// A name in git means the account or team that it meant when it was merged. Who has taken that name since is somebody else, to whom
// nothing of it was given.
import type { Login, Subject } from "../manifest/types.ts";
import { memberOfId, type Ids } from "./accounts.ts";
import type { People } from "./proposal.ts";

/** As GitHub says it now: with the numeric id of each member (`user:ana`) and of each of these teams (`team:web`). */
export interface PeopleWithIds extends Pick<People, "members" | "teams"> {
  readonly ids: Ids;
}

/** What each name meant when it was merged; null: there was nobody of this name. */
export type RecordedIds = ReadonlyMap<Subject, number | null>;

const asTheyAre = new WeakMap<PeopleWithIds, People>();

/** The people as the names in git mean them: a team that is another one now has nobody. The same object where all are who they were. */
export function peopleByRecordedIds(now: PeopleWithIds, recorded: RecordedIds): People {
  const { members, teams, ids } = now;
  const whoHas = (subject: Subject): ReadonlySet<Login> | undefined => {
    const [, kind, name = ""] = /^(user|team):(.*)$/.exec(subject) ?? [];
    if (kind === "team") return teams.get(name);
    return members.has(name) ? new Set([name]) : undefined;
  };
  const replaced = new Map<Subject, ReadonlySet<Login>>();
  const others = [...recorded].filter(([subject, id]) => ids.get(subject) !== id);
  for (const [subject] of others) {
    const logins = whoHas(subject);
    if (logins !== undefined) replaced.set(subject, logins);
  }
  const meant = meantBy(others, ids);
  if (replaced.size === 0 && meant.size === 0) {
    // What is known of each of them, and of what they hold, is kept with it from one verdict to the next.
    const known = asTheyAre.get(now) ?? { members, teams, replaced, meant };
    asTheyAre.set(now, known);
    return known;
  }
  const left = new Map([...teams].filter(([slug]) => !replaced.has(`team:${slug}`)));
  return { members, teams: left, replaced, meant };
}

function meantBy(others: readonly (readonly [Subject, number | null])[], ids: Ids): People["meant"] {
  const meant = new Map<Subject, Login | null>();
  for (const [subject, id] of others) {
    if (id === null) continue;
    if (subject.startsWith("team:")) meant.set(subject, null);
    const login = memberOfId(ids, id);
    if (subject.startsWith("user:") && login !== undefined) meant.set(subject, login);
  }
  return meant;
}

/** That these names mean nobody any more, as the middle of a sentence. */
export function replacedWords(names: readonly Subject[]): string {
  return names
    .map((subject) => {
      const what = subject.startsWith("team:") ? "team" : "account";
      return `${subject} is now another ${what} than the one that it was when it was merged`;
    })
    .join("; ");
}
