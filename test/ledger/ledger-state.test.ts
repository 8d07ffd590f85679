import { describe, expect, it } from "@jest/globals";
import { cpuTimeMs } from "../cpu-time.ts";
import type { AppName, CommitSha, RackName } from "../../src/manifest/types.ts";
import {
  EMPTY_LEDGER,
  foldRecords,
  outcomeOf,
  retriesOf,
  verifiedCommit,
  withRecord,
  type LedgerState,
} from "../../src/ledger/ledger-state.ts";
import type { ApplyRecord, BeginRecord, NameRecord } from "../../src/ledger/record.ts";
import { applyRecord, commitOf, retryRecord, startRecord, verifyRecord } from "./records.ts";

const [a, b, c, d] = ["a", "b", "c", "d"].map(commitOf) as [CommitSha, CommitSha, CommitSha, CommitSha];
const begin = (commit: CommitSha): BeginRecord => ({
  id: `begin:${commit}`,
  at: "2026-11-24T10:00:00.000Z",
  actor: "signalbox",
  via: "signalbox",
  action: "begin",
  result: "ok",
  commit,
  publicKey: "",
});

describe("the ledger, folded", () => {
  it("takes the root's content for verified until an update is", () => {
    const state = foldRecords([begin(a), verifyRecord(b, ["access"])]);
    expect([state.root, state.judged]).toEqual([a, b]);
    expect([verifiedCommit(state, "access"), verifiedCommit(state, "racks/staging")]).toEqual([b, a]);
    expect(verifiedCommit(EMPTY_LEDGER, "access")).toBeNull();
  });

  it("holds a unit from the first update that was not verified until one is, and keeps what was verified before", () => {
    const held = [b, c].map((commit) => verifyRecord(commit, ["access"], { result: "held" }));
    const state = foldRecords([begin(a), ...held]);
    expect([...state.held]).toEqual([["access", held[0]]]);
    expect([verifiedCommit(state, "access"), state.judged]).toEqual([a, c]);
    const released = withRecord(state, verifyRecord(d, ["access"]));
    expect([released.held.size, verifiedCommit(released, "access")]).toEqual([0, d]);
    expect(state.held.size).toBe(1);
  });

  it("counts a record once, by its id, and gives the same value where nothing is new", () => {
    const record = verifyRecord(b, ["access"]);
    const state = foldRecords([begin(a), record, record]);
    expect(state.updates).toEqual([record]);
    expect(withRecord(state, record)).toBe(state);
  });

  it("knows what each name meant when it was first merged, until nothing names it", () => {
    const named = (id: string, more: Pick<NameRecord, "named" | "forgotten">): NameRecord => ({
      ...{ id, at: "2026-11-24T10:00:00.000Z", actor: "signalbox", via: "signalbox", commit: a },
      ...{ action: "name", result: "ok", ...more },
    });
    const first = named("first", { named: { "user:ana": 1, "team:web": null }, forgotten: [] });
    const state = foldRecords([begin(a), first, named("second", { named: { "user:bo": 2 }, forgotten: ["user:ana"] })]);
    expect([...state.named]).toEqual([
      ["team:web", null],
      ["user:bo", 2],
    ]);
    expect(withRecord(state, begin(b)).named).toEqual(new Map());
  });

  it("forgets how an app ended at a commit when it is asked to be tried again there, and not elsewhere", () => {
    const at = (commit: CommitSha) => ({ rack: "staging" as RackName, app: "web" as AppName, commit });
    const failed = [a, b].map((commit) => applyRecord(commit, { result: "failed" }));
    const state = foldRecords([begin(a), ...failed, retryRecord(b)]);
    expect([outcomeOf(state, at(a)), outcomeOf(state, at(b))]).toEqual([failed[0], undefined]);
    expect([retriesOf(state, at(a)), retriesOf(state, at(b))]).toEqual([0, 1]);
    const again = applyRecord(b, { id: "again", result: "failed" });
    expect(outcomeOf(withRecord(state, again), at(b))).toEqual(again);
  });

  it("begins anew at a newer root, where nothing from before decides", () => {
    const state = foldRecords([begin(a), verifyRecord(b, ["access"], { result: "held" }), applyRecord(b), begin(c)]);
    expect(state).toEqual({ ...EMPTY_LEDGER, root: c, judged: c, ids: new Set([`begin:${c}`]) });
    const again = withRecord(state, verifyRecord(b, ["access"], { result: "held" }));
    expect(again.held.size).toBe(1);
  });

  it("is the same however the records come in: one by one, in parts, or all at once", () => {
    const all = [begin(a), startRecord("x"), verifyRecord(b, ["access"]), applyRecord(b), verifyRecord(c, ["racks/x"])];
    const whole = foldRecords(all);
    expect(all.reduce<LedgerState>(withRecord, EMPTY_LEDGER)).toEqual(whole);
    expect(foldRecords(all.slice(2), foldRecords(all.slice(0, 2)))).toEqual(whole);
    expect(EMPTY_LEDGER.ids.size).toBe(0);
  });

  it("folds tens of thousands of records in a moment", () => {
    const all = Array.from({ length: 50_000 }, (_, index) => applyRecord(a, { id: `apply:${index}` }));
    const before = cpuTimeMs();
    expect(foldRecords(all).applied.get("staging/web")).toHaveLength(50_000);
    expect(cpuTimeMs() - before).toBeLessThan(2_000);
  });
});

describe("the outcome of an app at a commit", () => {
  const at = { rack: "staging" as RackName, app: "web" as AppName, commit: b };
  const retrying = applyRecord(b, { id: "1", result: "failed", retrying: true });
  const failed = applyRecord(b, { id: "2", result: "failed" });
  const ok = applyRecord(b, { id: "3", release: "R1" });

  it.each<[string, readonly ApplyRecord[], ApplyRecord | undefined]>([
    ["nothing, where only others were applied", [applyRecord(c), applyRecord(b, { app: "api" as AppName })], undefined],
    ["the retrying one, where nothing has ended", [retrying, { ...retrying, id: "1b" }], { ...retrying, id: "1b" }],
    ["the one that ended, though a retrying one came later", [failed, retrying], failed],
    ["the newest that ended", [retrying, failed, ok, applyRecord(c)], ok],
  ])("is %s", (_name, records, expected) => {
    expect(outcomeOf(foldRecords(records), at)).toEqual(expected);
  });
});
