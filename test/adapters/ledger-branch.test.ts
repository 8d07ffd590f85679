import { generateKeyPairSync } from "node:crypto";
import { appendFileSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { openLedger, type LedgerOptions, type OpenLedger } from "../../src/adapters/ledger-branch.ts";
import { verifyChain } from "../../src/ledger/chain.ts";
import type { LedgerContent } from "../../src/ledger/ports.ts";
import { ledgerLines } from "../../src/ledger/read-ledger.ts";
import { EMPTY_LEDGER } from "../../src/ledger/ledger-state.ts";
import type { CommitSha } from "../../src/manifest/types.ts";
import { commitOf, startRecord, verifyRecord } from "../ledger/records.ts";
import { createOrigin, openMirror, removeMirrors, temporaryFolder } from "./git-fixture.ts";

const ROOT = commitOf("a");
const NOON = Date.parse("2026-11-24T12:00:00Z");
const newKey = (): string =>
  generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const KEY = newKey();

/** A branch as GitHub keeps it: commits onto its tip alone are taken. */
interface Branch {
  content: LedgerContent | null;
  digest: string | null;
  commits: string[];
  now: number;
  /** What the next commits do instead. */
  faults: ("refuse" | "lose-answer")[];
  sleeps: number[];
}

let branch: Branch;
let dataFolder: string;
const opened: OpenLedger[] = [];

beforeEach(() => {
  branch = { content: null, digest: null, commits: [], now: NOON, faults: [], sleeps: [] };
  dataFolder = temporaryFolder();
});

afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close();
  await removeMirrors();
});

const write: LedgerOptions["write"] = (parent, files) => {
  const fault = branch.faults.shift();
  if (fault === "refuse") return Promise.reject(new Error("503"));
  if (parent !== (branch.content?.commit ?? null)) return Promise.reject(new Error("not a fast forward"));
  const commit = String(branch.commits.length + 1).padStart(40, "0") as CommitSha;
  branch.commits.push([...files.keys()].join());
  branch.content = { commit, files: new Map([...(branch.content?.files ?? []), ...files]) };
  return fault === "lose-answer" ? Promise.reject(new Error("socket hang up")) : Promise.resolve(commit);
};

async function open(over: Partial<LedgerOptions> = {}): Promise<OpenLedger> {
  const ledger = await openLedger({
    root: ROOT,
    signingKey: KEY,
    dataFolder,
    read: () => Promise.resolve(branch.content),
    write,
    anchor: {
      read: () => Promise.resolve(branch.digest),
      write: (digest) => {
        branch.digest = digest;
        return Promise.resolve();
      },
    },
    clock: {
      now: () => branch.now,
      sleep: (durationMs, signal) => {
        signal?.throwIfAborted();
        branch.sleeps.push(durationMs);
        branch.now += durationMs;
        return new Promise((resolve) => setImmediate(resolve));
      },
    },
    log: () => undefined,
    ...over,
  });
  opened.push(ledger);
  return ledger;
}

const lines = (): readonly string[] => ledgerLines(branch.content?.files ?? new Map());
const idsOnBranch = (): readonly string[] => verifyChain(lines()).records.map((record) => record.id);
const spooled = (): string => readFileSync(join(dataFolder, "ledger-spool.jsonl"), "utf8");

/** A ledger with three records, closed. */
async function begun(): Promise<void> {
  const ledger = await open();
  await ledger.append([startRecord("one"), verifyRecord(commitOf("b"), ["access"])]);
  await ledger.flush();
  await ledger.close();
}

function replaceLines(change: (before: readonly string[]) => readonly string[]): void {
  const text = `${change(lines()).join("\n")}\n`;
  branch.content = { commit: commitOf("f"), files: new Map([["2026/11/24.jsonl", text]]) };
}

