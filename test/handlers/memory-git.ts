// A git that stands in memory: trees by what is in them, and a count of what was read of it.
import { createHash } from "node:crypto";
import type { ConfigGit, TreeEntry } from "../../src/handlers/ports.ts";
import type { RepoTree } from "../../src/manifest/types.ts";
import { aFile } from "../manifest/a-tree.ts";

export interface MemoryGit extends Pick<ConfigGit, "treeOf" | "readFolder" | "readFiles"> {
  /** @returns the id of the tree that these files make */
  write(files: RepoTree): string;
  /** Ids of the folders and paths of the files that were read since this was asked last. */
  reads(): { readonly folders: number; readonly files: readonly string[] };
}

type Folder = Map<string, Folder | { readonly mode: string; readonly text: string }>;

export function createMemoryGit(): MemoryGit {
  const trees = new Map<string, readonly TreeEntry[]>();
  const blobs = new Map<string, string>();
  let folders = 0;
  let files: string[] = [];
  const writeFolder = (folder: Folder): string => {
    const entries = Array.from(folder, ([name, entry]): TreeEntry => {
      if (entry instanceof Map) return { name, mode: "40000", id: writeFolder(entry) };
      const { blob } = aFile(name, entry.text);
      blobs.set(blob, entry.text);
      return { name, mode: entry.mode, id: blob };
    });
    entries.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
    const id = createHash("sha1").update(JSON.stringify(entries)).digest("hex");
    trees.set(id, entries);
    return id;
  };
  return {
    write: (tree) => writeFolder(foldersOf(tree)),
    reads: () => {
      const seen = { folders, files };
      folders = 0;
      files = [];
      return seen;
    },
    treeOf: (tree) => Promise.resolve(tree),
    readFolder: async (id) => {
      folders += 1;
      return trees.get(id) ?? [];
    },
    readFiles: async (entries) => {
      files.push(...entries.map(({ path }) => path));
      return entries.map(({ path, mode, id }) => aFile(path, blobs.get(id) ?? "", mode));
    },
  };
}

function orderOf({ name, mode }: TreeEntry): string {
  return mode === "40000" ? `${name}/` : name;
}

function foldersOf(tree: RepoTree): Folder {
  const root: Folder = new Map();
  for (const { path, mode, text } of tree.values()) {
    const names = path.split("/");
    const last = names.pop() ?? "";
    let folder = root;
    for (const name of names) {
      const known = folder.get(name);
      const next: Folder = known instanceof Map ? known : new Map<string, never>();
      folder.set(name, next);
      folder = next;
    }
    folder.set(last, { mode, text: text ?? "" });
  }
  return root;
}
