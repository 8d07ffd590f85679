import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Milliseconds of processor time that this process has used: what something costs, however busy the machine is. */
export function cpuTimeMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What `work` gives, and what it costs by itself: what a whole suite has left in memory is collected before, not in the midst of it. */
export function timed<T>(work: () => T): { readonly value: T; readonly ms: number } {
  collectLeftovers();
  const start = cpuTimeMs();
  const value = work();
  return { value, ms: cpuTimeMs() - start };
}

const LEFTOVER_BYTES = 200_000_000;
let heapAfterCollection = 0;

function collectLeftovers(): void {
  if (process.memoryUsage().heapUsed - heapAfterCollection < LEFTOVER_BYTES) return;
  setFlagsFromString("--expose-gc");
  runInNewContext("gc()");
  heapAfterCollection = process.memoryUsage().heapUsed;
}
