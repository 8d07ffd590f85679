// What comes of one job: the jobs that its run asks for, those that theirs ask for, and so on, whatever else is asked for meanwhile.
import type { Job, Jobs } from "./ports.ts";

export interface FollowedJobs extends Jobs {
  /**
   * Asks for the job. `whenDone` is called once it and all that came of it have had a run, well or not; what was asked for later than at
   * once is not waited for.
   */
  follow(job: Job, whenDone: () => void): Promise<void>;
  /** Does the run of a job; what it asks for through the jobs that it is given comes of it. */
  run(job: Job, work: (jobs: Jobs) => Promise<void>): Promise<void>;
}

export function createFollowedJobs(jobs: Jobs, keyOf: (job: Job) => string): FollowedJobs {
  /** Keys of what is followed and waits. */
  const waiting = new Set<string>();
  let running = 0;
  const whenDones: (() => void)[] = [];
  const follows: Jobs = {
    add: async (job, more) => {
      // Noted first: it may begin before the queue has answered.
      if ((more?.delayMs ?? 0) === 0) waiting.add(keyOf(job));
      await jobs.add(job, more);
    },
  };
  const tellIfDone = (): void => {
    if (waiting.size === 0 && running === 0) for (const whenDone of whenDones.splice(0)) whenDone();
  };
  return {
    add: (job, more) => jobs.add(job, more),
    follow: async (job, whenDone) => {
      whenDones.push(whenDone);
      await follows.add(job);
    },
    run: async (job, work) => {
      if (!waiting.delete(keyOf(job))) return work(jobs);
      running += 1;
      try {
        await work(follows);
      } finally {
        running -= 1;
        tellIfDone();
      }
    },
  };
}
