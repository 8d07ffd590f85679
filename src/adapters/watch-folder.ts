// Tells when files below a folder have changed: each folder is watched by itself, since watching a tree is not dependable everywhere.
import { watch, type Dirent, type FSWatcher } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

export interface WatchOptions {
  /** Which paths matter; of folders ending in `/`. */
  readonly isOurs: (path: string) => boolean;
  /** A change is told once things have been still for that long: an editor's save is several changes. */
  readonly quietMs: number;
}

export interface FolderWatch {
  /** Resolves once something has changed since it last did: to true, or to false once the watch is closed. */
  changed(): Promise<boolean>;
  close(): void;
}

/** What changes after this resolves is told. */
export async function watchFolder(root: string, { isOurs, quietMs }: WatchOptions): Promise<FolderWatch> {
  const news = createNews();
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | null = null;
  const touch = (): void => {
    if (timer !== null) clearTimeout(timer);
    // Folders that came with the change are watched before anybody reads what is in them.
    timer = setTimeout(() => void watchBelow().then(news.tell, news.fail), quietMs);
  };
  const watchBelow = async (): Promise<void> => {
    const folders = await foldersBelow(root, isOurs);
    for (const path of watchers.keys()) if (!folders.has(path)) unwatch(path);
    for (const path of folders) {
      if (news.isOver() || watchers.has(path)) continue;
      const watcher = watch(join(root, path), (_, name) => {
        if (name === null || isOurs(path + name) || isOurs(`${path}${name}/`)) touch();
      });
      // A folder that is gone: the one above it has told of that.
      watchers.set(
        path,
        watcher.on("error", () => {
          unwatch(path);
        }),
      );
    }
  };
  const unwatch = (path: string): void => {
    watchers.get(path)?.close();
    watchers.delete(path);
  };
  await watchBelow();
  return {
    changed: news.next,
    close: () => {
      if (timer !== null) clearTimeout(timer);
      for (const path of [...watchers.keys()]) unwatch(path);
      news.end();
    },
  };
}

interface News {
  readonly tell: () => void;
  readonly fail: (error: unknown) => void;
  readonly end: () => void;
  readonly isOver: () => boolean;
  readonly next: () => Promise<boolean>;
}

/** Several things told before anybody asks are one. */
function createNews(): News {
  type State = { readonly kind: "nothing" | "news" | "over" } | { readonly kind: "failed"; readonly error: unknown };
  let state: State = { kind: "nothing" };
  let wake: (() => void) | null = null;
  const become = (next: State): void => {
    if (state.kind !== "over") state = next;
    wake?.();
  };
  return {
    tell: () => {
      become({ kind: "news" });
    },
    fail: (error) => {
      become({ kind: "failed", error });
    },
    end: () => {
      become({ kind: "over" });
    },
    isOver: () => state.kind === "over",
    next: async () => {
      if (state.kind === "nothing") await new Promise<void>((resolve) => (wake = resolve));
      wake = null;
      const found = state;
      if (found.kind === "failed") throw found.error;
      if (found.kind === "news") state = { kind: "nothing" };
      return found.kind === "news";
    },
  };
}

/** Paths that end in `/`, the root's being empty. */
async function foldersBelow(root: string, isOurs: (path: string) => boolean): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const waiting = [""];
  for (let prefix = waiting.pop(); prefix !== undefined; prefix = waiting.pop()) {
    const entries = await entriesOf(join(root, prefix));
    if (entries === null) continue;
    found.add(prefix);
    for (const entry of entries) {
      const path = `${prefix}${entry.name}/`;
      if (entry.isDirectory() && isOurs(path)) waiting.push(path);
    }
  }
  return found;
}

/** null: gone while it was being looked at. */
async function entriesOf(folder: string): Promise<readonly Dirent[] | null> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
