// How a promotion ended can only be told from the app's status: after a rollback it reads `running` again, with the old release.
import type { AppName } from "../manifest/types.ts";
import type { ReconcilePorts, RackConnection } from "./ports.ts";

export interface Waiting {
  readonly ports: Pick<ReconcilePorts, "clock" | "waits">;
  readonly connection: RackConnection;
  readonly app: AppName;
  readonly signal: AbortSignal;
}

/**
 * `active`: the release serves. `rolled-back`: the rack gave it up (seen: the rack was seen at work on it). `unfinished`: the
 * limit passed and it still goes on. `serving`: what serves now, as far as the rack says.
 */
export interface PromotionEnd {
  readonly kind: "active" | "rolled-back" | "unfinished";
  readonly seen: boolean;
  readonly serving: string | null;
}

/** `running` read this often in a row is the end: one reading may be from before the promotion began. */
const CALM_LOOKS = 2;

/** `limitMs`: how long it may take, at most. Throws what the connection throws, and the signal's reason. */
export async function waitForPromotion(waiting: Waiting, release: string, limitMs: number): Promise<PromotionEnd> {
  const { clock, waits } = waiting.ports;
  const startedAt = clock.now();
  let calm = 0;
  let calmRelease: string | null = null;
  let rolledBack = false;
  let seen = false;
  while (clock.now() - startedAt <= limitMs) {
    await clock.sleep(waits.appPollMs, waiting.signal);
    const now = await waiting.connection.readStatus(waiting.app);
    rolledBack ||= now.status === "rollback";
    seen ||= now.status === "rollback" || (now.status === "updating" && now.release === release);
    calm = now.status === "running" ? (now.release === calmRelease ? calm + 1 : 1) : 0;
    calmRelease = now.release;
    if (calm < CALM_LOOKS) continue;
    const isActive = now.release === release && !rolledBack;
    return { kind: isActive ? "active" : "rolled-back", seen, serving: now.release };
  }
  return { kind: "unfinished", seen, serving: null };
}

/** Waits until nothing is under way on the app, whoever began it; false where the limit passed first. */
export async function waitUntilSettled(waiting: Waiting): Promise<boolean> {
  const { clock, waits } = waiting.ports;
  const startedAt = clock.now();
  while (clock.now() - startedAt <= waits.promoteLimitMs) {
    const { status } = await waiting.connection.readStatus(waiting.app);
    if (status === "running") return true;
    await clock.sleep(waits.appPollMs, waiting.signal);
  }
  return false;
}
