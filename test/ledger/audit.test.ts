import { describe, expect, it } from "@jest/globals";
import type { AppName, RackName } from "../../src/manifest/types.ts";
import { auditLines, type AuditFilter } from "../../src/ledger/audit.ts";
import { applyRecord, commitOf, startRecord, verifyRecord } from "./records.ts";

const commit = commitOf("b");
const records = [
  startRecord("one"),
  verifyRecord(commit, ["access", "racks/staging/apps/web"], { pull: 7, approvedBy: ["bo"], detail: "two units" }),
  verifyRecord(commitOf("c"), ["racks/prod-eu"], { result: "held", actor: "user:eve", at: "2026-11-25T00:00:00Z" }),
  applyRecord(commit, { release: "RABC", result: "failed", at: "2026-11-26T00:00:00.000Z", pull: 7 }),
  applyRecord(commit, { rack: "prod-eu" as RackName, app: "api" as AppName, at: "2026-11-27T00:00:00.000Z" }),
];

describe("the audit trail", () => {
  it("has the shape that others build on, and nothing of what Signalbox keeps for itself", () => {
    expect(auditLines(records).slice(1, 4)).toEqual([
      {
        at: "2026-11-24T10:00:00.000Z",
        actor: "user:ana",
        via: "pull-request",
        action: "verify",
        resource: "access racks/staging/apps/web",
        result: "ok",
        pull: 7,
        commit,
        approvedBy: ["bo"],
        detail: "two units",
      },
      {
        at: "2026-11-25T00:00:00Z",
        actor: "user:eve",
        via: "pull-request",
        action: "verify",
        rack: "prod-eu",
        resource: "racks/prod-eu",
        result: "held",
        commit: commitOf("c"),
      },
      {
        at: "2026-11-26T00:00:00.000Z",
        actor: "user:ana",
        via: "pull-request",
        action: "apply",
        rack: "staging",
        app: "web",
        resource: "release RABC",
        result: "failed",
        pull: 7,
        commit,
      },
    ]);
  });

  it.each<[AuditFilter, readonly number[]]>([
    [{}, [0, 1, 2, 3, 4]],
    [{ actor: "user:ana" }, [1, 3, 4]],
    [{ actor: "EVE" }, [2]],
    [{ actor: "team:ana" }, []],
    [{ rack: "staging" }, [1, 3]],
    [{ rack: "prod-eu" }, [2, 4]],
    [{ app: "web" }, [1, 3]],
    [{ rack: "prod-eu", app: "web" }, []],
    [{ action: "apply", result: "ok" }, [4]],
    [{ result: "held" }, [2]],
    [{ since: Date.parse("2026-11-25T00:00:00Z"), until: Date.parse("2026-11-27T00:00:00Z") }, [2, 3]],
  ])("filtered by %j keeps records %j", (filter, kept) => {
    expect(auditLines(records, filter)).toEqual(kept.map((index) => auditLines(records)[index]));
  });
});
