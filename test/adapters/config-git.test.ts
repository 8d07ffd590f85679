import { existsSync, readFileSync, readdirSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { ConfigGitOptions, OpenConfigGit } from "../../src/adapters/config-git.ts";
import type { CommitSha } from "../../src/manifest/types.ts";
import { errorText } from "../secrets/error-text.ts";
import { createOrigin, openMirror, removeMirrors, temporaryFolder, type Origin } from "./git-fixture.ts";

const isOurs = (path: string): boolean => /^(signalbox\.yml$|roles\/|bindings\/|racks\/)/.test(path);

function open(origin: Origin, options: Partial<ConfigGitOptions> = {}): Promise<OpenConfigGit> {
  return openMirror(origin, { isOurs, ...options });
}

const sha = (text: string): CommitSha => text as CommitSha;

afterEach(removeMirrors);

describe("the mirror of the config repo", () => {
  it("reads Signalbox's files of a commit with their modes, and leaves the rest out", async () => {
    const origin = createOrigin();
    const commit = origin.commit("main", {
      "signalbox.yml": "version: 1\n",
      "README.md": "# ours\n",
      "racks/staging/rack.yml": { mode: "100755", content: "é\n" },
    });
    const git = await open(origin);
    await git.update();
    expect(await git.tip()).toBe(commit);
    const blobOf = (path: string): string => origin.git(["rev-parse", `main:${path}`]);
    const settings = "signalbox.yml";
    const rack = "racks/staging/rack.yml";
    expect([...(await git.readTree(commit)).values()]).toEqual([
      { path: settings, mode: "100644", blob: blobOf(settings), text: "version: 1\n", size: 11 },
      { path: rack, mode: "100755", blob: blobOf(rack), text: "é\n", size: 3 },
    ]);
  });

  it("gives the same value for the same tree, by commit or by tree id", async () => {
    const origin = createOrigin();
    const first = origin.commit("main", { "signalbox.yml": "version: 1\n" });
    const second = origin.commit("main", { "signalbox.yml": "version: 1\n" }, "nothing");
    const git = await open(origin);
    await git.update();
    const read = await git.readTree(first);
    expect(await git.readTree(second)).toBe(read);
    expect(await git.readTree(await git.treeOf(sha(second)))).toBe(read);
  });

  it("sees pull requests' heads, force pushes and deleted branches, and keeps commits that a force push dropped", async () => {
    const origin = createOrigin();
    const main = origin.commit("main", { "signalbox.yml": "version: 1\n" });
    const seen = origin.commit("topic", { "signalbox.yml": "version: 1 # a\n" });
    origin.git(["update-ref", "refs/pull/1/head", seen]);
    const git = await open(origin);
    await git.update();
    origin.git(["update-ref", "-d", "refs/heads/topic"]);
    const again = origin.commit("topic/sub", { "signalbox.yml": "version: 1 # b\n" });
    origin.git(["update-ref", "refs/pull/1/head", again]);
    origin.git(["update-ref", "refs/heads/main", again]);
    await git.update();
    expect(await git.tip()).toBe(again);
    expect(await Promise.all([main, seen, again, "0".repeat(40)].map((id) => git.has(sha(id))))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it("waits where the repository is away: nobody has to act before it is back", async () => {
    const origin = createOrigin();
    origin.commit("main", { "signalbox.yml": "version: 1\n" });
    const git = await open(origin);
    const away = `${origin.folder}.away`;
    renameSync(origin.folder, away);
    await expect(git.update()).rejects.toMatchObject({
      name: "WaitError",
      message: expect.stringMatching(/^Cannot fetch the config repo: git .*; trying again\.$/s),
    });
    renameSync(away, origin.folder);
    await git.update();
    expect(await git.tip()).toBe(origin.git(["rev-parse", "main"]));
  });

  it("says of a missing default branch that it is missing", async () => {
    const origin = createOrigin();
    const git = await open(origin);
    await git.update();
    await expect(git.tip()).rejects.toThrow("the config repo has no branch main");
  });

  it("merges as git does, without a merge where one side is an ancestor", async () => {
    const origin = createOrigin();
    const base = origin.commit("main", { "roles/a.yml": "a\n", "roles/b.yml": "b\n" });
    origin.git(["update-ref", "refs/heads/topic", base]);
    const ours = origin.commit("main", { "roles/a.yml": "a\n", "roles/b.yml": "main\n" });
    const theirs = origin.commit("topic", { "roles/a.yml": "topic\n", "roles/b.yml": "b\n" });
    const git = await open(origin);
    await git.update();
    const merged = await git.merge(sha(ours), sha(theirs));
    const files = await git.readTree(merged.tree);
    expect(merged.conflicts).toEqual([]);
    expect([...files.values()].map(({ path, text }) => [path, text])).toEqual([
      ["roles/a.yml", "topic\n"],
      ["roles/b.yml", "main\n"],
    ]);
    expect(await git.merge(sha(base), sha(theirs))).toEqual({ tree: await git.treeOf(sha(theirs)), conflicts: [] });
    expect(await git.merge(sha(theirs), sha(base))).toEqual({ tree: await git.treeOf(sha(theirs)), conflicts: [] });
    expect(await git.mergeBase(sha(ours), sha(theirs))).toBe(base);
  });

  it("names the paths in conflict, and holds all of it in conflict without common history", async () => {
    const origin = createOrigin();
    const base = origin.commit("main", { "roles/a.yml": "a\n", "roles/b.yml": "b\n" });
    origin.git(["update-ref", "refs/heads/topic", base]);
    const ours = origin.commit("main", { "roles/a.yml": "main\n", "roles/b.yml": "b\n" });
    const theirs = origin.commit("topic", { "roles/a.yml": "topic\n", "roles/b.yml": "b2\n" });
    const stranger = origin.commit("stranger", { "roles/a.yml": "x\n" });
    const git = await open(origin);
    await git.update();
    expect((await git.merge(sha(ours), sha(theirs))).conflicts).toEqual(["roles/a.yml"]);
    expect(await git.mergeBase(sha(ours), sha(stranger))).toBeNull();
    expect((await git.merge(sha(ours), sha(stranger))).conflicts).toEqual(["."]);
  });

  it("lists the commits between two, oldest first, with the e-mails of co-authors", async () => {
    const origin = createOrigin();
    const base = origin.commit("main", { "roles/a.yml": "1\n" });
    const first = origin.commit(
      "main",
      { "roles/a.yml": "2\n" },
      "one\n\nCo-authored-by: Bo <BO@acme.example>\n\nthe end\n",
    );
    const second = origin.commit(
      "main",
      { "roles/a.yml": "3\n" },
      "two\n\nco-authored-by: C <c@x.example>\nCo-authored-by: D <d@x.example>",
    );
    const git = await open(origin);
    await git.update();
    expect(await git.commitsBetween(sha(base), sha(second))).toEqual([
      { sha: first, parents: [base], tree: await git.treeOf(sha(first)), coAuthorEmails: ["bo@acme.example"] },
      {
        sha: second,
        parents: [first],
        tree: await git.treeOf(sha(second)),
        coAuthorEmails: ["c@x.example", "d@x.example"],
      },
    ]);
  });

  it("refuses anything but object ids as a commit", async () => {
    const origin = createOrigin();
    const base = origin.commit("main", { "roles/a.yml": "1\n" });
    const git = await open(origin);
    await git.update();
    const target = join(temporaryFolder(), "written");
    for (const hostile of [`--output=${target}`, "main", "HEAD\ncontents", "-x"]) {
      await expect(git.commitsBetween(sha(base), sha(hostile))).rejects.toThrow("commit id");
      await expect(git.mergeBase(sha(hostile), sha(base))).rejects.toThrow("commit id");
      await expect(git.merge(sha(hostile), sha(base))).rejects.toThrow("commit id");
      await expect(git.readTree(hostile)).rejects.toThrow("object id");
      await expect(git.has(sha(hostile))).rejects.toThrow("object id");
    }
    expect(existsSync(target)).toBe(false);
  });

  it("reads the ledger branch, and null where there is none", async () => {
    const origin = createOrigin();
    origin.commit("main", { "signalbox.yml": "version: 1\n" });
    const git = await open(origin);
    await git.update();
    expect(await git.readLedger()).toBeNull();
    const long = `${"x".repeat(2 * 1024 * 1024)}\n`;
    const commit = origin.commit("signalbox/ledger", {
      "2026/01/02.jsonl": long,
      "2026/01/01.jsonl": "{}\n",
      "README.md": "",
    });
    await git.update();
    expect(await git.readLedger()).toEqual({
      commit,
      files: new Map([
        ["2026/01/01.jsonl", "{}\n"],
        ["2026/01/02.jsonl", long],
      ]),
    });
  });

  it("goes on after a git that was killed and left a lock", async () => {
    const origin = createOrigin();
    const commit = origin.commit("main", { "signalbox.yml": "version: 1\n" });
    const folder = join(temporaryFolder(), "mirror");
    await (await open(origin, { folder })).update();
    const lock = join(folder, "refs", "heads", "main.lock");
    writeFileSync(lock, "");
    utimesSync(lock, 1, 1);
    const git = await open(origin, { folder });
    origin.commit("main", { "signalbox.yml": "version: 1 # more\n" });
    await git.update();
    expect(await git.tip()).not.toBe(commit);
  });
});

describe("hostile trees", () => {
  it("reports symlinks and submodules by mode, and reads nothing through them", async () => {
    const origin = createOrigin();
    const module = "1".repeat(40);
    const commit = origin.commit("main", {
      "roles/absolute.yml": { mode: "120000", content: "/etc/passwd" },
      "roles/up.yml": { mode: "120000", content: "../../x" },
      "racks/evil": { mode: "160000", content: module },
    });
    const git = await open(origin);
    await git.update();
    expect(
      [...(await git.readTree(commit)).values()].map(({ path, mode, text, size }) => ({ path, mode, text, size })),
    ).toEqual([
      { path: "racks/evil", mode: "160000", text: null, size: 0 },
      { path: "roles/absolute.yml", mode: "120000", text: null, size: 11 },
      { path: "roles/up.yml", mode: "120000", text: null, size: 7 },
    ]);
  });

  it("keeps strange names as they are, tells names that are no UTF-8 apart, and lets no name become an option", async () => {
    const origin = createOrigin();
    const names = [
      "a\nb.yml",
      "a\tb.yml",
      'a"b.yml',
      "a\\b.yml",
      "a .yml ",
      "--output=x.yml",
      "-rf.yml",
      "аdmin.yml",
      "b\u202e.yml",
    ];
    origin.commit("main", Object.fromEntries(names.map((name) => [`roles/${name}`, "x\n"])));
    const blob = origin.git(["rev-parse", "main:roles/-rf.yml"]);
    const raw = origin.git(
      ["mktree", "-z"],
      Buffer.concat(
        [0xfe, 0xff].map((byte) => Buffer.concat([Buffer.from(`100644 blob ${blob}\t`), Buffer.from([byte, 0])])),
      ),
    );
    const tree = origin.git(["mktree"], `040000 tree ${raw}\troles\n`);
    const latin = origin.git(["commit-tree", tree], "latin");
    origin.git(["update-ref", "refs/heads/latin", latin]);
    const git = await open(origin);
    await git.update();
    const read = await git.readTree(await git.tip());
    expect([...read.keys()].sort()).toEqual(names.map((name) => `roles/${name}`).sort());
    expect([...(await git.readTree(latin)).keys()]).toEqual(["roles/\\xfe", "roles/\\xff"]);
  });

  it("gives no text for a file that is no UTF-8 or over 1 MiB", async () => {
    const origin = createOrigin();
    const commit = origin.commit("main", {
      "roles/big.yml": "x".repeat(1024 * 1024 + 1),
      "roles/full.yml": "x".repeat(1024 * 1024),
      "roles/latin.yml": { mode: "100644", content: Buffer.from([0xe9, 0x0a]) },
    });
    const git = await open(origin);
    await git.update();
    const read = [...(await git.readTree(commit)).values()];
    expect(read.map(({ path, size, text }) => [path, size, text === null ? null : text.length])).toEqual([
      ["roles/big.yml", 1024 * 1024 + 1, null],
      ["roles/full.yml", 1024 * 1024, 1024 * 1024],
      ["roles/latin.yml", 2, null],
    ]);
  });

  it("refuses trees with `..` or `.git` in them, names their refs, and still sees everybody else's", async () => {
    const origin = createOrigin();
    origin.commit("main", { "signalbox.yml": "version: 1\n" });
    const blob = origin.git(["rev-parse", "main:signalbox.yml"]);
    const bad = (["..", ".git"] as const).map((name) => {
      const entry = Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, "hex")]);
      const tree = origin.git(["hash-object", "-t", "tree", "-w", "--literally", "--stdin"], entry);
      return origin.git(["commit-tree", tree], "hostile");
    });
    bad.forEach((commit, index) => origin.git(["update-ref", `refs/pull/${index + 1}/head`, commit]));
    const good = origin.commit("good", { "signalbox.yml": "version: 1 # good\n" });
    const refused: unknown[] = [];
    const git = await open(origin, {
      log: (event, fields) => event === "git-ref-refused" && refused.push(fields["ref"]),
    });
    await git.update();
    expect(refused).toEqual(["refs/pull/1/head", "refs/pull/2/head"]);
    expect(await Promise.all([...bad, good].map((commit) => git.has(sha(commit))))).toEqual([false, false, true]);
    expect(await git.tip()).toBe(origin.git(["rev-parse", "main"]));
  });

  it("takes the branch where a tag has the same name, and ignores replace refs", async () => {
    const origin = createOrigin();
    const first = origin.commit("main", { "roles/a.yml": "old\n" });
    const second = origin.commit("main", { "roles/a.yml": "new\n" });
    origin.git(["tag", "main", first]);
    origin.git(["replace", second, first]);
    const folder = join(temporaryFolder(), "mirror");
    const git = await open(origin, { folder });
    await git.update();
    // Even a replace ref that stands in the mirror itself changes nothing.
    writeFileSync(join(folder, "packed-refs"), `${first} refs/replace/${second}\n${second} refs/heads/main\n`);
    expect(await git.tip()).toBe(second);
    expect((await git.readTree(second)).get("roles/a.yml")?.text).toBe("new\n");
  });
});

describe("the token", () => {
  it("is sent as a header of that fetch and stands neither in the folder nor in the error", async () => {
    const token = "ghs_cnry_0123456789abcdef";
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(403, { "content-type": "text/plain" });
      response.end(`forbidden for ${request.headers.authorization ?? ""}`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const folder = join(temporaryFolder(), "mirror");
    const logged: unknown[] = [];
    const git = await open(createOrigin(), {
      ...{ folder, url: `http://127.0.0.1:${port}/acme/config.git`, token: () => Promise.resolve(token) },
      log: (...line) => logged.push(line),
    });
    const failure = await errorText(git.update());
    server.close();
    const encoded = Buffer.from(`x-access-token:${token}`).toString("base64");
    expect(new Set(seen)).toEqual(new Set([`Basic ${encoded}`]));
    expect(failure).toContain("403");
    for (const text of [failure, JSON.stringify(logged), ...filesOf(folder)]) {
      expect(text).not.toContain(token);
      expect(text).not.toContain(encoded);
    }
  });

  it("is never asked for over an address that would carry it in the clear", async () => {
    const origin = createOrigin();
    for (const url of ["http://github.example/a/b", "ssh://x/y", "ext::sh -c x", "https://u:pw@github.example/a/b"]) {
      await expect(open(origin, { url })).rejects.toThrow(/address must/);
    }
  });
});

function filesOf(folder: string): readonly string[] {
  const listed = readdirSync(folder, { recursive: true, withFileTypes: true });
  return listed
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}
