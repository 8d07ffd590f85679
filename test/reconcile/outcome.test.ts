import { describe, expect, it } from "@jest/globals";
import { InvariantError, StalledError, WaitError } from "../../src/errors.ts";
import { outcomeOfError } from "../../src/reconcile/outcome.ts";
import { retryDelayMs } from "../../src/reconcile/retry-delay.ts";

describe("retryDelayMs", () => {
  it("is 1, 2 and 4 s, then 5 s for two minutes, then 30 s", () => {
    const delays = Array.from({ length: 30 }, (_, index) => retryDelayMs(index + 1));
    expect(delays.slice(0, 3)).toEqual([1_000, 2_000, 4_000]);
    expect(delays.slice(3, 27)).toEqual(Array.from({ length: 24 }, () => 5_000));
    expect(delays.slice(27)).toEqual([30_000, 30_000, 30_000]);
  });
});

describe("outcomeOfError", () => {
  it.each([
    { name: "no error is the end", error: undefined, attempt: 1, outcome: { kind: "done" } },
    {
      name: "a wait is tried again",
      error: new WaitError("w", 0),
      attempt: 2,
      outcome: { kind: "retry", afterMs: 2_000 },
    },
    {
      name: "a wait never stalls",
      error: new WaitError("w", 0),
      attempt: 900,
      outcome: { kind: "retry", afterMs: 30_000 },
    },
    {
      name: "a wait that is told is kept",
      error: new WaitError("w", 60_000),
      attempt: 1,
      outcome: { kind: "retry", afterMs: 60_000 },
    },
    {
      name: "a stall needs a human",
      error: new StalledError("s"),
      attempt: 1,
      outcome: { kind: "stalled", reason: "s" },
    },
    {
      name: "so does our own mistake",
      error: new InvariantError("i"),
      attempt: 1,
      outcome: { kind: "stalled", reason: "i" },
    },
    {
      name: "the unknown is tried again",
      error: new TypeError("t"),
      attempt: 4,
      outcome: { kind: "retry", afterMs: 5_000 },
    },
    {
      name: "the unknown stalls at last",
      error: new TypeError("t"),
      attempt: 5,
      outcome: { kind: "stalled", reason: "t" },
    },
    {
      name: "what is no error has words, too",
      error: "text",
      attempt: 5,
      outcome: { kind: "stalled", reason: "text" },
    },
  ])("$name", ({ error, attempt, outcome }) => {
    expect(outcomeOfError(error, attempt)).toEqual(outcome);
  });
});
