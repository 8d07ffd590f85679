import { describe, expect, test } from "@jest/globals";
import { giveWay } from "../../src/adapters/give-way.ts";

const WORK_MS = 4;

function workFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** The longest that others had to wait while `act` was at it, and for how long it was. */
async function longestWait(act: () => Promise<unknown>): Promise<{ readonly waited: number; readonly took: number }> {
  const start = performance.now();
  let [last, waited, ended] = [start, 0, false];
  const look = (): void => {
    const now = performance.now();
    waited = Math.max(waited, now - last);
    last = now;
    if (!ended) setImmediate(look);
  };
  look();
  await act();
  ended = true;
  look();
  return { waited, took: performance.now() - start };
}

async function work(pieces: number): Promise<void> {
  for (let piece = 0; piece < pieces; piece += 1) {
    await giveWay();
    workFor(WORK_MS);
  }
}

describe("giving way", () => {
  test.each([
    ["one long work", () => work(100)],
    ["twenty side by side", () => Promise.all(Array.from({ length: 20 }, () => work(5)))],
    ["a hundred side by side, each with one piece", () => Promise.all(Array.from({ length: 100 }, () => work(1)))],
  ])("lets others in again and again: %s", async (_, act) => {
    const { waited, took } = await longestWait(act);
    // Without it all of the four hundred milliseconds.
    expect(waited).toBeLessThan(took / 4);
  });
});
