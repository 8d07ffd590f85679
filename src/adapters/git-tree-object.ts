// Objects as git writes them, so that what is worked out here has the id that git would give it.
import { createHash } from "node:crypto";
import type { TreeEntry } from "../handlers/ports.ts";

/** Git's mode of a tree within a tree. */
export const FOLDER = "40000";

export interface WrittenTree {
  readonly id: string;
  /** In git's order: by their bytes, folders as if their names ended in `/`. */
  readonly entries: readonly TreeEntry[];
}

export function writtenTree(unsorted: readonly TreeEntry[]): WrittenTree {
  const entries = unsorted
    .map((entry) => ({ entry, key: Buffer.from(entry.mode === FOLDER ? `${entry.name}/` : entry.name, "utf8") }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ entry }) => entry);
  const lines = entries.flatMap(({ mode, name, id }) => [
    Buffer.from(`${mode} ${name}\0`, "utf8"),
    Buffer.from(id, "hex"),
  ]);
  return { id: objectId("tree", Buffer.concat(lines)), entries };
}

export function objectId(type: "blob" | "tree", bytes: Uint8Array): string {
  return createHash("sha1")
    .update(`${type} ${String(bytes.length)}\0`)
    .update(bytes)
    .digest("hex");
}
