// What a binding gives, right by right: each of its role's permissions within its narrowing, and the types that fold into one.
import { matchesSelector } from "../manifest/selector.ts";
import {
  RESOURCE_TYPES,
  type Access,
  type Instant,
  type Permission,
  type ResourceType,
  type Role,
  type Selector,
} from "../manifest/types.ts";
import { coversRacks, holdingsOf } from "./access-index.ts";
import type { Asker } from "./asker.ts";
import { decideScope, hasEnded } from "./decide.ts";
import { belongsToRack, fallbackOf, lookupOrder, needsRack } from "./resource-types.ts";
import { decideRole, roleOnRacks } from "./role-decision.ts";
import { ALL, type Scope } from "./scope.ts";

/** One right that a role gives within a narrowing (null: none). */
export interface Right {
  readonly scope: Scope;
  readonly role: Role;
  readonly within: Selector | null;
}

/** Rights of one role, grouped by the permission that gives them: that of its own type first, then those that fold into it. */
export function rightsOf(role: Role, within: Selector | null): readonly (readonly Right[])[] {
  return role.permissions.map((permission) =>
    [permission.resource, ...typesUnder(permission.resource)].flatMap((resource) => {
      const scope = scopeOf(permission, resource, within);
      return scope === null ? [] : [{ scope, role, within }];
    }),
  );
}

/** A denial speaks of what it denies. null: nothing is left within the narrowing. */
function scopeOf(permission: Permission, resource: ResourceType, within: Selector | null): Scope | null {
  const action = permission.action ?? "write";
  const names = permission.names.kind === "none" ? ALL : permission.names;
  const isWhole = within === null || within.kind === "all";
  if (!belongsToRack(resource)) return isWhole ? { action, resource, names, racks: null } : null;
  const racks = narrowed(permission.racks.kind === "none" ? ALL : permission.racks, within);
  return racks === null ? null : { action, resource, names, racks };
}

/** A narrowed `all` gives what belongs to a rack, and nothing else: it is told type by type. */
function typesUnder(resource: ResourceType): readonly ResourceType[] {
  if (resource === "all") return RESOURCE_TYPES.filter((type) => type !== "all");
  return RESOURCE_TYPES.filter((type) => fallbackOf(type) === resource);
}

/** What a selector says within another; null: nothing. Of two patterns the first, which is more than both. */
export function narrowed(selector: Selector, within: Selector | null): Selector | null {
  if (within === null || within.kind === "all") return selector;
  if (selector.kind === "all") return within;
  if (selector.kind === "names") {
    const names = selector.names.filter((name) => name.includes("*") || matchesSelector(within, name));
    if (names.length > 0) return { kind: "names", names };
  }
  if (within.kind !== "names") return selector;
  const names = within.names.filter((name) => name.includes("*") || matchesSelector(selector, name));
  return names.length === 0 ? null : { kind: "names", names };
}

/** Whether the role gives any of it, the read on the rack that apps need left aside: in doubt it does. */
export function mayGive({ role, scope }: Right): boolean {
  const decided = decideRole(roleOnRacks(role, scope.racks), scope);
  return decided.kind === "held" || (decided.kind !== "nothing" && !decided.whole);
}

/** Do they hold all of the right at that instant: decided whole, or by a role that says the same of it, as widely bound. */
export function holdsRight(access: Access, asker: Asker, right: Right, at: Instant): boolean {
  if (decideScope(access, asker, right.scope, at).allowed) return true;
  return (
    asker.member &&
    holdingsOf(access, asker).some(
      (held) =>
        held.role !== null &&
        !hasEnded(held, at) &&
        coversRacks(held.binding, right.within ?? (belongsToRack(right.scope.resource) ? ALL : null)) &&
        saysTheSame(held.role, right.role, right.scope.resource),
    )
  );
}

function saysTheSame(a: Role, b: Role, resource: ResourceType): boolean {
  if (a.permissions === b.permissions) return true;
  const types = new Set([...lookupOrder(resource), ...(needsRack(resource) ? lookupOrder("racks") : [])]);
  return textOf(a, types) === textOf(b, types);
}

function textOf({ permissions }: Role, types: ReadonlySet<ResourceType>): string {
  return JSON.stringify(permissions.filter(({ resource }) => types.has(resource)));
}
