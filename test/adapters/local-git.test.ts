import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { openLocalGit } from "../../src/adapters/local-git.ts";
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
