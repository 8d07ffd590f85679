import type { Subject } from "../manifest/types.ts";
import type { Missing } from "./smallest-binding.ts";
import type { Violation } from "./verdict.ts";

/** A right that a contributor lacks. */
export interface Lack extends Omit<Violation, "allowed" | "missing"> {
  whoMay(): readonly Subject[];
  whatIsMissing(): Missing | null;
}

/** One violation for all paths that lack the same. Who may, and what is missing, is looked up when it is read: of thousands few are shown. */
export function violationsOfLacks(lacks: readonly Lack[]): readonly Violation[] {
  const merged = new Map<string, { readonly lack: Lack; readonly paths: Set<string> }>();
  for (const lack of lacks) {
    const { subject, resource, name, rack, needs, reason } = lack;
    const identity = JSON.stringify([subject, resource, name, rack, needs, reason]);
    const { paths } = merged.get(identity) ?? { paths: new Set() };
    for (const path of lack.paths) paths.add(path);
    merged.set(identity, { lack, paths });
  }
  return Array.from(merged.values(), ({ lack, paths }) => violationOf(lack, [...paths]));
}

function violationOf({ whoMay, whatIsMissing, ...lack }: Lack, paths: readonly string[]): Violation {
  let known: readonly Subject[] | undefined;
  let missing: Missing | null | undefined;
  return {
    ...lack,
    paths,
    get allowed() {
      return (known ??= whoMay());
    },
    get missing() {
      return missing === undefined ? (missing = whatIsMissing()) : missing;
    },
  };
}
