// How far one selector reaches over what is asked: the whole of it, a part, or nothing. Decides single names exactly, and
// patterns the careful way: a regex or `*` is covered only by the same text or by `all`.
import { matchesSelector } from "../manifest/selector.ts";
import type { Action, Permission, ResourceType, Selector } from "../manifest/types.ts";

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

export function coverage(selector: Selector, asked: Selector): Coverage {
  if (selector.kind === "all") return "whole";
  if (selector.kind === "none" || asked.kind === "none") return "nothing";
  if (asked.kind === "all") return "part";
  if (asked.kind === "regex") return selector.kind === "regex" && selector.source === asked.source ? "whole" : "part";
  const each = asked.names.map((name) => nameCoverage(selector, name));
  if (each.every((one) => one === "whole")) return "whole";
  return each.every((one) => one === "nothing") ? "nothing" : "part";
}

function nameCoverage(selector: Selector, name: string): Coverage {
  const isPattern = name.includes("*");
  // A pattern is covered by a pattern that matches its text, since `*` then stands for at least as much.
  if (selector.kind === "names" && matchesSelector(selector, name)) return "whole";
  if (isPattern) return "part";
  return matchesSelector(selector, name) ? "whole" : "nothing";
}

/** `none` in a permission matches whatever is asked, as a denial. */
export function permissionCoverage(permission: Permission, scope: Scope): Coverage {
  const names = permission.names.kind === "none" ? "whole" : coverage(permission.names, scope.names);
  const racks = permission.racks.kind === "none" ? "whole" : rackCoverage(permission.racks, scope.racks);
  if (names === "nothing" || racks === "nothing") return "nothing";
  return names === "whole" && racks === "whole" ? "whole" : "part";
}

/** What is limited to racks says nothing of a type that belongs to no rack. */
export function rackCoverage(selector: Selector, asked: Selector | null): Coverage {
  if (asked !== null) return coverage(selector, asked);
  return selector.kind === "all" ? "whole" : "nothing";
}
