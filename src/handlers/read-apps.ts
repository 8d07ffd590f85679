// The apps of one rack: those that are known by their ids, and those that have to be read.
import { loadApp, recallFiles, type AppPart, type AppSource } from "../manifest/load-app.ts";
import type { ParseCache } from "../manifest/kept.ts";
import { createAlive } from "./alive.ts";
import type { AppLoader } from "./load-apps.ts";
import { readBelow, type PlacedEntry, type TreeGit } from "./open-folders.ts";
import type { GiveWay } from "./ports.ts";
import type { Opened } from "./tree-limit.ts";

/** What one reading has looked at so far. */
export interface Reading extends Opened {
  /** That had to be read. */
  apps: number;
}

/** By their names. */
export type AppsByName = ReadonlyMap<string, AppPart>;

export interface AppsToRead {
  readonly rack: string;
  readonly folders: readonly PlacedEntry[];
  /** As the rack stood when it was read last. */
  readonly before: AppsByName | undefined;
  /** As another process kept it. */
  readonly kept: AppsByName | undefined;
  readonly reading: Reading;
}

export interface ReadApps {
  readonly apps: readonly AppPart[];
  /** How many of them were read anew. */
  readonly fresh: number;
}

export interface AppsReaderOptions {
  readonly cache: ParseCache;
  /** For many apps at once; null: there are no threads but this. */
  readonly loadMany: AppLoader | null;
  readonly giveWay: GiveWay;
}

/** So many apps of one reading are read on this thread: fewer than these are done before another thread has started. */
const APPS_HERE = 200;

export function createAppsReader(
  git: TreeGit,
  { cache, loadMany, giveWay }: AppsReaderOptions,
): (wanted: AppsToRead) => Promise<ReadApps> {
  const alive = createAlive<AppPart>();

  const knownApp = (entry: PlacedEntry, { before, kept }: AppsToRead): AppPart | undefined => {
    const asBefore = before?.get(entry.name);
    if (asBefore?.id === entry.id) return asBefore;
    const known = alive.get(keyOf(entry.path, entry.id));
    if (known !== undefined) return known;
    const asKept = kept?.get(entry.name);
    return asKept?.id === entry.id ? alive.put(keyOf(entry.path, entry.id), asKept) : undefined;
  };

  const readNew = async (
    entries: readonly PlacedEntry[],
    { rack, reading, before, kept }: AppsToRead,
  ): Promise<readonly AppPart[]> => {
    const open = async (entry: PlacedEntry): Promise<AppSource> => ({
      ...{ rack, app: entry.name, id: entry.id },
      files: await readBelow(git, [entry], reading),
    });
    reading.apps += entries.length;
    if (loadMany !== null && reading.apps > APPS_HERE) return loadMany(await Promise.all(entries.map(open)));
    return Promise.all(
      entries.map(async (entry) => {
        const source = await open(entry);
        await giveWay();
        const known = before?.get(entry.name) ?? kept?.get(entry.name);
        if (known !== undefined) recallFiles(known, cache);
        return loadApp(source, cache);
      }),
    );
  };

  return async (wanted) => {
    const known: AppPart[] = [];
    const missing: PlacedEntry[] = [];
    for (const entry of wanted.folders) {
      const part = knownApp(entry, wanted);
      if (part === undefined) missing.push(entry);
      else known.push(part);
    }
    const read = await readNew(missing, wanted);
    for (const part of read) alive.put(keyOf(`racks/${part.rack}/apps/${part.app}`, part.id), part);
    return { apps: [...known, ...read], fresh: read.length };
  };
}

function keyOf(path: string, id: string): string {
  return `${path} ${id}`;
}
