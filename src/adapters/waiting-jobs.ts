// Jobs that wait, one for each key, in the order in which they were added or came due.
import type { Logger } from "pino";
import type { Clock, Job } from "../handlers/ports.ts";

export interface WaitingJob {
  readonly job: Job;
  readonly key: string;
  readonly lane: string;
  /** Of the next run, from 1. */
  readonly attempt: number;
  readonly dueAt: number;
}

export interface WaitingJobs {
  /** Of two of one key the earlier instant holds, and the higher count of attempts. */
  put(entry: WaitingJob): void;
  take(key: string): void;
  /** Those whose time has come. */
  due(): readonly WaitingJob[];
  clear(): void;
}

interface Place {
  readonly entry: WaitingJob;
  /** Ends the sleep until the entry is due; null: it is due. */
  readonly alarm: AbortController | null;
}

export function createWaitingJobs(of: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly whenDue: () => void;
}): WaitingJobs {
  const places = new Map<string, Place>();

  /** At the end of the row, whether it stood in it before or not. */
  const place = (entry: WaitingJob, alarm: AbortController | null): void => {
    places.delete(entry.key);
    places.set(entry.key, { entry, alarm });
  };

  const sleep = (entry: WaitingJob, alarm: AbortController): void => {
    // Nobody waits for it: an alarm that is taken back wakes nothing, and any other fault is logged.
    void of.clock.sleep(entry.dueAt - of.clock.now(), alarm.signal).then(
      () => {
        if (alarm.signal.aborted) return;
        place(places.get(entry.key)?.entry ?? entry, null);
        of.whenDue();
      },
      (error: unknown) => {
        if (!alarm.signal.aborted) of.log.error({ err: error, job: entry.key }, "the clock failed a waiting job");
      },
    );
  };

  return {
    put: (given) => {
      const known = places.get(given.key);
      const entry = { ...given, attempt: Math.max(given.attempt, known?.entry.attempt ?? 1) };
      if (known !== undefined && (known.alarm === null || known.entry.dueAt <= entry.dueAt)) {
        // Its place in the row stays.
        places.set(entry.key, { ...known, entry: { ...known.entry, attempt: entry.attempt } });
        return;
      }
      known?.alarm?.abort();
      const alarm = entry.dueAt > of.clock.now() ? new AbortController() : null;
      place(entry, alarm);
      if (alarm !== null) sleep(entry, alarm);
    },
    take: (key) => {
      places.delete(key);
    },
    due: () => [...places.values()].flatMap(({ entry, alarm }) => (alarm === null ? [entry] : [])),
    clear: () => {
      for (const { alarm } of places.values()) alarm?.abort();
      places.clear();
    },
  };
}
