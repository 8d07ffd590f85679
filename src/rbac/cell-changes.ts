// What somebody gains or loses of the apps there are that no right says as a whole: where a cap or a denial moves under a wider
// right, it is found app by app.
import { matchesSelector } from "../manifest/selector.ts";
import type { Action, AppName, RackName, Selector, Subject } from "../manifest/types.ts";
import {
  CELL_RIGHTS,
  accessMatrix,
  cellsOnlyIn,
  namesKey,
  withoutRow,
  type AccessMatrix,
  type AccessRow,
  type Cell,
  type Place,
  type Places,
} from "./access-matrix.ts";
import type { InForce } from "./bindings-in-force.ts";
import { holdOf, type Difference, type GivenRight, type RightMemory } from "./right-changes.ts";

interface Sides {
  readonly before: InForce;
  readonly after: InForce;
  readonly memory: RightMemory;
}

export interface CellSides extends Sides {
  readonly matrices: { readonly before: AccessMatrix; readonly after: AccessMatrix };
  readonly places: Places;
  /** Whose bindings differ. */
  readonly changed: ReadonlySet<Subject>;
  /** What some subjects together have on one side alone and certain rights do not say: by their names and those rights. */
  readonly untold: Map<string, Moved>;
  /** The cells of which a right speaks, and its number. */
  readonly spoken: Map<GivenRight, Spoken>;
}

/** null: nothing. */
interface Moved {
  readonly gain: AccessRow | null;
  readonly loss: AccessRow | null;
}

interface Spoken extends Record<Action, AccessRow> {
  readonly number: number;
}

export function cellSides(sides: Sides, places: Places, changed: ReadonlySet<Subject>): CellSides {
  const matrices = { before: accessMatrix(sides.before, places), after: accessMatrix(sides.after, places) };
  return { ...sides, matrices, places, changed, untold: new Map(), spoken: new Map() };
}

/**
 * @param names by which bindings know them
 * @param told what rights say already
 */
export function cellDifferences(
  names: readonly Subject[],
  told: readonly Difference[],
  sides: CellSides,
): readonly Difference[] {
  const own = names.filter((name) => sides.changed.has(name));
  const { gain, loss } = untoldOf(own, told, sides);
  if (gain === null && loss === null) return [];
  const rest = sides.matrices.before.rowOf(names.filter((name) => !own.includes(name)));
  const { places, memory } = sides;
  const cellsIn = (row: AccessRow | null): readonly Cell[] => (row === null ? [] : cellsOnlyIn(row, rest, places));
  return [
    ...differencesOf("gain", cellsIn(gain), { names, held: sides.after, memory }),
    ...differencesOf("loss", cellsIn(loss), { names, held: sides.before, memory }),
  ];
}

/** Of many people of a team the same is told, so the same is left. */
function untoldOf(own: readonly Subject[], told: readonly Difference[], sides: CellSides): Moved {
  const saying = told.map((one) => ({ kind: one.kind, action: one.action, spoken: spokenOf(one.right, sides) }));
  const rights = saying.map(({ kind, action, spoken }) => `${kind} ${action} ${String(spoken.number)}`);
  // No subject has a space.
  const key = [...own, ...rights].join(" ");
  const known = sides.untold.get(key);
  if (known !== undefined) return known;
  const { matrices } = sides;
  const [before, after] = [matrices.before.rowOf(own), matrices.after.rowOf(own)];
  const left = (kind: Difference["kind"], row: AccessRow): AccessRow | null => {
    const rows = saying.filter((one) => one.kind === kind).map(({ action, spoken }) => spoken[action]);
    const made = rows.reduce(withoutRow, row);
    return made.some((word) => word !== 0) ? made : null;
  };
  const made = { gain: left("gain", withoutRow(after, before)), loss: left("loss", withoutRow(before, after)) };
  sides.untold.set(key, made);
  return made;
}

function spokenOf(right: GivenRight, { places, spoken }: CellSides): Spoken {
  const known = spoken.get(right) ?? {
    read: cellsOf(right, "read", places),
    write: cellsOf(right, "write", places),
    number: spoken.size,
  };
  spoken.set(right, known);
  return known;
}

/** To write is to read as well. */
function cellsOf({ resource, names, racks }: GivenRight, action: Action, places: Places): AccessRow {
  const made = new Uint32Array(places.words);
  for (const place of places.racks) {
    if (racks !== null && !matchesSelector(racks, place.rack)) continue;
    const bits = appsNamed(names, place);
    CELL_RIGHTS.forEach((cell, right) => {
      const isOfType = resource === cell.resource || resource === "all";
      if (isOfType && (action === cell.action || action === "write")) {
        made.set(bits, place.offset + right * place.words);
      }
    });
  }
  return made;
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

interface Side {
  readonly names: readonly Subject[];
  readonly held: InForce;
  readonly memory: RightMemory;
}

interface CellSet {
  readonly right: number;
  readonly racks: RackName[];
  readonly apps: readonly AppName[];
}

/** One for each set of apps, with the racks on which it is that set; to write says that to read is told. */
function differencesOf(kind: Difference["kind"], cells: readonly Cell[], side: Side): readonly Difference[] {
  const byPlace = new Map<string, { readonly right: number; readonly rack: RackName; readonly apps: AppName[] }>();
  const writes = new Set(cells.filter(({ right }) => rightOf(right).action === "write").map(cellKey));
  for (const cell of cells) {
    const { rack, app, right } = cell;
    if (rightOf(right).action === "read" && writes.has(cellKey(cell))) continue;
    const key = namesKey([right, rack]);
    const place = byPlace.get(key) ?? { right, rack, apps: [] };
    place.apps.push(app);
    byPlace.set(key, place);
  }
  const byApps = new Map<string, CellSet>();
  for (const { right, rack, apps } of byPlace.values()) {
    const key = namesKey([right, ...apps]);
    const known = byApps.get(key) ?? { right, racks: [], apps };
    known.racks.push(rack);
    byApps.set(key, known);
  }
  return Array.from(byApps.values(), (set) => differenceIn(kind, set, side)).filter((one) => one !== null);
}

function cellKey({ rack, app, right }: Cell): string {
  return namesKey([rightOf(right).resource, rack, app]);
}

/** Through whoever gives the first of them. */
function differenceIn(
  kind: Difference["kind"],
  { right, racks, apps }: CellSet,
  { names, held, memory }: Side,
): Difference | null {
  const { action, resource } = rightOf(right);
  const [rack, app] = [racks.slice(0, 1), apps.slice(0, 1)];
  const first = { resource, names: { kind: "names", names: app }, racks: { kind: "names", names: rack } } as const;
  const hold = holdOf(first, names, held, memory);
  if (hold === null) return null;
  const all = { resource, names: { kind: "names", names: apps }, racks: { kind: "names", names: racks } } as const;
  return { kind, action, right: all, held: hold.held, until: null };
}
