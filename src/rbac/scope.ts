// How far one selector reaches over what is asked: the whole of it, a part, or nothing. Decides single names exactly, and
// patterns the careful way: a regex or `*` is covered only by the same text or by `all`.
import { matchesPattern, matchesSelector } from "../manifest/selector.ts";
import type { Action, ResourceType, Selector } from "../manifest/types.ts";

/** What is asked of a role. `racks` is null for a type that belongs to no rack. */
export interface Scope {
  readonly action: Action;
  readonly resource: ResourceType;
  readonly names: Selector;
  readonly racks: Selector | null;
}

export type Coverage = "whole" | "part" | "nothing";

export const ALL: Selector = { kind: "all" };

/** One name as a selector; null is every name. */
export function oneName(name: string | null): Selector {
  return name === null ? ALL : { kind: "names", names: [name] };
}

/** The one plain name that is asked about; null: several, or a pattern. */
export function plainName(asked: Selector): string | null {
  if (asked.kind !== "names" || asked.names.length !== 1) return null;
  const [name] = asked.names;
  return name === undefined || name.includes("*") ? null : name;
}

export function coverage(selector: Selector, asked: Selector): Coverage {
  if (selector.kind === "all") return "whole";
  if (selector.kind === "none" || asked.kind === "none") return "nothing";
  if (asked.kind === "all") return "part";
  const each =
    asked.kind === "regex" ? [regexCoverage(selector, asked)] : asked.names.map((name) => nameCoverage(selector, name));
  if (each.every((one) => one === "whole")) return "whole";
  return each.every((one) => one === "nothing") ? "nothing" : "part";
}

function nameCoverage(selector: Selector, name: string): Coverage {
  if (!name.includes("*")) return matchesSelector(selector, name) ? "whole" : "nothing";
  if (selector.kind === "names" && selector.names.includes(name)) return "whole";
  return patternCoverage(selector, (one) => matchesPattern(name, one));
}

function regexCoverage(selector: Selector, asked: Extract<Selector, { kind: "regex" }>): Coverage {
  if (selector.kind === "regex" && selector.source === asked.source) return "whole";
  return patternCoverage(selector, (one) => matchesSelector(asked, one));
}

/** What two patterns share cannot be known; plain names that the pattern does not speak of are none of it. */
function patternCoverage(selector: Selector, isAsked: (name: string) => boolean): Coverage {
  if (selector.kind !== "names") return "part";
  const isApart = selector.names.every((name) => !name.includes("*") && !isAsked(name));
  return isApart ? "nothing" : "part";
}

/** What is limited to racks says nothing of a type that belongs to no rack. */
export function rackCoverage(selector: Selector, asked: Selector | null): Coverage {
  if (asked !== null) return coverage(selector, asked);
  return selector.kind === "all" ? "whole" : "nothing";
}
