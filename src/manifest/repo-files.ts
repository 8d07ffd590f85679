// The files of a tree by the folders that they stand in, so that two trees are compared without looking into what is equal.
import type { ComparableFile, FolderFiles, RackFiles, RepoFiles } from "./compared-files.ts";

export function createRepoFiles(top: FolderFiles, racks: ReadonlyMap<string, RackFiles>): RepoFiles {
  const folderOf = (path: string): FolderFiles | undefined => {
    const { rack, app } = placeOfPath(path);
    if (rack === null) return top;
    return app === null ? racks.get(rack)?.own : racks.get(rack)?.apps.get(app);
  };
  const folders = function* (): Generator<FolderFiles> {
    yield top;
    for (const rack of racks.values()) {
      yield rack.own;
      yield* rack.apps.values();
    }
  };
  return {
    top,
    racks,
    get: (path) => folderOf(path)?.get(path),
    *values() {
      for (const folder of folders()) yield* filesOf(folder);
    },
  };
}

export interface PathPlace {
  /** null: in no folder of racks/. */
  readonly rack: string | null;
  /** null: in no folder of an app. */
  readonly app: string | null;
}

/** The folder that a path is read with. A file that stands where a folder should is its parent's. */
export function placeOfPath(path: string): PathPlace {
  const [root, rack, third, app, file] = path.split("/", 5);
  if (root !== "racks" || rack === undefined || third === undefined) return { rack: null, app: null };
  return { rack, app: third === "apps" && app !== undefined && file !== undefined ? app : null };
}

export function filesOf(folder: FolderFiles | undefined): readonly ComparableFile[] {
  return (folder?.paths ?? []).flatMap((path) => folder?.get(path) ?? []);
}

/** The files that differ, with null where there is none. Folders of one id are never opened. */
export function differingFiles(
  base: RepoFiles,
  head: RepoFiles,
): readonly (readonly [ComparableFile | null, ComparableFile | null])[] {
  const pairs: [ComparableFile | null, ComparableFile | null][] = [];
  for (const [before, after] of differingFolders(base, head)) {
    for (const path of keysOf(pathsOf(before), pathsOf(after))) {
      const [old, now] = [before?.get(path) ?? null, after?.get(path) ?? null];
      if (old?.blob !== now?.blob) pairs.push([old, now]);
    }
  }
  return pairs;
}

type FolderPair = readonly [FolderFiles | undefined, FolderFiles | undefined];

function differingFolders(base: RepoFiles, head: RepoFiles): readonly FolderPair[] {
  const pairs: FolderPair[] = [[base.top, head.top]];
  for (const name of keysOf(base.racks.keys(), head.racks.keys())) {
    const [before, after] = [base.racks.get(name), head.racks.get(name)];
    if (before === after) continue;
    pairs.push([before?.own, after?.own]);
    for (const app of keysOf(appsOf(before).keys(), appsOf(after).keys())) {
      pairs.push([appsOf(before).get(app), appsOf(after).get(app)]);
    }
  }
  return pairs.filter(([before, after]) => before?.id !== after?.id);
}

const NO_APPS: RackFiles["apps"] = new Map();

function appsOf(rack: RackFiles | undefined): RackFiles["apps"] {
  return rack?.apps ?? NO_APPS;
}

function pathsOf(folder: FolderFiles | undefined): readonly string[] {
  return folder?.paths ?? [];
}

function keysOf(before: Iterable<string>, after: Iterable<string>): ReadonlySet<string> {
  return new Set([...before, ...after]);
}

/** Files by hand: each folder's id is what is in it. */
export function groupFiles(files: Iterable<ComparableFile>): RepoFiles {
  const top: ComparableFile[] = [];
  const racks = new Map<string, { readonly own: ComparableFile[]; readonly apps: Map<string, ComparableFile[]> }>();
  for (const file of files) {
    const { rack, app } = placeOfPath(file.path);
    if (rack === null) {
      top.push(file);
      continue;
    }
    const folder = racks.get(rack) ?? { own: [], apps: new Map<string, ComparableFile[]>() };
    racks.set(rack, folder);
    if (app === null) folder.own.push(file);
    else folder.apps.set(app, [...(folder.apps.get(app) ?? []), file]);
  }
  return createRepoFiles(
    folderFiles(top),
    new Map(
      [...racks].map(([name, { own, apps }]) => [
        name,
        { own: folderFiles(own), apps: new Map([...apps].map(([app, inApp]) => [app, folderFiles(inApp)])) },
      ]),
    ),
  );
}

function folderFiles(files: readonly ComparableFile[]): FolderFiles {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const id = JSON.stringify(files.map(({ path, blob }) => [path, blob]));
  return { id, paths: [...byPath.keys()], sealed: [], get: (path) => byPath.get(path) };
}
