// Whom a config repo names: in bindings and in approval rules.
import type { ConfigRepo, Subject } from "../manifest/types.ts";
import { namesInRule } from "../rbac/named-subjects.ts";

/** Trees with the same access and settings share what is told of them. */
const kept = new WeakMap<ConfigRepo["access"], WeakMap<ConfigRepo["settings"], readonly Subject[]>>();

/** People, Apps and teams, sorted. */
export function namesIn(...repos: readonly ConfigRepo[]): readonly Subject[] {
  const lists = new Set(repos.map(namesInOne));
  return lists.size === 1 ? ([...lists][0] ?? []) : [...new Set([...lists].flat())].sort();
}

function namesInOne({ access, settings }: ConfigRepo): readonly Subject[] {
  const bySettings = kept.get(access) ?? new WeakMap<ConfigRepo["settings"], readonly Subject[]>();
  kept.set(access, bySettings);
  const names =
    bySettings.get(settings) ??
    [
      ...new Set([...access.bindings.flatMap(({ subjects }) => subjects), ...settings.approvals.flatMap(namesInRule)]),
    ].sort();
  bySettings.set(settings, names);
  return names;
}

/** The slugs of the teams whose members bear on a verdict, sorted. */
export function teamsOf(...repos: readonly ConfigRepo[]): readonly string[] {
  return namesIn(...repos).flatMap((name) => (name.startsWith("team:") ? [name.slice("team:".length)] : []));
}

/** The files in which a name stands, sorted. */
export function filesNaming(name: Subject, repos: readonly ConfigRepo[]): readonly string[] {
  const files = repos.flatMap(({ access, settings }) => [
    ...access.bindings.filter(({ subjects }) => subjects.includes(name)).map(({ file }) => file),
    ...(settings.approvals.some((rule) => namesInRule(rule).includes(name)) ? ["signalbox.yml"] : []),
  ]);
  return [...new Set(files)].sort();
}

/** Those that `head` names, `base` does not, and of which there is no id: of Apps there never is one. */
export function unknownIn(
  head: ConfigRepo,
  { base, ids }: { readonly base: ConfigRepo; readonly ids: ReadonlyMap<Subject, number> },
): ReadonlySet<Subject> {
  const [named, known] = [namesIn(head), namesIn(base)];
  if (named === known) return new Set();
  const before = new Set(known);
  return new Set(named.filter((name) => !before.has(name) && !ids.has(name)));
}
