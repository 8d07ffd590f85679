// What the ledger needs of the world: a branch that only ever grows, and one word that nobody but Signalbox can change.
import type { CommitSha } from "../manifest/types.ts";

/** The ledger branch at one commit: the text of each `YYYY/MM/DD.jsonl`, by path. */
export interface LedgerContent {
  readonly commit: CommitSha;
  readonly files: ReadonlyMap<string, string>;
}

/**
 * One commit on top of `parent` (null: the branch begins) in which these files have this content, then the ref moved by a
 * fast-forward; rejects where the branch is not at `parent`.
 */
export type CommitFiles = (
  parent: CommitSha | null,
  files: ReadonlyMap<string, string>,
  message: string,
) => Promise<CommitSha>;

/** The newest digest, in the check run `signalbox ledger` on the root commit. */
export interface LedgerAnchor {
  /** null: none was ever written for this root. */
  read(): Promise<string | null>;
  write(digest: string): Promise<void>;
}
