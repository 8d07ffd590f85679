// A name in git means the account or team that it meant when it was merged. Who has taken that name since is somebody else, to whom
// nothing of it was given.
import type { Subject } from "../manifest/types.ts";
import type { People } from "./proposal.ts";

/** As GitHub says it now: with the numeric id of each member (`user:ana`) and of each of these teams (`team:web`). */
export interface PeopleWithIds extends Pick<People, "members" | "teams"> {
  readonly ids: ReadonlyMap<Subject, number>;
}

/** What each name meant when it was merged; null: there was nobody of this name. */
export type RecordedIds = ReadonlyMap<Subject, number | null>;

/** The people as the names in git mean them: a team that is another one now has nobody. */
export function peopleByRecordedIds({ members, teams, ids }: PeopleWithIds, recorded: RecordedIds): People {
  const isThere = (subject: Subject): boolean => {
    const [, kind, name = ""] = /^(user|team):(.*)$/.exec(subject) ?? [];
    return kind === "user" ? members.has(name) : teams.has(name);
  };
  const replaced = new Set(
    [...recorded].filter(([subject, id]) => isThere(subject) && ids.get(subject) !== id).map(([subject]) => subject),
  );
  return { members, teams: new Map([...teams].filter(([slug]) => !replaced.has(`team:${slug}`))), replaced };
}

/** Of these names those that mean nobody any more, as the middle of a sentence; "": none. */
export function replacedWords(subjects: readonly Subject[], { replaced }: People): string {
  return subjects
    .filter((subject) => replaced.has(subject))
    .map((subject) => {
      const what = subject.startsWith("team:") ? "team" : "account";
      return `${subject} is now another ${what} than the one that it was when it was merged`;
    })
    .join("; ");
}
