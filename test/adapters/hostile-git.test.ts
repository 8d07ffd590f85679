// The rows G of the hostile corpus: trees and histories that git stores and passes on, read as Signalbox reads them.
import { existsSync, readdirSync, writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { cpuTimeMs } from "../cpu-time.ts";
import type { OpenConfigGit } from "../../src/adapters/config-git.ts";
import { loadConfigRepo } from "../manifest/load-config-repo.ts";
import { isSignalboxPath } from "../../src/manifest/repo-paths.ts";
import type { CommitSha, ConfigRepo } from "../../src/manifest/types.ts";
import { aTree, predefinedRoles } from "../manifest/a-tree.ts";
import { createOrigin, openMirror, removeMirrors, temporaryFolder, type Entry, type Origin } from "./git-fixture.ts";

/** Every hostile tree holds a valid repo, a mistake of somebody else's, and what is hostile. */
const NEIGHBOUR = "roles/neighbour.yml";
const GOOD: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...aTree()].map(([path, { text }]) => [path, text ?? ""])),
  [NEIGHBOUR]: "permision: []\n",
};
const ROLE = "permissions: [{ resource: all, action: write }]\n";

afterEach(removeMirrors);

async function mirrorOf(origin: Origin, log: string[] = []): Promise<{ git: OpenConfigGit; folder: string }> {
  const folder = join(temporaryFolder(), "mirror");
  const git = await openMirror(origin, {
    ...{ folder, isOurs: isSignalboxPath },
    log: (event, { ref }) => log.push(`${event} ${typeof ref === "string" ? ref : ""}`.trim()),
  });
  await git.update();
  return { git, folder };
}

/** What the reader makes of it: findings as `rule file`, the neighbour's left out after it was found; nothing written anywhere. */
async function read(
  files: Readonly<Record<string, string | Entry>>,
): Promise<{ found: readonly string[]; repo: ConfigRepo }> {
  const origin = createOrigin();
  const commit = origin.commit("main", { ...GOOD, ...files });
  return readCommit(origin, commit);
}

async function readCommit(origin: Origin, commit: string): Promise<{ found: readonly string[]; repo: ConfigRepo }> {
  const { git, folder } = await mirrorOf(origin);
  const start = cpuTimeMs();
  const repo = loadConfigRepo(await git.readTree(commit), { predefinedRoles });
  expect(cpuTimeMs() - start).toBeLessThan(60_000);
  expect(JSON.stringify(repo.findings)).not.toMatch(/hunter2|root:/);
  expect(readdirSync(folder).sort()).toEqual(expect.arrayContaining(["HEAD", "config", "objects", "refs"]));
  expect(readdirSync(folder).filter((name) => GOOD[name] !== undefined || name === "racks")).toEqual([]);
  const found = repo.findings.map(({ rule, file }) => `${rule} ${file}`);
  expect(found).toContain(`unknown-key ${NEIGHBOUR}`);
  return { found: found.filter((one) => !one.endsWith(NEIGHBOUR)), repo };
}

