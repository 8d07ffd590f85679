import type { ResourceType } from "../manifest/types.ts";

/** Types that belong to a rack (spec §2); for `racks` the name is the rack. All others belong to none. */
export function belongsToRack(type: ResourceType): boolean {
  return type === "racks" || type === "applications" || type === "environment" || type === "kubectl-access";
}

/** The types whose permissions are looked at, the most specific first; a later one only where the earlier say nothing. */
export function lookupOrder(type: ResourceType): readonly ResourceType[] {
  if (type === "all") return ["all"];
  const fallback = fallbackOf(type);
  return fallback === null ? [type, "all"] : [type, fallback, "all"];
}

/** The type that the Console folds this one into. */
export function fallbackOf(type: ResourceType): ResourceType | null {
  if (type === "environment") return "applications";
  if (type === "deploy-keys") return "organization-settings";
  return null;
}

/** Needs read on its rack as well, by the same binding (spec §2). */
export function needsRack(resource: ResourceType): boolean {
  return resource === "applications" || resource === "environment";
}
