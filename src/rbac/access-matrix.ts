// Who may do what on every app of every rack, as bits: what each role gives is decided once for an app, and who is bound gets it
// by whole words. It says what `decide` says of each cell; a test holds one to the other.
import { matcherOf } from "../manifest/selector.ts";
import type { Action, AppName, ConfigRepo, Permission, RackName, Role, Selector, Subject } from "../manifest/types.ts";
import type { InForce } from "./bindings-in-force.ts";
import { isHeldBy, placeRole } from "./placed-role.ts";
import { askedOf, type Asked, type RoleOnRacks } from "./role-decision.ts";
import { oneName } from "./scope.ts";

interface CellRight {
  readonly action: Action;
  readonly resource: "applications" | "environment";
}

/** What the matrix knows of an app, in the order of its bits. */
export const CELL_RIGHTS: readonly CellRight[] = [
  { action: "read", resource: "applications" },
  { action: "write", resource: "applications" },
  { action: "read", resource: "environment" },
  { action: "write", resource: "environment" },
];

export interface Place {
  readonly rack: RackName;
  readonly apps: readonly AppName[];
  /** Of its first word in a row. */
  readonly offset: number;
  /** For each right: as many as hold a bit for each app. */
  readonly words: number;
  /** The rights of the first app, then those of the next; racks with the same apps share them. */
  readonly asked: readonly Asked[];
}

/** Racks and their apps: the columns. */
export interface Places {
  readonly racks: readonly Place[];
  readonly words: number;
}

export function placesOf(racks: ReadonlyMap<RackName, readonly AppName[]>): Places {
  let offset = 0;
  const places = [...racks].map(([rack, apps]): Place => {
    const place = { rack, apps, offset, words: Math.ceil(apps.length / 32), asked: askedOfApps(apps) };
    offset += CELL_RIGHTS.length * place.words;
    return place;
  });
  return { racks: places, words: offset };
}

const LISTS_KEPT = 4_096;
const askedLists = new Map<string, readonly Asked[]>();

/** The same list for the same apps, so that what roles give of it is made once. */
function askedOfApps(apps: readonly AppName[]): readonly Asked[] {
  const key = namesKey(apps);
  const known = askedLists.get(key);
  if (known !== undefined) return known;
  if (askedLists.size >= LISTS_KEPT) askedLists.clear();
  const made = apps.flatMap(askedOfApp);
  askedLists.set(key, made);
  return made;
}

/** One text for some names of folders: no other character is in none of them. */
export function namesKey(names: readonly unknown[]): string {
  return names.join("/");
}

function askedOfApp(app: AppName): readonly Asked[] {
  return CELL_RIGHTS.map(({ action, resource }) => askedOf({ action, resource, names: oneName(app) }));
}

/** Of both trees, each app once. */
export function racksAndApps(
  ...repos: readonly Pick<ConfigRepo, "racks">[]
): ReadonlyMap<RackName, readonly AppName[]> {
  const made = new Map<RackName, readonly AppName[]>();
  for (const { racks } of repos) {
    for (const [rack, { apps }] of racks) {
      const known = made.get(rack) ?? [];
      const isKnown = made.has(rack) && apps.size === known.length && known.every((app) => apps.has(app));
      if (!isKnown) made.set(rack, [...new Set([...known, ...apps.keys()])].sort());
    }
  }
  return made;
}

/** Somebody's rights, as `Places` lay them out. */
export type AccessRow = Uint32Array;

export interface AccessMatrix {
  /** What these names are given together. */
  rowOf(subjects: readonly Subject[]): AccessRow;
}

/** One bit of a row. `right` is a place in `CELL_RIGHTS`, `app` one in the apps of that rack. */
export interface Cell {
  readonly rack: RackName;
  readonly app: AppName;
  readonly right: number;
}

/** Where the bit of a cell is in a row. */
export interface CellPlace {
  readonly word: number;
  readonly bit: number;
}

const cellIndexes = new WeakMap<Places, ReadonlyMap<string, CellPlace>>();

/** null: no such cell. */
export function cellAt(
  { action, resource, name, rack }: { action: Action; resource: string; name: string | null; rack: string | null },
  places: Places,
): CellPlace | null {
  const index = cellIndexes.get(places) ?? indexCells(places);
  cellIndexes.set(places, index);
  return index.get(namesKey([action, resource, rack, name])) ?? null;
}

function indexCells({ racks }: Places): ReadonlyMap<string, CellPlace> {
  return new Map(
    racks.flatMap(({ rack, apps, offset, words }) =>
      CELL_RIGHTS.flatMap(({ action, resource }, right) =>
        apps.map((app, index): [string, CellPlace] => [
          namesKey([action, resource, rack, app]),
          { word: offset + right * words + (index >>> 5), bit: 1 << (index & 31) },
        ]),
      ),
    ),
  );
}

