// The files of a folder, or of the tip of the git repo that it is: what a simulated config repo begins with.
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { openLocalGit } from "../adapters/local-git.ts";

const FILE_BYTES_MAX = 1_048_576;

/** Path → text. Of a git repo (bare or not) what its HEAD has, committed; files that are no text or too large are left out. */
export async function readConfigFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const isRepo = [".git", "objects"].some((name) => existsSync(join(folder, name)));
  return isRepo ? readTip(folder) : readFolder(folder);
}

async function readTip(folder: string): Promise<ReadonlyMap<string, string>> {
  const git = await openLocalGit(folder, { isOurs: () => true, environment: process.env });
  try {
    const tree = await git.readTree(await git.resolveRevision("HEAD"));
    return new Map([...tree.values()].flatMap(({ path, text }) => (text === null ? [] : [[path, text] as const])));
  } finally {
    await git.close();
  }
}

async function readFolder(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    if ((await stat(file)).size > FILE_BYTES_MAX) continue;
    files.set(relative(folder, file).split(sep).join("/"), await readFile(file, "utf8"));
  }
  return files;
}
