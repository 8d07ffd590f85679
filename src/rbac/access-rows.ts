// Who may do what, as the rights that bindings give: names and racks as selectors say them, so that it is as long as the bindings
// are, not as the racks and apps. What a right does not reach stands beside it.
import { matchesSelector } from "../manifest/selector.ts";
import {
  RESOURCE_TYPES,
  type Access,
  type Action,
  type Instant,
  type RackName,
  type ResourceType,
  type Selector,
  type Subject,
} from "../manifest/types.ts";
import { holdingsOf, type Held } from "./access-index.ts";
import type { Asker } from "./asker.ts";
import { hasEnded, unboundBecause } from "./decide.ts";
import { permissionWords } from "./phrases.ts";
import { lookupOrder, needsRack } from "./resource-types.ts";
import { decideRole, roleOnRacks } from "./role-decision.ts";
import { mayGive, rightsOf, type Right } from "./rights.ts";
import { ALL, oneName } from "./scope.ts";

/** One right by one binding. `racks` null: of types that belong to none. */
export interface AccessRow {
  readonly subject: Subject;
  readonly action: Action;
  readonly resources: readonly ResourceType[];
  readonly names: Selector;
  readonly racks: Selector | null;
  readonly role: string;
  readonly binding: string;
  /** The subject of the binding through which they hold it. */
  readonly through: Subject;
  readonly until: Instant | null;
  /** Permissions of the role that take a part of it away, in words. */
  readonly except: readonly string[];
}

export interface AccessAsked {
  /** null: on every rack, and beyond them. */
  readonly rack: RackName | null;
  readonly at: Instant;
}

/** What somebody holds now, binding by binding. */
export function accessRowsOf(access: Access, asker: Asker, asked: AccessAsked): readonly AccessRow[] {
  if (unboundBecause(asker) !== null) return [];
  return holdingsOf(access, asker).flatMap((held) =>
    hasEnded(held, asked.at) ? [] : rowsBy(held, asker.subject, asked.rack),
  );
}

function rowsBy(held: Held, subject: Subject, rack: RackName | null): readonly AccessRow[] {
  const { role, binding, holder } = held;
  if (role === null) return [];
  const rights = rightsOf(role, binding.racks).flatMap((group) => {
    const given = group.flatMap((right) => onRack(right, rack)).filter(isGiven);
    // What `all` says, no type repeats.
    return given[0]?.scope.resource === "all" ? given.slice(0, 1) : given;
  });
  const rows = new Map<string, AccessRow>();
  for (const { scope } of rights) {
    const { action, names, racks, resource } = scope;
    const except = exceptionsTo({ scope, role, within: binding.racks });
    const key = JSON.stringify([action, names, racks, except]);
    const resources = [...(rows.get(key)?.resources ?? []), resource];
    const by = { role: role.name, binding: binding.id, through: holder, until: binding.until };
    rows.set(key, { subject, action, resources: [...new Set(resources)], names, racks, ...by, except });
  }
  return [...rows.values()];
}

function onRack(right: Right, rack: RackName | null): readonly Right[] {
  const { racks } = right.scope;
  if (rack === null) return [right];
  if (racks === null || !matchesSelector(racks, rack)) return [];
  return [{ ...right, scope: { ...right.scope, racks: oneName(rack) } }];
}

/** Apps need a rack that the role reads: where it surely reads none of them, it gives none of them. */
function isGiven(right: Right): boolean {
  if (!mayGive(right)) return false;
  const { resource, racks } = right.scope;
  if (!needsRack(resource)) return true;
  return mayGive({ ...right, scope: { action: "read", resource: "racks", names: racks ?? ALL, racks } });
}

/** What is more specific and gives less: of a type that folds into `all`, or of a part of the right. */
function exceptionsTo({ role, scope }: Right): readonly string[] {
  const { resource, action } = scope;
  if (resource !== "all" && decideRole(roleOnRacks(role, scope.racks), scope).kind === "held") return [];
  const types = resource === "all" ? RESOURCE_TYPES.filter((type) => type !== "all") : lookupOrder(resource);
  return role.permissions
    .filter((one) => types.includes(one.resource))
    .filter(({ names, racks, action: given }) => {
      return names.kind === "none" || racks.kind === "none" || (action === "write" && given === "read");
    })
    .map(permissionWords);
}