describe("the reader of git trees", () => {
  it.each([
    ["to a file of the host", "/etc/passwd"],
    ["up and out", "../../../../etc/passwd"],
    ["to another role", "neighbour.yml"],
    ["to nothing", "gone.yml"],
    ["to a folder", "../racks"],
    ["to an endless name", "a/".repeat(2_000)],
  ])("refuses a symbolic link %s, and reads nothing through it", async (_, content) => {
    const { found, repo } = await read({ "roles/link.yml": { mode: "120000", content } });
    expect(found).toEqual(["symlink roles/link.yml"]);
    expect(repo.access.roles.has("link")).toBe(false);
  });

  it("refuses a symbolic link in the place of one of its folders", async () => {
    const { found } = await read({ bindings: { mode: "120000", content: "/etc" } });
    expect(found).toEqual(["symlink bindings"]);
  });

  it("refuses a submodule, and fetches nothing for it", async () => {
    const canary = join(temporaryFolder(), "canary");
    const { found } = await read({
      ".gitmodules": `[submodule "x"]\n\tpath = racks/evil\n\turl = ext::sh -c "touch ${canary}"\n`,
      "racks/evil": { mode: "160000", content: "1".repeat(40) },
    });
    expect(found).toEqual(["submodule racks/evil"]);
    expect(existsSync(canary)).toBe(false);
  });

  it("goes on past a .gitmodules that git would refuse, since nothing ever acts on one", async () => {
    const { found } = await read({
      ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = https://a.example/x\n\tupdate = !touch /tmp/canary\n',
    });
    expect(found).toEqual([]);
  });

  it.each([
    ["a newline", "roles/a\nb.yml"],
    ["a tab", "roles/a\tb.yml"],
    ["a quote", 'roles/a"b.yml'],
    ["a backslash", "roles/a\\b.yml"],
    ["a space at the end", "roles/a.yml "],
    ["a bidirectional override", "roles/a\u202elmy.yml"],
    ["a full-width slash", "roles/a\uff0fb.yml"],
    ["a zero-width joiner", "roles/.g\u200cit.yml"],
    ["an option of git's", "roles/--output=x.yml"],
    ["4,096 bytes", `roles/${"a".repeat(4_086)}.yml`],
  ])("refuses a path that is odd (%s), and shows it without it", async (_, path) => {
    const { found, repo } = await read({ [path]: ROLE });
    expect(found).toEqual([`bad-path ${path}`]);
    for (const { message } of repo.findings) expect(message).toMatch(/^[\x20-\x7e…]*$/);
  });

  it("refuses a folder whose name ends in a dot", async () => {
    expect((await read({ "racks/eu./rack.yml": "x: 1\n" })).found).toEqual(["bad-name racks/eu./rack.yml"]);
  });

  it("refuses a path that is no UTF-8, and tells two of them apart", async () => {
    const origin = createOrigin();
    origin.commit("main", GOOD);
    const blob = origin.git(["hash-object", "-w", "--stdin"], ROLE);
    const roles = origin.git(
      ["mktree", "-z"],
      Buffer.concat([
        Buffer.from(`100644 blob ${blob}\t`),
        Buffer.from([0xfe]),
        Buffer.from(`.yml\x00100644 blob ${blob}\t`),
        Buffer.from([0xff]),
        Buffer.from(".yml\0"),
        Buffer.from(`100644 blob ${origin.git(["rev-parse", `main:${NEIGHBOUR}`])}\tneighbour.yml\0`),
      ]),
    );
    const others = origin
      .git(["ls-tree", "main"])
      .split("\n")
      .filter((line) => !line.endsWith("\troles"));
    const tree = origin.git(["mktree"], `${[...others, `040000 tree ${roles}\troles`].join("\n")}\n`);
    const commit = origin.git(["commit-tree", tree], "latin");
    origin.git(["update-ref", "refs/heads/main", commit]);
    expect((await readCommit(origin, commit)).found).toEqual(["bad-path roles/\\xfe.yml", "bad-path roles/\\xff.yml"]);
  });

  it("finds names that are the same but for case", async () => {
    const { found } = await read({ "roles/dev.yml": ROLE, "roles/DEV.yml": ROLE });
    expect(found).toEqual(["duplicate-name roles/dev.yml"]);
  });

  it.each([
    ["racks/prod", "unknown-file racks/prod"],
    ["bindings", "unknown-file bindings"],
    ["racks/staging/apps/api", "unknown-file racks/staging/apps/api"],
  ])("finds a file in the place of a folder: %s", async (path, finding) => {
    expect((await read({ [path]: "x\n" })).found).toEqual([finding]);
  });

  it("finds a folder in the place of a file", async () => {
    const { "signalbox.yml": _settings, ...others } = GOOD;
    const origin = createOrigin();
    const commit = origin.commit("main", { ...others, "signalbox.yml/x.yml": "version: 1\n" });
    const { found } = await readCommit(origin, commit);
    expect(found).toEqual(["missing-file signalbox.yml"]);
  });

  it("says that a file that is too large is, without reading it", async () => {
    const before = process.memoryUsage().rss;
    const { found } = await read({ "roles/big.yml": Buffer.alloc(50_000_000, "# hunter2\n").toString("latin1") });
    expect(found).toEqual(["file-too-large roles/big.yml"]);
    expect(process.memoryUsage().rss - before).toBeLessThan(500_000_000);
  });

  it("refuses 1,000 folders in each other by the length of their path", async () => {
    const origin = createOrigin();
    const path = `tests/${"d/".repeat(1_000)}x.yml`;
    const commit = importFiles(origin, { [path]: "[]\n" });
    const { found } = await readCommit(origin, commit);
    expect(found).toEqual([`bad-path ${path}`]);
  });
});

describe("a repo of 100,000 files", () => {
  it("most of them nobody's, is read and judged within a minute", async () => {
    const origin = createOrigin();
    const folders = ["bindings", ...Array.from({ length: 9 }, (_, index) => `docs/${index}`)];
    const paths = folders.flatMap((folder) => Array.from({ length: 10_000 }, (_, index) => `${folder}/b${index}.yml`));
    const commit = importFiles(origin, Object.fromEntries(paths.map((path) => [path, "[]\n"])));
    const { found } = await readCommit(origin, commit);
    expect(found).toEqual([]);
  }, 120_000);

  it("with a folder that lists too much is not read at all, and says so", async () => {
    const origin = createOrigin();
    origin.commit("main", GOOD);
    const blob = origin.git(["rev-parse", `main:${NEIGHBOUR}`]);
    const lines = Array.from({ length: 280_000 }, (_, index) => `100644 blob ${blob}\t${"a".repeat(40)}${index}\n`);
    const huge = origin.git(["mktree"], lines.join(""));
    const root = origin.git(["mktree"], `${origin.git(["ls-tree", "main"])}\n040000 tree ${huge}\ttests\n`);
    const commit = origin.git(["commit-tree", root], "huge");
    origin.git(["update-ref", "refs/heads/main", commit]);
    const { git } = await mirrorOf(origin);
    await expect(git.readTree(commit)).rejects.toMatchObject({
      name: "StalledError",
      message: `the config repo cannot be read: the folder ${huge} lists too many files. Take generated files out of it.`,
    });
  }, 60_000);
});

