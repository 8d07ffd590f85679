// `sync.order`: a rack that two groups name starts with the first of them, which the second does not show.
import { inFile, warningAt, type Position } from "./findings.ts";
import { SETTINGS_PATH } from "./repo-paths.ts";
import { matchesSelector, type Selector } from "./selector.ts";
import type { Finding } from "./types.ts";

export interface OrderGroup {
  readonly selector: Selector;
  readonly at: Position;
}

/** One finding a group, however many racks it has in common with those before it. `all` is for the rest, and may end the list. */
export function orderFindings(groups: readonly OrderGroup[], racks: readonly string[]): readonly Finding[] {
  const groupOf = new Map<string, number>();
  return groups.flatMap(({ selector, at }, index) => {
    const named = racks.filter((rack) => matchesSelector(selector, rack));
    const again = named.find((rack) => groupOf.has(rack));
    const before = groupOf.get(again ?? "");
    for (const rack of named) if (!groupOf.has(rack)) groupOf.set(rack, index);
    const isRest = selector.kind === "all" && index === groups.length - 1;
    if (again === undefined || before === undefined || isRest) return [];
    const message = `expected each rack in one group of \`order\`, found \`${again}\` here and in group ${before + 1}, where it stays`;
    return [inFile(SETTINGS_PATH, warningAt(at, { rule: "rack-ordered-twice", message }))];
  });
}