/** The cells that the first row has and the second has not, in the order of the places. */
export function cellsOnlyIn(row: AccessRow, other: AccessRow, { racks, words: all }: Places): readonly Cell[] {
  if (!isMoreIn(row, other, { from: 0, words: all })) return [];
  return racks.flatMap(({ rack, apps, offset, words }) =>
    CELL_RIGHTS.flatMap((_, right) => {
      const from = offset + right * words;
      if (!isMoreIn(row, other, { from, words })) return [];
      return apps.flatMap((app, index): readonly Cell[] => {
        const word = from + (index >>> 5);
        const isOnly = ((row[word] ?? 0) & ~(other[word] ?? 0) & (1 << (index & 31))) !== 0;
        return isOnly ? [{ rack, app, right }] : [];
      });
    }),
  );
}

function isMoreIn(row: AccessRow, other: AccessRow, { from, words }: { from: number; words: number }): boolean {
  for (let word = from; word < from + words; word += 1) if (((row[word] ?? 0) & ~(other[word] ?? 0)) !== 0) return true;
  return false;
}

/** Rows are made when they are asked for. */
export function accessMatrix(held: InForce, places: Places): AccessMatrix {
  const making: Making = { held, places, roles: rolesOn(places), subjects: new Map() };
  return {
    rowOf: (subjects) => {
      const row = new Uint32Array(places.words);
      for (const subject of subjects) add(row, subjectRow(subject, making), 0);
      return row;
    },
  };
}

interface Making {
  readonly held: InForce;
  readonly places: Places;
  readonly roles: RoleRows;
  readonly subjects: Map<Subject, AccessRow>;
}

/** What roles give there, whoever is bound to them: two policies share it. */
interface RoleRows {
  readonly byRole: Map<readonly Permission[], AccessRow>;
  /** By the narrowing's text. */
  readonly covered: Map<string, readonly Place[]>;
}

const roleRows = new WeakMap<Places, RoleRows>();

function rolesOn(places: Places): RoleRows {
  const rows = roleRows.get(places) ?? { byRole: new Map(), covered: new Map() };
  roleRows.set(places, rows);
  return rows;
}

function subjectRow(subject: Subject, making: Making): AccessRow {
  const known = making.subjects.get(subject);
  if (known !== undefined) return known;
  const row = new Uint32Array(making.places.words);
  for (const { role, binding } of making.held.heldAs(subject)) {
    const whole = roleRow(role, making);
    if (binding.racks === null) add(row, whole, 0);
    else for (const place of coveredBy(binding.racks, making)) add(row, blockIn(whole, place), place.offset);
  }
  making.subjects.set(subject, row);
  return row;
}

/** What the other row has not. */
export function withoutRow(row: AccessRow, other: AccessRow): AccessRow {
  return row.map((word, index) => word & ~(other[index] ?? 0));
}

function add(row: AccessRow, other: AccessRow, offset: number): void {
  for (let word = 0; word < other.length; word += 1) {
    row[offset + word] = (row[offset + word] ?? 0) | (other[word] ?? 0);
  }
}

function blockIn(row: AccessRow, { offset, words }: Place): AccessRow {
  return row.subarray(offset, offset + CELL_RIGHTS.length * words);
}

function coveredBy(racks: Selector, { places, roles: { covered } }: Making): readonly Place[] {
  const key = JSON.stringify(racks);
  const known = covered.get(key);
  if (known !== undefined) return known;
  const covers = matcherOf(racks);
  const made = places.racks.filter(({ rack }) => covers(rack));
  covered.set(key, made);
  return made;
}

function roleRow(role: Role, { places, roles: { byRole } }: Making): AccessRow {
  const known = byRole.get(role.permissions);
  if (known !== undefined) return known;
  const row = new Uint32Array(places.words);
  for (const place of places.racks) row.set(roleBlock(role, place), place.offset);
  byRole.set(role.permissions, row);
  return row;
}

const NOTHING: AccessRow = new Uint32Array(0);

/** By role on racks, then by what is asked there: policies that share a role share what it gives. */
const blocks = new WeakMap<RoleOnRacks, WeakMap<readonly Asked[], AccessRow>>();

function roleBlock(role: Role, place: Place): AccessRow {
  const placed = placeRole(role, oneName(place.rack));
  // Where the rack itself is not read, no app is.
  if (!placed.readsRacks) return NOTHING;
  const known = blocks.get(placed.on) ?? new WeakMap<readonly Asked[], AccessRow>();
  blocks.set(placed.on, known);
  const block = known.get(place.asked) ?? new Uint32Array(CELL_RIGHTS.length * place.words);
  if (!known.has(place.asked)) {
    place.asked.forEach((asked, index) => {
      if (isHeldBy(placed, asked)) setBit(block, place, index);
    });
    known.set(place.asked, block);
  }
  return block;
}

/** @param index as in `Place.asked` */
function setBit(block: AccessRow, { words }: Place, index: number): void {
  const app = Math.floor(index / CELL_RIGHTS.length);
  const word = (index % CELL_RIGHTS.length) * words + (app >>> 5);
  block[word] = (block[word] ?? 0) | (1 << (app & 31));
}
