import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { createClock, readOffsetFile } from "../../src/adapters/clock.ts";

const folder = mkdtempSync(join(tmpdir(), "signalbox-clock-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("the clock", () => {
  it("is real time plus the offset", () => {
    const before = Date.now();
    const now = createClock(() => 3_600_000).now();
    expect(now - before).toBeGreaterThanOrEqual(3_600_000);
    expect(now - before).toBeLessThan(3_601_000);
  });

  it("lets a sleeper wake when its time is moved", async () => {
    let offsetMs = 0;
    const clock = createClock(() => offsetMs);
    const startedAt = Date.now();
    const slept = clock.sleep(3_600_000);
    offsetMs = 3_600_000;
    await slept;
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });

  it.each([
    ["before", 0],
    ["during", 10],
  ])("rejects with the reason when it is aborted %s the sleep", async (_when, afterMs) => {
    const abort = new AbortController();
    const reason = new Error("stopping");
    if (afterMs === 0) abort.abort(reason);
    else {
      setTimeout(() => {
        abort.abort(reason);
      }, afterMs);
    }
    await expect(createClock().sleep(60_000, abort.signal)).rejects.toBe(reason);
  });
});

describe("the offset file", () => {
  it("is read at every call, and while it is being written the last offset holds", () => {
    const path = join(folder, "offset");
    writeFileSync(path, "600000\n");
    const offsetMs = readOffsetFile(path);
    expect(offsetMs()).toBe(600_000);
    writeFileSync(path, "");
    expect(offsetMs()).toBe(600_000);
    writeFileSync(path, "-5\n");
    expect(offsetMs()).toBe(-5);
  });

  it("that is missing is an error", () => {
    expect(readOffsetFile(join(folder, "none"))).toThrow(/ENOENT/);
  });
});
