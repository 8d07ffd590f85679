// Threads that load apps' folders, one a core. They start when there is something to do, and end when there was nothing for a while:
// what they hold is given back then.
import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { endsWithin } from "./ends-within.ts";
import type { AppWorkers, PackedApps } from "../handlers/ports.ts";
import type { AppSource } from "../manifest/load-app.ts";

const IDLE_MS = 10_000;
/** How long the end waits for what threads are asked; one thread's share of a whole repo takes less. */
const GRACE_MS = 10_000;
/** Half of Node's default takes 50 MB less for each thread, and no longer. */
const YOUNG_MEGABYTES = 24;

const LOADS_APPS = new URL("../load-apps-worker.js", import.meta.url);

interface AppWorkersOptions {
  /** What runs on each thread: a module with `loadApps`. */
  readonly worker: URL;
  /** What threads are asked fails if it takes longer than this once they are to end. */
  readonly graceMs: number;
}

export function createAppWorkers({
  worker = LOADS_APPS,
  graceMs = GRACE_MS,
}: Partial<AppWorkersOptions> = {}): AppWorkers {
  let current: Piscina | null = null;
  const running = new Set<Promise<PackedApps>>();
  /** Where a thread dies, what waits may wait for ever: all of it fails, and the next one to ask starts others. */
  const retire = async (pool: Piscina): Promise<void> => {
    if (current === pool) current = null;
    await pool.destroy();
  };
  const start = (): Piscina => {
    const pool = startPool(worker);
    // Of a thread that nobody waits for. Without a listener it would end the process.
    pool.on("error", () => void retire(pool));
    return pool;
  };
  const run = async (sources: readonly AppSource[]): Promise<PackedApps> => {
    const pool = (current ??= start());
    try {
      return (await pool.run(sources)) as PackedApps; // what `loadApps` gives
    } catch (error) {
      await retire(pool);
      throw error;
    }
  };
  return {
    load: (sources) => {
      const loading = run(sources).finally(() => running.delete(loading));
      running.add(loading);
      return loading;
    },
    close: async () => {
      await endsWithin(Promise.allSettled(running), graceMs);
      if (current !== null) await retire(current);
    },
  };
}

function startPool(worker: URL): Piscina {
  return new Piscina({
    filename: worker.href,
    name: "loadApps",
    minThreads: 0,
    maxThreads: availableParallelism(),
    idleTimeout: IDLE_MS,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
}
