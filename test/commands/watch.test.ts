// `signalbox validate --watch` as a process, which a signal ends.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, it } from "@jest/globals";
import { ACME, folderOf, removeFolders, run, write } from "./run-command.ts";

afterAll(removeFolders);

const main = join(import.meta.dirname, "../../dist/main.js");

describe("signalbox validate --watch", () => {
  it("prints anew after each change, and ends at Ctrl-C with the status of the last time", async () => {
    const folder = folderOf(ACME);
    const child = spawn(process.execPath, [main, "validate", "--watch"], { cwd: folder });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (lines.length === 1) write(folder, { "signalbox.yml": "version: 2\n" });
      if (/^1 error/.test(line)) child.kill("SIGINT");
    }
    expect(await ended).toBe(1);
    expect(lines).toEqual([
      "no errors",
      "signalbox.yml:1:10: error[bad-value] expected 1, found the number `2`",
      "  1 | version: 2",
      "    |          ^",
      "",
      "1 error in 1 file",
    ]);
    // Two processes start here, on whatever machine that is.
  }, 60_000);

  it("prints for people alone", async () => {
    const ran = await run(["validate", "--watch", "--format", "json"], { folder: folderOf(ACME) });
    expect(ran).toEqual({
      status: 2,
      out: "",
      err: "signalbox: --watch prints for people: leave --format out\n",
    });
  });
});
