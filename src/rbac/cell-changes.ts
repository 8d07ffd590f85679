// What somebody gains or loses of the apps there are that no right says as a whole: where a cap or a denial moves under a wider
// right, it is found app by app.
import { matchesSelector } from "../manifest/selector.ts";
import type { Access, AppName, Instant, RackName, Selector } from "../manifest/types.ts";
import {
  CELL_RIGHTS,
  cellsOnlyIn,
  type AccessMatrix,
  type AccessRow,
  type Cell,
  type Place,
  type Places,
} from "./access-matrix.ts";
import type { Asker } from "./asker.ts";
import { decide } from "./decide.ts";
import type { Difference } from "./right-changes.ts";

export interface MatrixSide {
  readonly access: Access;
  readonly matrix: AccessMatrix;
  readonly at: Instant;
}

export interface CellSides {
  readonly before: MatrixSide;
  readonly after: MatrixSide;
  readonly places: Places;
}

/** @param told what rights say already */
export function cellDifferences(asker: Asker, told: readonly Difference[], sides: CellSides): readonly Difference[] {
  const { before, after, places } = sides;
  const [old, now] = [before.matrix.rowOf(asker), after.matrix.rowOf(asker)];
  const gained = cellsOnlyIn(now, withTold(old, "gain", told, places), places);
  const lost = cellsOnlyIn(old, withTold(now, "loss", told, places), places);
  return [...differencesOf("gain", gained, asker, after), ...differencesOf("loss", lost, asker, before)];
}

/** The row, and every cell that the told differences of this kind speak of. */
function withTold(row: AccessRow, kind: Difference["kind"], told: readonly Difference[], places: Places): AccessRow {
  const made = Uint32Array.from(row);
  for (const one of told) {
    if (one.kind !== kind) continue;
    for (const place of places.racks) {
      if (one.right.racks !== null && !matchesSelector(one.right.racks, place.rack)) continue;
      const bits = appsNamed(one.right.names, place);
      CELL_RIGHTS.forEach(({ resource, action }, right) => {
        const isOfType = one.right.resource === resource || one.right.resource === "all";
        if (isOfType && (one.action === action || one.action === "write")) addBits(made, bits, place, right);
      });
    }
  }
  return made;
}

function addBits(row: AccessRow, bits: AccessRow, { offset, words }: Place, right: number): void {
  for (let word = 0; word < words; word += 1) {
    const at = offset + right * words + word;
    row[at] = (row[at] ?? 0) | (bits[word] ?? 0);
  }
}

const named = new WeakMap<Selector, WeakMap<Place["asked"], AccessRow>>();

function appsNamed(names: Selector, { apps, words, asked }: Place): AccessRow {
  const known = named.get(names) ?? new WeakMap<Place["asked"], AccessRow>();
  named.set(names, known);
  const bits = known.get(asked) ?? new Uint32Array(words);
  if (!known.has(asked)) {
    apps.forEach((app, index) => {
      if (matchesSelector(names, app)) bits[index >>> 5] = (bits[index >>> 5] ?? 0) | (1 << (index & 31));
    });
    known.set(asked, bits);
  }
  return bits;
}

function rightOf(right: number): (typeof CELL_RIGHTS)[number] {
  const found = CELL_RIGHTS[right];
  if (found === undefined) throw new RangeError(`no right of a cell: ${String(right)}`);
  return found;
}

/** One for each set of apps, with the racks on which it is that set; to write says that to read is told. */
function differencesOf(
  kind: Difference["kind"],
  cells: readonly Cell[],
  asker: Asker,
  side: MatrixSide,
): readonly Difference[] {
  const byPlace = new Map<string, { readonly right: number; readonly rack: RackName; readonly apps: AppName[] }>();
  const writes = new Set(cells.filter(({ right }) => rightOf(right).action === "write").map(cellKey));
  for (const cell of cells) {
    const { rack, app, right } = cell;
    if (rightOf(right).action === "read" && writes.has(cellKey(cell))) continue;
    const key = `${String(right)} ${rack}`;
    const place = byPlace.get(key) ?? { right, rack, apps: [] };
    place.apps.push(app);
    byPlace.set(key, place);
  }
  const byApps = new Map<
    string,
    { readonly right: number; readonly racks: RackName[]; readonly apps: readonly AppName[] }
  >();
  for (const { right, rack, apps } of byPlace.values()) {
    const key = `${String(right)} ${apps.join(" ")}`;
    const known = byApps.get(key) ?? { right, racks: [], apps };
    known.racks.push(rack);
    byApps.set(key, known);
  }
  return [...byApps.values()].flatMap(({ right, racks, apps }) =>
    differenceIn(kind, { right, racks, apps }, asker, side),
  );
}

function cellKey({ rack, app, right }: Cell): string {
  return `${rightOf(right).resource} ${rack} ${app}`;
}

function differenceIn(
  kind: Difference["kind"],
  {
    right,
    racks,
    apps,
  }: { readonly right: number; readonly racks: readonly RackName[]; readonly apps: readonly AppName[] },
  asker: Asker,
  { access, at }: MatrixSide,
): readonly Difference[] {
  const { action, resource } = rightOf(right);
  const [rack = null] = racks;
  const [name = null] = apps;
  const { held } = decide(access, asker, { action, resource, name, rack }, at);
  if (held === null) return [];
  const names = { kind: "names", names: apps } as const;
  return [{ kind, action, right: { resource, names, racks: { kind: "names", names: racks } }, held, until: null }];
}
