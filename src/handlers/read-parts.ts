// A tree of git, folder by folder, through what is in memory already: a folder whose id is known is never opened, so that the cost
// of a tree is that of what differs from the trees in use.
import type { RepoParts } from "../manifest/join-repo.ts";
import { joinRack, loadRackOwn, type RackOwnPart, type RackPart } from "../manifest/load-rack.ts";
import { loadApp, type AppPart } from "../manifest/load-app.ts";
import { loadTop, type TopOptions, type TopPart } from "../manifest/load-top.ts";
import type { RepoFile } from "../manifest/types.ts";
import { isSignalboxPath } from "../manifest/repo-paths.ts";
import { createAlive, createUsedCache } from "./alive.ts";
import { FOLDERS_AT_ONCE, sideBySide } from "./side-by-side.ts";
import { createValuePacker } from "./packed-values.ts";
import type { ByteStore, ConfigGit, TreeEntry } from "./ports.ts";
import { createPartStore, NO_STORE, type PartStore, type RackParts } from "./stored-parts.ts";
import { countEntries, type Opened } from "./tree-limit.ts";

export interface PartsOptions extends TopOptions {
  /** What other processes have read. */
  readonly store: PartStore;
}

/** @param bytes null: nothing is kept from process to process */
export function partsOptions(predefinedRoles: TopOptions["predefinedRoles"], bytes: ByteStore | null): PartsOptions {
  const packer = createValuePacker();
  const store = bytes === null ? NO_STORE : createPartStore(bytes, packer);
  return { predefinedRoles, cache: createUsedCache(packer.keep), store };
}

type TreeGit = Pick<ConfigGit, "readFolder" | "readFiles">;

/** A few at a time: what is read and not yet parsed stays small. */
const RACKS_AT_ONCE = 4;

/** @param tree id of a tree */
export type PartsReader = (tree: string) => Promise<RepoParts>;

export function createPartsReader(git: TreeGit, options: PartsOptions): PartsReader {
  const tops = createAlive<TopPart>();
  const racks = createAlive<RackPart>();
  const owns = createAlive<RackOwnPart>();
  const apps = createAlive<AppPart>();

  const readTop = async (entries: readonly PlacedEntry[], opened: Opened): Promise<TopPart> => {
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

  const readApp = async (rack: string, entry: PlacedEntry, opened: Opened): Promise<AppPart> =>
    loadApp({ rack, app: entry.name, id: entry.id, files: await readBelow(git, [entry], opened) }, options.cache);

  /** What is in memory, then what is kept; what is neither is read. */
  const readFolders = async (own: OwnFolder, folders: readonly PlacedEntry[], opened: Opened): Promise<RackParts> => {
    const kept = await options.store.recallRack(own.rack);
    const knownOwn = owns.get(own.id) ?? (kept?.ownKey === own.id ? kept.own : undefined);
    let fresh = knownOwn === undefined ? 1 : 0;
    const found = await Promise.all(
      folders.map(async (entry) => {
        const key = `${entry.path} ${entry.id}`;
        const known = apps.get(key) ?? kept?.apps.get(key);
        if (known === undefined) fresh += 1;
        return [key, apps.put(key, known ?? (await readApp(own.rack, entry, opened)))] as const;
      }),
    );
    const ownPart = owns.put(
      own.id,
      knownOwn ?? loadRackOwn({ ...own, files: await readBelow(git, own.entries, opened) }, options.cache),
    );
    const parts: RackParts = { ownKey: own.id, own: ownPart, apps: new Map(found) };
    await options.store.keepRack(own.rack, parts, fresh);
    return parts;
  };

  const readRack = async (rack: PlacedEntry, opened: Opened): Promise<RackPart> => {
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
    const opened: Opened = { entries: 0 };
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

/** An entry of a folder, with its whole path. */
interface PlacedEntry extends TreeEntry {
  readonly path: string;
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

async function readBelow(git: TreeGit, entries: readonly PlacedEntry[], opened: Opened): Promise<readonly RepoFile[]> {
  return git.readFiles(await listFiles(git, entries, opened));
}

/** Level by level and without recursion: neither depth nor width of a hostile tree costs more than its entries. */
async function listFiles(
  git: TreeGit,
  entries: readonly PlacedEntry[],
  opened: Opened,
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