describe("a ledger on its branch", () => {
  it("begins at the root where there is neither a ledger nor a digest, and can be read by anybody", async () => {
    const ledger = await open();
    await ledger.begin("one");
    const chain = verifyChain(lines());
    expect(chain.problems).toEqual([]);
    expect(chain.records.map(({ id, action }) => [id, action])).toEqual([
      [`begin:${ROOT}`, "begin"],
      ["start:one", "start"],
    ]);
    expect(branch.digest).toBe(chain.digest);
    expect(branch.commits).toEqual(expect.arrayContaining(["2026/11/24.jsonl"]));
    expect([ledger.state().root, ledger.state().judged, ledger.newestInstance(), ledger.stopped()]).toEqual([
      ROOT,
      ROOT,
      "one",
      null,
    ]);
  });

  it("remembers after a restart, and writes a fact once however often it is appended", async () => {
    await begun();
    const ledger = await open();
    const again = verifyRecord(commitOf("b"), ["access"]);
    await ledger.append([again, again, startRecord("two"), startRecord("two")]);
    await ledger.flush();
    expect(idsOnBranch()).toEqual([`begin:${ROOT}`, "start:one", again.id, "start:two"]);
    expect(ledger.state().judged).toBe(commitOf("b"));
    expect(spooled()).toBe("");
  });

  it("commits at most once per interval, the first at once, and all that came meanwhile together", async () => {
    const ledger = await open({ intervalMs: 10_000 });
    await ledger.flush();
    expect([branch.commits.length, branch.now - NOON]).toEqual([1, 0]);
    await Promise.all(["x", "y", "z"].map((name) => ledger.append([startRecord(name)])));
    await ledger.flush();
    expect(branch.now - NOON).toBeGreaterThanOrEqual(10_000);
    expect(idsOnBranch()).toEqual([`begin:${ROOT}`, "start:x", "start:y", "start:z"]);
    expect(branch.commits.length).toBeLessThanOrEqual(3);
  });

  it("tries a refused commit again, later each time, and keeps the order", async () => {
    branch.faults = ["refuse", "refuse", "refuse"];
    const ledger = await open();
    await ledger.append([startRecord("x")]);
    await ledger.flush();
    expect(idsOnBranch()).toEqual([`begin:${ROOT}`, "start:x"]);
    expect(branch.sleeps.filter((ms) => [1_000, 2_000, 4_000].includes(ms))).toEqual([1_000, 2_000, 4_000]);
  });

  it("finds a commit whose answer was lost, and does not write it twice", async () => {
    branch.faults = ["lose-answer"];
    const ledger = await open();
    await ledger.append([startRecord("x")]);
    await ledger.flush();
    expect(idsOnBranch()).toEqual([`begin:${ROOT}`, "start:x"]);
    expect(spooled()).toBe("");
  });

  it("goes on on top of what another instance wrote, and sees its start", async () => {
    const first = await open();
    await first.begin("one");
    const second = await open({ dataFolder: temporaryFolder() });
    await second.begin("two");
    await first.append([startRecord("x")]);
    await first.flush();
    expect(idsOnBranch()).toEqual([`begin:${ROOT}`, "start:one", "start:two", "start:x"]);
    expect(verifyChain(lines()).problems).toEqual([]);
    await second.refresh();
    expect([second.newestInstance(), second.state().ids.has("start:x")]).toEqual(["x", true]);
  });

  it("never puts a record into a file before the newest, whatever the clock does", async () => {
    await begun();
    branch.now = NOON - 86_400_000;
    const ledger = await open();
    await ledger.append([startRecord("x")]);
    await ledger.flush();
    branch.now = NOON + 86_400_000;
    await ledger.append([startRecord("y")]);
    await ledger.flush();
    expect([...(branch.content?.files.keys() ?? [])]).toEqual(["2026/11/24.jsonl", "2026/11/25.jsonl"]);
    expect(idsOnBranch().slice(-2)).toEqual(["start:x", "start:y"]);
  });

  it("works on real git, through the mirror", async () => {
    const origin = createOrigin();
    const root = origin.commit("main", { "signalbox.yml": "version: 1\n" }) as CommitSha;
    const git = await openMirror(origin);
    const ledger = await open({
      root,
      read: async () => {
        await git.update();
        return git.readLedger();
      },
      write: async (parent, files) => {
        expect((await git.readLedger())?.commit ?? null).toBe(parent);
        const before = (await git.readLedger())?.files ?? new Map<string, string>();
        const commit = origin.commit("signalbox/ledger", Object.fromEntries([...before, ...files])) as CommitSha;
        await git.update();
        return commit;
      },
    });
    await ledger.begin("one");
    await ledger.append([startRecord("x")]);
    await ledger.flush();
    const content = await git.readLedger();
    expect(verifyChain(ledgerLines(content?.files ?? new Map())).records.map((record) => record.id)).toEqual([
      `begin:${root}`,
      "start:one",
      "start:x",
    ]);
  });
});

describe("a crash", () => {
  it("between spool and commit loses nothing: the next start sends it first", async () => {
    await begun();
    const dying = await open({ write: () => new Promise(() => undefined) });
    await dying.append([startRecord("x")]);
    opened.pop(); // it never closes: its commit hangs for ever
    expect(spooled()).toContain("start:x");
    const ledger = await open();
    expect(ledger.state().ids.has("start:x")).toBe(true);
    await ledger.append([startRecord("y")]);
    await ledger.flush();
    expect(idsOnBranch().slice(-2)).toEqual(["start:x", "start:y"]);
  });

  it("between commit and clearing the spool writes nothing twice", async () => {
    await begun();
    appendFileSync(join(dataFolder, "ledger-spool.jsonl"), `${JSON.stringify(startRecord("one"))}\n`);
    const ledger = await open();
    await ledger.append([startRecord("y")]);
    await ledger.flush();
    expect(idsOnBranch().filter((id) => id.startsWith("start:"))).toEqual(["start:one", "start:y"]);
  });

  it("between commit and digest is made good at the next start", async () => {
    await begun();
    const newest = branch.digest;
    branch.digest = verifyChain(lines()).records[1]?.previous ?? null;
    await (await open()).flush();
    expect(branch.digest).toBe(newest);
  });

  it("in the middle of a line of the spool costs only what nobody was promised", async () => {
    await begun();
    appendFileSync(join(dataFolder, "ledger-spool.jsonl"), `${JSON.stringify(startRecord("x"))}\n{"id":"sta`);
    const ledger = await open();
    await ledger.append([startRecord("y")]);
    await ledger.flush();
    expect(idsOnBranch().slice(-2)).toEqual(["start:x", "start:y"]);
  });

  it("while GitHub is away is survived by closing: what was not sent stays in the spool", async () => {
    await begun();
    const ledger = await open({ write: () => Promise.reject(new Error("503")) });
    await ledger.append([startRecord("x")]);
    await ledger.close();
    expect(spooled()).toContain("start:x");
    await expect(ledger.append([startRecord("y")])).rejects.toThrow("the ledger is closed");
  });
});

