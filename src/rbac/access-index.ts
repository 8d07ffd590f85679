// Who holds which roles on which racks, found without looking through all bindings. What it keeps follows from roles and bindings
// alone and is kept with them; the clock is asked by who decides.
import type { Access, Binding, Permission, ResourceType, Role, Selector, Subject } from "../manifest/types.ts";
import type { Asker } from "./asker.ts";
import { placeRole, type PlacedKind, type PlacedRole } from "./placed-role.ts";
import { lookupOrder } from "./resource-types.ts";
import type { RoleOnRacks } from "./role-decision.ts";
import { plainName, rackCoverage } from "./scope.ts";

/** One binding, by the subject of it through which somebody holds it. `role` null: there is no such role. */
export interface Held {
  readonly binding: Binding;
  readonly holder: Subject;
  readonly role: Role | null;
}

/** What a held binding says on the racks asked about. */
export interface HeldOnRacks extends PlacedRole {
  readonly held: Held;
}

export interface HoldingsOnRacks {
  /** Bindings that cover all of these racks, in their order; what an earlier one without end gives as well is left out. */
  readonly here: readonly HeldOnRacks[];
  /** The others: narrowed to other racks, or of a role that does not exist. */
  readonly elsewhere: readonly Held[];
  readonly byType: Map<ResourceType, readonly HeldOnRacks[]>;
  /** Whether no binding here ever ends: what is decided then holds at any time. */
  readonly isEndless: boolean;
  /** What was decided of single names, by `Asked.key`. */
  readonly decided: Map<number, Nearest>;
}

/** Of all bindings the one whose word is the nearest to a yes. */
export interface Nearest {
  readonly because: Bound;
  readonly held: Held;
  readonly permission: Permission | null;
}

/**
 * What a binding says, the farthest first: its role does not exist; it has ended; it is narrowed to other racks; its role gives
 * nothing here; gives a part; gives no read on the rack; denies; gives less; gives it. The nearer, the more its reason helps.
 */
export const NEARNESS = {
  "no-role": 0,
  ended: 1,
  narrowed: 2,
  nothing: 3,
  partly: 4,
  "no-rack": 5,
  denied: 6,
  "too-little": 7,
  held: 8,
} satisfies Record<PlacedKind | "no-role" | "ended" | "narrowed", number>;
export type Bound = keyof typeof NEARNESS;

/** Those of `here` whose role says anything of the type, or of one that it falls back to: of a tight policy, few. */
export function speakingOf(holdings: HoldingsOnRacks, type: ResourceType): readonly HeldOnRacks[] {
  const known = holdings.byType.get(type);
  if (known !== undefined) return known;
  const types = lookupOrder(type);
  const made = holdings.here.filter(({ on }) => types.some((one) => on.levels.has(one)));
  holdings.byType.set(type, made);
  return made;
}

/** Everything that somebody is bound to, ended or not, in the order of the bindings. */
export function holdingsOf(access: Access, asker: Asker): readonly Held[] {
  return holdingsIn(indexOf(access), asker).all;
}

/** What one subject of bindings is bound to, as `holdingsOf`. */
export function heldAs(access: Access, subject: Subject): readonly Held[] {
  return (indexOf(access).bySubject.get(subject) ?? []).map(({ held }) => held);
}

/** @param racks null: for what belongs to no rack */
export function holdingsOnRacks(access: Access, asker: Asker, racks: Selector | null): HoldingsOnRacks {
  const index = indexOf(access);
  const holdings = holdingsIn(index, asker);
  const rack = racks === null ? "" : plainName(racks);
  if (rack === null) return onRacks(holdings.all, racks);
  const known = holdings.byRack.get(rack);
  if (known !== undefined) return known;
  if (index.placed >= PLACED_KEPT) forgetPlaced(index);
  index.placed += 1;
  const made = onRacks(holdings.all, racks);
  holdings.byRack.set(rack, made);
  return made;
}

const subjectsOf = new WeakMap<Access, readonly Subject[]>();

/** All subjects that bindings name, sorted. */
export function boundSubjects(access: Access): readonly Subject[] {
  const known = subjectsOf.get(access);
  if (known !== undefined) return known;
  const subjects = new Set<Subject>();
  for (const binding of access.bindings) for (const subject of binding.subjects) subjects.add(subject);
  const sorted = [...subjects].sort();
  subjectsOf.set(access, sorted);
  return sorted;
}

interface Holdings {
  readonly all: readonly Held[];
  /** "" is what belongs to no rack. */
  readonly byRack: Map<string, HoldingsOnRacks>;
}

interface AccessIndex {
  readonly bySubject: ReadonlyMap<Subject, readonly Numbered[]>;
  readonly byAsker: WeakMap<Asker, Holdings>;
  /** By the subjects that mean them: the same people are asked about again as others read them. */
  readonly bySubjects: Map<string, Holdings>;
  /** How many holdings are placed on a rack. */
  placed: number;
}

const PLACED_KEPT = 50_000;

function forgetPlaced(index: AccessIndex): void {
  for (const { byRack } of index.bySubjects.values()) byRack.clear();
  index.placed = 0;
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
    byAsker: new WeakMap(),
    bySubjects: new Map(),
    placed: 0,
  };
  indexes.set(access, made);
  return made;
}

function holdingsIn(index: AccessIndex, asker: Asker): Holdings {
  const known = index.byAsker.get(asker);
  if (known !== undefined) return known;
  // Neither a login nor a slug has a space, in git as at GitHub.
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
  const isEndless = all.every(({ binding }) => binding.until === null);
  return { here, elsewhere, byType: new Map(), isEndless, decided: new Map() };
}

export function coversRacks({ racks }: Binding, asked: Selector | null): boolean {
  return racks === null || rackCoverage(racks, asked) === "whole";
}
