// What a queue of jobs promises, whatever stands behind it; test/adapters/jobs-contract.ts holds every adapter to it.
import type { Logger } from "pino";
import type { Clock, Job, Jobs } from "../handlers/ports.ts";

/** What an error of a run means for its job. */
export interface Interpretation {
  /** `done`: nothing to do about it. `retry`: again after `afterMs`. `stalled`: not again by itself. */
  readonly kind: "done" | "retry" | "stalled";
  /** Of a retry; 0 where left out. */
  readonly afterMs?: number;
  /** In words, for the log. */
  readonly reason?: string;
}

export interface JobQueueOptions {
  /** Does the job. The signal is aborted when the queue is closed and its patience has ended. */
  run(job: Job, signal: AbortSignal): Promise<void>;
  /** Jobs of one lane run one at a time, in order. */
  laneOf(job: Job): string;
  /** Jobs of one key are the same work, and belong to one lane. */
  keyOf(job: Job): string;
  /** @param attempt of the run that failed, from 1 */
  interpret(error: unknown, attempt: number): Interpretation;
  /** From one start of a job to the next of the same key, so that a burst of events costs two runs; 0 where left out. */
  spacingMs?(job: Job): number;
  readonly clock: Clock;
  /** Jobs that run side by side, at least 1. */
  readonly concurrency: number;
  readonly log: Logger;
}

/**
 * - A job that waits already, due or not, is not added twice: of two instants the earlier one wins.
 * - A job that runs can be added: it runs once more afterwards, since what it has read may be stale.
 * - A retry waits like a delayed job and keeps its count of attempts; the same job added meanwhile wakes it at once, and one added
 *   during the failed run takes its place.
 * - `add` rejects after `close`: whoever hands work over must know that nobody took it.
 */
export interface JobQueue extends Jobs {
  /** Resolves when nothing runs and nothing that is due waits; jobs whose time has not come are not waited for. */
  idle(): Promise<void>;
  /** Starts nothing more, lets runs end for `graceMs`, then aborts them. What waits is forgotten: the next sweep finds it. */
  close(graceMs: number): Promise<void>;
}
