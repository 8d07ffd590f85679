// Promotions that were begun, in one small file that is on the disk before the request is sent.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Attempts } from "../reconcile/ports.ts";
import { createDurableNotes, readJson } from "./durable-file.ts";

type State = "sending" | "sent";

const FILE = "attempts.json";
/** More than can be under way at once; older ones have ended and stand in the ledger. */
const KEPT = 1000;

/** @param folder of this Signalbox's data; made where it is missing. Throws where the file there cannot be read. */
export async function openAttempts(folder: string): Promise<Attempts> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, FILE);
  let states = statesIn(await readJson(path), path);
  const keep = createDurableNotes(path, () => Object.fromEntries(states));
  return {
    note(at, state) {
      const key = keyOf(at);
      const rest = [...states].filter(([known]) => known !== key);
      states = new Map([...rest, [key, state] as const].slice(-KEPT));
      return keep();
    },
    state: (at) => states.get(keyOf(at)) ?? null,
  };
}

function keyOf(at: Parameters<Attempts["note"]>[0]): string {
  return `${at.rack}/${at.app}/${at.release}`;
}

function statesIn(content: unknown, path: string): ReadonlyMap<string, State> {
  if (content === null) return new Map();
  if (typeof content !== "object") throw new Error(`${path} holds no attempts; move it away to go on without them`);
  return new Map(
    Object.entries(content).flatMap(([key, state]): (readonly [string, State])[] =>
      state === "sending" || state === "sent" ? [[key, state]] : [],
    ),
  );
}
