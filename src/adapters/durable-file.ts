// A file that is either as it was or as it became, whenever the machine stops.
import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** On the disk when it resolves. The folder must exist; one writer of a path at a time. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** One write after another; each takes all that is known by then, so that a failed one is made good by the next. */
export function createDurableNotes(path: string, content: () => unknown): () => Promise<void> {
  let written: Promise<void> = Promise.resolve();
  const write = (): Promise<void> => writeDurably(path, `${JSON.stringify(content())}\n`);
  return () => {
    written = written.then(write, write);
    return written;
  };
}

/** What stands there as JSON; null where there is no file. Throws where it is no JSON. */
export async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  return JSON.parse(text);
}
