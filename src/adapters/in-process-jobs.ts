// The queue in this process. It forgets everything when the process ends: what has to be done is found again in git, on GitHub and
// on the racks.
import type { Logger } from "pino";
import { endsWithin } from "./ends-within.ts";
import type { Interpretation, JobQueue, JobQueueOptions } from "./job-queue.ts";
import { createWaitingJobs, type WaitingJob } from "./waiting-jobs.ts";

/** How long a run may take to notice that it is aborted. */
const ABORT_NOTICE_MS = 1_000;

interface Running {
  readonly key: string;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

export function startInProcessJobs(options: JobQueueOptions): JobQueue {
  const { clock, log } = options;
  /** By lane. */
  const running = new Map<string, Running>();
  const idlers: (() => void)[] = [];
  const pace = createPace(options);
  let closed = false;

  const pump = (): void => {
    for (const entry of waiting.due()) {
      if (closed || running.size >= options.concurrency) break;
      if (!running.has(entry.lane)) start(entry);
    }
    if (running.size === 0 && waiting.due().length === 0) for (const resolve of idlers.splice(0)) resolve();
  };
  const waiting = createWaitingJobs({ clock, log, whenDue: pump });

  const start = (entry: WaitingJob): void => {
    waiting.take(entry.key);
    pace.begins(entry);
    const abort = new AbortController();
    // Not before its lane is known to be taken: what a run asks for first may be itself.
    const ended = Promise.resolve()
      .then(() => runOnce(options, entry, abort.signal))
      .then((retry) => {
        running.delete(entry.lane);
        if (retry !== null && !closed) waiting.put(retry);
        pump();
      });
    running.set(entry.lane, { key: entry.key, abort, ended });
  };

  return {
    // Within the executor, so that a closed queue is a rejection and the job stands in the queue when this returns.
    add: (job, more) =>
      new Promise((resolve) => {
        const key = options.keyOf(job);
        if (closed) throw new Error(`The queue is closed: it does not take the job "${key}".`);
        const dueAt = Math.max(clock.now() + (more?.delayMs ?? 0), pace.earliest(key));
        waiting.put({ job, key, lane: options.laneOf(job), attempt: 1, dueAt });
        pump();
        resolve();
      }),
    idle: () =>
      new Promise((resolve) => {
        idlers.push(resolve);
        pump();
      }),
    close: async (graceMs) => {
      closed = true;
      waiting.clear();
      await endRuns([...running.values()], graceMs, log);
      pump();
    },
  };
}

interface Pace {
  begins(entry: WaitingJob): void;
  earliest(key: string): number;
}

function createPace({ clock, spacingMs }: JobQueueOptions): Pace {
  /** Key → when it may begin again; only what is still to come is kept. */
  const next = new Map<string, number>();
  return {
    begins: ({ job, key }) => {
      const ms = spacingMs?.(job) ?? 0;
      const now = clock.now();
      for (const [other, at] of next) if (at <= now) next.delete(other);
      if (ms > 0) next.set(key, now + ms);
    },
    earliest: (key) => next.get(key) ?? 0,
  };
}

/** Never rejects. What is to be tried again, or null. */
async function runOnce(options: JobQueueOptions, entry: WaitingJob, signal: AbortSignal): Promise<WaitingJob | null> {
  try {
    await options.run(entry.job, signal);
    return null;
  } catch (error) {
    const meaning = options.interpret(error, entry.attempt);
    report(options.log, entry, { error, meaning });
    if (meaning.kind !== "retry") return null;
    return { ...entry, attempt: entry.attempt + 1, dueAt: options.clock.now() + (meaning.afterMs ?? 0) };
  }
}

function report(
  log: Logger,
  entry: WaitingJob,
  of: { readonly error: unknown; readonly meaning: Interpretation },
): void {
  const { kind, afterMs, reason } = of.meaning;
  const fields = { job: entry.key, attempt: entry.attempt, afterMs, reason, err: of.error };
  if (kind === "stalled") log.error(fields, "job stalled");
  else if (kind === "retry") log.warn(fields, "job is tried again");
  else log.info(fields, "job ended with an error that needs nothing");
}

async function endRuns(runs: readonly Running[], graceMs: number, log: Logger): Promise<void> {
  const allEnded = Promise.all(runs.map((run) => run.ended));
  if (await endsWithin(allEnded, graceMs)) return;
  for (const run of runs) run.abort.abort(new Error("Signalbox is stopping."));
  if (await endsWithin(allEnded, ABORT_NOTICE_MS)) return;
  log.warn({ jobs: runs.map((run) => run.key) }, "left without waiting for runs that do not stop");
}
