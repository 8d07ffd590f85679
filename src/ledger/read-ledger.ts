// What the ledger branch is worth: nothing, a ledger that reaches from the root to the newest digest, or a reason to stop.
import type { KeyObject } from "node:crypto";
import type { CommitSha } from "../manifest/types.ts";
import { digestOf, reachesDigest, verifyChain } from "./chain.ts";
import type { LedgerContent } from "./ports.ts";
import type { SealedRecord } from "./record.ts";

/** Where the next record goes. */
export interface LedgerTip {
  /** null: the branch does not exist. */
  readonly commit: CommitSha | null;
  /** Of the newest line; the empty string where there is none. */
  readonly digest: string;
  /** The newest file and its text; the empty string where there is none. */
  readonly path: string;
  readonly text: string;
}

export type LedgerReading =
  | { readonly kind: "begun"; readonly tip: LedgerTip; readonly records: readonly SealedRecord[] }
  /** No ledger of this root: it begins on top of whatever is there. */
  | { readonly kind: "unbegun"; readonly tip: LedgerTip }
  | { readonly kind: "stopped"; readonly reason: string };

export interface LedgerTrust {
  readonly root: CommitSha;
  readonly publicKey: KeyObject;
  /** The newest digest that was noted for this root; null: none ever was. */
  readonly digest: string | null;
}

const WAY_OUT =
  "Nothing is applied. Restore the branch, or name a newer root in SIGNALBOX_ROOT: the ledger begins anew there.";

/** The records are those from the root's `begin` on. */
export function readLedger(content: LedgerContent | null, trust: LedgerTrust): LedgerReading {
  const lines = content === null ? [] : ledgerLines(content.files);
  const tip = tipOf(content, lines);
  const begin = lines.findIndex((line) => beginsAt(line, trust.root));
  if (begin < 0) {
    if (trust.digest === null) return { kind: "unbegun", tip };
    return stopped("the ledger of this root is gone from its branch, though Signalbox once wrote one");
  }
  const chain = verifyChain(lines.slice(begin), { key: trust.publicKey, previous: null });
  const [problem] = chain.problems;
  if (problem !== undefined) return stopped(`line ${begin + problem.line} of the ledger: ${problem.problem}`);
  if (trust.digest !== null && !reachesDigest(chain, trust.digest)) {
    return stopped("the newest record that Signalbox wrote is not in the ledger: its branch was cut or moved back");
  }
  const newest = chain.records.findLast((record) => record.action === "begin");
  if (newest?.commit !== trust.root) {
    return stopped(`the ledger has gone on from a newer root, ${newest?.commit ?? "unknown"}, than the one named`);
  }
  return { kind: "begun", tip, records: chain.records };
}

/** A later look at the same ledger: only what came after `known` is verified, and the records are those alone. */
export function continueLedger(
  content: LedgerContent | null,
  known: { readonly digest: string; readonly publicKey: KeyObject },
): LedgerReading {
  const lines = content === null ? [] : ledgerLines(content.files);
  const last = known.digest === "" ? -1 : lines.findLastIndex((line) => digestOf(line) === known.digest);
  if (known.digest !== "" && last < 0) {
    return stopped("the newest record that Signalbox wrote is not in the ledger: its branch was cut or moved back");
  }
  const start = { key: known.publicKey, previous: known.digest === "" ? null : known.digest };
  const chain = verifyChain(lines.slice(last + 1), start);
  const [problem] = chain.problems;
  if (problem !== undefined) return stopped(`line ${last + 1 + problem.line} of the ledger: ${problem.problem}`);
  return { kind: "begun", tip: tipOf(content, lines), records: chain.records };
}

/** All lines, in the order of the days. */
export function ledgerLines(files: ReadonlyMap<string, string>): readonly string[] {
  return sortedPaths(files).flatMap((path) => (files.get(path) ?? "").replace(/\n$/, "").split("\n"));
}

function sortedPaths(files: ReadonlyMap<string, string>): readonly string[] {
  return [...files.keys()].filter((path) => files.get(path) !== "").sort();
}

function tipOf(content: LedgerContent | null, lines: readonly string[]): LedgerTip {
  const path = content === null ? "" : (sortedPaths(content.files).at(-1) ?? "");
  const newest = lines.at(-1);
  return {
    commit: content?.commit ?? null,
    digest: newest === undefined ? "" : digestOf(newest),
    path,
    text: content?.files.get(path) ?? "",
  };
}

function beginsAt(line: string, root: CommitSha): boolean {
  // The canonical text of a `begin` of this root holds both; whether it is one that we signed is verified after this.
  return line.includes('"action":"begin"') && line.includes(`"commit":"${root}"`);
}

function stopped(reason: string): LedgerReading {
  return { kind: "stopped", reason: `${reason}. ${WAY_OUT}` };
}
