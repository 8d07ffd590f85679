// The ledger's chain: each line names the digest of the line before it and is signed, so that no line can be changed, taken out
// or put in without it being seen.
import { createHash, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import type { LedgerRecord, SealedRecord } from "./record.ts";

export interface ChainProblem {
  /** 1-based, among the lines given. */
  readonly line: number;
  readonly problem: string;
}

export interface VerifiedChain {
  /** The records up to the first problem. */
  readonly records: readonly SealedRecord[];
  readonly problems: readonly ChainProblem[];
  /** Digest of the last of these records; the empty string where there are none. */
  readonly digest: string;
}

/** `previous`: digest of the newest line; the empty string for the first. `digest` is that of the new line. */
export function sealRecord(
  record: LedgerRecord,
  previous: string,
  key: KeyObject,
): { readonly line: string; readonly digest: string } {
  const unsigned = { ...record, previous };
  const signature = sign(null, Buffer.from(canonicalJson(unsigned), "utf8"), key).toString("base64");
  const line = canonicalJson({ ...unsigned, signature });
  return { line, digest: digestOf(line) };
}

export interface ChainStart {
  /** The key that must have signed; null: the first record's own, which whoever reads then compares. */
  readonly key: KeyObject | null;
  /** Digest of the line that these continue; null: they begin with a `begin` record. */
  readonly previous: string | null;
}

/**
 * Stops at the first line that is not what it should be: nothing after it can be trusted. The `previous` of a first `begin` is
 * not looked at, since a chain may begin anew in a ledger.
 */
export function verifyChain(lines: Iterable<string>, start: ChainStart = { key: null, previous: null }): VerifiedChain {
  const records: SealedRecord[] = [];
  let digest = start.previous;
  let key = start.key;
  let number = 0;
  for (const line of lines) {
    number += 1;
    const parsed = parseLine(line);
    const begun = typeof parsed !== "string" && parsed.action === "begin" ? publicKeyOf(parsed.publicKey) : null;
    key ??= begun;
    const problem = typeof parsed === "string" ? parsed : problemOf(parsed, { digest, key, begun });
    if (typeof parsed === "string" || problem !== null) {
      return { records, problems: [{ line: number, problem: String(problem) }], digest: digest ?? "" };
    }
    records.push(parsed);
    digest = digestOf(line);
  }
  return { records, problems: [], digest: digest ?? "" };
}

/** Whether the chain descends from the record with this digest. */
export function reachesDigest(chain: VerifiedChain, digest: string): boolean {
  return chain.digest === digest || chain.records.slice(1).some((record) => record.previous === digest);
}

/** SHA-256 (hex) of a line without its line end. */
export function digestOf(line: string): string {
  return createHash("sha256").update(line, "utf8").digest("hex");
}

/** Keys sorted, no spaces, what is undefined left out: the same record is always the same bytes. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value === undefined) return "null";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
  return `{${fields.join(",")}}`;
}

interface Place {
  /** Of the line before; null: this is the first. */
  readonly digest: string | null;
  readonly key: KeyObject | null;
  /** The key that this record brings, where it is a `begin`. */
  readonly begun: KeyObject | null;
}

function problemOf(record: SealedRecord, at: Place): string | null {
  if (at.digest === null && record.action !== "begin") return "the first record must be `begin`, with the public key";
  if (at.key === null) return "the public key of the `begin` record is no Ed25519 key";
  if (record.action === "begin" && at.begun?.equals(at.key) !== true) {
    return "from here on another key signs than the one that was expected";
  }
  if (at.digest !== null && record.previous !== at.digest) {
    return "it does not continue the line before it: a line was changed, taken out or put in here";
  }
  const { signature, ...unsigned } = record;
  const signed = verify(null, Buffer.from(canonicalJson(unsigned), "utf8"), at.key, Buffer.from(signature, "base64"));
  return signed ? null : "its signature is not Signalbox's";
}

/** A sealed record, or why the line is none. Other ways to write the same JSON are refused: the digest is over the text. */
function parseLine(line: string): SealedRecord | string {
  const value = parseJson(line);
  if (!isSealedRecord(value)) return "it is no record: `id`, `at`, `action`, `previous` and `signature` must be there";
  return canonicalJson(value) === line ? value : "it is not written as Signalbox writes it (sorted keys, no spaces)";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON: the caller reports the line; the parser's own words would quote it.
    return null;
  }
}

/** Of the rest a valid signature vouches: only Signalbox writes what it signs. */
function isSealedRecord(value: unknown): value is SealedRecord {
  if (typeof value !== "object" || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return ["id", "at", "action", "previous", "signature"].every((name) => typeof fields.get(name) === "string");
}

function publicKeyOf(pem: unknown): KeyObject | null {
  if (typeof pem !== "string") return null;
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === "ed25519" ? key : null;
  } catch {
    // Not a key: the caller reports the line.
    return null;
  }
}
