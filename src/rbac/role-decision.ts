// What one role gives, by itself: specific permissions first, then the type that this one folds into, then `all`.
import { matcherOf } from "../manifest/selector.ts";
import type { Action, Permission, ResourceType, Role, Selector } from "../manifest/types.ts";
import { lookupOrder } from "./resource-types.ts";
import { coverage, plainName, rackCoverage, type Coverage, type Scope } from "./scope.ts";

/**
 * `partly`: the permission reaches a part of what is asked, and nothing gives the rest. `whole` says that what decided speaks of
 * all that is asked: otherwise a part of it may be allowed all the same.
 */
export interface RoleDecision {
  readonly kind: "held" | "denied" | "too-little" | "partly" | "nothing";
  /** null only for `nothing`. */
  readonly permission: Permission | null;
  readonly whole: boolean;
}

/** A role's permissions that speak of some racks. */
export interface RoleOnRacks {
  readonly levels: ReadonlyMap<ResourceType, readonly Speaking[]>;
  /** What was decided of single names, by action and type: people ask about the same apps again and again. */
  readonly decided: Readonly<Record<Action, Map<ResourceType, Map<string, RoleDecision>>>>;
}

interface Speaking {
  readonly permission: Permission;
  readonly racks: Exclude<Coverage, "nothing">;
  readonly speaksOf: (name: string) => boolean;
}

/** `racks` null: of what belongs to no rack. `none` in a permission matches whatever is asked, as a denial. */
export function roleOnRacks({ permissions }: Pick<Role, "permissions">, racks: Selector | null): RoleOnRacks {
  const levels = new Map<ResourceType, Speaking[]>();
  for (const permission of permissions) {
    const reach = permission.racks.kind === "none" ? "whole" : rackCoverage(permission.racks, racks);
    if (reach === "nothing") continue;
    const speaksOf = permission.names.kind === "none" ? () => true : matcherOf(permission.names);
    const known = levels.get(permission.resource);
    if (known === undefined) levels.set(permission.resource, [{ permission, racks: reach, speaksOf }]);
    else known.push({ permission, racks: reach, speaksOf });
  }
  return { levels, decided: { read: new Map(), write: new Map() } };
}

const NAMES_KEPT = 1_000;

/**
 * A scope of several names or racks is held only where each of them surely is; in doubt it is not. For one name on
 * one rack it is exactly the decision of spec §2. `on` is the role on the racks of the scope.
 */
export function decideRole(on: RoleOnRacks, scope: Omit<Scope, "racks">): RoleDecision {
  const name = plainName(scope.names);
  if (name === null) return decideLevels(on, scope, null);
  const decided = on.decided[scope.action];
  let byName = decided.get(scope.resource);
  if (byName === undefined) decided.set(scope.resource, (byName = new Map<string, RoleDecision>()));
  const known = byName.get(name);
  if (known !== undefined) return known;
  if (byName.size >= NAMES_KEPT) byName.clear();
  const made = decideLevels(on, scope, name);
  byName.set(name, made);
  return made;
}

function decideLevels(on: RoleOnRacks, scope: Omit<Scope, "racks">, name: string | null): RoleDecision {
  let partly: Permission | null = null;
  for (const type of lookupOrder(scope.resource)) {
    const here = speakingOf(on.levels.get(type) ?? [], scope.names, name);
    const decided = decideLevel(here, scope.action);
    if (decided !== null) return decided;
    partly ??= here[0]?.permission ?? null;
  }
  return { kind: partly === null ? "nothing" : "partly", permission: partly, whole: false };
}

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
  if (giving?.whole === true) return { kind: "held", ...giving };
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
