// Who may do what on every app of every rack, as bits: what each role gives is decided once for an app, and who is bound gets it
// by whole words. It says what `decide` says of each cell; a test holds one to the other.
import { matcherOf } from "../manifest/selector.ts";
import type {
  Access,
  Action,
  AppName,
  ConfigRepo,
  Instant,
  RackName,
  Role,
  Selector,
  Subject,
} from "../manifest/types.ts";
import { heldAs } from "./access-index.ts";
import type { Asker } from "./asker.ts";
import { hasEnded, unboundBecause } from "./decide.ts";
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
  const key = apps.join(" ");
  const known = askedLists.get(key);
  if (known !== undefined) return known;
  if (askedLists.size >= LISTS_KEPT) askedLists.clear();
  const made = apps.flatMap(askedOfApp);
  askedLists.set(key, made);
  return made;
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
  /** Not to be written to. */
  rowOf(asker: Asker): AccessRow;
}

/** One bit of a row. `right` is a place in `CELL_RIGHTS`, `app` one in the apps of that rack. */
export interface Cell {
  readonly rack: RackName;
  readonly app: AppName;
  readonly right: number;
}

/** The cells that the first row has and the second has not, in the order of the places. */
export function cellsOnlyIn(row: AccessRow, other: AccessRow, { racks }: Places): readonly Cell[] {
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

/** At one instant. Rows are made when they are asked for. */
export function accessMatrix(access: Access, places: Places, at: Instant): AccessMatrix {
  const matrix: Making = {
    access,
    places,
    at,
    roles: new Map(),
    subjects: new Map(),
    covered: new Map(),
  };
  return {
    rowOf: (asker) => {
      const row = new Uint32Array(places.words);
      if (unboundBecause(asker) === null) for (const subject of asker.boundAs) add(row, subjectRow(subject, matrix), 0);
      return row;
    },
  };
}

interface Making {
  readonly access: Access;
  readonly places: Places;
  readonly at: Instant;
  readonly roles: Map<Role, AccessRow>;
  readonly subjects: Map<Subject, AccessRow>;
  /** By the narrowing's text. */
  readonly covered: Map<string, readonly Place[]>;
}

function subjectRow(subject: Subject, matrix: Making): AccessRow {
  const known = matrix.subjects.get(subject);
  if (known !== undefined) return known;
  const row = new Uint32Array(matrix.places.words);
  for (const held of heldAs(matrix.access, subject)) {
    if (held.role === null || hasEnded(held, matrix.at)) continue;
    const whole = roleRow(held.role, matrix);
    const { racks } = held.binding;
    if (racks === null) add(row, whole, 0);
    else for (const place of coveredBy(racks, matrix)) add(row, blockIn(whole, place), place.offset);
  }
  matrix.subjects.set(subject, row);
  return row;
}

function add(row: AccessRow, other: AccessRow, offset: number): void {
  for (let word = 0; word < other.length; word += 1) {
    row[offset + word] = (row[offset + word] ?? 0) | (other[word] ?? 0);
  }
}

function blockIn(row: AccessRow, { offset, words }: Place): AccessRow {
  return row.subarray(offset, offset + CELL_RIGHTS.length * words);
}

function coveredBy(racks: Selector, { places, covered }: Making): readonly Place[] {
  const key = JSON.stringify(racks);
  const known = covered.get(key);
  if (known !== undefined) return known;
  const covers = matcherOf(racks);
  const made = places.racks.filter(({ rack }) => covers(rack));
  covered.set(key, made);
  return made;
}

function roleRow(role: Role, matrix: Making): AccessRow {
  const known = matrix.roles.get(role);
  if (known !== undefined) return known;
  const row = new Uint32Array(matrix.places.words);
  for (const place of matrix.places.racks) row.set(roleBlock(role, place), place.offset);
  matrix.roles.set(role, row);
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
