// Which deliveries had their effect. GitHub keeps the id when it delivers again, so that what failed must be forgotten and what
// succeeded remembered, for longer than the three days in which GitHub delivers again.
import { createHash } from "node:crypto";
import type { Clock } from "../handlers/ports.ts";

const KEPT_MS = 4 * 24 * 3_600_000;
/** Handlers only enqueue the reading of present state, so that forgetting early costs a needless look and no more. */
const MOST_KEPT = 100_000;

export type BegunDelivery =
  | { readonly kind: "new"; done(): void; fail(): void }
  /** `outcome` rejects where the first arrival failed. */
  | { readonly kind: "known"; readonly sameBody: boolean; readonly outcome: Promise<void> };

export interface DeliveryMemory {
  begin(id: string, body: Buffer): BegunDelivery;
}

interface Remembered {
  readonly digest: string;
  readonly at: number;
  readonly outcome: Promise<void>;
}

export function createDeliveryMemory(clock: Pick<Clock, "now">): DeliveryMemory {
  /** Oldest first. */
  const remembered = new Map<string, Remembered>();

  const forgetOld = (): void => {
    for (const [id, { at }] of remembered) {
      if (remembered.size <= MOST_KEPT && clock.now() - at <= KEPT_MS) return;
      remembered.delete(id);
    }
  };

  return {
    begin: (id, body) => {
      forgetOld();
      const digest = createHash("sha256").update(body).digest("base64");
      const known = remembered.get(id);
      if (known !== undefined) return { kind: "known", sameBody: known.digest === digest, outcome: known.outcome };
      const { promise: outcome, resolve, reject } = withResolvers();
      // A failure nobody else waits for is told by the first arrival itself.
      outcome.catch(() => undefined);
      remembered.set(id, { digest, at: clock.now(), outcome });
      return {
        kind: "new",
        done: resolve,
        fail: () => {
          remembered.delete(id);
          reject(new Error("The first arrival of this delivery failed."));
        },
      };
    },
  };
}

function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((onDone, onFail) => {
    resolve = onDone;
    reject = onFail;
  });
  return { promise, resolve, reject };
}
