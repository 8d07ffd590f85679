// A role on racks: what one binding of it decides there, the read on the rack that applications need included.
import type { Permission, Role, Selector } from "../manifest/types.ts";
import { needsRack } from "./resource-types.ts";
import {
  decideAsked,
  decideRole,
  roleOnRacks,
  type Asked,
  type RoleDecision,
  type RoleOnRacks,
} from "./role-decision.ts";
import { ALL, plainName } from "./scope.ts";

/** What a role decides where it is placed: `no-rack` is held but for the read on the rack (spec §2). */
export type PlacedKind = RoleDecision["kind"] | "no-rack";

export function kindOf(decided: RoleDecision, placed: PlacedRole, asked: Asked): PlacedKind {
  if (decided.kind !== "held" || placed.readsRacks) return decided.kind;
  return needsRack(asked.scope.resource) ? "no-rack" : "held";
}

export function isHeldBy(placed: PlacedRole, asked: Asked): boolean {
  return kindOf(decideAsked(placed.on, asked), placed, asked) === "held";
}

export interface PlacedRole {
  readonly on: RoleOnRacks;
  /** Whether the role reads all of these racks, which applications and environment need as well. */
  readonly readsRacks: boolean;
}

interface KeptRole {
  /** "" is beyond racks. */
  readonly byRack: Map<string, PlacedRole>;
  /** By the permissions that speak of a rack: racks of which the same ones speak share what is decided. */
  readonly bySpeaking: Map<string, RoleOnRacks>;
}

/** By the permissions themselves: two readings of the same file share them, and with them this. */
const keptRoles = new WeakMap<readonly Permission[], KeptRole>();

export function placeRole({ permissions }: Role, racks: Selector | null): PlacedRole {
  const rack = racks === null ? "" : plainName(racks);
  if (rack === null) return placedOn(roleOnRacks({ permissions }, racks), racks);
  const kept: KeptRole = keptRoles.get(permissions) ?? { byRack: new Map(), bySpeaking: new Map() };
  keptRoles.set(permissions, kept);
  const known = kept.byRack.get(rack);
  if (known !== undefined) return known;
  const on = roleOnRacks({ permissions }, racks);
  const speaking = permissions
    .map((one) => (on.levels.get(one.resource)?.some(({ permission }) => permission === one) === true ? 1 : 0))
    .join("");
  const shared = kept.bySpeaking.get(speaking) ?? on;
  kept.bySpeaking.set(speaking, shared);
  const made = placedOn(shared, racks);
  kept.byRack.set(rack, made);
  return made;
}

function placedOn(on: RoleOnRacks, racks: Selector | null): PlacedRole {
  const asked = { action: "read", resource: "racks", names: racks ?? ALL } as const;
  return { on, readsRacks: racks !== null && decideRole(on, asked).kind === "held" };
}
