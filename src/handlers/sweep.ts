// Finds what no event told: a moved default branch, open pull requests, racks, reports that a death cut off. It only asks for work;
// whoever does the work reads the present state.
import type { Jobs, Clock, Ledger } from "./ports.ts";
import { readVerified, type ConfigSource } from "./read-config.ts";

export interface SweepPorts extends ConfigSource {
  readonly ledger: Pick<Ledger, "state">;
  readonly jobs: Jobs;
  readonly clock: Pick<Clock, "now">;
}

/** What the sweep before this one saw; empty at the start, so that the first one asks for everything. */
export interface SweepMemory {
  racksAt: number | null;
}

const RACK_SWEEP_INTERVAL_MS = 10 * 60_000;
/** A report that a death cut off belongs to one of the newest updates. */
const REPORTS_AT_START = 20;

export function createSweepMemory(): SweepMemory {
  return { racksAt: null };
}

export async function sweep(ports: SweepPorts, memory: SweepMemory): Promise<void> {
  await ports.git.update();
  const tip = await ports.git.tip();
  if (tip !== ports.ledger.state().judged) await ports.jobs.add({ kind: "verify-updates" });
  await ports.jobs.add({ kind: "recheck-pull-requests" });
  const due = memory.racksAt === null || ports.clock.now() - memory.racksAt >= RACK_SWEEP_INTERVAL_MS;
  if (!due) return;
  if (memory.racksAt === null) await askForReports(ports);
  memory.racksAt = ports.clock.now();
  const verified = await readVerified(ports, ports.ledger.state());
  for (const rack of verified?.racks.keys() ?? []) await ports.jobs.add({ kind: "reconcile-rack", rack });
}

async function askForReports(ports: SweepPorts): Promise<void> {
  for (const { commit } of ports.ledger.state().updates.slice(-REPORTS_AT_START)) {
    await ports.jobs.add({ kind: "report-update", commit });
  }
}
