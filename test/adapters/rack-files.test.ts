import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { openAttempts } from "../../src/adapters/attempts-file.ts";
import { openObservedRacks } from "../../src/adapters/observed-racks.ts";
import type { AppName, RackName } from "../../src/manifest/types.ts";
import type { ObservedRack } from "../../src/reconcile/ports.ts";

const RACK = "staging" as RackName;
const WEB = "web" as AppName;
const AT = { rack: RACK, app: WEB, release: "RAAAAAAAAAA" };
const SEEN: ObservedRack = {
  at: 1_700_000_000_000,
  version: "3.24.8",
  apps: new Map([
    [
      WEB,
      { status: "running", release: "RAAAAAAAAAA", locked: true, services: [{ name: "web", count: 2, pinned: true }] },
    ],
    ["new" as AppName, { status: "creating", release: null, locked: false, services: [] }],
  ]),
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rack-files-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("openAttempts", () => {
  it("knows after a restart what was noted last", async () => {
    const attempts = await openAttempts(folder);
    expect(attempts.state(AT)).toBeNull();
    await attempts.note(AT, "sending");
    expect((await openAttempts(folder)).state(AT)).toBe("sending");
    await attempts.note(AT, "sent");
    expect((await openAttempts(folder)).state(AT)).toBe("sent");
  });

  it("loses none of many that are noted at once", async () => {
    const attempts = await openAttempts(folder);
    const many = Array.from({ length: 30 }, (_, index) => ({ ...AT, release: `R${String(index)}` }));
    await Promise.all(many.map((at) => attempts.note(at, "sending")));
    const again = await openAttempts(folder);
    expect(many.map((at) => again.state(at))).toEqual(many.map(() => "sending"));
  });

  it("forgets the oldest of a thousand, never the newest", async () => {
    await writeFile(
      join(folder, "attempts.json"),
      JSON.stringify(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`staging/web/R${String(i)}`, "sent"]))),
    );
    const attempts = await openAttempts(folder);
    await attempts.note(AT, "sending");
    expect(attempts.state({ ...AT, release: "R0" })).toBeNull();
    expect(attempts.state({ ...AT, release: "R999" })).toBe("sent");
    expect(attempts.state(AT)).toBe("sending");
  });

  it("refuses a file that it cannot read rather than promote again", async () => {
    await writeFile(join(folder, "attempts.json"), '{"staging/web/R');
    await expect(openAttempts(folder)).rejects.toThrow();
  });
});

describe("openObservedRacks", () => {
  it("gives back what was kept, to another process, too", async () => {
    await (await openObservedRacks(folder)).keep(RACK, SEEN);
    expect(await (await openObservedRacks(folder)).read()).toEqual(new Map([[RACK, SEEN]]));
  });

  it("takes a file that it cannot read for a rack that was not seen", async () => {
    const racks = await openObservedRacks(folder);
    await racks.keep(RACK, SEEN);
    await writeFile(join(folder, "observed", "other.json"), '{"at": 1');
    await writeFile(join(folder, "observed", "older.json"), '{"at": "yesterday"}');
    expect([...(await racks.read()).keys()]).toEqual([RACK]);
  });

  it("writes a file whole or not at all, readable by its owner alone", async () => {
    const racks = await openObservedRacks(folder);
    await Promise.all([racks.keep(RACK, SEEN), racks.keep(RACK, { ...SEEN, version: "3.24.9" })]);
    expect(await readdir(join(folder, "observed"))).toEqual(["staging.json"]);
    expect(JSON.parse(await readFile(join(folder, "observed", "staging.json"), "utf8"))).toMatchObject({
      version: "3.24.9",
    });
  });
});
