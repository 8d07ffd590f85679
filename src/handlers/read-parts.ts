// A tree of git, folder by folder, through what is in memory already: a folder whose id is known is never opened, so that the cost
// of a tree is that of what differs from the trees in use.
import type { RepoParts } from "../manifest/join-repo.ts";
import { joinRack, loadRackOwn, type RackOwnPart, type RackPart } from "../manifest/load-rack.ts";
import { loadApp, type AppPart, type AppSource } from "../manifest/load-app.ts";
import { loadTop, type TopOptions, type TopPart } from "../manifest/load-top.ts";
import type { RepoFile } from "../manifest/types.ts";
import { isSignalboxPath } from "../manifest/repo-paths.ts";
import { createAlive, createUsedCache } from "./alive.ts";
import { FOLDERS_AT_ONCE, sideBySide } from "./side-by-side.ts";
import { createValuePacker } from "./packed-values.ts";
import { loadOnThreads, type AppLoader } from "./load-apps.ts";
import type { AppWorkers, ByteStore, ConfigGit, TreeEntry } from "./ports.ts";
import { createPartStore, NO_STORE, type PartStore, type RackParts } from "./stored-parts.ts";
import { countEntries, type Opened } from "./tree-limit.ts";

export interface PartsOptions extends TopOptions {
  /** What other processes have read. */
  readonly store: PartStore;
  /** For many apps at once; null: there are no threads but this. */
  readonly loadMany: AppLoader | null;
  /** Keeps for later processes what was read, and ends the threads. */
  close(): Promise<void>;
}

/** With null nothing is kept from process to process, and all is read on this thread. */
export interface PartsMeans {
  readonly bytes: ByteStore | null;
  readonly workers: AppWorkers | null;
}

export function partsOptions(
  predefinedRoles: TopOptions["predefinedRoles"],
  { bytes, workers }: PartsMeans,
): PartsOptions {
  const packer = createValuePacker();
  const store = bytes === null ? NO_STORE : createPartStore(bytes, packer);
  return {
    predefinedRoles,
    cache: createUsedCache(packer.keep),
    store,
    loadMany: workers === null ? null : loadOnThreads(workers, packer),
    close: async () => {
      await store.close();
      await workers?.close();
    },
  };
}

type TreeGit = Pick<ConfigGit, "readFolder" | "readFiles">;

/** A few at a time: what is read and not yet parsed stays small. */
const RACKS_AT_ONCE = 4;

interface Reading extends Opened {
  /** That had to be read so far. */
  apps: number;
}

/** So many apps of one reading are read on this thread: fewer than these are done before another thread has started. */
const APPS_HERE = 200;

/** @param tree id of a tree */
export type PartsReader = (tree: string) => Promise<RepoParts>;

export function createPartsReader(git: TreeGit, options: PartsOptions): PartsReader {
  const tops = createAlive<TopPart>();
  const racks = createAlive<RackPart>();
  const owns = createAlive<RackOwnPart>();
  const apps = createAlive<AppPart>();

  const readTop = async (entries: readonly PlacedEntry[], opened: Reading): Promise<TopPart> => {
    const id = idOf(entries);
    const known = tops.get(id);
    if (known !== undefined) return known;
    const key = JSON.stringify([id, options.predefinedRoles]);
    const recalled = await options.store.recallTop(key);
    if (recalled !== null) return tops.put(id, recalled);
    const files = await readBelow(git, entries, opened);
    const top = tops.put(id, loadTop({ id, files }, options));
    await options.store.keepTop(key, top);
    return top;
  };

  /** What is in memory, then what is kept; what is neither is read. */
  const readFolders = async (own: OwnFolder, folders: readonly PlacedEntry[], opened: Reading): Promise<RackParts> => {
    const kept = await options.store.recallRack(own.rack);
    const knownOwn = owns.get(own.id) ?? (kept?.ownKey === own.id ? kept.own : undefined);
    const known = folders.flatMap((entry) => apps.get(keyOf(entry)) ?? kept?.apps.get(keyOf(entry)) ?? []);
    const knownKeys = new Set(known.map(keyOfApp));
    const missing = folders.filter((entry) => !knownKeys.has(keyOf(entry)));
    const read = await readApps(git, options, { rack: own.rack, entries: missing, opened });
    const ownPart = owns.put(
      own.id,
      knownOwn ?? loadRackOwn({ ...own, files: await readBelow(git, own.entries, opened) }, options.cache),
    );
    const parts: RackParts = {
      ownKey: own.id,
      own: ownPart,
      apps: new Map([...known, ...read].map((part) => [keyOfApp(part), apps.put(keyOfApp(part), part)])),
    };
    await options.store.keepRack(own.rack, parts, missing.length + (knownOwn === undefined ? 1 : 0));
    return parts;
  };

  const readRack = async (rack: PlacedEntry, opened: Reading): Promise<RackPart> => {
    const key = `${rack.name} ${rack.id}`;
    const known = racks.get(key);
    if (known !== undefined) return known;
    const entries = await openFolder(git, rack, opened);
    const folder = entries.find((entry) => entry.name === "apps" && isFolder(entry));
    const inApps = folder === undefined ? [] : await openFolder(git, folder, opened);
    const others = [...entries.filter((entry) => entry !== folder), ...inApps.filter((entry) => !isFolder(entry))];
    const own: OwnFolder = { rack: rack.name, id: `${rack.name}\n${idOf(others)}`, entries: others };
    const parts = await readFolders(own, inApps.filter(isFolder), opened);
    return racks.put(key, joinRack(parts.own, parts.apps.values()));
  };

  return async (tree) => {
    const opened: Reading = { entries: 0, apps: 0 };
    const root = { ...NOWHERE, id: tree };
    const entries = (await openFolder(git, root, opened)).filter(({ name }) => isSignalboxPath(name));
    const folder = entries.find((entry) => entry.name === "racks" && isFolder(entry));
    const inRacks = folder === undefined ? [] : await openFolder(git, folder, opened);
    const others = [...entries.filter((entry) => entry !== folder), ...inRacks.filter((entry) => !isFolder(entry))];
    const top = await readTop(others, opened);
    const parts = await sideBySide(inRacks.filter(isFolder), { atOnce: RACKS_AT_ONCE }, (rack) =>
      readRack(rack, opened),
    );
    return { top, racks: new Map(parts.map((part) => [part.own.name, part])) };
  };
}

