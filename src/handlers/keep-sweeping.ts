// One Signalbox works at a time, and it looks again and again: the loop around the sweep, from its start's record to its end.
import { readVerified, type ConfigSource } from "./read-config.ts";
import type { Clock, Jobs, Ledger } from "./ports.ts";

export interface SweepLoopPorts extends ConfigSource {
  readonly ledger: Pick<Ledger, "state"> & {
    /** Resolves when the start of this instance is committed. */
    begin(instance: string): Promise<void>;
    /** The instance that started last, as of the last look. */
    newestInstance(): string | null;
    /** Looks at what another instance wrote. */
    refresh(): Promise<void>;
  };
  readonly jobs: Jobs & { idle(): Promise<void> };
  readonly clock: Pick<Clock, "sleep">;
  /** What keeps Signalbox from being ready, in words; null: it is ready, since the first sweep's work has ended. */
  becomes(problem: string | null): void;
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
  for (let first = true; ; first = false) {
    signal.throwIfAborted();
    if (ports.ledger.newestInstance() !== instance) return "superseded";
    await ports.jobs.add({ kind: "sweep" });
    if (first) {
      await ports.jobs.idle();
      ports.becomes(null);
    }
    await ports.clock.sleep(await intervalMs(ports), signal);
    await refresh(ports);
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
