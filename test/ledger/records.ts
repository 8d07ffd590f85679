// Records for tests, with only what a test speaks of.
import type { AppName, CommitSha, RackName, Unit } from "../../src/manifest/types.ts";
import type { ApplyRecord, RetryRecord, StartRecord, VerifyRecord } from "../../src/ledger/record.ts";

export const commitOf = (digit: string): CommitSha => digit.repeat(40) as CommitSha;

export function startRecord(instance: string): StartRecord {
  return {
    id: `start:${instance}`,
    at: "2026-11-24T10:00:00.000Z",
    actor: "signalbox",
    via: "signalbox",
    action: "start",
    result: "ok",
    instance,
  };
}

export function verifyRecord(
  commit: CommitSha,
  units: readonly Unit[],
  over: Partial<VerifyRecord> = {},
): VerifyRecord {
  return {
    id: `verify:${commit}:${over.result ?? "ok"}`,
    at: "2026-11-24T10:00:00.000Z",
    actor: "user:ana",
    via: "pull-request",
    action: "verify",
    result: "ok",
    before: commitOf("0"),
    commit,
    outcome: "ready",
    units,
    ...over,
  };
}

export function applyRecord(commit: CommitSha, over: Partial<ApplyRecord> = {}): ApplyRecord {
  return {
    id: `apply:${commit}:${over.release ?? ""}:${over.result ?? "ok"}:${String(over.retrying ?? false)}`,
    at: "2026-11-24T10:00:00.000Z",
    actor: "user:ana",
    via: "pull-request",
    action: "apply",
    result: "ok",
    rack: "staging" as RackName,
    app: "web" as AppName,
    commit,
    digest: "d1",
    durationMs: 5,
    ...over,
  };
}

export function retryRecord(commit: CommitSha, over: Partial<RetryRecord> = {}): RetryRecord {
  return {
    id: `retry:${commit}:${over.id ?? "1"}`,
    at: "2026-11-24T10:00:00.000Z",
    actor: "user:ana",
    via: "comment",
    action: "retry",
    result: "ok",
    rack: "staging" as RackName,
    app: "web" as AppName,
    commit,
    ...over,
  };
}
