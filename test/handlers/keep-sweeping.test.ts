import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { startInProcessJobs } from "../../src/adapters/in-process-jobs.ts";
import type { JobQueue } from "../../src/adapters/job-queue.ts";
import { createClock } from "../../src/adapters/clock.ts";
import { createLog } from "../../src/adapters/log.ts";
import { createFollowedJobs } from "../../src/handlers/follow-jobs.ts";
import { keepSweeping, type SweepLoopPorts } from "../../src/handlers/keep-sweeping.ts";
import { keyOf, laneOf } from "../../src/handlers/lanes.ts";
import type { Job, Jobs } from "../../src/handlers/ports.ts";
import { foldRecords } from "../../src/ledger/ledger-state.ts";

let queue: JobQueue;
let ending: AbortController;

beforeEach(() => {
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort(new Error("the test ends"));
  await queue.close(0);
});

interface Loop {
  readonly ports: SweepLoopPorts;
  readonly ran: string[];
  isReady(): boolean;
  newest: string;
}

/** @param work what each run does */
function loopOf(work: (job: Job, jobs: Jobs) => Promise<void>): Loop {
  const ran: string[] = [];
  queue = startInProcessJobs({
    run: (job) => {
      ran.push(keyOf(job));
      return jobs.run(job, (its) => work(job, its));
    },
    ...{ laneOf, keyOf, interpret: () => ({ kind: "done" }) as const, clock: createClock(), concurrency: 2 },
    log: createLog({ level: "silent", write: () => undefined, redact: (text) => text }),
  });
  const jobs = createFollowedJobs(queue, keyOf);
  let ready = false;
  const loop: Loop = {
    ran,
    newest: "this",
    isReady: () => ready,
    ports: {
      jobs,
      read: () => Promise.reject(new Error("nothing is verified, so that nothing is read")),
      ledger: {
        state: () => foldRecords([]),
        begin: () => Promise.resolve(),
        newestInstance: () => loop.newest,
        refresh: () => Promise.resolve(),
      },
      clock: createClock(),
      becomesReady: () => {
        ready = true;
      },
      warn: (_event, error) => {
        throw error;
      },
    },
  };
  return loop;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  const limit = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > limit) throw new Error(`It did not happen within 10 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const check = (pull: number): Job => ({ kind: "check-pull-request", pull });

describe("the loop of sweeps", () => {
  it("is ready once what came of the first sweep was done, though events never pause", async () => {
    const loop = loopOf(async (job, jobs) => {
      if (job.kind === "sweep") await jobs.add({ kind: "recheck-pull-requests" });
      if (job.kind === "recheck-pull-requests") await jobs.add(check(1));
      // Two pull requests whose every check brings the next event: the queue is never idle.
      if (job.kind === "check-pull-request" && job.pull > 1) await queue.add(check(job.pull));
      await pause();
    });
    await loop.ports.jobs.add(check(2));
    await loop.ports.jobs.add(check(3));
    const swept = keepSweeping(loop.ports, "this", ending.signal);
    await until("readiness", loop.isReady);
    expect(loop.ran).toContain("check-pull-request in pull-request 1");
    ending.abort(new Error("enough"));
    await expect(swept).rejects.toThrow("enough");
  });

  it("ends at once when it is told to, though the first sweep has not ended", async () => {
    const loop = loopOf(() => new Promise(() => undefined));
    const swept = keepSweeping(loop.ports, "this", ending.signal);
    await until("the first sweep", () => loop.ran.length > 0);
    ending.abort(new Error("enough"));
    await expect(swept).rejects.toThrow("enough");
    expect(loop.isReady()).toBe(false);
  });

  it("is not ready any more where another instance took over before the first sweep ended", async () => {
    let ends = (): void => undefined;
    const ended = new Promise<void>((resolve) => (ends = resolve));
    const loop = loopOf(() => ended);
    loop.ports.clock.sleep = pause;
    const swept = keepSweeping(loop.ports, "this", ending.signal);
    await until("the first sweep", () => loop.ran.length > 0);
    loop.newest = "another";
    expect(await swept).toBe("superseded");
    ends();
    await queue.idle();
    expect(loop.isReady()).toBe(false);
  });

  it("asks for nothing where another instance has started later", async () => {
    const loop = loopOf(() => Promise.resolve());
    loop.newest = "another";
    expect(await keepSweeping(loop.ports, "this", ending.signal)).toBe("superseded");
    expect(loop.ran).toEqual([]);
  });
});
