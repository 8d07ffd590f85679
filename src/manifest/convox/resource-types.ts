import type { Resource } from "./model.ts";

/** By name. */
export function resourceTypes(resources: readonly Resource[]): ReadonlyMap<string, string> {
  return new Map(resources.map(({ name, type }) => [name, type]));
}
