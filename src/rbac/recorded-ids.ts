// A name in git means the account or team that it meant when it was merged. Who has taken that name since is somebody else, to whom
// nothing of it was given.
import type { Login, Subject } from "../manifest/types.ts";
import type { People } from "./proposal.ts";

/** As GitHub says it now: with the numeric id of each member (`user:ana`) and of each of these teams (`team:web`). */
export interface PeopleWithIds extends Pick<People, "members" | "teams"> {
  readonly ids: ReadonlyMap<Subject, number>;
}

/** What each name meant when it was merged; null: there was nobody of this name. */
export type RecordedIds = ReadonlyMap<Subject, number | null>;

/** The people as the names in git mean them: a team that is another one now has nobody. */
export function peopleByRecordedIds({ members, teams, ids }: PeopleWithIds, recorded: RecordedIds): People {
  const whoHas = (subject: Subject): ReadonlySet<Login> | undefined => {
    const [, kind, name = ""] = /^(user|team):(.*)$/.exec(subject) ?? [];
    if (kind === "team") return teams.get(name);
    return members.has(name) ? new Set([name]) : undefined;
  };
  const replaced = new Map<Subject, ReadonlySet<Login>>();
  for (const [subject, id] of recorded) {
    const logins = whoHas(subject);
    if (logins !== undefined && ids.get(subject) !== id) replaced.set(subject, logins);
  }
  return { members, teams: new Map([...teams].filter(([slug]) => !replaced.has(`team:${slug}`))), replaced };
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
