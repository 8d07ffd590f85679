// Whom a config repo names: in bindings and in approval rules. Apps are named by what nobody else can take while they exist.
import type { ConfigRepo, Subject } from "../manifest/types.ts";
import { namesInBinding, namesInRule } from "../rbac/named-subjects.ts";

/** People and teams, sorted. */
export function namesIn(...repos: readonly ConfigRepo[]): readonly Subject[] {
  const names = repos.flatMap(({ access, settings }) => [
    ...access.bindings.flatMap(namesInBinding),
    ...settings.approvals.flatMap(namesInRule),
  ]);
  return [...new Set(names)].sort();
}

/** The slugs of the teams whose members bear on a verdict, sorted. */
export function teamsOf(...repos: readonly ConfigRepo[]): readonly string[] {
  return namesIn(...repos).flatMap((name) => (name.startsWith("team:") ? [name.slice("team:".length)] : []));
}

/** Those that `head` names, `base` does not, and none of which there is an id. */
export function unknownIn(
  head: ConfigRepo,
  { base, ids }: { readonly base: ConfigRepo; readonly ids: ReadonlyMap<Subject, number> },
): ReadonlySet<Subject> {
  const before = new Set(namesIn(base));
  return new Set(namesIn(head).filter((name) => !before.has(name) && !ids.has(name)));
}
