// Signalbox's files of a tree, from git objects alone. What was read once is kept by object id, so that the next commit costs
// only what changed in it.
import { LRUCache } from "lru-cache";
import { StalledError } from "../errors.ts";
import type { RepoFile, RepoTree } from "../manifest/types.ts";
import type { TreeEntry } from "../handlers/ports.ts";
import type { GitObjects } from "./git-objects.ts";
import { FOLDER } from "./git-tree-object.ts";

export const LARGEST_TEXT_BYTES = 1024 * 1024;
const LARGEST_TREE_BYTES = 16 * 1024 * 1024;
const MOST_ENTRIES = 500_000;
const KEPT_ROOTS = 64;
const MOST_MADE_ENTRIES = 200_000;

export interface GitTreeOptions {
  /** Which paths are Signalbox's. */
  readonly isOurs: (path: string) => boolean;
  /** Budget for what is kept of trees and blobs: what is made of them is kept elsewhere. Default 16 MiB. */
  readonly cacheBytes?: number;
}

interface Blob {
  readonly size: number;
  readonly text: string | null;
}

export interface TreeReader {
  /** The same tree id gives the same value, as long as it is kept. */
  readTree(tree: string, only?: ReadonlySet<string>): Promise<RepoTree>;
  /** One level of a tree. */
  readFolder(tree: string): Promise<readonly TreeEntry[]>;
  readFile(entry: TreeEntry & { readonly path: string }): Promise<RepoFile>;
  /** Keeps a folder that git does not have, for a while. */
  keepMade(tree: string, entries: readonly TreeEntry[]): void;
}

export function createTreeReader(objects: GitObjects, options: GitTreeOptions): TreeReader {
  // A budget of 0 would be none at all; 1 keeps nothing.
  const budget = Math.max(1, options.cacheBytes ?? 16 * 1024 * 1024);
  const trees = new LRUCache<string, readonly TreeEntry[]>({ maxSize: Math.ceil(budget / 2) });
  const blobs = new LRUCache<string, Blob>({ maxSize: Math.ceil(budget / 2) });
  const roots = new LRUCache<string, RepoTree>({ max: KEPT_ROOTS });

  const made = new LRUCache<string, readonly TreeEntry[]>({ maxSize: MOST_MADE_ENTRIES });
  const reading = new Map<string, Promise<readonly TreeEntry[]>>();

  const openFolder = async (id: string): Promise<readonly TreeEntry[]> => {
    const header = await objects.header(id);
    if (header !== null && header.size > LARGEST_TREE_BYTES) throw tooLarge(`the folder ${id} lists too many files`);
    const found = await objects.content(id);
    if (found?.type !== "tree") throw new StalledError(`the git mirror lacks the tree ${id}`);
    const entries = parseTree(found.bytes);
    trees.set(id, entries, { size: 1 + found.bytes.length * 4 });
    return entries;
  };

  const readFolder = async (id: string): Promise<readonly TreeEntry[]> => {
    const kept = made.get(id) ?? trees.get(id) ?? reading.get(id);
    if (kept !== undefined) return kept;
    // The same folder may stand in many places: whoever comes while it is read waits for that.
    const opened = openFolder(id).finally(() => reading.delete(id));
    reading.set(id, opened);
    return opened;
  };

  const readBlob = async (id: string): Promise<Blob> => {
    const kept = blobs.get(id);
    if (kept !== undefined) return kept;
    const header = await objects.header(id);
    if (header?.type !== "blob") throw new StalledError(`the git mirror lacks the blob ${id}`);
    const found = header.size > LARGEST_TEXT_BYTES ? null : await objects.content(id);
    const blob = { size: header.size, text: found === null ? null : decodeText(found.bytes) };
    blobs.set(id, blob, { size: 100 + 2 * (blob.text?.length ?? 0) });
    return blob;
  };

  const readFile: TreeReader["readFile"] = async ({ path, mode, id }) => {
    if (mode === "160000") return { path, mode, blob: id, text: null, size: 0 };
    const blob = await readBlob(id);
    // The "text" of a symlink is where it points to: nobody may take it for the file's content.
    return { path, mode, blob: id, text: mode === "120000" ? null : blob.text, size: blob.size };
  };

  const readTree: TreeReader["readTree"] = async (tree, only) => {
    const kept = only === undefined ? roots.get(tree) : undefined;
    if (kept !== undefined) return kept;
    const all = { isOurs: options.isOurs, mayHold: () => true };
    const ours = await listOurs(tree, readFolder, only === undefined ? all : wayTo(only));
    const files = await Promise.all(ours.map(([path, entry]) => readFile({ ...entry, path })));
    const read: RepoTree = new Map(files.map((file) => [file.path, file]));
    if (only === undefined) roots.set(tree, read);
    return read;
  };

  return {
    readTree,
    readFolder,
    readFile,
    keepMade: (tree, entries) => void made.set(tree, entries, { size: 1 + entries.length }),
  };
}

