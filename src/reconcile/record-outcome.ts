// How an apply ended, as a record with a stable id: what is found again is not recorded again.
import { createHash } from "node:crypto";
import type { AppName, CommitSha, RackName } from "../manifest/types.ts";
import { outcomeOf, type LedgerState } from "../ledger/ledger-state.ts";
import type { ApplyRecord } from "../ledger/record.ts";
import type { AppTask } from "./app-work.ts";
import type { ReconcilePorts } from "./ports.ts";

export interface Ending {
  readonly result: "ok" | "failed" | "rolled-back" | "noop" | "superseded";
  readonly detail?: string;
  readonly next?: string;
  readonly release?: string;
  readonly build?: string;
  readonly serving?: string;
  readonly logTail?: readonly string[];
  /** It goes on by itself: not the end. */
  readonly retrying?: true;
  /** Nothing is written to the app for now; when that changes, the work is done. */
  readonly paused?: "observe" | "suspended";
}

/** What an outcome is recorded of. */
export type Recordable = Pick<AppTask, "origin" | "unit" | "startedAt"> & {
  readonly folder: { readonly rack: RackName; readonly name: AppName };
};

const PAUSED_ID = /:(observe|suspended)$/;

/** Whether nothing is left to do for this content of the app, as far as the ledger tells. */
export function hasEnded(
  state: LedgerState,
  at: { readonly rack: RackName; readonly app: AppName; readonly commit: CommitSha },
): boolean {
  const record = outcomeOf(state, at);
  return record !== undefined && record.retrying !== true && !PAUSED_ID.test(record.id);
}

/** Appends it unless it is known; everything in it has passed the redactor. */
export async function recordOutcome(ports: ReconcilePorts, task: Recordable, ending: Ending): Promise<void> {
  const { folder, origin } = task;
  const at = { rack: folder.rack, app: folder.name, commit: origin.commit };
  const redacted = redactedWords(ports, ending);
  const again = origin.retries === 0 ? "" : `:retry-${String(origin.retries)}`;
  const id = `apply:${at.rack}/${at.app}:${at.commit}${again}:${ending.result}${suffixOf({ ...ending, ...redacted })}`;
  const state = ports.ledger.state();
  if (state.ids.has(id)) return;
  const now = ports.clock.now();
  const verified = state.verified.get(task.unit);
  const record: ApplyRecord = {
    id,
    action: "apply",
    at: new Date(now).toISOString(),
    actor: "signalbox",
    via: "signalbox",
    result: ending.result,
    ...at,
    digest: origin.digest,
    durationMs: Math.max(0, now - task.startedAt),
    ...(verified?.commit !== origin.commit || verified.pull === undefined ? {} : { pull: verified.pull }),
    ...(verified?.commit !== origin.commit || verified.approvedBy === undefined
      ? {}
      : { approvedBy: verified.approvedBy }),
    ...(ending.release === undefined ? {} : { release: ending.release }),
    ...(ending.build === undefined ? {} : { build: ending.build }),
    ...(ending.serving === undefined ? {} : { serving: ending.serving }),
    ...(ending.retrying === undefined ? {} : { retrying: true as const }),
    ...redacted,
  };
  ports.log("apply-recorded", { ...at, result: ending.result, release: ending.release, detail: redacted.detail });
  await ports.ledger.append([record]);
}

function redactedWords(ports: ReconcilePorts, ending: Ending): Pick<ApplyRecord, "detail" | "next" | "logTail"> {
  return {
    ...(ending.detail === undefined ? {} : { detail: ports.redact(ending.detail) }),
    ...(ending.next === undefined ? {} : { next: ports.redact(ending.next) }),
    ...(ending.logTail === undefined || ending.logTail.length === 0
      ? {}
      : { logTail: ending.logTail.map((line) => ports.redact(line)) }),
  };
}

/** Of faults that are tried again each kind is recorded once: numbers in its words make no new kind. */
function suffixOf(ending: Ending): string {
  if (ending.paused !== undefined) return `:${ending.paused}`;
  if (ending.retrying === undefined) return "";
  const kind = (ending.detail ?? "").replace(/\d+/g, "0");
  return `:retrying:${createHash("sha256").update(kind).digest("hex").slice(0, 12)}`;
}
