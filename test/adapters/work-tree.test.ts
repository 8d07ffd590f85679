import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { openWorkTree, type WorkTree } from "../../src/adapters/work-tree.ts";
import { isSignalboxPath } from "../../src/manifest/repo-paths.ts";
import type { RepoFile } from "../../src/manifest/types.ts";
import { removeTemporaryFolders, temporaryFolder } from "./git-fixture.ts";

afterEach(removeTemporaryFolders);

function open(folder: string, bytes: Parameters<typeof openWorkTree>[1]["bytes"] = null): WorkTree {
  return openWorkTree(folder, { isOurs: isSignalboxPath, bytes, now: Date.now });
}

function write(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

async function filesBelow(work: WorkTree, tree: string, prefix = ""): Promise<readonly RepoFile[]> {
  const entries = await work.readFolder(tree);
  const files = await Promise.all(
    entries.map(async (entry) => {
      const path = prefix + entry.name;
      return entry.mode === "40000" ? filesBelow(work, entry.id, `${path}/`) : work.readFiles([{ ...entry, path }]);
    }),
  );
  return files.flat();
}

function git(folder: string, args: readonly string[], input?: string | Buffer): string {
  return execFileSync("git", [...args], { cwd: folder, encoding: "utf8", input }).trim();
}

function blobId(content: string | Buffer): string {
  return git(".", ["hash-object", "--stdin"], content);
}

const FILES = { "signalbox.yml": "version: 1\n", "roles/a.yml": "a\n", "racks/r/apps/b/env.yml": "A: x\n" };
const ENV = "racks/r/apps/b/env.yml";

describe("a work tree", () => {
  it("is read as it lies on disk, with git's ids, and without following links", async () => {
    const folder = temporaryFolder();
    write(folder, { "README.md": "no\n", "roles/deep/a.yml": "a\n", "roles/run.yml": Buffer.from([0xff]) });
    write(folder, { "roles/big.yml": "x".repeat(1024 * 1024 + 1), "docs/roles/x.yml": "x" });
    chmodSync(join(folder, "roles", "run.yml"), 0o755);
    symlinkSync("/etc", join(folder, "roles", "link"));
    mkdirSync(join(folder, "racks"));
    const work = open(folder);
    expect(await filesBelow(work, (await work.scan()) ?? "")).toEqual([
      { path: "roles/big.yml", mode: "100644", blob: blobId("1048577"), text: null, size: 1024 * 1024 + 1 },
      { path: "roles/deep/a.yml", mode: "100644", blob: blobId("a\n"), text: "a\n", size: 2 },
      { path: "roles/link", mode: "120000", blob: blobId("/etc"), text: null, size: 4 },
      { path: "roles/run.yml", mode: "100755", blob: blobId(Buffer.from([0xff])), text: null, size: 1 },
    ]);
    expect([...work.paths()].sort()).toEqual(["roles/big.yml", "roles/deep/a.yml", "roles/link", "roles/run.yml"]);
  });

  it("has the id that git gives its tree", async () => {
    const folder = temporaryFolder();
    write(folder, { ...FILES, "racks/r.yml": "x", "racks/r/a-b/x": "x", "racks/r/a": "x" });
    symlinkSync("nowhere", join(folder, "racks", "link"));
    chmodSync(join(folder, "roles", "a.yml"), 0o755);
    git(folder, ["init", "-q"]);
    git(folder, ["add", "-A"]);
    expect(await open(folder).scan()).toBe(git(folder, ["write-tree"]));
  });

  it("with nothing of Signalbox's in it is none", async () => {
    const folder = temporaryFolder();
    write(folder, { "README.md": "no\n" });
    mkdirSync(join(folder, "racks", "r"), { recursive: true });
    expect(await open(folder).scan()).toBeNull();
  });

  it("opens no folder that is not Signalbox's, however much lies around it", async () => {
    expect(await open("/").scan()).toBeNull();
  });

  it("is another after each change, and the same again when it is undone", async () => {
    const folder = temporaryFolder();
    write(folder, FILES);
    const work = open(folder);
    const first = await work.scan();
    const seen = new Set([first]);
    for (const content of ["A: y\n", "A: z\n", ""]) {
      write(folder, { [ENV]: content });
      seen.add(await work.scan());
    }
    chmodSync(join(folder, ENV), 0o755);
    seen.add(await work.scan());
    rmSync(join(folder, ENV));
    seen.add(await work.scan());
    expect(seen).toHaveProperty("size", 6);
    write(folder, FILES);
    expect(await work.scan()).toBe(first);
  });

  it("does not show a file that has changed since it was looked at", async () => {
    const folder = temporaryFolder();
    write(folder, FILES);
    const work = open(folder);
    await work.scan();
    expect(work.filesAt([ENV, "roles/none.yml"])).toEqual(
      new Map([[ENV, { path: ENV, mode: "100644", blob: blobId("A: x\n"), text: "A: x\n", size: 5 }]]),
    );
    write(folder, { [ENV]: "A: secret\n" });
    expect(work.filesAt([ENV])).toEqual(new Map());
  });
});

describe("what one process hashed", () => {
  const LONG_AGO = new Date("2026-01-01T00:00:00Z");

  it("the next takes as known where nothing was written, and only then", async () => {
    const folder = temporaryFolder();
    write(folder, FILES);
    const kept = new Map<string, Uint8Array>();
    const puts: string[] = [];
    const bytes = {
      get: async (name: string) => kept.get(name) ?? null,
      put: async (name: string, value: Uint8Array) => {
        puts.push(name);
        kept.set(name, value);
      },
    };
    const later = { isOurs: isSignalboxPath, bytes, now: () => Date.now() + 60_000 };
    const first = await openWorkTree(folder, later).scan();
    expect(puts.splice(0)).toHaveLength(1);
    expect(await openWorkTree(folder, later).scan()).toBe(first);
    expect(puts).toEqual([]);
    write(folder, { [ENV]: "A: y\n" });
    // A time of writing that is set back is no sign of nothing written.
    utimesSync(join(folder, ENV), LONG_AGO, LONG_AGO);
    expect(await openWorkTree(folder, later).scan()).toBe(await open(folder).scan());
    expect(puts).toHaveLength(1);
  });

  it("is hashed again where it had just been written: the next write may leave the same times", async () => {
    const folder = temporaryFolder();
    write(folder, FILES);
    const kept: Uint8Array[] = [];
    const bytes = {
      get: () => Promise.resolve(null),
      put: async (_: string, value: Uint8Array) => void kept.push(value),
    };
    await open(folder, bytes).scan();
    expect(kept.map((value) => Buffer.from(value).toString())).toEqual(["[]"]);
  });
});
