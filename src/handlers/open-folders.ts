// Folders of a tree of git, and the files below them, as far as a tree may go.
import type { RepoFile } from "../manifest/types.ts";
import type { ConfigGit, TreeEntry } from "./ports.ts";
import { FOLDERS_AT_ONCE, sideBySide } from "./side-by-side.ts";
import { countEntries, type Opened } from "./tree-limit.ts";

export type TreeGit = Pick<ConfigGit, "readFolder" | "readFiles">;

/** An entry of a folder, with its whole path. */
export interface PlacedEntry extends TreeEntry {
  readonly path: string;
}

export function isFolder({ mode }: TreeEntry): boolean {
  return mode === "40000";
}

export async function openFolder(git: TreeGit, folder: PlacedEntry, opened: Opened): Promise<readonly PlacedEntry[]> {
  const entries = await git.readFolder(folder.id);
  countEntries(opened, entries.length);
  const prefix = folder.path === "" ? "" : `${folder.path}/`;
  return entries.map((entry) => ({ ...entry, path: prefix + entry.name }));
}

export async function readBelow(
  git: TreeGit,
  entries: readonly PlacedEntry[],
  opened: Opened,
): Promise<readonly RepoFile[]> {
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
