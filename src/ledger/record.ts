// One line of the ledger. The first block is the audit shape of the CLI (fields may be added, never renamed); the rest is what
// Signalbox itself reads back, since it has no other memory.
import type { AppName, CommitSha, Login, RackName, Subject, Unit } from "../manifest/types.ts";
import type { Outcome } from "../rbac/verdict.ts";

export type RecordResult = "ok" | "failed" | "denied" | "held" | "superseded" | "rolled-back" | "noop";

interface Recorded {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly actor: Subject | "signalbox";
  /** `pull-request`, `push`, `signalbox`, … */
  readonly via: string;
  readonly result: RecordResult;
  readonly pull?: number;
  readonly commit?: CommitSha;
  readonly approvedBy?: readonly Login[];
  /** In words, without secrets. */
  readonly detail?: string;
  /** The same fact has the same id, so that nothing is recorded twice however often it is found again. */
  readonly id: string;
}

/** The first record of a ledger: where trust starts and which key signs. */
export interface BeginRecord extends Recorded {
  readonly action: "begin";
  /** Ed25519, SPKI PEM. */
  readonly publicKey: string;
  readonly commit: CommitSha;
}

/** An instance says that it works from here on. */
export interface StartRecord extends Recorded {
  readonly action: "start";
  readonly instance: string;
}

/** One update of the default branch, judged. `ok`: its units are verified at `commit`; `held`: they stay as they were. */
export interface VerifyRecord extends Recorded {
  readonly action: "verify";
  readonly before: CommitSha;
  /** The tip after the update. */
  readonly commit: CommitSha;
  readonly outcome: Outcome;
  readonly units: readonly Unit[];
  /** Of a held update: who may not approve what is merged on top of it. */
  readonly contributors?: readonly Login[];
  /** Numeric ids of them, as far as GitHub told: whoever changes their login since is still who they were. */
  readonly contributorIds?: readonly number[];
}

/** What became of one app at one verified commit. `failed` with `retrying` is not the end of it. */
export interface ApplyRecord extends Recorded {
  readonly action: "apply";
  readonly rack: RackName;
  readonly app: AppName;
  /** The commit at which this content of the app was verified. */
  readonly commit: CommitSha;
  /** Digest of the app's files; the one in the release's description. */
  readonly digest: string;
  readonly release?: string;
  readonly build?: string;
  /** The release that serves now, where this one does not. */
  readonly serving?: string;
  readonly durationMs: number;
  readonly retrying?: true;
  /** What to do, for a failure. */
  readonly next?: string;
  /** Convox's own last lines (an app's only on racks that are not production), secrets taken out. */
  readonly logTail?: readonly string[];
}

/** Somebody who may write it asked for a failed apply to be tried again: what was recorded of this commit before is not the end. */
export interface RetryRecord extends Recorded {
  readonly action: "retry";
  readonly rack: RackName;
  readonly app: AppName;
  readonly commit: CommitSha;
}

/** Which accounts and teams the names of the verified config mean, recorded once they are new. */
export interface NameRecord extends Recorded {
  readonly action: "name";
  /** The newest judged commit. */
  readonly commit: CommitSha;
  /** Numeric ids at GitHub by subject; null: it knew nobody of this name. */
  readonly named: Readonly<Record<Subject, number | null>>;
  /** Named no more. */
  readonly forgotten: readonly Subject[];
}

export type LedgerRecord = BeginRecord | StartRecord | VerifyRecord | NameRecord | ApplyRecord | RetryRecord;

/** A record as it stands in the ledger. */
export type SealedRecord = LedgerRecord & {
  /** SHA-256 (hex) of the line before it; the empty string in the first. */
  readonly previous: string;
  /** Ed25519 over the line without this field, base64. */
  readonly signature: string;
};
