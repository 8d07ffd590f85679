// Who pushed to the forks of pull requests, as the senders of events say: GitHub keeps no record of it that could be read later.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Login } from "../manifest/types.ts";
import { createDurableNotes, readJson } from "./durable-file.ts";

export interface ForkSenders {
  /** Resolves when it is on the disk. */
  note(pull: number, sender: Login): Promise<void>;
  of(pull: number): readonly Login[];
}

const FILE = "fork-senders.json";
/** Pull requests, the oldest going first. */
const KEPT = 10_000;

/** @param folder of this Signalbox's data; made where it is missing. Throws where the file there cannot be read. */
export async function openForkSenders(folder: string): Promise<ForkSenders> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, FILE);
  let known = sendersIn(await readJson(path), path);
  const keep = createDurableNotes(path, () => Object.fromEntries(known));
  let kept: Promise<void> = Promise.resolve();
  return {
    note: (pull, sender) => {
      const senders = known.get(String(pull)) ?? [];
      if (senders.includes(sender)) return kept;
      const rest = [...known].filter(([number]) => number !== String(pull));
      known = new Map([...rest, [String(pull), [...senders, sender]] as const].slice(-KEPT));
      kept = keep();
      return kept;
    },
    of: (pull) => known.get(String(pull)) ?? [],
  };
}

function sendersIn(content: unknown, path: string): ReadonlyMap<string, readonly Login[]> {
  if (content === null) return new Map();
  if (typeof content !== "object") throw new Error(`${path} holds no senders; move it away to go on without them`);
  return new Map(
    Object.entries(content).map(([pull, logins]): [string, readonly Login[]] => [
      pull,
      (Array.isArray(logins) ? logins : []).filter((login): login is string => typeof login === "string"),
    ]),
  );
}
