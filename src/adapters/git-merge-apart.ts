// Merges trees of which each path differs on one side alone and from which nothing is taken away, as most pull requests do: no file has
// to be merged, and nothing can have been renamed, so git would make the same tree. What is more than that, git merges.
import type { TreeEntry } from "../handlers/ports.ts";
import { FOLDER, writtenTree } from "./git-tree-object.ts";

export interface MergedApart {
  readonly tree: string;
  /** Folders that only this merge has, by their ids; git does not have them. */
  readonly made: ReadonlyMap<string, readonly TreeEntry[]>;
}

type ReadFolder = (tree: string) => Promise<readonly TreeEntry[]>;

interface Merging {
  readonly readFolder: ReadFolder;
  readonly made: Map<string, readonly TreeEntry[]>;
}

/** Ids of trees. null: git has to merge them. */
export async function mergeApart(
  readFolder: ReadFolder,
  { ancestor, base, head }: { readonly ancestor: string; readonly base: string; readonly head: string },
): Promise<MergedApart | null> {
  const merging: Merging = { readFolder, made: new Map() };
  const tree = await mergeFolder({ old: ancestor, ours: base, theirs: head }, merging);
  return tree === null ? null : { tree, made: merging.made };
}

/** A folder on both sides; `old` null: it was not there. */
interface Sides {
  readonly old: string | null;
  readonly ours: string;
  readonly theirs: string;
}

async function mergeFolder({ old, ours, theirs }: Sides, merging: Merging): Promise<string | null> {
  const [before, mine, other] = await Promise.all([old, ours, theirs].map((id) => entriesOf(id, merging)));
  if (before === undefined || mine === undefined || other === undefined) return null;
  const merged: TreeEntry[] = [];
  for (const name of new Set([...before.keys(), ...mine.keys(), ...other.keys()])) {
    const entry = await mergeEntry([before.get(name), mine.get(name), other.get(name)], merging);
    if (entry === null) return null;
    merged.push(entry);
  }
  const { id, entries } = writtenTree(merged);
  // Where one side changed nothing, git has it.
  if (id !== ours && id !== theirs) merging.made.set(id, entries);
  return id;
}

/** Before, and on both sides. */
type Entries = readonly [was: TreeEntry | undefined, own: TreeEntry | undefined, its: TreeEntry | undefined];

async function mergeEntry(entries: Entries, merging: Merging): Promise<TreeEntry | null> {
  const [was, own, its] = entries;
  const there = entries.filter((entry) => entry !== undefined);
  if (!there.every(isWritable)) return null;
  if (own !== undefined && isSame(own, its) && isSame(was, own)) return own;
  if (there.some(isLink)) return null;
  // What is taken away may be the other half of a rename.
  if (own === undefined || its === undefined) return was === undefined ? (there[0] ?? null) : null;
  if (there.every(isFolder)) {
    const id = await mergeFolder({ old: was?.id ?? null, ours: own.id, theirs: its.id }, merging);
    return id === null ? null : { ...own, id };
  }
  return there.some(isFolder) ? null : mergeFile(was, own, its);
}

function mergeFile(was: TreeEntry | undefined, own: TreeEntry, its: TreeEntry): TreeEntry | null {
  if (isSame(own, its) || isSame(was, its)) return own;
  return isSame(was, own) ? its : null;
}

function isSame(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  return a?.id === b?.id && a?.mode === b?.mode;
}

function isFolder({ mode }: TreeEntry): boolean {
  return mode === FOLDER;
}

const MODES: readonly string[] = [FOLDER, "100644", "100755", "120000", "160000"];

/** Can be written again as it was read. */
function isWritable({ mode, name }: TreeEntry): boolean {
  return MODES.includes(mode) && !/[\\\uFFFD]/.test(name);
}

/** A symlink or a submodule. */
function isLink({ mode }: TreeEntry): boolean {
  return mode === "120000" || mode === "160000";
}

async function entriesOf(id: string | null, { readFolder }: Merging): Promise<ReadonlyMap<string, TreeEntry>> {
  return new Map(id === null ? [] : (await readFolder(id)).map((entry) => [entry.name, entry]));
}
