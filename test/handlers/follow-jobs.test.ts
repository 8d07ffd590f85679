import { describe, expect, it } from "@jest/globals";
import { createFollowedJobs, type FollowedJobs } from "../../src/handlers/follow-jobs.ts";
import { keyOf } from "../../src/handlers/lanes.ts";
import type { Job, Jobs } from "../../src/handlers/ports.ts";

const SWEEP: Job = { kind: "sweep" };
const RECHECK: Job = { kind: "recheck-pull-requests" };
const check = (pull: number): Job => ({ kind: "check-pull-request", pull });

interface Row {
  readonly jobs: FollowedJobs;
  /** What waits, in order; a job of one key waits once. */
  readonly waiting: Job[];
  isDone(): boolean;
  /** Runs what waits first, which asks for these. */
  runNext(...asked: readonly Job[]): Promise<void>;
}

async function followSweep(): Promise<Row> {
  const waiting: Job[] = [];
  const queue: Jobs = {
    add: (job) => {
      if (!waiting.some((other) => keyOf(other) === keyOf(job))) waiting.push(job);
      return Promise.resolve();
    },
  };
  const jobs = createFollowedJobs(queue, keyOf);
  let done = false;
  await jobs.follow(SWEEP, () => (done = true));
  const runNext = async (...asked: readonly Job[]): Promise<void> => {
    const job = waiting.shift();
    if (job === undefined) throw new Error("nothing waits");
    await jobs.run(job, async (its) => {
      for (const one of asked) await its.add(one);
    });
  };
  return { jobs, waiting, isDone: () => done, runNext };
}

describe("what comes of a job", () => {
  it("is done when all that it asked for, and they in turn, have had a run", async () => {
    const { isDone, runNext } = await followSweep();
    await runNext(RECHECK);
    await runNext(check(1), check(2));
    await runNext();
    expect(isDone()).toBe(false);
    await runNext();
    expect(isDone()).toBe(true);
  });

  it("is done whatever others ask for without a pause", async () => {
    const { jobs, isDone, runNext, waiting } = await followSweep();
    await jobs.add(check(1));
    await runNext(RECHECK);
    await runNext(check(3), check(4));
    await runNext(check(2));
    await runNext(check(5), check(6));
    await runNext(check(7));
    expect(isDone()).toBe(false);
    await runNext();
    expect(isDone()).toBe(true);
    expect(waiting).not.toEqual([]);
  });

  it("has what waited already when it asked for it", async () => {
    const { jobs, isDone, runNext } = await followSweep();
    await jobs.add(check(1));
    await runNext(check(1));
    expect(isDone()).toBe(false);
    await runNext(check(2));
    expect(isDone()).toBe(false);
    await runNext();
    expect(isDone()).toBe(true);
  });

  it("waits for the run after the one that was under way when it asked", async () => {
    const { jobs, isDone, runNext, waiting } = await followSweep();
    await jobs.run(check(1), async () => {
      await runNext(check(1));
    });
    expect(waiting).toEqual([check(1)]);
    expect(isDone()).toBe(false);
    await runNext();
    expect(isDone()).toBe(true);
  });

  it("does not wait for what is asked for later than at once", async () => {
    const { jobs, isDone } = await followSweep();
    await jobs.run(SWEEP, (its) => its.add(check(1), { delayMs: 5_000 }));
    expect(isDone()).toBe(true);
  });

  it("is done though a run fails, whose error is the queue's to weigh", async () => {
    const { jobs, isDone } = await followSweep();
    await expect(jobs.run(SWEEP, () => Promise.reject(new Error("no answer")))).rejects.toThrow("no answer");
    expect(isDone()).toBe(true);
  });
});