describe("a ledger that was tampered with", () => {
  const cases: readonly (readonly [string, () => void, RegExp])[] = [
    [
      "a changed line",
      () => replaceLines((all) => all.map((line) => line.replace('"user:ana"', '"user:eve"'))),
      /line 3 of the ledger: its signature is not Signalbox's/,
    ],
    [
      "a removed line",
      () => replaceLines((all) => all.filter((_, index) => index !== 1)),
      /line 2 of the ledger: it does not continue the line before it/,
    ],
    ["a truncated branch", () => replaceLines((all) => all.slice(0, 2)), /its branch was cut or moved back/],
    ["a rewound branch", () => replaceLines((all) => all.slice(0, 1)), /its branch was cut or moved back/],
    ["a deleted branch", () => (branch.content = null), /gone from its branch/],
    [
      "a line added by a stranger",
      () => replaceLines((all) => [...all, "{}"]),
      /line 4 of the ledger: it is no record/,
    ],
    [
      "a copy of the begin at its end",
      () => replaceLines((all) => [...all, all[0] ?? ""]),
      /line 4 of the ledger: it does not continue the line before it/,
    ],
  ];

  it.each(cases)("decides nothing and takes nothing: %s", async (_name, tamper, reason) => {
    await begun();
    const digest = branch.digest;
    tamper();
    const ledger = await open();
    expect(ledger.state()).toBe(EMPTY_LEDGER);
    expect(ledger.stopped()).toMatch(reason);
    await expect(ledger.append([startRecord("x")])).rejects.toMatchObject({
      name: "StalledError",
      message: ledger.stopped(),
    });
    await expect(ledger.begin("x")).rejects.toThrow(reason);
    expect([branch.digest, spooled()]).toEqual([digest, ""]);
  });

  it("decides nothing where a whole chain was signed with a foreign key", async () => {
    await begun();
    const own = { content: branch.content, digest: branch.digest };
    branch = { ...branch, content: null, digest: null };
    const foreign = await open({ signingKey: newKey(), dataFolder: temporaryFolder() });
    await foreign.begin("eve");
    branch.digest = own.digest;
    expect((await open()).stopped()).toMatch(/line 1 of the ledger: from here on another key signs/);
  });

  it("stops while it runs, where the branch is rewound under it", async () => {
    const ledger = await open();
    await ledger.begin("one");
    replaceLines((all) => all.slice(0, 1));
    const lost = ledger.append([startRecord("x")]).then(() => ledger.flush());
    await expect(lost).rejects.toThrow(/cut or moved back/);
    expect(ledger.state()).toBe(EMPTY_LEDGER);
    expect(spooled()).toContain("start:x");
  });

  it("takes what only lags behind for what it is", async () => {
    await begun();
    const { content } = branch;
    const answers = [null, content];
    const ledger = await open({ read: () => Promise.resolve(answers.shift() ?? content) });
    expect(ledger.stopped()).toBeNull();
  });

  it("begins anew at a newer root, on top of what is there, and sets the old spool aside", async () => {
    await begun();
    replaceLines((all) => [...all.slice(0, 1), "garbage"]);
    branch.digest = null;
    appendFileSync(
      join(dataFolder, "ledger-spool.jsonl"),
      `${JSON.stringify(verifyRecord(commitOf("c"), ["access"]))}\n`,
    );
    const root = commitOf("b");
    const ledger = await open({ root });
    await ledger.begin("one");
    expect([ledger.state().root, ledger.state().updates, ledger.stopped()]).toEqual([root, [], null]);
    expect(verifyChain(lines().slice(2)).records.map((record) => record.id)).toEqual([`begin:${root}`, "start:one"]);
    expect(readdirSync(dataFolder).filter((name) => /^ledger-spool\.jsonl\.\d+$/.test(name))).toHaveLength(1);
    await ledger.close();
    expect((await open({ root })).state().root).toBe(root);
    branch.digest = verifyChain(lines().slice(0, 1)).digest;
    expect((await open()).stopped()).not.toBeNull();
  });
});
