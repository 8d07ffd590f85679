// Records that are promised and not yet on the ledger branch: a file of JSON lines in the data folder, synced to disk.
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { StalledError } from "../errors.ts";
import type { LedgerRecord } from "../ledger/record.ts";

export interface LedgerSpool {
  /** As it stood when it was opened. */
  readonly records: readonly LedgerRecord[];
  /** Durable before it resolves. */
  append(records: readonly LedgerRecord[]): Promise<void>;
  replace(records: readonly LedgerRecord[]): Promise<void>;
  /** Puts what is there out of the way, under a name of its own, and gives that name. */
  setAside(): Promise<string>;
}

/** INVARIANT: calls come one after the other; the ledger sees to that. */
export async function openLedgerSpool(file: string): Promise<LedgerSpool> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const records = parseSpool(file, await readIfThere(file));
  // A half-written last line would swallow the record that is appended to it.
  await replaceFile(file, toLines(records));
  return {
    records,
    append: (added) => appendSynced(file, toLines(added)),
    replace: (kept) => replaceFile(file, toLines(kept)),
    setAside: async () => {
      const aside = `${file}.${Date.now()}`;
      await rename(file, aside);
      await syncFolder(file);
      return aside;
    },
  };
}

function toLines(records: readonly LedgerRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

/** What stands after the last line end was being written at a crash, and nobody was told that it is safe. */
function parseSpool(file: string, text: string): readonly LedgerRecord[] {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line, index) => {
      try {
        return JSON.parse(line) as LedgerRecord; // only Signalbox writes this file, and each line of it is one record
      } catch (error) {
        throw new StalledError(`line ${index + 1} of ${file} is no JSON; look at it, and take the line out`, {
          cause: error,
        });
      }
    });
}

async function replaceFile(file: string, text: string): Promise<void> {
  const next = `${file}.next`;
  const handle = await open(next, "w", 0o600);
  try {
    await handle.writeFile(text, "utf8");
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(next, file);
  await syncFolder(file);
}

/** All or nothing: half a line (a full disk) would swallow the record that is appended after it. */
async function appendSynced(file: string, text: string): Promise<void> {
  const handle = await open(file, "a", 0o600);
  try {
    const { size } = await handle.stat();
    try {
      await handle.writeFile(text, "utf8");
      await handle.sync();
    } catch (error) {
      await handle.truncate(size);
      throw error;
    }
  } finally {
    await handle.close();
  }
}

async function syncFolder(file: string): Promise<void> {
  const handle = await open(dirname(file), "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
