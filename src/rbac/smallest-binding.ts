// What would give somebody a right that they lack: of the roles there are, the one that gives the least besides, on no more racks.
import type { Access, Permission, Role, Selector, Subject } from "../manifest/types.ts";
import { unboundBecause } from "./decide.ts";
import type { Asker } from "./asker.ts";
import { isHeldBy, placeRole } from "./placed-role.ts";
import { needsRack } from "./resource-types.ts";
import { mayGive, rightsOf } from "./rights.ts";
import { askedOf } from "./role-decision.ts";
import { ALL, type Scope } from "./scope.ts";

/** A binding to add; or, where no role gives the right, the permissions of a role that would. */
export type Missing =
  | {
      readonly kind: "binding";
      readonly role: string;
      readonly subject: Subject;
      /** null: not narrowed. */
      readonly racks: Selector | null;
    }
  | { readonly kind: "role"; readonly permissions: readonly Permission[] };

/** null: no binding would give it to them; they are no member, or their name means nobody. */
export function smallestBinding(access: Access, asker: Asker, scope: Scope): Missing | null {
  if (unboundBecause(asker) !== null || !asker.boundAs.includes(asker.subject)) return null;
  const racks = scope.racks === null || scope.racks.kind === "all" ? null : scope.racks;
  const asked = askedOf(scope);
  const giving = [...access.roles.values()].filter((role) => isHeldBy(placeRole(role, scope.racks), asked));
  const [first, ...others] = giving.map((role) => ({ role, extent: extentOf(role, racks) }));
  if (first === undefined) return { kind: "role", permissions: permissionsFor(scope) };
  const least = others.reduce((best, one) => (isLess(one, best) ? one : best), first);
  return { kind: "binding", role: least.role.name, subject: asker.subject, racks };
}

interface Measured {
  readonly role: Role;
  readonly extent: number;
}

function isLess(one: Measured, than: Measured): boolean {
  return one.extent < than.extent || (one.extent === than.extent && one.role.name < than.role.name);
}

/** How much a role gives: to write more than to read, every name more than some, each type by itself. */
function extentOf(role: Role, racks: Selector | null): number {
  const given = rightsOf(role, racks).flat().filter(mayGive);
  return given.reduce((sum, { scope }) => {
    return sum + (scope.action === "write" ? 2 : 1) * (scope.names.kind === "all" ? 2 : 1);
  }, 0);
}

/** Apps need read on their rack by the same binding. */
function permissionsFor({ action, resource, names, racks }: Scope): readonly Permission[] {
  const on = racks ?? ALL;
  const own: Permission = { resource, names: resource === "racks" ? ALL : names, racks: on, action };
  return needsRack(resource) ? [{ resource: "racks", names: ALL, racks: on, action: "read" }, own] : [own];
}
