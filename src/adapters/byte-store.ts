// Bytes by name in files of a folder, for what can be made again: it may be lost at any time, and what is damaged counts as lost.
// Written whole and then renamed, so that several processes may use it at once and one may end at any instant.
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ByteStore } from "../handlers/ports.ts";

export interface ByteStoreOptions {
  /** Made if missing, for this user alone. */
  readonly folder: string;
  /** What the bytes mean to who writes them: those of another version are never read. */
  readonly version: string;
  /** Default 1 GiB for all files; the oldest go first. */
  readonly mostBytes?: number;
}

const VERSIONS_KEPT = 2;

export function createByteStore({ folder, version, mostBytes = 1024 ** 3 }: ByteStoreOptions): ByteStore {
  const ours = join(folder, digestOf(version));
  const fileOf = (name: string): string => join(ours, digestOf(name));
  let untidied = Number.POSITIVE_INFINITY;
  return {
    get: async (name) => {
      try {
        return checked(await readFile(fileOf(name)));
      } catch {
        // Not there, or not to be read: either way it is made again.
        return null;
      }
    },
    put: async (name, bytes) => {
      const temporary = join(ours, `${randomUUID()}.new`);
      try {
        await mkdir(ours, { recursive: true, mode: 0o700 });
        await writeFile(temporary, [digest(bytes), bytes], { mode: 0o600, flag: "wx" });
        await rename(temporary, fileOf(name));
        untidied += bytes.length;
        if (untidied < mostBytes / 8) return;
        untidied = 0;
        await tidy(folder, ours, mostBytes);
      } catch {
        // A full disk or a folder that may not be written to costs time at the next start, and nothing else.
        await rm(temporary, { force: true }).catch(() => undefined);
      }
    },
  };
}

const DIGEST_BYTES = 32;

function digest(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function digestOf(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 32);
}

/** null where it is not what was written. */
function checked(file: Buffer): Uint8Array | null {
  const bytes = file.subarray(DIGEST_BYTES);
  return digest(bytes).equals(file.subarray(0, DIGEST_BYTES)) ? bytes : null;
}

/** Takes out other versions but the newest, and then the oldest files, until the rest is small enough. */
async function tidy(folder: string, ours: string, mostBytes: number): Promise<void> {
  const versions = await byAge(folder);
  for (const { path } of versions.filter(({ path: one }) => one !== ours).slice(VERSIONS_KEPT - 1)) {
    await rm(path, { recursive: true, force: true });
  }
  let total = 0;
  for (const { path, size } of await byAge(ours)) {
    total += size;
    if (total > mostBytes) await rm(path, { force: true });
  }
}

/** The newest first. */
async function byAge(
  folder: string,
): Promise<readonly { readonly path: string; readonly size: number; readonly at: number }[]> {
  const found = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = await stat(path);
      return { path, size, at: mtimeMs };
    }),
  );
  return found.sort((a, b) => b.at - a.at);
}
