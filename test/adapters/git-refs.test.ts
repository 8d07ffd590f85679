// What refs say of pull requests and of the merge queue, as of the last fetch.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { CommitSha } from "../../src/manifest/types.ts";
import { createOrigin, openMirror, removeMirrors, temporaryFolder } from "./git-fixture.ts";

afterEach(removeMirrors);

const sha = (text: string): CommitSha => text as CommitSha; // printed by git

describe("the mirror of the config repo", () => {
  it("knows which pull requests have a head in common", async () => {
    const origin = createOrigin();
    const head = origin.commit("main", { "signalbox.yml": "version: 1\n" });
    for (const number of [3, 20]) origin.git(["update-ref", `refs/pull/${String(number)}/head`, head]);
    const git = await openMirror(origin);
    await git.update();
    expect([...(await git.pullsAt(sha(head)))].sort((a, b) => a - b)).toEqual([3, 20]);
    expect(await git.pullsAt(sha("0".repeat(40)))).toEqual([]);
  });

  it("forgets what refs said before a fetch, also where that is said after it", async () => {
    const origin = createOrigin();
    const head = origin.commit("main", { "signalbox.yml": "version: 1\n" });
    const own = temporaryFolder();
    const real = join(execFileSync("git", ["--exec-path"], { encoding: "utf8" }).trim(), "git");
    execFileSync("sh", ["-c", "mkfifo listed said"], { cwd: own });
    const slowFirst = `#!/bin/sh
case "$*" in *for-each-ref*) if mkdir "${own}/first" 2>/dev/null; then
  refs=$("${real}" "$@"); echo >"${own}/listed"; read -r _ <"${own}/said"; echo "$refs"; exit
fi ;; esac
exec "${real}" "$@"
`;
    writeFileSync(join(own, "git"), slowFirst, { mode: 0o755 });
    const git = await openMirror(origin, {
      environment: { ...process.env, PATH: `${own}:${process.env["PATH"] ?? ""}` },
    });
    const asked = git.pullsAt(sha(head));
    await readFile(join(own, "listed"));
    origin.git(["update-ref", "refs/pull/3/head", head]);
    await git.update();
    writeFileSync(join(own, "said"), "\n");
    expect(await asked).toEqual([]);
    expect(await git.pullsAt(sha(head))).toEqual([3]);
  });

  it("knows the candidates of the default branch's merge queue, and no other branch for one", async () => {
    const origin = createOrigin();
    const head = origin.commit("main", { "signalbox.yml": "version: 1\n" });
    for (const name of [`main/pr-7-${head}`, "main/pr-x-1", `other/pr-8-${head}`, `main/pr-9-${head}/more`]) {
      origin.git(["update-ref", `refs/heads/gh-readonly-queue/${name}`, head]);
    }
    // Whoever may push may name a branch so that a pull request's own head would be one.
    const own = origin.commit("topic", { "README.md": "A topic.\n" });
    origin.git(["update-ref", "refs/pull/3/head", own]);
    origin.git(["update-ref", `refs/heads/gh-readonly-queue/main/pr-3-${head}`, own]);
    const git = await openMirror(origin);
    await git.update();
    expect(await git.mergeGroups()).toEqual([{ pull: 7, head }]);
  });
});
