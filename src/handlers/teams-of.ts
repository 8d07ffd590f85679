// Which teams' members bear on a verdict: those that a binding or an approval rule names.
import type { ConfigRepo } from "../manifest/types.ts";
import { fromsOf } from "../rbac/requirement.ts";

export function teamsOf(...repos: readonly ConfigRepo[]): readonly string[] {
  const teams = new Set<string>();
  for (const { access, settings } of repos) {
    for (const subject of access.bindings.flatMap((binding) => binding.subjects)) {
      if (subject.startsWith("team:")) teams.add(subject.slice("team:".length));
    }
    for (const rule of settings.approvals) {
      for (const from of [rule.when?.authors, ...fromsOf(rule.require)]) from?.teams.forEach((team) => teams.add(team));
    }
  }
  return [...teams].sort();
}
