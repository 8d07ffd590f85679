// Who holds which roles on which racks, found without looking through all bindings. What it keeps follows from roles and bindings
// alone and is kept with them; the clock is asked by who decides.
import type { Access, Binding, Permission, Role, Selector, Subject } from "../manifest/types.ts";
import type { Asker } from "./asker.ts";
import { decideRole, roleOnRacks, type RoleOnRacks } from "./role-decision.ts";
import { ALL, plainName, rackCoverage } from "./scope.ts";

/** One binding, by the subject of it through which somebody holds it. `role` null: there is no such role. */
export interface Held {
  readonly binding: Binding;
  readonly holder: Subject;
  readonly role: Role | null;
}

/** What a held binding says on the racks asked about. */
export interface HeldOnRacks {
  readonly held: Held;
  readonly on: RoleOnRacks;
  /** Whether the role reads all of these racks, which applications and environment need as well. */
  readonly readsRacks: boolean;
}

export interface HoldingsOnRacks {
  /** Bindings that cover all of these racks, in their order; what an earlier one without end gives as well is left out. */
  readonly here: readonly HeldOnRacks[];
  /** The others: narrowed to other racks, or of a role that does not exist. */
  readonly elsewhere: readonly Held[];
}

/** Everything that somebody is bound to, ended or not, in the order of the bindings. */
export function holdingsOf(access: Access, asker: Asker): readonly Held[] {
  return holdingsIn(indexOf(access), asker).all;
}

/** @param racks null: for what belongs to no rack */
export function holdingsOnRacks(access: Access, asker: Asker, racks: Selector | null): HoldingsOnRacks {
  const holdings = holdingsIn(indexOf(access), asker);
  const rack = racks === null ? "" : plainName(racks);
  if (rack === null) return onRacks(holdings.all, racks);
  const known = holdings.byRack.get(rack);
  if (known !== undefined) return known;
  const made = onRacks(holdings.all, racks);
  holdings.byRack.set(rack, made);
  return made;
}

/** All subjects that bindings name, sorted. */
export function boundSubjects(access: Access): readonly Subject[] {
  return indexOf(access).subjects;
}

interface Holdings {
  readonly all: readonly Held[];
  /** "" is what belongs to no rack. */
  readonly byRack: Map<string, HoldingsOnRacks>;
}

interface AccessIndex {
  readonly bySubject: ReadonlyMap<Subject, readonly Numbered[]>;
  readonly subjects: readonly Subject[];
  readonly byAsker: WeakMap<Asker, Holdings>;
  /** By the subjects that mean them: the same people are asked about again as others read them. */
  readonly bySubjects: Map<string, Holdings>;
}

interface Numbered {
  readonly held: Held;
  readonly number: number;
}

const indexes = new WeakMap<Access, AccessIndex>();

function indexOf(access: Access): AccessIndex {
  const known = indexes.get(access);
  if (known !== undefined) return known;
  const bySubject = new Map<Subject, Numbered[]>();
  access.bindings.forEach((binding, number) => {
    const role = access.roles.get(binding.role.toLowerCase()) ?? null;
    for (const holder of new Set(binding.subjects)) {
      const entry = { held: { binding, holder, role }, number };
      const entries = bySubject.get(holder);
      if (entries === undefined) bySubject.set(holder, [entry]);
      else entries.push(entry);
    }
  });
  const made: AccessIndex = {
    bySubject,
    subjects: [...bySubject.keys()].sort(),
    byAsker: new WeakMap(),
    bySubjects: new Map(),
  };
  indexes.set(access, made);
  return made;
}

function holdingsIn(index: AccessIndex, asker: Asker): Holdings {
  const known = index.byAsker.get(asker);
  if (known !== undefined) return known;
  const key = asker.boundAs.join(" ");
  const holdings = index.bySubjects.get(key) ?? { all: heldBy(index, asker), byRack: new Map() };
  index.bySubjects.set(key, holdings);
  index.byAsker.set(asker, holdings);
  return holdings;
}

function heldBy(index: AccessIndex, asker: Asker): readonly Held[] {
  const found = new Map<number, Held>();
  for (const subject of asker.boundAs) {
    for (const { held, number } of index.bySubject.get(subject) ?? []) if (!found.has(number)) found.set(number, held);
  }
  return [...found].sort(([a], [b]) => a - b).map(([, held]) => held);
}

function onRacks(all: readonly Held[], racks: Selector | null): HoldingsOnRacks {
  const here: HeldOnRacks[] = [];
  const elsewhere: Held[] = [];
  const endless = new Set<RoleOnRacks>();
  for (const held of all) {
    const { binding, role } = held;
    if (role === null || !coversRacks(binding, racks)) {
      elsewhere.push(held);
      continue;
    }
    const { on, readsRacks } = placeRole(role, racks);
    if (endless.has(on)) continue;
    if (binding.until === null) endless.add(on);
    here.push({ held, on, readsRacks });
  }
  return { here, elsewhere };
}

export function coversRacks({ racks }: Binding, asked: Selector | null): boolean {
  return racks === null || rackCoverage(racks, asked) === "whole";
}

interface PlacedRole {
  readonly on: RoleOnRacks;
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

function placeRole({ permissions }: Role, racks: Selector | null): PlacedRole {
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
