// Comments that events said were edited: GitHub's times are whole seconds, which do not tell an edit that is made at once, and a sweep
// after a restart reads the comment again.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { EditedComments } from "../handlers/ports.ts";
import { createDurableNotes, readJson } from "./durable-file.ts";

const FILE = "edited-comments.json";
/** Comments, the oldest going first. */
const KEPT = 10_000;

export interface NotedEdits extends EditedComments {
  /** Resolves when it is on the disk. */
  note(comment: number): Promise<void>;
}

/** @param folder of this Signalbox's data; made where it is missing. Throws where the file there cannot be read. */
export async function openEditedComments(folder: string): Promise<NotedEdits> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, FILE);
  const edited = new Set(commentsIn(await readJson(path), path));
  const keep = createDurableNotes(path, () => [...edited]);
  return {
    note: (comment) => {
      edited.add(comment);
      const [oldest] = edited.size > KEPT ? edited : [];
      if (oldest !== undefined) edited.delete(oldest);
      return keep();
    },
    has: (comment) => edited.has(comment),
  };
}

function commentsIn(content: unknown, path: string): readonly number[] {
  if (content === null) return [];
  if (!Array.isArray(content)) throw new Error(`${path} holds no comments; move it away to go on without them`);
  return content.filter((comment): comment is number => typeof comment === "number");
}
