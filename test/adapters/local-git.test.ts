import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { openLocalGit } from "../../src/adapters/local-git.ts";
import { readWorkTree } from "../../src/adapters/work-tree.ts";
import { createOrigin, removeTemporaryFolders, temporaryFolder } from "./git-fixture.ts";

const isOurs = (path: string): boolean => path.startsWith("roles");

afterEach(removeTemporaryFolders);

describe("a clone", () => {
  it("names commits as git does, reads them and the ledger that was fetched, and takes no option for a revision", async () => {
    const origin = createOrigin();
    const first = origin.commit("main", { "roles/a.yml": "1\n" });
    const second = origin.commit("main", { "roles/a.yml": "2\n" });
    const ledger = origin.commit("signalbox/ledger", { "2026/01/01.jsonl": "{}\n" });
    const clone = join(temporaryFolder(), "clone");
    execFileSync("git", ["clone", "-q", origin.folder, clone]);
    const git = await openLocalGit(join(clone, "roles"), { isOurs, environment: process.env });
    expect(await Promise.all(["HEAD~1", "main", "origin/main", second.slice(0, 10)].map(git.resolveRevision))).toEqual([
      first,
      second,
      second,
      second,
    ]);
    expect((await git.readTree(first)).get("roles/a.yml")?.text).toBe("1\n");
    expect(await git.readLedger()).toEqual({ commit: ledger, files: new Map([["2026/01/01.jsonl", "{}\n"]]) });
    for (const revision of ["nowhere", "--output=x", "-n1", "main:roles/a.yml", ""]) {
      await expect(git.resolveRevision(revision)).rejects.toThrow(/git knows no commit named/);
    }
    await git.close();
  });

  it("says where it was looked for when there is none", async () => {
    await expect(openLocalGit(temporaryFolder(), { isOurs, environment: process.env })).rejects.toThrow(
      /run this in a clone/,
    );
  });
});

describe("a work tree", () => {
  it("is read as it lies on disk, with git's ids, and without following links", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "roles", "deep"), { recursive: true });
    writeFileSync(join(folder, "README.md"), "no\n");
    writeFileSync(join(folder, "roles", "deep", "a.yml"), "a\n");
    writeFileSync(join(folder, "roles", "run.yml"), Buffer.from([0xff]));
    chmodSync(join(folder, "roles", "run.yml"), 0o755);
    writeFileSync(join(folder, "roles", "big.yml"), "x".repeat(1024 * 1024 + 1));
    symlinkSync("/etc", join(folder, "roles", "link"));
    const nothing = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
    const files = await readWorkTree(folder, { isOurs });
    expect([...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: "roles/big.yml", mode: "100644", blob: nothing, text: null, size: 1024 * 1024 + 1 },
      {
        path: "roles/deep/a.yml",
        mode: "100644",
        blob: "78981922613b2afb6025042ff6bd878ac1994e85",
        text: "a\n",
        size: 2,
      },
      { path: "roles/link", mode: "120000", blob: nothing, text: null, size: 4 },
      { path: "roles/run.yml", mode: "100755", blob: gitBlobId(join(folder, "roles/run.yml")), text: null, size: 1 },
    ]);
  });
});

it("opens no folder of a work tree that is not Signalbox's, however much lies around it", async () => {
  expect(await readWorkTree("/", { isOurs })).toEqual(new Map());
});

function gitBlobId(file: string): string {
  return execFileSync("git", ["hash-object", file], { encoding: "utf8" }).trim();
}