interface Wanted {
  readonly isOurs: (path: string) => boolean;
  /** Asked of folders, with a `/` at their end. */
  readonly mayHold: (folder: string) => boolean;
}

/** Opens no folder but those on the way to a path of `only`. */
function wayTo(only: ReadonlySet<string>): Wanted {
  const folders = [...only].flatMap((path) =>
    Array.from(path.matchAll(/\//g), ({ index }) => path.slice(0, index + 1)),
  );
  const opened = new Set(folders);
  return { isOurs: (path) => only.has(path), mayHold: (folder) => opened.has(folder) };
}

/** Level by level and without recursion: neither depth nor width of a hostile tree costs more than its entries. */
async function listOurs(
  root: string,
  readEntries: (id: string) => Promise<readonly TreeEntry[]>,
  { isOurs, mayHold }: Wanted,
): Promise<readonly (readonly [string, TreeEntry])[]> {
  const ours: [string, TreeEntry][] = [];
  let level: { readonly prefix: string; readonly id: string }[] = [{ prefix: "", id: root }];
  let count = 0;
  while (level.length > 0) {
    const listed = await Promise.all(level.map(async ({ prefix, id }) => ({ prefix, entries: await readEntries(id) })));
    count += listed.reduce((sum, { entries }) => sum + entries.length, 0);
    if (count > MOST_ENTRIES) throw tooLarge(`it has more than ${String(MOST_ENTRIES)} entries`);
    const placed = listed.flatMap(({ prefix, entries }) =>
      entries.map((entry) => [prefix + entry.name, entry] as const),
    );
    level = placed
      .filter(([path, { mode }]) => mode === FOLDER && mayHold(`${path}/`))
      .map(([path, { id }]) => ({ prefix: `${path}/`, id }));
    for (const [path, entry] of placed) if (entry.mode !== FOLDER && isOurs(path)) ours.push([path, entry]);
  }
  return ours;
}

interface Pair {
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * Looks whether what differs between two trees has an end in sight, before git walks it: `merge-tree` follows a tree that holds itself
 * many times over until memory ends.
 * @throws StalledError where more differs than any config repo has
 */
export async function checkDifference(readFolder: TreeReader["readFolder"], from: string, to: string): Promise<void> {
  const entriesOf = async (id: string | null): Promise<readonly TreeEntry[]> => (id === null ? [] : readFolder(id));
  let count = 0;
  for (let level: readonly Pair[] = [{ from, to }]; level.length > 0;) {
    const below: Pair[] = [];
    for (const pair of level) {
      const [before, after] = [await entriesOf(pair.from), await entriesOf(pair.to)];
      count += before.length + after.length;
      if (count > MOST_ENTRIES) throw tooLarge(`it has more than ${String(MOST_ENTRIES)} entries`);
      below.push(...foldersThatDiffer(before, after));
    }
    level = below;
  }
}

function foldersThatDiffer(before: readonly TreeEntry[], after: readonly TreeEntry[]): readonly Pair[] {
  const folders = (entries: readonly TreeEntry[]): ReadonlyMap<string, string> =>
    new Map(entries.filter(({ mode }) => mode === FOLDER).map(({ name, id }) => [name, id]));
  const [old, now] = [folders(before), folders(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((name) => ({ from: old.get(name) ?? null, to: now.get(name) ?? null }))
    .filter((pair) => pair.from !== pair.to);
}

function tooLarge(what: string): StalledError {
  return new StalledError(`the config repo cannot be read: ${what}. Take generated files out of it.`);
}

/** `<mode> <name>\0<20 bytes of id>`, repeated. */
function parseTree(bytes: Buffer): readonly TreeEntry[] {
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(32, at);
    const end = bytes.indexOf(0, space);
    const mode = bytes.toString("latin1", at, space);
    const id = bytes.toString("hex", end + 1, end + 21);
    entries.push({ mode, name: decodeName(bytes.subarray(space + 1, end)), id });
    at = end + 21;
  }
  return entries;
}

/** Bytes that are no UTF-8 are written as `\xNN`, so that two different names stay different. */
function decodeName(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (!text.includes("\uFFFD") || Buffer.from(text, "utf8").equals(bytes)) return text;
  return Array.from(bytes, (byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`,
  ).join("");
}

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** null where the bytes are no UTF-8. A byte-order mark stays, for the reader of the file to judge. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return DECODER.decode(bytes);
  } catch {
    // The one thing that a fatal decoder throws: not UTF-8. That is a value here, which validation reports with its place.
    return null;
  }
}