interface AppsToRead {
  readonly rack: string;
  readonly entries: readonly PlacedEntry[];
  readonly opened: Reading;
}

async function readApps(
  git: TreeGit,
  { cache, loadMany }: PartsOptions,
  { rack, entries, opened }: AppsToRead,
): Promise<readonly AppPart[]> {
  const open = async (entry: PlacedEntry): Promise<AppSource> => ({
    ...{ rack, app: entry.name, id: entry.id },
    files: await readBelow(git, [entry], opened),
  });
  opened.apps += entries.length;
  if (loadMany !== null && opened.apps > APPS_HERE) return loadMany(await Promise.all(entries.map(open)));
  return Promise.all(entries.map(async (entry) => loadApp(await open(entry), cache)));
}

/** An entry of a folder, with its whole path. */
interface PlacedEntry extends TreeEntry {
  readonly path: string;
}

function keyOf({ path, id }: PlacedEntry): string {
  return `${path} ${id}`;
}

function keyOfApp({ rack, app, id }: AppPart): string {
  return `racks/${rack}/apps/${app} ${id}`;
}

/** What of a rack's folder is no app's. */
interface OwnFolder {
  readonly rack: string;
  readonly id: string;
  readonly entries: readonly PlacedEntry[];
}

const NOWHERE: PlacedEntry = { path: "", name: "", mode: "40000", id: "" };

function isFolder({ mode }: TreeEntry): boolean {
  return mode === "40000";
}

async function openFolder(git: TreeGit, folder: PlacedEntry, opened: Opened): Promise<readonly PlacedEntry[]> {
  const entries = await git.readFolder(folder.id);
  countEntries(opened, entries.length);
  const prefix = folder.path === "" ? "" : `${folder.path}/`;
  return entries.map((entry) => ({ ...entry, path: prefix + entry.name }));
}

async function readBelow(git: TreeGit, entries: readonly PlacedEntry[], opened: Reading): Promise<readonly RepoFile[]> {
  return git.readFiles(await listFiles(git, entries, opened));
}

/** Level by level and without recursion: neither depth nor width of a hostile tree costs more than its entries. */
async function listFiles(
  git: TreeGit,
  entries: readonly PlacedEntry[],
  opened: Reading,
): Promise<readonly PlacedEntry[]> {
  const files: PlacedEntry[] = [];
  for (let level = entries; level.length > 0;) {
    for (const entry of level) if (!isFolder(entry)) files.push(entry);
    level = (
      await sideBySide(level.filter(isFolder), { atOnce: FOLDERS_AT_ONCE }, (folder) => openFolder(git, folder, opened))
    ).flat();
  }
  return files;
}

function idOf(entries: readonly PlacedEntry[]): string {
  return entries.map(({ path, mode, id }) => `${path} ${mode} ${id}`).join("\n");
}
