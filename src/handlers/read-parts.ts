// A tree of git, folder by folder, through what is in memory already: a folder whose id is known is never opened, so that the cost
// of a tree is that of what differs from the trees in use.
import type { RepoParts } from "../manifest/join-repo.ts";
import { keepWhole } from "../manifest/kept.ts";
import { joinRack, loadRackOwn, type RackOwnPart, type RackPart } from "../manifest/load-rack.ts";
import { loadApp, type AppPart, type AppSource } from "../manifest/load-app.ts";
import { loadTop, type TopOptions, type TopPart } from "../manifest/load-top.ts";
import { isSignalboxPath } from "../manifest/repo-paths.ts";
import { createAlive, createUsedCache } from "./alive.ts";
import { FOLDERS_AT_ONCE, inTurns } from "./in-turns.ts";
import type { ConfigGit, TreeEntry } from "./ports.ts";
import { countEntries, type Opened } from "./tree-limit.ts";

export interface PartsOptions extends TopOptions {
  /** In this thread, or on workers: the same parts either way, in the order of the sources. */
  parseApps(sources: readonly AppSource[]): Promise<readonly AppPart[]>;
}

/** Parses in this thread, and keeps values as they are. */
export function inThread(predefinedRoles: TopOptions["predefinedRoles"]): PartsOptions {
  const cache = createUsedCache(keepWhole);
  return {
    predefinedRoles,
    cache,
    parseApps: (sources) => Promise.resolve(sources.map((source) => loadApp(source, cache))),
  };
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
    const files = await git.readFiles(await listFiles(git, entries, opened));
    return tops.put(id, loadTop({ id, files }, options));
  };

  const readOwn = async (rack: string, entries: readonly PlacedEntry[], opened: Opened): Promise<RackOwnPart> => {
    const id = `${rack}\n${idOf(entries)}`;
    const known = owns.get(id);
    if (known !== undefined) return known;
    const files = await git.readFiles(await listFiles(git, entries, opened));
    return owns.put(id, loadRackOwn({ rack, id, files }, options.cache));
  };

  const readApps = async (
    rack: string,
    entries: readonly PlacedEntry[],
    opened: Opened,
  ): Promise<readonly AppPart[]> => {
    const keyOf = ({ path, id }: PlacedEntry): string => `${path} ${id}`;
    const missing = entries.filter((entry) => apps.get(keyOf(entry)) === undefined);
    const sources = await Promise.all(
      missing.map(async (entry): Promise<AppSource> => {
        const files = await git.readFiles(await listFiles(git, [entry], opened));
        return { rack, app: entry.name, id: entry.id, files };
      }),
    );
    const parsed = sources.length === 0 ? [] : await options.parseApps(sources);
    const made = new Map(parsed.map((part, index) => [keyOf(missing[index] ?? NOWHERE), part]));
    return entries.flatMap((entry) => {
      const key = keyOf(entry);
      const part = made.get(key);
      return (part === undefined ? apps.get(key) : apps.put(key, part)) ?? [];
    });
  };

  const readRack = async (rack: PlacedEntry, opened: Opened): Promise<RackPart> => {
    const key = `${rack.name} ${rack.id}`;
    const known = racks.get(key);
    if (known !== undefined) return known;
    const entries = await openFolder(git, rack, opened);
    const folder = entries.find((entry) => entry.name === "apps" && isFolder(entry));
    const inApps = folder === undefined ? [] : await openFolder(git, folder, opened);
    const others = [...entries.filter((entry) => entry !== folder), ...inApps.filter((entry) => !isFolder(entry))];
    const own = await readOwn(rack.name, others, opened);
    return racks.put(key, joinRack(own, await readApps(rack.name, inApps.filter(isFolder), opened)));
  };

  return async (tree) => {
    const opened: Opened = { entries: 0 };
    const root = { ...NOWHERE, id: tree };
    const entries = (await openFolder(git, root, opened)).filter(({ name }) => isSignalboxPath(name));
    const folder = entries.find((entry) => entry.name === "racks" && isFolder(entry));
    const inRacks = folder === undefined ? [] : await openFolder(git, folder, opened);
    const others = [...entries.filter((entry) => entry !== folder), ...inRacks.filter((entry) => !isFolder(entry))];
    const top = await readTop(others, opened);
    const parts = await inTurns(inRacks.filter(isFolder), { atOnce: RACKS_AT_ONCE }, (rack) => readRack(rack, opened));
    return { top, racks: new Map(parts.map((part) => [part.own.name, part])) };
  };
}

/** An entry of a folder, with its whole path. */
interface PlacedEntry extends TreeEntry {
  readonly path: string;
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
      await inTurns(level.filter(isFolder), { atOnce: FOLDERS_AT_ONCE }, (folder) => openFolder(git, folder, opened))
    ).flat();
  }
  return files;
}

function idOf(entries: readonly PlacedEntry[]): string {
  return entries.map(({ path, mode, id }) => `${path} ${mode} ${id}`).join("\n");
}
