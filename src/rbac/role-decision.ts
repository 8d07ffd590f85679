// What one role gives, by itself: specific permissions first, then the type that this one folds into, then `all`.
import { matcherOf } from "../manifest/selector.ts";
import {
  RESOURCE_TYPES,
  type Action,
  type Permission,
  type ResourceType,
  type Role,
  type Selector,
} from "../manifest/types.ts";
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
  readonly decided: Decided;
}

/**
 * What was decided of single names: the same apps are asked about again and again. By slot (type and action) and the name's number,
 * one more than the place in `kinds`; 0: not decided yet. A few decisions are all that a role has, and a byte says which.
 */
interface Decided {
  slots: (Uint8Array | undefined)[];
  readonly kinds: RoleDecision[];
  /** Of the numbers that it was written with. */
  numbering: number;
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
  return { levels, decided: { slots: [], kinds: [], numbering } };
}

/** What is asked, ready to be asked of many roles. */
export interface Asked {
  readonly scope: Omit<Scope, "racks">;
  /** The one name that is asked about; null: several, or a pattern. */
  readonly name: string | null;
  readonly number: number;
  readonly slot: number;
  /** Of which the number is. */
  readonly numbering: number;
  /** Stands for name, type and action, now and ever after. */
  readonly key: number;
}

const NAMES_NUMBERED = 16_384;
const numbers = new Map<string, number>();
/** Goes up whenever numbers are given anew. */
let numbering = 0;

function numberOf(name: string): number {
  const known = numbers.get(name);
  if (known !== undefined) return known;
  if (numbers.size >= NAMES_NUMBERED) {
    numbers.clear();
    numbering += 1;
  }
  const number = numbers.size;
  numbers.set(name, number);
  return number;
}

const SLOTS_EACH = 2 * RESOURCE_TYPES.length;
const SLOTS: ReadonlyMap<ResourceType, number> = new Map(RESOURCE_TYPES.map((type, index) => [type, index * 2]));

export function askedOf(scope: Omit<Scope, "racks">): Asked {
  const name = plainName(scope.names);
  const slot = (SLOTS.get(scope.resource) ?? 0) + (scope.action === "write" ? 1 : 0);
  const number = name === null ? -1 : numberOf(name);
  return { scope, name, number, slot, numbering, key: (numbering * NAMES_NUMBERED + number) * SLOTS_EACH + slot };
}

/** As `decideAsked`, of one role alone. */
export function decideRole(on: RoleOnRacks, scope: Omit<Scope, "racks">): RoleDecision {
  return decideAsked(on, askedOf(scope));
}

/**
 * A scope of several names or racks is held only where each of them surely is; in doubt it is not. For one name on
 * one rack it is exactly the decision of spec §2. `on` is the role on the racks of the scope.
 */
export function decideAsked(on: RoleOnRacks, asked: Asked): RoleDecision {
  const { scope, name, number, slot } = asked;
  if (name === null) return decideLevels(on, scope, null);
  const { decided } = on;
  if (decided.numbering === asked.numbering) {
    const kind = decided.slots[slot]?.[number] ?? 0;
    const known = kind === 0 ? undefined : decided.kinds[kind - 1];
    if (known !== undefined) return known;
  }
  const made = decideLevels(on, scope, name);
  return keep(decided, asked, made);
}

const MOST_KINDS = 255;

function keep(decided: Decided, { number, slot, numbering: its }: Asked, made: RoleDecision): RoleDecision {
  if (decided.numbering !== its) {
    decided.slots = [];
    decided.numbering = its;
  }
  const at = decided.kinds.findIndex(
    ({ kind, permission, whole }) => kind === made.kind && permission === made.permission && whole === made.whole,
  );
  if (at < 0 && decided.kinds.length >= MOST_KINDS) return made;
  const kind = at < 0 ? decided.kinds.push(made) : at + 1;
  slotOf(decided, slot, number)[number] = kind;
  return decided.kinds[kind - 1] ?? made;
}

/** With room for the number. */
function slotOf({ slots }: Decided, slot: number, number: number): Uint8Array {
  const known = slots[slot];
  if (known !== undefined && number < known.length) return known;
  let length = 64;
  while (length <= number) length *= 2;
  const made = new Uint8Array(length);
  if (known !== undefined) made.set(known);
  slots[slot] = made;
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
