// A whole tree to a ConfigRepo: every folder by itself, then what they say of each other, all findings in one pass.
import { createCrossMemory, joinRepo, type RepoParts } from "../../src/manifest/join-repo.ts";
import { createParseCache, type ParseCache } from "../../src/manifest/kept.ts";
import { loadApp, type AppSource } from "../../src/manifest/load-app.ts";
import { joinRack, loadRackOwn } from "../../src/manifest/load-rack.ts";
import { loadTop, type TopOptions } from "../../src/manifest/load-top.ts";
import { placeOfPath } from "../../src/manifest/repo-files.ts";
import { isSignalboxPath } from "../../src/manifest/repo-paths.ts";
import type { ConfigRepo, RepoFile, RepoTree, Role } from "../../src/manifest/types.ts";

export interface LoadOptions {
  readonly predefinedRoles: readonly Role[];
  /** Without one, everything is parsed anew. */
  readonly cache?: ParseCache;
}

/** One tree from nothing: what every other way of reading is held to by tests. Commands and handlers read through a ConfigSource. */
export function loadConfigRepo(
  tree: RepoTree,
  { predefinedRoles, cache = createParseCache() }: LoadOptions,
): ConfigRepo {
  return joinRepo(loadParts(tree, { predefinedRoles, cache }), createCrossMemory());
}

export function loadParts(tree: RepoTree, options: TopOptions): RepoParts {
  return partsOf(groupByFolder(tree), options);
}

interface FilesByFolder {
  readonly top: RepoFile[];
  readonly racks: ReadonlyMap<string, { readonly own: RepoFile[]; readonly apps: ReadonlyMap<string, RepoFile[]> }>;
}

function partsOf({ top, racks }: FilesByFolder, options: TopOptions): RepoParts {
  return {
    top: loadTop({ id: idOf(top), files: top }, options),
    racks: new Map(
      [...racks].map(([rack, { own, apps }]) => {
        const sources = [...apps].map(([app, files]): AppSource => ({ rack, app, id: idOf(files), files }));
        const part = loadRackOwn({ rack, id: idOf(own), files: own }, options.cache);
        return [
          rack,
          joinRack(
            part,
            sources.map((source) => loadApp(source, options.cache)),
          ),
        ];
      }),
    ),
  };
}

function groupByFolder(tree: RepoTree): FilesByFolder {
  const top: RepoFile[] = [];
  const racks = new Map<string, { readonly own: RepoFile[]; readonly apps: Map<string, RepoFile[]> }>();
  for (const file of tree.values()) {
    if (!isSignalboxPath(file.path)) continue;
    const { rack, app } = placeOfPath(file.path);
    if (rack === null) {
      top.push(file);
      continue;
    }
    const folder = racks.get(rack) ?? { own: [], apps: new Map<string, RepoFile[]>() };
    racks.set(rack, folder);
    const inApp = app === null ? folder.own : (folder.apps.get(app) ?? []);
    inApp.push(file);
    if (app !== null) folder.apps.set(app, inApp);
  }
  return { top, racks };
}

/** What is in it. */
function idOf(files: readonly RepoFile[]): string {
  const entries = files.map(({ path, mode, blob }) => `${path} ${mode} ${blob}`);
  return entries.sort().join("\n");
}