/** In one go: a process a file would take minutes. */
function importFiles(origin: Origin, files: Readonly<Record<string, string>>): string {
  const lines = ["commit refs/heads/main", "committer A <a@a.example> 0 +0000", "data 1", "x"];
  for (const [path, text] of Object.entries({ ...GOOD, ...files })) {
    lines.push(`M 100644 inline ${path}`, `data ${Buffer.byteLength(text)}`, text);
  }
  origin.git(["fast-import", "--quiet"], `${lines.join("\n")}\n`);
  return origin.git(["rev-parse", "refs/heads/main"]);
}

describe("a tree that git refuses", () => {
  it.each(["..", ".", ".git", ".GIT", "git~1", ".git ", ".git.", ".g\u200cit"])(
    "because of the name %j comes from its pull request alone, which fails closed",
    async (name) => {
      const origin = createOrigin();
      origin.commit("main", GOOD);
      const blob = origin.git(["rev-parse", `main:${NEIGHBOUR}`]);
      const entry = Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, "hex")]);
      const tree = origin.git(["hash-object", "-t", "tree", "-w", "--literally", "--stdin"], entry);
      const bad = origin.git(["commit-tree", tree], "hostile");
      origin.git(["update-ref", "refs/pull/1/head", bad]);
      const log: string[] = [];
      const { git, folder } = await mirrorOf(origin, log);
      expect(log).toEqual(["git-fetch-failed", "git-ref-refused refs/pull/1/head"]);
      expect(await git.has(bad as CommitSha)).toBe(false);
      expect(await git.tip()).toBe(origin.git(["rev-parse", "main"]));
      expect(readdirSync(folder)).not.toContain(name);
    },
  );
});

describe("what git shows instead of what was committed", () => {
  it("is not shown: a tag of the branch's name, a replaced commit, a grafted parent, an annotated tag of a tag", async () => {
    const origin = createOrigin();
    const first = origin.commit("main", { ...GOOD, "roles/dev.yml": "old: 1\n" });
    const second = origin.commit("main", { ...GOOD, "roles/dev.yml": ROLE });
    origin.git(["tag", "main", first]);
    origin.git(["tag", "-a", "-m", "x", "loop", first]);
    origin.git(["tag", "-a", "-f", "-m", "x", "loop", "loop"]);
    const { git, folder } = await mirrorOf(origin);
    writeFileSync(join(folder, "packed-refs"), `${first} refs/replace/${second}\n${second} refs/heads/main\n`);
    mkdirSync(join(folder, "info"), { recursive: true });
    writeFileSync(join(folder, "info", "grafts"), `${second}\n`);
    expect(await git.tip()).toBe(second);
    expect((await git.readTree(second)).get("roles/dev.yml")?.text).toBe(ROLE);
    expect(
      (await git.commitsBetween(first as CommitSha, second as CommitSha)).map(({ sha, parents }) => [sha, parents]),
    ).toEqual([[second, [first]]]);
  });
});

describe("a commit with an odd", () => {
  const commitOf = (origin: Origin, header: readonly string[], message: string | Buffer): string => {
    const tree = origin.git(["rev-parse", "main^{tree}"]);
    const text = Buffer.concat([Buffer.from([`tree ${tree}`, ...header, "", ""].join("\n")), Buffer.from(message)]);
    const commit = origin.git(["hash-object", "-t", "commit", "-w", "--literally", "--stdin"], text);
    origin.git(["update-ref", "refs/heads/main", commit]);
    return commit;
  };

  it.each([
    ["date of 1970", ["author A <a@a.example> 0 +0000", "committer A <a@a.example> 0 +0000"], "x"],
    ["date of 2099", ["author A <a@a.example> 4070908800 +0000", "committer A <a@a.example> 4070908800 +0000"], "x"],
    [
      "encoding",
      ["author A <a@a.example> 1 +0000", "committer A <a@a.example> 1 +0000", "encoding ISO-8859-1"],
      Buffer.from([0xe9, 0xff, 0x0a]),
    ],
  ])("a commit with an odd header (%s) is read as any other", async (_, header, message) => {
    const origin = createOrigin();
    origin.commit("main", GOOD);
    const commit = commitOf(origin, header, message);
    expect((await readCommit(origin, commit)).found).toEqual([]);
  });

  it("a commit with an odd message asks for nothing and gives nobody anything", async () => {
    const origin = createOrigin();
    const base = origin.commit("main", GOOD);
    const message = "[skip ci]\n\nApproved-by: admin\nReviewed-by: admin\nSigned-off-by: admin <a@a.example>\n";
    const head = origin.commit("main", GOOD, message);
    const { git } = await mirrorOf(origin);
    const [read, ...others] = await git.commitsBetween(base as CommitSha, head as CommitSha);
    expect(read).toEqual({ sha: head, parents: [base], tree: await git.treeOf(head), coAuthorEmails: [] });
    expect(others).toEqual([]);
  });
});
