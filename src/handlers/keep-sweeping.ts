// One Signalbox works at a time, and it looks again and again: the loop around the sweep, from its start's record to its end.
import { readVerified, type Reading } from "./read-config.ts";
import type { FollowedJobs } from "./follow-jobs.ts";
import type { Clock, Ledger } from "./ports.ts";

export interface SweepLoopPorts extends Reading {
  readonly ledger: Pick<Ledger, "state"> & {
    /** Resolves when the start of this instance is committed. */
    begin(instance: string): Promise<void>;
    /** The instance that started last, as of the last look. */
    newestInstance(): string | null;
    /** Looks at what another instance wrote. */
    refresh(): Promise<void>;
  };
  readonly jobs: Pick<FollowedJobs, "add" | "follow">;
  readonly clock: Pick<Clock, "sleep">;
  /** The first sweep and all that came of it have had a run, and this instance still works. */
  becomesReady(): void;
  warn(event: string, error: unknown): void;
}

const SWEEP_INTERVAL_MS = 60_000;

/**
 * Begins only when its start is in the ledger. `superseded`: another instance started later, and this one must stop working;
 * rejects with the signal's reason when aborted, and where the ledger takes no records.
 */
export async function keepSweeping(
  ports: SweepLoopPorts,
  instance: string,
  signal: AbortSignal,
): Promise<"superseded"> {
  await ports.ledger.begin(instance);
  let isOver = false;
  const whenDone = (): void => {
    if (!isOver) ports.becomesReady();
  };
  try {
    for (let first = true; ; first = false) {
      signal.throwIfAborted();
      if (ports.ledger.newestInstance() !== instance) return "superseded";
      if (first) await ports.jobs.follow({ kind: "sweep" }, whenDone);
      else await ports.jobs.add({ kind: "sweep" });
      await ports.clock.sleep(await intervalMs(ports), signal);
      await refresh(ports);
    }
  } finally {
    isOver = true;
  }
}

async function refresh(ports: SweepLoopPorts): Promise<void> {
  try {
    await ports.ledger.refresh();
  } catch (error) {
    // Git or GitHub is away: the next look finds what this one would have, and nothing of ours is sealed onto an old tip.
    ports.warn("the ledger could not be looked at", error);
  }
}

async function intervalMs(ports: SweepLoopPorts): Promise<number> {
  try {
    const verified = await readVerified(ports, ports.ledger.state());
    return verified?.settings.sync.intervalMs ?? SWEEP_INTERVAL_MS;
  } catch (error) {
    // The jobs that need it report it; the sweep must not end of it.
    ports.warn("the verified settings cannot be read", error);
    return SWEEP_INTERVAL_MS;
  }
}
