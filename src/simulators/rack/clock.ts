/** The rack's own time: real time plus what was advanced, and timers that follow it. */
export interface Clock {
  now(): number;
  /** A moment that is later than every one handed out before, so that releases are ordered within one millisecond. */
  stamp(): number;
  /** Runs `task` once, `delayMs` from now by this clock; returns how to call it off. */
  after(delayMs: number, task: () => void): () => void;
  advance(byMs: number): void;
  close(): void;
}

interface Timer {
  readonly dueMs: number;
  readonly task: () => void;
  handle: NodeJS.Timeout | undefined;
}

// setTimeout fires at once for anything longer.
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export function createClock(): Clock {
  let offsetMs = 0;
  let lastStampMs = 0;
  const timers = new Set<Timer>();
  const now = (): number => Date.now() + offsetMs;

  function fireIfDue(timer: Timer): void {
    if (timer.dueMs > now()) {
      arm(timer);
      return;
    }
    timers.delete(timer);
    timer.task();
  }
  function arm(timer: Timer): void {
    const waitMs = Math.min(Math.max(timer.dueMs - now(), 0), LONGEST_TIMEOUT_MS);
    timer.handle = setTimeout(() => fireIfDue(timer), waitMs);
  }

  return {
    now,
    stamp() {
      lastStampMs = Math.max(now(), lastStampMs + 1);
      return lastStampMs;
    },
    after(delayMs, task) {
      const timer: Timer = { dueMs: now() + delayMs, task, handle: undefined };
      timers.add(timer);
      arm(timer);
      return () => {
        clearTimeout(timer.handle);
        timers.delete(timer);
      };
    },
    advance(byMs) {
      offsetMs += byMs;
      for (const timer of [...timers].sort((a, b) => a.dueMs - b.dueMs)) {
        // A task that ran just now may have called this one off.
        if (!timers.has(timer)) continue;
        clearTimeout(timer.handle);
        fireIfDue(timer);
      }
    },
    close() {
      for (const timer of timers) clearTimeout(timer.handle);
      timers.clear();
    },
  };
}
