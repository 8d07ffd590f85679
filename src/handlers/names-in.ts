// Whom a config repo names: in bindings and in approval rules. Apps are named by what nobody else can take while they exist.
import type { ConfigRepo, Subject } from "../manifest/types.ts";
import { namesInBinding, namesInRule } from "../rbac/named-subjects.ts";

/** Trees with the same access and settings share what is told of them. */
const kept = new WeakMap<ConfigRepo["access"], WeakMap<ConfigRepo["settings"], readonly Subject[]>>();

/** People and teams, sorted. */
export function namesIn(...repos: readonly ConfigRepo[]): readonly Subject[] {
  const lists = new Set(repos.map(namesInOne));
  return lists.size === 1 ? ([...lists][0] ?? []) : [...new Set([...lists].flat())].sort();
}

function namesInOne({ access, settings }: ConfigRepo): readonly Subject[] {
  const bySettings = kept.get(access) ?? new WeakMap<ConfigRepo["settings"], readonly Subject[]>();
  kept.set(access, bySettings);
  const names =
    bySettings.get(settings) ??
    [...new Set([...access.bindings.flatMap(namesInBinding), ...settings.approvals.flatMap(namesInRule)])].sort();
  bySettings.set(settings, names);
  return names;
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
  const [named, known] = [namesIn(head), namesIn(base)];
  if (named === known) return new Set();
  const before = new Set(known);
  return new Set(named.filter((name) => !before.has(name) && !ids.has(name)));
}
