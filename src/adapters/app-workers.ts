// Threads that load apps' folders, one a core. They start when there is something to do, and end when there was nothing for a while:
// what they hold is given back then.
import { Piscina } from "piscina";
import type { AppWorkers } from "../handlers/ports.ts";

const IDLE_MS = 10_000;

export function createAppWorkers(): AppWorkers {
  let pool: Piscina | null = null;
  return {
    load: async (sources) => {
      pool ??= new Piscina({
        filename: new URL("../load-apps-worker.js", import.meta.url).href,
        name: "loadApps",
        minThreads: 0,
        idleTimeout: IDLE_MS,
      });
      return (await pool.run(sources)) as Uint8Array; // what `loadApps` gives
    },
    close: async () => {
      await pool?.close();
      pool = null;
    },
  };
}
