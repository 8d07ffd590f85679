// What one role gives, by itself: specific permissions first, then the type that this one folds into, then `all`.
import type { Action, Permission, Role } from "../manifest/types.ts";
import { lookupOrder } from "./resource-types.ts";
import { permissionCoverage, type Scope } from "./scope.ts";

/** `partly`: the permission reaches a part of what is asked, and nothing gives the rest. */
export type RoleDecision =
  | { readonly kind: "allowed"; readonly permission: Permission }
  | { readonly kind: "denied"; readonly permission: Permission }
  | { readonly kind: "too-little"; readonly permission: Permission }
  | { readonly kind: "partly"; readonly permission: Permission }
  | { readonly kind: "nothing" };

/**
 * A scope of several names or racks is allowed only where each of them surely is; in doubt it is denied. For one name on
 * one rack it is exactly the decision of spec §2.
 */
export function decideRole(role: Role, scope: Scope): RoleDecision {
  let partly: Permission | null = null;
  for (const type of lookupOrder(scope.resource)) {
    const here = role.permissions
      .filter((permission) => permission.resource === type)
      .map((permission) => ({ permission, covers: permissionCoverage(permission, scope) }))
      .filter(({ covers }) => covers !== "nothing");
    const whole = here.filter(({ covers }) => covers === "whole").map(({ permission }) => permission);
    const decided = decideLevel(
      here.map(({ permission }) => permission),
      whole,
      scope.action,
    );
    if (decided !== null) return decided;
    partly ??= here[0]?.permission ?? null;
  }
  return partly === null ? { kind: "nothing" } : { kind: "partly", permission: partly };
}

/** null: these permissions leave the rest to the next type. */
function decideLevel(all: readonly Permission[], whole: readonly Permission[], action: Action): RoleDecision | null {
  const denial = all.find(isDenial);
  if (denial !== undefined) return { kind: "denied", permission: denial };
  const giving = whole.find((permission) => reaches(permission, action));
  if (giving !== undefined) return { kind: "allowed", permission: giving };
  const short = whole[0] ?? all.find((permission) => !reaches(permission, action));
  return short === undefined ? null : { kind: "too-little", permission: short };
}

function isDenial(permission: Permission): boolean {
  return permission.names.kind === "none" || permission.racks.kind === "none" || permission.action === null;
}

function reaches(permission: Permission, action: Action): boolean {
  return permission.action === "write" || permission.action === action;
}
