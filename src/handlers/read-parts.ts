// A tree of git, folder by folder, through what is in memory already: a folder whose id is known is never opened, so that the cost
// of a tree is that of what differs from the trees in use.
import type { RepoParts } from "../manifest/join-repo.ts";
import { joinRack, loadRackOwn, type RackOwnPart, type RackPart } from "../manifest/load-rack.ts";
import { loadTop, type TopOptions, type TopPart } from "../manifest/load-top.ts";
import { isSignalboxPath } from "../manifest/repo-paths.ts";
import { createAlive, createUsedCache } from "./alive.ts";
import { sideBySide } from "./side-by-side.ts";
import { createValuePacker } from "./packed-values.ts";
import { loadOnThreads } from "./load-apps.ts";
import { isFolder, openFolder, readBelow, type PlacedEntry, type TreeGit } from "./open-folders.ts";
import type { AppWorkers, ByteStore, GiveWay } from "./ports.ts";
import { createAppsReader, type AppsReaderOptions, type Reading } from "./read-apps.ts";
import { createPartStore, NO_STORE, type PartStore, type RackParts } from "./stored-parts.ts";

export interface PartsOptions extends TopOptions, AppsReaderOptions {
  /** What other processes have read. */
  readonly store: PartStore;
  /** Keeps for later processes what was read, and ends the threads. */
  close(): Promise<void>;
}

export interface PartsMeans {
  /** null: nothing is kept from process to process. */
  readonly bytes: ByteStore | null;
  /** null: all is read on this thread. */
  readonly workers: AppWorkers | null;
  /** Left out: nobody else waits. */
  readonly giveWay?: GiveWay;
}

export function partsOptions(
  predefinedRoles: TopOptions["predefinedRoles"],
  { bytes, workers, giveWay = goOn }: PartsMeans,
): PartsOptions {
  const packer = createValuePacker();
  const store = bytes === null ? NO_STORE : createPartStore(bytes, packer);
  return {
    predefinedRoles,
    cache: createUsedCache(packer.keep),
    store,
    giveWay,
    loadMany: workers === null ? null : loadOnThreads(workers, packer),
    close: async () => {
      await store.close();
      await workers?.close();
    },
  };
}

function goOn(): Promise<void> {
  return Promise.resolve();
}

/** A few at a time: what is read and not yet parsed stays small. */
const RACKS_AT_ONCE = 4;

/** @param tree id of a tree */
export type PartsReader = (tree: string) => Promise<RepoParts>;

export function createPartsReader(git: TreeGit, options: PartsOptions): PartsReader {
  const tops = createAlive<TopPart>();
  const racks = createAlive<RackPart>();
  /** By their names alone. */
  const latest = createAlive<RackPart>();
  const owns = createAlive<RackOwnPart>();
  const readApps = createAppsReader(git, options);

  const readTop = async (entries: readonly PlacedEntry[], reading: Reading): Promise<TopPart> => {
    const id = idOf(entries);
    const known = tops.get(id);
    if (known !== undefined) return known;
    const key = JSON.stringify([id, options.predefinedRoles]);
    const recalled = await options.store.recallTop(key);
    if (recalled !== null) return tops.put(id, recalled);
    const files = await readBelow(git, entries, reading);
    const top = tops.put(id, loadTop({ id, files }, options));
    await options.store.keepTop(key, top);
    return top;
  };

  /** What is known is taken, what is not is read. */
  const readFolders = async (
    rack: PlacedEntry,
    kept: RackParts | null,
    reading: Reading,
  ): Promise<Pick<RackParts, "own" | "apps">> => {
    const { own, folders } = await openRack(git, rack, reading);
    const { apps, fresh } = await readApps({
      ...{ rack: rack.name, folders, reading },
      before: latest.get(rack.name)?.apps,
      kept: kept === null ? undefined : new Map(kept.apps.map((part) => [part.app, part])),
    });
    const knownOwn = owns.get(own.id) ?? (kept?.own.id === own.id ? kept.own : undefined);
    const ownPart =
      knownOwn ?? loadRackOwn({ ...own, files: await readBelow(git, own.entries, reading) }, options.cache);
    const parts: RackParts = { tree: rack.id, own: owns.put(own.id, ownPart), apps };
    await options.store.keepRack(parts, fresh + (knownOwn === undefined ? 1 : 0));
    return parts;
  };

  const readRack = async (rack: PlacedEntry, reading: Reading): Promise<RackPart> => {
    const kept = await options.store.recallRack(rack.name);
    const { own, apps } = kept?.tree === rack.id ? kept : await readFolders(rack, kept, reading);
    return racks.put(keyOf(rack), latest.put(rack.name, joinRack(own, apps)));
  };

  /** Nearly all racks are known in a process that has read any tree. */
  const readRacks = async (folders: readonly PlacedEntry[], reading: Reading): Promise<readonly RackPart[]> => {
    const known = folders.map((rack) => ({ rack, part: racks.get(keyOf(rack)) }));
    const missing = known.flatMap(({ rack, part }) => (part === undefined ? [rack] : []));
    const read = await sideBySide(missing, { atOnce: RACKS_AT_ONCE }, (rack) => readRack(rack, reading));
    return [...known.flatMap(({ part }) => part ?? []), ...read];
  };

  return async (tree) => {
    const reading: Reading = { entries: 0, apps: 0 };
    const root = { ...NOWHERE, id: tree };
    const entries = (await openFolder(git, root, reading)).filter(({ name }) => isSignalboxPath(name));
    const folder = entries.find((entry) => entry.name === "racks" && isFolder(entry));
    const inRacks = folder === undefined ? [] : await openFolder(git, folder, reading);
    const others = [...entries.filter((entry) => entry !== folder), ...inRacks.filter((entry) => !isFolder(entry))];
    const top = await readTop(others, reading);
    const parts = await readRacks(inRacks.filter(isFolder), reading);
    return { top, racks: new Map(parts.map((part) => [part.own.name, part])) };
  };
}

function keyOf({ name, id }: PlacedEntry): string {
  return `${name} ${id}`;
}

/** What of a rack's folder is no app's. */
interface OwnFolder {
  readonly rack: string;
  readonly id: string;
  readonly entries: readonly PlacedEntry[];
}

async function openRack(
  git: TreeGit,
  rack: PlacedEntry,
  reading: Reading,
): Promise<{ readonly own: OwnFolder; readonly folders: readonly PlacedEntry[] }> {
  const entries = await openFolder(git, rack, reading);
  const folder = entries.find((entry) => entry.name === "apps" && isFolder(entry));
  const inApps = folder === undefined ? [] : await openFolder(git, folder, reading);
  const others = [...entries.filter((entry) => entry !== folder), ...inApps.filter((entry) => !isFolder(entry))];
  const own = { rack: rack.name, id: `${rack.name}\n${idOf(others)}`, entries: others };
  return { own, folders: inApps.filter(isFolder) };
}

const NOWHERE: PlacedEntry = { path: "", name: "", mode: "40000", id: "" };

function idOf(entries: readonly PlacedEntry[]): string {
  return entries.map(({ path, mode, id }) => `${path} ${mode} ${id}`).join("\n");
}
