// A config repo as it lies on disk, seen as the tree that git would make of it. Symlinks are reported, never followed. What a file
// holds is known without opening it where it stands as it stood when it was hashed, as git's index knows it.
import { lstatSync, readdirSync, readFileSync, readlinkSync, type BigIntStats } from "node:fs";
import { join } from "node:path";
import { StalledError } from "../errors.ts";
import type { ByteStore, ConfigGit, TreeEntry } from "../handlers/ports.ts";
import type { RepoFile, RepoTree } from "../manifest/types.ts";
import { FOLDER, objectId, writtenTree } from "./git-tree-object.ts";
import { LARGEST_TEXT_BYTES, decodeText } from "./git-trees.ts";

export interface WorkTree extends Pick<ConfigGit, "treeOf" | "readFolder" | "readFiles"> {
  /** Looks at the folder as it lies there now, and into no other folder in it than Signalbox's. @returns the id of its tree; null: nothing in it is ours */
  scan(): Promise<string | null>;
  /** Of the last scan. */
  paths(): ReadonlySet<string>;
  /** As the last scan found them, without those that are not there or have changed since. */
  filesAt(paths: Iterable<string>): RepoTree;
}

export interface WorkTreeOptions {
  /** Asked of files, and of folders with a `/` at their end. */
  readonly isOurs: (path: string) => boolean;
  /** null: every process opens every file. */
  readonly bytes: ByteStore | null;
  /** Milliseconds, as the times of files. */
  readonly now: () => number;
}

interface Hashed {
  /** What changes with every write. */
  readonly stamp: string;
  readonly blob: string;
}

type PlacedEntry = TreeEntry & { readonly path: string };

/** A file that changed later than this before the scan may change again without another stamp. */
const UNSETTLED_MS = 2_000;

export function openWorkTree(folder: string, { isOurs, bytes, now }: WorkTreeOptions): WorkTree {
  let known: ReadonlyMap<string, Hashed> | null = null;
  let hashed = new Map<string, Hashed>();
  const scanned = new Map<string, Omit<TreeEntry, "name">>();
  const trees = new Map<string, readonly TreeEntry[]>();
  /** Opened by the last scan, and not read since. */
  const opened = new Map<string, RepoFile>();

  const scanFile = (path: string, settledAt: number): Omit<TreeEntry, "name"> => {
    const found = lstatSync(join(folder, path), { bigint: true });
    const stamp = [found.mtimeNs, found.ctimeNs, found.ino, found.size, found.mode].join(" ");
    const before = known?.get(path);
    if (before?.stamp === stamp) {
      hashed.set(path, before);
      return { mode: modeOf(found), id: before.blob };
    }
    const file = readEntry(folder, path, found);
    opened.set(path, file);
    if (found.ctimeMs < settledAt) hashed.set(path, { stamp, blob: file.blob });
    return { mode: file.mode, id: file.blob };
  };
  const scanFolder = (prefix: string, settledAt: number): string | null => {
    const entries: TreeEntry[] = [];
    for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
      const { name } = entry;
      const path = prefix + name;
      if (!entry.isDirectory()) {
        if (!isOurs(path)) continue;
        const found = scanFile(path, settledAt);
        scanned.set(path, found);
        entries.push({ name, ...found });
      } else if (isOurs(`${path}/`)) {
        const id = scanFolder(`${path}/`, settledAt);
        // Git has no empty folders.
        if (id !== null) entries.push({ name, mode: FOLDER, id });
      }
    }
    if (entries.length === 0) return null;
    const written = writtenTree(entries);
    trees.set(written.id, written.entries);
    return written.id;
  };
  return {
    scan: async () => {
      known ??= await recall(bytes, folder);
      hashed = new Map();
      scanned.clear();
      trees.clear();
      opened.clear();
      const tree = scanFolder("", now() - UNSETTLED_MS);
      const isNews = opened.size > 0 || hashed.size !== known.size;
      if (isNews) await bytes?.put(nameOf(folder), Buffer.from(JSON.stringify([...hashed])));
      known = hashed;
      return tree;
    },
    treeOf: (tree) => Promise.resolve(tree),
    readFolder: (id) => Promise.resolve(trees.get(id) ?? []),
    readFiles: (entries) =>
      new Promise((resolve) => {
        resolve(entries.map((entry) => readScanned(folder, entry, opened)));
      }),
    paths: () => new Set(scanned.keys()),
    filesAt: (paths) => {
      const files = Array.from(paths, (path) => [path, readNow(folder, path)] as const);
      return new Map(
        files.flatMap(([path, file]) => (file?.blob === scanned.get(path)?.id && file !== null ? [[path, file]] : [])),
      );
    },
  };
}

/** @throws StalledError where it is another than when it was scanned: its tree would have a false id */
function readScanned(folder: string, { path, id }: PlacedEntry, opened: Map<string, RepoFile>): RepoFile {
  const file = opened.get(path) ?? readNow(folder, path);
  opened.delete(path);
  if (file?.blob === id) return file;
  throw new StalledError(`${path} changed while it was being read; run this again`);
}

function nameOf(folder: string): string {
  return `work tree ${folder}`;
}

async function recall(bytes: ByteStore | null, folder: string): Promise<ReadonlyMap<string, Hashed>> {
  const found = (await bytes?.get(nameOf(folder))) ?? null;
  if (found === null) return new Map();
  return new Map(JSON.parse(Buffer.from(found).toString("utf8")) as [string, Hashed][]); // put there by `scan`
}

function modeOf(found: BigIntStats): string {
  if (!found.isFile()) return "120000";
  return (Number(found.mode) & 0o100) !== 0 ? "100755" : "100644";
}

/** null: it is not there. */
function readNow(folder: string, path: string): RepoFile | null {
  const found = lstatSync(join(folder, path), { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : readEntry(folder, path, found);
}

/** Of a file that is too large to be read, `blob` stands for its size. */
function readEntry(folder: string, path: string, found: BigIntStats): RepoFile {
  const file = join(folder, path);
  const mode = modeOf(found);
  const size = Number(found.size);
  if (mode === "120000" || size > LARGEST_TEXT_BYTES) {
    const standsFor = found.isSymbolicLink() ? readlinkSync(file) : String(size);
    return { path, mode, blob: objectId("blob", Buffer.from(standsFor)), text: null, size };
  }
  const bytes = readFileSync(file);
  return { path, mode, blob: objectId("blob", bytes), text: decodeText(bytes), size: bytes.length };
}
