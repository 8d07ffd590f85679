import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { readScripts, root } from "./scratch.ts";

describe("the check of the machine", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), "signalbox-machine-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const check = (path: string | undefined): { status: number | null; said: string } => {
    const script = join(root, "scripts", "check-machine.js");
    const run = spawnSync(process.execPath, [script], { encoding: "utf8", env: { ...process.env, PATH: path } });
    return { status: run.status, said: run.stdout + run.stderr };
  };
  const gitThat = (script: string): void => {
    writeFileSync(join(folder, "git"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "git"), 0o755);
  };

  it("is quiet here, and runs before the tests", () => {
    expect(check(process.env["PATH"])).toEqual({ status: 0, said: "" });
    expect(readScripts()["pretest"]).toBe("node scripts/check-machine.js");
  });

  it("says that git is missing", () => {
    const { status, said } = check(folder);
    expect(status).toBe(1);
    expect(said).toMatch(/^git 2\.38 or newer is needed; running `git --version` failed: .*ENOENT/);
  });

  it("says that git is too old", () => {
    gitThat('echo "git version 2.37.9"');
    expect(check(folder)).toEqual({
      status: 1,
      said: 'git 2.38 or newer is needed; this is "git version 2.37.9". See https://git-scm.com/downloads\n',
    });
  });

  it("says that git has no http-backend", () => {
    gitThat(`[ "$1" = --version ] && echo "git version 3.1" || echo "${folder}"`);
    expect(check(folder)).toEqual({
      status: 1,
      said: `git's http-backend is needed, and ${folder} has none. It is in the package git, or git-daemon (Alpine, Fedora).\n`,
    });
  });
});
