import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { sealRecord } from "../../src/ledger/chain.ts";
import type { BeginRecord, LedgerRecord } from "../../src/ledger/record.ts";
import type { AppName, RackName } from "../../src/manifest/types.ts";
import { applyRecord, commitOf, verifyRecord } from "../ledger/records.ts";
import { ACME, cloneOf, commit, emptyFolder, git, removeFolders, run } from "./run-command.ts";

afterAll(removeFolders);

const keys = generateKeyPairSync("ed25519");
const publicPem = keys.publicKey.export({ type: "spki", format: "pem" }).toString();
const begin: BeginRecord = {
  id: "begin",
  at: "2026-11-23T09:00:00.000Z",
  actor: "signalbox",
  via: "signalbox",
  action: "begin",
  result: "ok",
  commit: commitOf("0"),
  publicKey: publicPem,
};
const b = commitOf("b");
const RECORDS: readonly LedgerRecord[] = [
  begin,
  verifyRecord(b, ["racks/production/apps/web"], { actor: "user:pia", pull: 7, approvedBy: ["paul"] }),
  applyRecord(b, {
    rack: "production" as RackName,
    app: "web" as AppName,
    release: "RABC",
    actor: "user:pia",
    pull: 7,
  }),
  verifyRecord(commitOf("c"), ["access"], {
    actor: "user:eve",
    result: "held",
    at: "2026-11-25T08:00:00.000Z",
    detail: '=cmd(), "quoted"\u001b[31m',
  }),
];

function sealed(records: readonly LedgerRecord[]): readonly string[] {
  let previous = "";
  return records.map((record) => {
    const { line, digest } = sealRecord(record, previous, keys.privateKey);
    previous = digest;
    return line;
  });
}

const LINES = sealed(RECORDS);

/** A clone whose origin has a ledger of these lines, the first two on one day, the others on the next. */
function clone(lines: readonly string[] = LINES): string {
  const origin = cloneOf(ACME);
  git(origin, "checkout", "-q", "--orphan", "signalbox/ledger");
  git(origin, "rm", "-rqf", ".");
  commit(origin, {
    "2026/11/23.jsonl": lines
      .slice(0, 2)
      .map((line) => `${line}\n`)
      .join(""),
    "2026/11/24.jsonl": lines
      .slice(2)
      .map((line) => `${line}\n`)
      .join(""),
  });
  git(origin, "checkout", "-q", "main");
  const folder = emptyFolder();
  git(folder, "clone", "-q", `file://${origin}`, "clone");
  return join(folder, "clone");
}

const folder = clone();

describe("signalbox audit", () => {
  it("shows a readable line for each record, and obeys no escape in it", async () => {
    expect(await run(["audit"], { folder })).toEqual({
      status: 0,
      out: [
        "2026-11-23T09:00:00Z  ok    begin   -                          signalbox  0000000",
        "2026-11-24T10:00:00Z  ok    verify  production/web             user:pia   #7 bbbbbbb  approved by paul",
        "2026-11-24T10:00:00Z  ok    apply   production/web             user:pia   #7 bbbbbbb  release RABC",
        '2026-11-25T08:00:00Z  held  verify  access                     user:eve   ccccccc     =cmd(), "quoted"\\u{1B}[31m',
        "",
      ]
        .join("\n")
        .replaceAll(/ {13}(?=user|signalbox {2}0)/g, "  "),
      err: "",
    });
  });

  it("gives one object a line, in the published shape", async () => {
    const ran = await run(["audit", "--actor", "pia", "--format", "json"], { folder });
    expect(
      ran.out
        .split("\n")
        .filter(Boolean)
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      {
        at: "2026-11-24T10:00:00.000Z",
        actor: "user:pia",
        via: "pull-request",
        action: "verify",
        rack: "production",
        app: "web",
        resource: "racks/production/apps/web",
        result: "ok",
        pull: 7,
        commit: b,
        approvedBy: ["paul"],
      },
      {
        at: "2026-11-24T10:00:00.000Z",
        actor: "user:pia",
        via: "pull-request",
        action: "apply",
        rack: "production",
        app: "web",
        resource: "release RABC",
        result: "ok",
        pull: 7,
        commit: b,
      },
    ]);
  });

  it("gives CSV that no spreadsheet runs", async () => {
    const ran = await run(["audit", "--result", "held", "--format", "csv"], { folder });
    expect(ran.out).toBe(
      "at,actor,via,action,rack,app,resource,result,pull,commit,approvedBy,detail\r\n" +
        `2026-11-25T08:00:00.000Z,user:eve,pull-request,verify,,,access,held,,${commitOf("c")},,"'=cmd(), ""quoted""\u001b[31m"\r\n`,
    );
  });

  it.each<[readonly string[], number]>([
    [["--rack", "production"], 2],
    [["--app", "web", "--action", "apply"], 1],
    [["--since", "2026-11-25"], 1],
    [["--until", "2026-11-24T10:00:00Z"], 1],
    [["--result", "failed"], 0],
  ])("filters by %j", async (filter, count) => {
    const ran = await run(["audit", ...filter, "--format", "json"], { folder });
    expect(ran.status).toBe(0);
    expect(ran.out.split("\n").filter(Boolean)).toHaveLength(count);
  });

  it("shows a broken chain up to where it breaks, and says where that is", async () => {
    const changed = LINES.map((line, at) => (at === 2 ? line.replace("RABC", "RXYZ") : line));
    const ran = await run(["audit", "--format", "json"], { folder: clone(changed) });
    expect(ran.status).toBe(1);
    expect(ran.out.split("\n").filter(Boolean)).toHaveLength(2);
    expect(ran.err).toBe(
      "The ledger is broken: 2026/11/24.jsonl, line 1: its signature is not Signalbox's. Nothing from there on is shown.\n",
    );
  });

  it("could not do it without a ledger, or with a day that is none", async () => {
    expect(await run(["audit"], { folder: cloneOf(ACME) })).toEqual({
      status: 2,
      out: "",
      err: "signalbox: there is no ledger here: no branch origin/signalbox/ledger. Fetch it: git fetch origin signalbox/ledger\n",
    });
    expect((await run(["audit", "--since", "yesterday"], { folder })).err).toContain("--since: expected a day");
  });
});

describe("signalbox audit verify", () => {
  it("says that the ledger is whole, with the digest to compare", async () => {
    const ran = await run(["audit", "verify"], { folder });
    expect(ran.status).toBe(0);
    expect(ran.out).toContain("The ledger is whole: 4 records, the newest of 2026-11-25T08:00:00.000Z");
    expect(ran.out).toMatch(/must show: [0-9a-f]{64}\n$/);
  });

  it("finds a line that was taken out", async () => {
    const cut = clone(LINES.filter((_line, at) => at !== 1));
    const ran = await run(["audit", "verify", "--format", "json"], { folder: cut });
    expect(ran.status).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({
      ok: false,
      records: 1,
      problem: expect.stringMatching(/^2026\/11\/23\.jsonl, line 2: it does not continue the line before it/),
    });
  });

  it("takes no other key's ledger for Signalbox's", async () => {
    const other = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }).toString();
    const keyFolder = emptyFolder();
    writeFileSync(join(keyFolder, "other.pub"), other);
    writeFileSync(join(keyFolder, "own.pub"), publicPem);
    const verify = (key: string): ReturnType<typeof run> =>
      run(["audit", "verify", "--key", join(keyFolder, key)], { folder });
    expect((await verify("own.pub")).status).toBe(0);
    expect((await verify("other.pub")).status).toBe(1);
    expect((await verify("missing.pub")).status).toBe(2);
  });
});
