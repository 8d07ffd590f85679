// Which teams' members bear on a verdict: those that a binding or an approval rule names.
import type { ConfigRepo, From, Requirement } from "../manifest/types.ts";

export function teamsOf(...repos: readonly ConfigRepo[]): readonly string[] {
  const teams = new Set<string>();
  for (const { access, settings } of repos) {
    for (const subject of access.bindings.flatMap((binding) => binding.subjects)) {
      if (subject.startsWith("team:")) teams.add(subject.slice("team:".length));
    }
    for (const rule of settings.approvals) {
      for (const from of [rule.when?.authors, ...fromsIn(rule.require)]) from?.teams.forEach((team) => teams.add(team));
    }
  }
  return [...teams].sort();
}

function fromsIn(requirement: Requirement): readonly From[] {
  switch (requirement.kind) {
    case "none":
      return [];
    case "count":
      return [requirement.from];
    case "all":
    case "any":
      return requirement.of.flatMap(fromsIn);
  }
}
