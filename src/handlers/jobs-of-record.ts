// Which reports a new record of the ledger makes stale.
import type { LedgerState } from "../ledger/ledger-state.ts";
import type { LedgerRecord, VerifyRecord } from "../ledger/record.ts";
import type { Job } from "./ports.ts";

/** `state`: with the record in it. */
export function jobsOfRecord(record: LedgerRecord, state: LedgerState): readonly Job[] {
  switch (record.action) {
    case "begin":
    case "start":
      return [];
    case "apply":
      return [{ kind: "report-update", commit: record.commit }];
    case "verify":
      return [record, ...heldBefore(record, state)].map(({ commit }) => ({ kind: "report-update", commit }));
  }
}

/** Earlier holds that this update may have ended. */
function heldBefore(record: VerifyRecord, state: LedgerState): readonly VerifyRecord[] {
  if (record.result === "held") return [];
  const units = new Set(record.units);
  return state.updates.filter((update) => update.result === "held" && update.units.some((unit) => units.has(unit)));
}
