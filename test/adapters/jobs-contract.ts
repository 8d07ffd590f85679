// What every queue of jobs keeps, whatever stands behind it.
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Interpretation, JobQueue, JobQueueOptions } from "../../src/adapters/job-queue.ts";
import { createClock } from "../../src/adapters/clock.ts";
import { createLog } from "../../src/adapters/log.ts";
import type { Job } from "../../src/handlers/ports.ts";

/** Starts the queue under test; each call gives an empty one. */
export type StartQueue = (options: JobQueueOptions) => JobQueue | Promise<JobQueue>;

interface Bench {
  readonly queue: JobQueue;
  /** What happened, in order: `begin check 1`, `end check 1`. */
  readonly seen: string[];
  readonly attempts: number[];
  /** Lets the running job of this pull request end, with an error or well. */
  end(pull: number, error?: Error): Promise<void>;
  /** Resolves when the text has been seen that often. */
  until(text: string, times?: number): Promise<void>;
}

const check = (pull: number): Job => ({ kind: "check-pull-request", pull });
const nameOf = (job: Job): string => ("pull" in job ? `check ${String(job.pull)}` : job.kind);

async function poll(isDone: () => boolean, what: string): Promise<void> {
  const until = Date.now() + 3_000;
  while (!isDone()) {
    if (Date.now() > until) throw new Error(`It did not happen within 3 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export function describeJobsContract(name: string, start: StartQueue): void {
  describe(name, () => {
    const open: JobQueue[] = [];
    afterEach(async () => {
      for (const queue of open.splice(0)) await queue.close(0);
    });

    async function bench(
      more: Partial<Pick<JobQueueOptions, "concurrency" | "interpret" | "laneOf" | "spacingMs">> = {},
    ): Promise<Bench> {
      const seen: string[] = [];
      const attempts: number[] = [];
      const endings = new Map<string, (error?: Error) => void>();
      const queue = await start({
        run: (job, signal) =>
          new Promise((resolve, reject) => {
            seen.push(`begin ${nameOf(job)}`);
            signal.addEventListener("abort", () => {
              seen.push(`abort ${nameOf(job)}`);
              reject(new Error("aborted"));
            });
            endings.set(nameOf(job), (error) => {
              endings.delete(nameOf(job));
              seen.push(`${error === undefined ? "end" : "fail"} ${nameOf(job)}`);
              if (error === undefined) resolve();
              else reject(error);
            });
          }),
        laneOf: more.laneOf ?? nameOf,
        keyOf: nameOf,
        interpret: (error, attempt): Interpretation => {
          attempts.push(attempt);
          return more.interpret?.(error, attempt) ?? { kind: "done" };
        },
        clock: createClock(),
        ...(more.spacingMs === undefined ? {} : { spacingMs: more.spacingMs }),
        concurrency: more.concurrency ?? 4,
        log: createLog({ level: "silent", write: () => undefined, redact: (text) => text }),
      });
      open.push(queue);
      const until = (text: string, times = 1): Promise<void> =>
        poll(() => seen.filter((line) => line === text).length >= times, `${text}, ${String(times)} times`);
      return {
        queue,
        seen,
        attempts,
        until,
        end: async (pull, error) => {
          const job = nameOf(check(pull));
          await poll(() => endings.has(job), `${job} runs`);
          endings.get(job)?.(error);
        },
      };
    }

    it("runs jobs of one lane one at a time, in order", async () => {
      const { queue, seen, end } = await bench({ laneOf: () => "one" });
      for (const pull of [1, 2, 3]) await queue.add(check(pull));
      for (const pull of [1, 2, 3]) await end(pull);
      await queue.idle();
      expect(seen).toEqual([1, 2, 3].flatMap((pull) => [`begin check ${String(pull)}`, `end check ${String(pull)}`]));
    });

    it("runs lanes side by side, as many as it may", async () => {
      const { queue, seen, until, end } = await bench({ concurrency: 2 });
      for (const pull of [1, 2, 3]) await queue.add(check(pull));
      await until("begin check 2");
      expect(seen).toEqual(["begin check 1", "begin check 2"]);
      await end(2);
      await until("begin check 3");
      await end(1);
      await end(3);
      await queue.idle();
    });

    it("does not let a busy lane hold up the others", async () => {
      const { queue, seen, until, end } = await bench({
        concurrency: 2,
        laneOf: (job) => ("pull" in job && job.pull < 3 ? "busy" : "other"),
      });
      for (const pull of [1, 2, 3]) await queue.add(check(pull));
      await until("begin check 3");
      expect(seen).not.toContain("begin check 2");
      for (const pull of [1, 3, 2]) await end(pull);
      await queue.idle();
    });

    it("does not add twice what waits already", async () => {
      const { queue, seen, end } = await bench({ concurrency: 1 });
      await queue.add(check(1));
      for (let times = 0; times < 5; times += 1) await queue.add(check(2));
      await end(1);
      await end(2);
      await queue.idle();
      expect(seen.filter((line) => line === "begin check 2")).toHaveLength(1);
    });

    it("runs once more what is added while it runs", async () => {
      const { queue, seen, until, end } = await bench();
      await queue.add(check(1));
      await until("begin check 1");
      await queue.add(check(1));
      await queue.add(check(1));
      expect(seen).toEqual(["begin check 1"]);
      await end(1);
      await end(1);
      await queue.idle();
      expect(seen).toEqual(["begin check 1", "end check 1", "begin check 1", "end check 1"]);
    });

    it("runs after itself what it asks for at its very start", async () => {
      const runs: string[] = [];
      const queue = await start({
        run: async () => {
          runs.push("begin");
          if (runs.length === 1) void queue.add(check(1));
          await new Promise((resolve) => setImmediate(resolve));
          runs.push("end");
        },
        ...{ laneOf: nameOf, keyOf: nameOf, interpret: () => ({ kind: "done" }), clock: createClock(), concurrency: 4 },
        log: createLog({ level: "silent", write: () => undefined, redact: (text) => text }),
      });
      open.push(queue);
      await queue.add(check(1));
      await queue.idle();
      expect(runs).toEqual(["begin", "end", "begin", "end"]);
    });

    it("waits for the instant of a delayed job, and of two takes the earlier one", async () => {
      const { queue, seen, until, end } = await bench();
      await queue.add(check(1), { delayMs: 60_000 });
      await queue.idle();
      expect(seen).toEqual([]);
      await queue.add(check(1), { delayMs: 30 });
      await queue.add(check(1), { delayMs: 60_000 });
      await until("begin check 1");
      await end(1);
      await queue.idle();
      expect(seen).toEqual(["begin check 1", "end check 1"]);
    });

    it("tries again with a rising count until it is told that the job has stalled", async () => {
      const { queue, attempts, seen, end } = await bench({
        interpret: (_error, attempt) =>
          attempt < 3 ? { kind: "retry", afterMs: 1 } : { kind: "stalled", reason: "enough" },
      });
      await queue.add(check(1));
      for (let times = 0; times < 3; times += 1) await end(1, new Error("no"));
      await poll(() => attempts.length === 3, "three attempts");
      await queue.idle();
      await queue.add(check(1));
      await end(1);
      expect(attempts).toEqual([1, 2, 3]);
      expect(seen.filter((line) => line === "begin check 1")).toHaveLength(4);
    });

    it("wakes a retry at once when the job is added again, and goes on counting", async () => {
      const { queue, attempts, until, end } = await bench({ interpret: () => ({ kind: "retry", afterMs: 60_000 }) });
      await queue.add(check(1));
      await end(1, new Error("no"));
      await queue.idle();
      await queue.add(check(1));
      await until("begin check 1", 2);
      await end(1, new Error("no"));
      await poll(() => attempts.length === 2, "two attempts");
      expect(attempts).toEqual([1, 2]);
    });

    it("lets what was added during a failed run take the place of the retry", async () => {
      const { queue, seen, until, end } = await bench({ interpret: () => ({ kind: "retry", afterMs: 60_000 }) });
      await queue.add(check(1));
      await until("begin check 1");
      await queue.add(check(1));
      await end(1, new Error("no"));
      await end(1);
      await queue.idle();
      expect(seen).toEqual(["begin check 1", "fail check 1", "begin check 1", "end check 1"]);
    });

    it("goes on with other jobs when one fails", async () => {
      const { queue, seen, end } = await bench({
        laneOf: () => "one",
        interpret: () => ({ kind: "stalled", reason: "x" }),
      });
      await queue.add(check(1));
      await queue.add(check(2));
      await end(1, new Error("no"));
      await end(2);
      await queue.idle();
      expect(seen).toContain("end check 2");
    });

    it("makes two runs of a burst of the same work, the second after the spacing", async () => {
      const { queue, seen, until, end } = await bench({ spacingMs: () => 60 });
      const began = Date.now();
      for (let times = 0; times < 50; times += 1) await queue.add(check(1));
      await until("begin check 1");
      await end(1);
      for (let times = 0; times < 50; times += 1) await queue.add(check(1));
      await until("begin check 1", 2);
      await end(1);
      await queue.idle();
      expect(seen).toEqual(["begin check 1", "end check 1", "begin check 1", "end check 1"]);
      expect(Date.now() - began).toBeGreaterThanOrEqual(55);
    });

    it("lets runs end when it is closed, starts nothing more and takes nothing more", async () => {
      const { queue, seen, until, end } = await bench({ laneOf: () => "one" });
      await queue.add(check(1));
      await queue.add(check(2));
      await until("begin check 1");
      const closed = queue.close(3_000);
      await expect(queue.add(check(3))).rejects.toThrow('The queue is closed: it does not take the job "check 3".');
      await end(1);
      await closed;
      expect(seen).toEqual(["begin check 1", "end check 1"]);
    });

    it("aborts what has not ended when its patience has", async () => {
      const { queue, seen, until } = await bench();
      await queue.add(check(1));
      await until("begin check 1");
      await queue.close(10);
      expect(seen).toEqual(["begin check 1", "abort check 1"]);
    });
  });
}
