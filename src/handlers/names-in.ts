// Whom a config repo names: in bindings and in approval rules. Apps are named by what nobody else can take while they exist.
import type { ConfigRepo, From, Subject } from "../manifest/types.ts";
import { isBot } from "../rbac/electorate.ts";
import { fromsOf } from "../rbac/requirement.ts";

/** People and teams, sorted. */
export function namesIn(...repos: readonly ConfigRepo[]): readonly Subject[] {
  const names = repos.flatMap(({ access, settings }) => [
    ...access.bindings.flatMap((binding) => binding.subjects).filter((subject) => !subject.startsWith("app:")),
    ...settings.approvals.flatMap(({ when, require }) => [
      ...namesOf(when?.authors),
      ...fromsOf(require).flatMap(namesOf),
    ]),
  ]);
  return [...new Set(names)].sort();
}

function namesOf(from: From | null | undefined): readonly Subject[] {
  if (from === null || from === undefined) return [];
  const people = from.users.filter((login) => !isBot(login)).map((login): Subject => `user:${login}`);
  return [...people, ...from.teams.map((team): Subject => `team:${team}`)];
}

/** The slugs of the teams whose members bear on a verdict, sorted. */
export function teamsOf(...repos: readonly ConfigRepo[]): readonly string[] {
  return namesIn(...repos).flatMap((name) => (name.startsWith("team:") ? [name.slice("team:".length)] : []));
}
