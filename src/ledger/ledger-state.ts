// What the ledger says, folded: which content of which unit is verified, what is held, and how each apply ended.
import type { AppName, CommitSha, RackName, Subject, Unit } from "../manifest/types.ts";
import type { ApplyRecord, BeginRecord, LedgerRecord, NameRecord, RetryRecord, VerifyRecord } from "./record.ts";

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
  /** The records of each app, by `rack/app`, oldest first. */
  readonly applied: ReadonlyMap<string, readonly (ApplyRecord | RetryRecord)[]>;
  /** What each name of the verified config meant when it was merged: a numeric id at GitHub; null: nobody. */
  readonly named: ReadonlyMap<Subject, number | null>;
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
  named: new Map(),
  ids: new Set(),
};

/** Adds one record to what is known; a record whose id is known changes nothing. */
export function withRecord(state: LedgerState, record: LedgerRecord): LedgerState {
  return foldRecords([record], state);
}

/** Adds records in their order, in time that grows with their number. `from` stays as it was. */
export function foldRecords(records: Iterable<LedgerRecord>, from: LedgerState = EMPTY_LEDGER): LedgerState {
  let draft: Draft | null = null;
  for (const record of records) {
    if ((draft ?? from).ids.has(record.id)) continue;
    draft ??= draftOf(from);
    if (record.action === "begin") draft = draftOf(begunBy(record));
    else addTo(draft, record);
  }
  return draft ?? from;
}

/** The commit whose content of the unit is in force. */
export function verifiedCommit(state: LedgerState, unit: Unit): CommitSha | null {
  return state.verified.get(unit)?.commit ?? state.root;
}

export interface AppliedAt {
  readonly rack: RackName;
  readonly app: AppName;
  readonly commit: CommitSha;
}

/**
 * What is known of one app at one verified commit, since it was last asked to be tried again: the newest record that ends it, else
 * the newest that is retrying; undefined: nothing has been recorded there yet.
 */
export function outcomeOf(state: LedgerState, at: AppliedAt): ApplyRecord | undefined {
  const records = recordsAt(state, at);
  const since = records.slice(records.findLastIndex(isRetry) + 1).filter((record) => !isRetry(record));
  return since.findLast((record) => record.retrying !== true) ?? since.at(-1);
}

/** How often it was asked to be tried again. */
export function retriesOf(state: LedgerState, at: AppliedAt): number {
  return recordsAt(state, at).filter(isRetry).length;
}

function recordsAt(state: LedgerState, { rack, app, commit }: AppliedAt): readonly (ApplyRecord | RetryRecord)[] {
  return (state.applied.get(`${rack}/${app}`) ?? []).filter((record) => record.commit === commit);
}

function isRetry(record: ApplyRecord | RetryRecord): record is RetryRecord {
  return record.action === "retry";
}

/** A LedgerState that nobody else has seen yet, so that it may be changed in place. */
interface Draft extends LedgerState {
  judged: CommitSha | null;
  readonly verified: Map<Unit, VerifyRecord>;
  readonly held: Map<Unit, VerifyRecord>;
  readonly updates: VerifyRecord[];
  readonly applied: Map<string, (ApplyRecord | RetryRecord)[]>;
  readonly named: Map<Subject, number | null>;
  readonly ids: Set<string>;
}

function draftOf(state: LedgerState): Draft {
  return {
    root: state.root,
    judged: state.judged,
    verified: new Map(state.verified),
    held: new Map(state.held),
    updates: [...state.updates],
    applied: new Map(Array.from(state.applied, ([key, records]) => [key, [...records]])),
    named: new Map(state.named),
    ids: new Set(state.ids),
  };
}

/** A newer root begins anew: all of its content counts as verified, and nothing from before decides anything. */
function begunBy(record: BeginRecord): LedgerState {
  return { ...EMPTY_LEDGER, root: record.commit, judged: record.commit, ids: new Set([record.id]) };
}

function addTo(draft: Draft, record: Exclude<LedgerRecord, BeginRecord>): void {
  draft.ids.add(record.id);
  switch (record.action) {
    case "start":
      return;
    case "verify":
      addUpdate(draft, record);
      return;
    case "name":
      addNames(draft, record);
      return;
    case "apply":
    case "retry":
      addApply(draft, record);
  }
}

function addUpdate(draft: Draft, record: VerifyRecord): void {
  draft.judged = record.commit;
  draft.updates.push(record);
  for (const unit of record.units) {
    if (record.result !== "held") {
      draft.held.delete(unit);
      draft.verified.set(unit, record);
    } else if (!draft.held.has(unit)) {
      draft.held.set(unit, record);
    }
  }
}

function addNames(draft: Draft, { named, forgotten }: NameRecord): void {
  for (const name of forgotten) draft.named.delete(name);
  for (const [name, id] of Object.entries(named)) draft.named.set(name as Subject, id); // its keys are subjects
}

function addApply(draft: Draft, record: ApplyRecord | RetryRecord): void {
  const key = `${record.rack}/${record.app}`;
  const records = draft.applied.get(key);
  if (records === undefined) draft.applied.set(key, [record]);
  else records.push(record);
}
