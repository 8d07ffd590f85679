// A config repo as it lies on disk, for `signalbox validate [dir]`. Symlinks are reported, never followed.
import { createHash } from "node:crypto";
import { lstat, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { RepoFile, RepoTree } from "../manifest/types.ts";
import { LARGEST_TEXT_BYTES, decodeText } from "./git-trees.ts";

/**
 * Opens no folder that is not Signalbox's. `blob` is the id that git would give the content; of a file that is too large to be read, the
 * id of nothing.
 */
export async function readWorkTree(
  folder: string,
  options: { readonly isOurs: (path: string) => boolean },
): Promise<RepoTree> {
  const tree = new Map<string, RepoFile>();
  const waiting = [""];
  for (let prefix = waiting.pop(); prefix !== undefined; prefix = waiting.pop()) {
    for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
      const path = prefix + entry.name;
      if (!options.isOurs(path)) continue;
      if (entry.isDirectory()) waiting.push(`${path}/`);
      else tree.set(path, await readEntry(folder, path));
    }
  }
  return tree;
}

async function readEntry(folder: string, path: string): Promise<RepoFile> {
  const file = join(folder, path);
  const found = await lstat(file);
  const mode = found.isFile() ? ((found.mode & 0o100) !== 0 ? "100755" : "100644") : "120000";
  if (mode === "120000" || found.size > LARGEST_TEXT_BYTES) {
    return { path, mode, blob: blobId(Buffer.alloc(0)), text: null, size: found.size };
  }
  const bytes = await readFile(file);
  return { path, mode, blob: blobId(bytes), text: decodeText(bytes), size: bytes.length };
}

function blobId(bytes: Buffer): string {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
