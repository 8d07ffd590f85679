// What a schema leaves of a file that has mistakes, so that the rules beyond the schema speak of the rest in the same pass.
import { nodeAt, nodeOf, type Json, type MapEntry, type Step, type YamlNode } from "./yaml-tree.ts";

export type Path = readonly Step[];

/** Something that the schema refuses. Of a key that is missing or not known, the path ends in it. */
export interface SchemaFault {
  readonly kind: "value" | "unknown" | "missing";
  readonly path: Path;
  /** Of a key that is not known, which one is meant, where that is not there: nothing is to be said of that one. */
  readonly meant?: Path | undefined;
}

/** A tree that the schema takes. */
export interface Sound<N extends YamlNode, J> {
  readonly root: N;
  readonly json: J;
  /** Nothing is to be said of these places: what stands there, if anything, was put there. */
  readonly holes: Holes;
}

export interface Holes {
  /** Is it, and all that is in it, as it was written? */
  isWhole(path: Path): boolean;
}

export const NO_HOLES: Holes = { isWhole: () => true };

export interface Mending<N extends YamlNode, J> {
  check(root: N): { readonly value: J | null; readonly faults: readonly SchemaFault[] };
  /** What is left out with it, at the least. */
  partsOf(path: Path, root: YamlNode): readonly Path[];
  /**
   * A value for a key that must be there, and for an item of a list, so that the others keep their places; undefined: none is known.
   * null: what holds the key, and the item, are left out.
   */
  readonly standIn: ((path: Path) => Json | undefined) | null;
}

/** Each mends what the one before could not. */
const ROUNDS = 10;

/** The tree with as little changed as the schema asks for. null where the mistake is the whole's own. */
export function soundParts<N extends YamlNode, J>(
  root: N,
  faults: readonly SchemaFault[],
  mending: Mending<N, J>,
): Sound<N, J> | null {
  const holes: Branch = newBranch();
  let tree = root;
  let left = faults;
  for (let round = 0; round < ROUNDS && left.length > 0; round += 1) {
    const around = { root: tree, holes, mending };
    const changes = left.flatMap((fault) => changesFor(fault, around));
    if (changes.includes(null)) return null;
    for (const { meant } of left) if (meant !== undefined) add(holes, { path: meant, put: undefined });
    const made = newBranch();
    for (const change of changes) {
      if (change === null) continue;
      add(made, change);
      add(holes, change);
    }
    tree = changed(tree, made);
    const { value, faults: still } = mending.check(tree);
    if (value !== null) return { root: tree, json: value, holes: { isWhole: (path) => isWhole(holes, path) } };
    left = still;
  }
  return null;
}

interface Change {
  readonly path: Path;
  /** undefined: left out. */
  readonly put: Json | undefined;
}

interface Around {
  readonly root: YamlNode;
  readonly holes: Branch;
  readonly mending: Pick<Mending<YamlNode, unknown>, "partsOf" | "standIn">;
}

/** null: nothing short of the whole would do. */
function changesFor({ kind, path }: SchemaFault, around: Around): readonly (Change | null)[] {
  if (kind === "missing") return put(path, around);
  // Where a stand-in does not do, what holds it is at fault.
  const hole = kind === "value" ? holeOver(around.holes, path) : null;
  return leaveOut(hole === null ? path : hole.slice(0, -1), around);
}

function put(path: Path, around: Around): readonly (Change | null)[] {
  const value = around.mending.standIn?.(path);
  return value === undefined ? leaveOut(path.slice(0, -1), around) : [{ path, put: value }];
}

function leaveOut(path: Path, around: Around): readonly (Change | null)[] {
  const { root, mending } = around;
  if (path.length === 0) return [null];
  if (mending.standIn !== null && nodeAt(root, path.slice(0, -1))?.kind === "list") return put(path, around);
  return mending.partsOf(path, root).map((part) => (part.length === 0 ? null : { path: part, put: undefined }));
}

/** Changes by their paths, step by step. */
interface Branch {
  change: Change | null;
  readonly below: Map<string, Branch>;
}

function newBranch(): Branch {
  return { change: null, below: new Map() };
}

function add(root: Branch, change: Change): void {
  let branch = root;
  for (const step of change.path) {
    const next = branch.below.get(String(step)) ?? newBranch();
    branch.below.set(String(step), next);
    branch = next;
  }
  branch.change = change;
}

/** The shortest path that leads to this one and is a change. */
function holeOver(holes: Branch, path: Path): Path | null {
  let branch: Branch | undefined = holes;
  for (const [index, step] of path.entries()) {
    branch = branch.below.get(String(step));
    if (branch === undefined) return null;
    if (branch.change !== null) return path.slice(0, index + 1);
  }
  return null;
}

function isWhole(holes: Branch, path: Path): boolean {
  let branch: Branch | undefined = holes;
  for (const step of path) {
    branch = branch.below.get(String(step));
    if (branch === undefined) return true;
    if (branch.change !== null) return false;
  }
  return branch.below.size === 0;
}

function changed<N extends YamlNode>(node: N, { below }: Branch): N {
  if (node.kind === "scalar" || below.size === 0) return node;
  const within = <V extends YamlNode>(value: V, { change, below: deeper }: Branch): readonly V[] => {
    if (change === null) return [changed(value, { change, below: deeper })];
    return change.put === undefined ? [] : [nodeOf(change.put, value.offset) as V]; // only of trees that take any node
  };
  if (node.kind === "list") {
    const items = node.items.flatMap((item, index) => {
      const branch = below.get(String(index));
      return branch === undefined ? [item] : within(item, branch);
    });
    return { ...node, items };
  }
  const entries = node.entries.flatMap((entry) => {
    const branch = below.get(entry.key);
    return branch === undefined ? [entry] : within(entry.value, branch).map((value) => ({ ...entry, value }));
  });
  return { ...node, entries: [...entries, ...missing(node, below)] };
}

function missing(node: YamlNode & { readonly kind: "map" }, below: Branch["below"]): readonly MapEntry[] {
  const known = new Set(node.entries.map(({ key }) => key));
  return [...below].flatMap(([key, { change }]) =>
    known.has(key) || change?.put === undefined
      ? []
      : [{ key, keyOffset: node.offset, value: nodeOf(change.put, node.offset) }],
  );
}
