/** The simulated GitHub's clock: real time plus an offset that its control port moves. */
import { writeFileSync } from "node:fs";

export interface Clock {
  now(): Date;
  /** As GitHub writes instants: whole seconds, UTC. */
  iso(): string;
  /** @param advanceMs may be negative only as far as the caller wants a clock that runs backwards. */
  advance(advanceMs: number): void;
}

/** @param file gets the offset in ms as text at every move, so that another process can follow. */
export function createClock(file: string | undefined): Clock {
  let offsetMs = 0;
  const publish = (): void => {
    if (file !== undefined) writeFileSync(file, `${String(offsetMs)}\n`);
  };
  publish();
  const now = (): Date => new Date(Date.now() + offsetMs);
  return {
    now,
    iso: () => isoSeconds(now()),
    advance: (advanceMs) => {
      offsetMs += advanceMs;
      publish();
    },
  };
}

export function isoSeconds(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "10m", "1h30m", "90s", "2d", "250ms" → ms; undefined where the text is no duration. */
export function parseDurationMs(text: string): number | undefined {
  if (!/^(\d+(ms|s|m|h|d))+$/.test(text)) return undefined;
  let totalMs = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|s|m|h|d)/g)) {
    totalMs += Number(count) * (unitMs[unit ?? ""] ?? 0);
  }
  return totalMs;
}
