// Time. In a demo the simulated GitHub moves it: an offset to real time stands in a file that both processes read.
import { readFileSync } from "node:fs";
import { setTimeout as sleepFor } from "node:timers/promises";
import type { Clock } from "../handlers/ports.ts";

/** How soon a sleeper notices that the offset has moved. */
const OFFSET_POLL_MS = 100;

/** @param offsetMs added to real time, and asked again and again; left out: real time. */
export function createClock(offsetMs?: () => number): Clock {
  const now = (): number => Date.now() + (offsetMs?.() ?? 0);
  const longestNapMs = offsetMs === undefined ? 2 ** 31 - 1 : OFFSET_POLL_MS;
  return {
    now,
    sleep: async (durationMs, signal) => {
      const until = now() + durationMs;
      for (let leftMs = durationMs; leftMs > 0; leftMs = until - now()) {
        await nap(Math.min(leftMs, longestNapMs), signal);
      }
      signal?.throwIfAborted();
    },
  };
}

/** Node's timer rejects with an AbortError of its own; whoever aborted gave the reason that callers look for. */
async function nap(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await sleepFor(durationMs, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}

/**
 * The offset in ms that stands in the file, read at every call. While another process writes it the file can be empty for an
 * instant: then the last offset that was read holds.
 * @throws where the file cannot be read
 */
export function readOffsetFile(path: string): () => number {
  let lastMs = 0;
  return () => {
    const text = readFileSync(path, "utf8").trim();
    if (/^-?\d+$/.test(text)) lastMs = Number(text);
    return lastMs;
  };
}
