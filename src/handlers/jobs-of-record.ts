// Which reports a new record of the ledger makes stale.
import type { LedgerState } from "../ledger/ledger-state.ts";
import type { LedgerRecord, VerifyRecord } from "../ledger/record.ts";
import type { Job } from "./ports.ts";

/** What was reported longer ago than this many updates is told by the ledger alone; held units are looked for in all. */
const RECENT_UPDATES = 50;

/** `state`: with the record in it. */
export function jobsOfRecord(record: LedgerRecord, state: LedgerState): readonly Job[] {
  switch (record.action) {
    case "begin":
    case "start":
    case "name":
      return [];
    case "apply":
      return [{ kind: "report-update", commit: record.commit }];
    case "retry":
      return [
        { kind: "reconcile-rack", rack: record.rack },
        { kind: "report-update", commit: record.commit },
      ];
    case "verify":
      return [record, ...touchedBefore(record, state)].map(({ commit }) => ({ kind: "report-update", commit }));
  }
}

/** Earlier updates of the same units: their hold may have ended, or they are superseded. */
function touchedBefore(record: VerifyRecord, state: LedgerState): readonly VerifyRecord[] {
  if (record.result === "held") return [];
  const units = new Set(record.units);
  const recent = state.updates.length - RECENT_UPDATES;
  return state.updates.filter(
    (update, index) =>
      update.commit !== record.commit &&
      (index >= recent || update.result === "held") &&
      update.units.some((unit) => units.has(unit)),
  );
}
