// The files of a folder, or of the tip of the git repo that it is: what a simulated config repo begins with.
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";

const FILE_BYTES_MAX = 1_048_576;

export async function readConfigFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries) {
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/");
    if (!entry.isFile() || path.startsWith(".git/")) continue;
    const text = await readFile(join(folder, path), "utf8");
    if (Buffer.byteLength(text) <= FILE_BYTES_MAX) files.set(path, text);
  }
  return files;
}
