// Threads that load apps' folders, one a core. They start when there is something to do, and end when there was nothing for a while:
// what they hold is given back then.
import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import type { AppWorkers, PackedApps } from "../handlers/ports.ts";

const IDLE_MS = 10_000;
/** Half of Node's default takes 50 MB less for each thread, and no longer. */
const YOUNG_MEGABYTES = 24;

export function createAppWorkers(): AppWorkers {
  let pool: Piscina | null = null;
  return {
    load: async (sources) => {
      pool ??= new Piscina({
        filename: new URL("../load-apps-worker.js", import.meta.url).href,
        name: "loadApps",
        minThreads: 0,
        maxThreads: availableParallelism(),
        idleTimeout: IDLE_MS,
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
      });
      return (await pool.run(sources)) as PackedApps; // what `loadApps` gives
    },
    close: async () => {
      await pool?.close();
      pool = null;
    },
  };
}
