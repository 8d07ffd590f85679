import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { canonicalJson, digestOf, reachesDigest, sealRecord, verifyChain } from "../../src/ledger/chain.ts";
import type { BeginRecord, LedgerRecord } from "../../src/ledger/record.ts";
import { commitOf, startRecord, verifyRecord } from "./records.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("ed25519");

function begin(key = publicKey): BeginRecord {
  return {
    id: "begin:a",
    at: "2026-11-24T10:00:00.000Z",
    actor: "signalbox",
    via: "signalbox",
    action: "begin",
    result: "ok",
    commit: commitOf("a"),
    publicKey: key.export({ type: "spki", format: "pem" }).toString(),
  };
}

function seal(records: readonly LedgerRecord[], key = privateKey, previous = ""): readonly string[] {
  const lines: string[] = [];
  for (const record of records) lines.push(sealRecord(record, digestOfLast(lines, previous), key).line);
  return lines;
}

function digestOfLast(lines: readonly string[], previous: string): string {
  const last = lines.at(-1);
  return last === undefined ? previous : digestOf(last);
}

const records = [begin(), startRecord("one"), verifyRecord(commitOf("b"), ["access"]), startRecord("two")];
const lines = seal(records);
const problemsOf = (given: readonly string[]): unknown => verifyChain(given).problems;

describe("a chain", () => {
  it("is verified with the key of its first record, and gives the records back", () => {
    const chain = verifyChain(lines);
    expect(chain.problems).toEqual([]);
    expect(chain.records.map(({ previous: _previous, signature: _signature, ...record }) => record)).toEqual(records);
    expect(chain.records.map(({ previous }) => previous)).toEqual(["", ...lines.slice(0, -1).map(digestOf)]);
    expect(chain.digest).toBe(digestOfLast(lines, ""));
  });

  it("descends from each of its digests and from no other", () => {
    const chain = verifyChain(lines);
    expect(lines.map((line) => reachesDigest(chain, digestOf(line)))).toEqual([true, true, true, true]);
    expect([reachesDigest(chain, digestOf("x")), reachesDigest(chain, "")]).toEqual([false, false]);
  });

  it.each<[string, (all: readonly string[]) => readonly string[], number, RegExp]>([
    ["changed", (all) => all.with(2, (all[2] ?? "").replace("ready", "blocked")), 3, /signature/],
    ["removed", (all) => all.toSpliced(1, 1), 2, /does not continue/],
    ["swapped", (all) => all.with(1, all[2] ?? "").with(2, all[1] ?? ""), 2, /does not continue/],
    ["repeated", (all) => all.toSpliced(2, 0, all[1] ?? ""), 3, /does not continue/],
    ["without its begin", (all) => all.slice(1), 1, /must be `begin`/],
    ["written otherwise", (all) => all.with(1, (all[1] ?? "").replace(":", ": ")), 2, /not written as Signalbox/],
    ["with a key twice", (all) => all.with(1, (all[1] ?? "").replace("{", '{"id":"x",')), 2, /not written as/],
    ["empty", (all) => all.with(1, ""), 2, /no record/],
    ["null", (all) => all.with(1, "null"), 2, /no record/],
  ])("with a line %s is trusted up to there", (_name, tamper, line, problem) => {
    const chain = verifyChain(tamper(lines));
    expect(chain.problems).toEqual([{ line, problem: expect.stringMatching(problem) }]);
    expect(chain.records).toHaveLength(line - 1);
  });

  it("refuses a record that somebody else signed, wherever it stands", () => {
    const foreign = seal([startRecord("eve")], stranger.privateKey, digestOfLast(lines, ""));
    expect(problemsOf([...lines, ...foreign])).toEqual([{ line: 5, problem: "its signature is not Signalbox's" }]);
    const whole = seal([begin(stranger.publicKey)], stranger.privateKey);
    expect(problemsOf(whole)).toEqual([]);
    expect(verifyChain(whole, { key: publicKey, previous: null }).problems).toHaveLength(1);
    const takeover = seal(
      [{ ...begin(stranger.publicKey), id: "begin:b" }],
      stranger.privateKey,
      digestOfLast(lines, ""),
    );
    expect(problemsOf([...lines, ...takeover])).toEqual([{ line: 5, problem: expect.stringMatching(/another key/) }]);
  });

  it("refuses a key that is not Ed25519", () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    expect(problemsOf(seal([begin(rsa.publicKey)]))).toEqual([
      { line: 1, problem: expect.stringMatching(/no Ed25519/) },
    ]);
  });
});

it("canonical JSON does not depend on the order in which fields were set, and leaves out what is undefined", () => {
  expect(canonicalJson({ b: [1, { d: undefined, c: "é\n" }], a: null })).toBe('{"a":null,"b":[1,{"c":"é\\n"}]}');
});
