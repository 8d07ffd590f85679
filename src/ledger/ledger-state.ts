// What the ledger says, folded: which content of which unit is verified, what is held, and how each apply ended.
import type { AppName, CommitSha, RackName, Unit } from "../manifest/types.ts";
import type { ApplyRecord, LedgerRecord, VerifyRecord } from "./record.ts";

export interface LedgerState {
  /** null: the ledger has not begun. */
  readonly root: CommitSha | null;
  /** Every update of the default branch up to this commit has been judged. */
  readonly judged: CommitSha | null;
  /** Units whose verified content is younger than the root. */
  readonly verified: ReadonlyMap<Unit, VerifyRecord>;
  /** Held units, each with the first update that was not verified. */
  readonly held: ReadonlyMap<Unit, VerifyRecord>;
  readonly updates: readonly VerifyRecord[];
  /** The newest record of each app, by `rack/app`, of each commit. */
  readonly applied: ReadonlyMap<string, readonly ApplyRecord[]>;
  /** Ids of all records. */
  readonly ids: ReadonlySet<string>;
}

export const EMPTY_LEDGER: LedgerState = {
  root: null,
  judged: null,
  verified: new Map(),
  held: new Map(),
  updates: [],
  applied: new Map(),
  ids: new Set(),
};

/** Adds one record to what is known; a record whose id is known changes nothing. */
export function withRecord(state: LedgerState, record: LedgerRecord): LedgerState {
  if (state.ids.has(record.id)) return state;
  const ids = new Set(state.ids).add(record.id);
  switch (record.action) {
    case "begin":
      return { ...state, ids, root: record.commit, judged: record.commit };
    case "start":
      return { ...state, ids };
    case "verify":
      return { ...withUpdate(state, record), ids };
    case "apply":
      return { ...withApply(state, record), ids };
  }
}

/** The commit whose content of the unit is in force. */
export function verifiedCommit(state: LedgerState, unit: Unit): CommitSha | null {
  return state.verified.get(unit)?.commit ?? state.root;
}

/** What is known of one app at one verified commit; undefined: nothing has ended there yet. */
export function outcomeOf(
  state: LedgerState,
  at: { readonly rack: RackName; readonly app: AppName; readonly commit: CommitSha },
): ApplyRecord | undefined {
  return state.applied.get(`${at.rack}/${at.app}`)?.findLast((record) => record.commit === at.commit);
}

function withUpdate(state: LedgerState, record: VerifyRecord): LedgerState {
  const verified = new Map(state.verified);
  const held = new Map(state.held);
  for (const unit of record.units) {
    if (record.result === "held") {
      if (!held.has(unit)) held.set(unit, record);
      continue;
    }
    held.delete(unit);
    verified.set(unit, record);
  }
  return { ...state, judged: record.commit, verified, held, updates: [...state.updates, record] };
}

function withApply(state: LedgerState, record: ApplyRecord): LedgerState {
  const key = `${record.rack}/${record.app}`;
  const applied = new Map(state.applied);
  applied.set(key, [...(applied.get(key) ?? []), record]);
  return { ...state, applied };
}
