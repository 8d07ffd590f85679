// The words of the rules, in one place: how an access right reads in reasons, in violations and in access differences.
import type { Action, CommitSha, Instant, Permission, ResourceType, Selector, Subject } from "../manifest/types.ts";
import { belongsToRack } from "./resource-types.ts";

/** `web-*, api`, `all`, `none`; a regex between slashes. */
export function selectorWords(selector: Selector): string {
  switch (selector.kind) {
    case "all":
      return "all";
    case "none":
      return "none";
    case "names":
      return selector.names.join(", ");
    case "regex":
      return `/${selector.source}/`;
  }
}

/** `write applications web-* on staging`, as a decision names the permission that decided. */
export function permissionWords(permission: Permission): string {
  const names = permission.names.kind === "all" ? "" : ` ${selectorWords(permission.names)}`;
  const racks = permission.racks.kind === "all" ? "" : ` on ${selectorWords(permission.racks)}`;
  return `${permission.action ?? "deny"} ${permission.resource}${names}${racks}`;
}

/** null: every name, every rack. */
interface Asked {
  readonly resource: ResourceType;
  readonly name: string | null;
  readonly rack: string | null;
}

/** `environment of web on prod-eu`, `the rack prod-eu`, `roles web-developer`, `applications (all of them) on every rack`. */
export function resourceWords({ resource, name, rack }: Asked): string {
  if (resource === "racks") return name === null ? "every rack" : `the rack ${name}`;
  const place = belongsToRack(resource) ? (rack === null ? " on every rack" : ` on ${rack}`) : "";
  return `${namedResource(resource, name)}${place}`;
}

interface Lacked {
  readonly subject: Subject;
  readonly needs: Action;
  readonly resource: ResourceType;
  readonly name?: string;
  readonly rack?: string;
}

/** `user:ana may not write applications web on prod-eu`. */
export function mayNotWords({ subject, needs, resource, name, rack }: Lacked): string {
  const what = name === undefined || name === rack ? resource : `${resource} ${name}`;
  return `${subject} may not ${needs} ${what}${rack === undefined ? "" : ` on ${rack}`}`;
}

function namedResource(resource: ResourceType, name: string | null): string {
  if (name === null) return belongsToRack(resource) ? `${resource} (all of them)` : resource;
  return resource === "environment" ? `${resource} of ${name}` : `${resource} ${name}`;
}

/** The day alone where it is its 00:00 UTC, as bindings write it. */
export function instantWords(instant: Instant): string {
  const text = new Date(instant).toISOString();
  return text.replace(/T00:00:00\.000Z$/, "");
}

/** `a, b and c`. */
export function listWords(words: readonly string[]): string {
  const last = words.at(-1);
  if (last === undefined) return "nobody";
  return words.length === 1 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

export function shortCommit(commit: CommitSha): string {
  return commit.slice(0, 7);
}
