// What one role gives, by itself: specific permissions first, then the type that this one folds into, then `all`.
import { matcherOf } from "../manifest/selector.ts";
import type { Action, Permission, ResourceType, Role, Selector } from "../manifest/types.ts";
import { lookupOrder } from "./resource-types.ts";
import { coverage, plainName, rackCoverage, type Coverage, type Scope } from "./scope.ts";

/**
 * `partly`: the permission reaches a part of what is asked, and nothing gives the rest. `whole` says that what decided speaks of
 * all that is asked: otherwise a part of it may be allowed all the same.
 */
export type RoleDecision =
  | { readonly kind: "allowed"; readonly permission: Permission }
  | { readonly kind: "denied" | "too-little" | "partly"; readonly permission: Permission; readonly whole: boolean }
  | { readonly kind: "nothing" };

/** A role's permissions that speak of some racks, by type, in the order of the role. */
export type RoleOnRacks = ReadonlyMap<ResourceType, readonly Speaking[]>;

interface Speaking {
  readonly permission: Permission;
  readonly racks: Exclude<Coverage, "nothing">;
  readonly speaksOf: (name: string) => boolean;
}

/** `racks` null: of what belongs to no rack. `none` in a permission matches whatever is asked, as a denial. */
export function roleOnRacks(role: Pick<Role, "permissions">, racks: Selector | null): RoleOnRacks {
  const byType = new Map<ResourceType, Speaking[]>();
  for (const permission of role.permissions) {
    const reaches = permission.racks.kind === "none" ? "whole" : rackCoverage(permission.racks, racks);
    if (reaches === "nothing") continue;
    const speaksOf = permission.names.kind === "none" ? () => true : matcherOf(permission.names);
    const known = byType.get(permission.resource);
    if (known === undefined) byType.set(permission.resource, [{ permission, racks: reaches, speaksOf }]);
    else known.push({ permission, racks: reaches, speaksOf });
  }
  return byType;
}

/**
 * A scope of several names or racks is allowed only where each of them surely is; in doubt it is denied. For one name on
 * one rack it is exactly the decision of spec §2. `on` is the role on the racks of the scope.
 */
export function decideRole(on: RoleOnRacks, scope: Omit<Scope, "racks">): RoleDecision {
  let partly: Permission | null = null;
  const name = plainName(scope.names);
  for (const type of lookupOrder(scope.resource)) {
    const level = on.get(type);
    if (level === undefined) continue;
    const here = speakingOf(level, scope.names, name);
    const decided = decideLevel(here, scope.action);
    if (decided !== null) return decided;
    partly ??= here[0]?.permission ?? null;
  }
  return partly === null ? NOTHING : { kind: "partly", permission: partly, whole: false };
}

const NOTHING: RoleDecision = { kind: "nothing" };

interface Covering {
  readonly permission: Permission;
  readonly whole: boolean;
}

function speakingOf(level: readonly Speaking[], names: Selector, name: string | null): readonly Covering[] {
  const here: Covering[] = [];
  for (const { permission, racks, speaksOf } of level) {
    const reaches = name === null ? namesCoverage(permission, names) : speaksOf(name) ? "whole" : "nothing";
    if (reaches !== "nothing") here.push({ permission, whole: reaches === "whole" && racks === "whole" });
  }
  return here;
}

function namesCoverage(permission: Permission, names: Selector): Coverage {
  return permission.names.kind === "none" ? "whole" : coverage(permission.names, names);
}

/** null: these permissions leave the rest to the next type. */
function decideLevel(here: readonly Covering[], action: Action): RoleDecision | null {
  let denial: Covering | null = null;
  let giving: Covering | null = null;
  let short: Covering | null = null;
  for (const one of here) {
    if (isDenial(one.permission)) denial = firstWhole(denial, one);
    else if (reaches(one.permission, action)) giving = firstWhole(giving, one);
    else short = firstWhole(short, one);
  }
  if (denial !== null) return { kind: "denied", ...denial };
  if (giving?.whole === true) return { kind: "allowed", permission: giving.permission };
  if (short === null) return null;
  return { kind: "too-little", permission: short.permission, whole: short.whole && giving === null };
}

function firstWhole(known: Covering | null, next: Covering): Covering {
  return known === null || (next.whole && !known.whole) ? next : known;
}

function isDenial(permission: Permission): boolean {
  return permission.names.kind === "none" || permission.racks.kind === "none" || permission.action === null;
}

function reaches(permission: Permission, action: Action): boolean {
  return permission.action === "write" || permission.action === action;
}
