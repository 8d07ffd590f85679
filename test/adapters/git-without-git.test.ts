// What is found in commits and trees without starting git is what git says of them.
import { afterEach, describe, expect, it } from "@jest/globals";
import type { ConfigGitOptions, OpenConfigGit } from "../../src/adapters/config-git.ts";
import { findMeeting, type DatedCommit } from "../../src/adapters/git-ancestry.ts";
import { mergeApart } from "../../src/adapters/git-merge-apart.ts";
import type { CommitSha } from "../../src/manifest/types.ts";
import { countedGit } from "../../bench/counted-git.ts";
import { createDice, type Dice } from "../rbac/some-access.ts";
import { createOrigin, openMirror, removeMirrors, temporaryFolder, type Origin } from "./git-fixture.ts";

afterEach(removeMirrors);

async function mirrorOf(origin: Origin, options: Partial<ConfigGitOptions> = {}): Promise<OpenConfigGit> {
  const git = await openMirror(origin, options);
  await git.update();
  return git;
}

const sha = (text: string): CommitSha => text as CommitSha; // printed by git
const COMMITS = 60;

/** Commits of one, two or no parents, many within the same second. */
function someHistory(origin: Origin, dice: Dice): readonly string[] {
  const lines: string[] = [];
  let time = 1_700_000_000;
  for (let mark = 1; mark <= COMMITS; mark += 1) {
    time += dice.below(3);
    const parents = Array.from({ length: mark === 1 || dice.below(30) === 0 ? 0 : 1 + dice.below(2) }, () =>
      Math.max(1, mark - 1 - dice.below(4)),
    );
    // fast-import takes each parent once.
    const [first, second] = [...new Set(parents)].filter((parent) => parent < mark);
    lines.push(
      `commit refs/heads/c${String(mark)}`,
      `mark :${String(mark)}`,
      `committer A <a@acme.example> ${String(time)} +0000`,
      "data 0",
      ...(first === undefined ? [] : [`from :${String(first)}`]),
      ...(second === undefined ? [] : [`merge :${String(second)}`]),
      `M 100644 inline f${String(mark)}`,
      "data 0",
      "",
    );
  }
  origin.git(["fast-import", "--quiet"], lines.join("\n"));
  const ids = origin.git(["for-each-ref", "--sort=v:refname", "--format=%(objectname)", "refs/heads/"]);
  return ids.split("\n");
}

function reader(origin: Origin): (id: string) => Promise<DatedCommit | null> {
  const listed = origin.git(["log", "--all", "--format=%H,%T,%ct,%P"]).split("\n");
  const commits = new Map(
    listed.map((line): [string, DatedCommit] => {
      const [id = "", tree = "", at = "", parents = ""] = line.split(",");
      const ids = parents.split(" ").filter((one) => one !== "");
      return [id, { commit: { sha: sha(id), parents: ids.map(sha), tree, coAuthorEmails: [] }, at: Number(at) }];
    }),
  );
  return (id) => Promise.resolve(commits.get(id) ?? null);
}

function gitLines(origin: Origin, args: readonly string[]): readonly string[] {
  try {
    return origin
      .git(args)
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    // `merge-base` ends with 1 where there is none.
    return [];
  }
}

describe("where two commits meet", () => {
  it("is where git says, with what git says lies between", async () => {
    const dice = createDice(7);
    const seen = { known: 0, lines: 0 };
    for (let history = 0; history < 3; history += 1) {
      const origin = createOrigin();
      const ids = someHistory(origin, dice);
      const find = reader(origin);
      for (let pair = 0; pair < 25; pair += 1) {
        const [first = "", second = ""] = [ids[dice.below(ids.length)], ids[dice.below(ids.length)]];
        const meeting = await findMeeting(find, sha(first), sha(second));
        if (meeting === null) continue;
        const bases = gitLines(origin, ["merge-base", "--all", first, second]);
        const between = gitLines(origin, ["rev-list", "--reverse", "--topo-order", second, `^${first}`]);
        expect({ first, second, bases: meeting.base === null ? [] : [meeting.base] }).toEqual({ first, second, bases });
        const ahead = meeting.ahead?.map((commit) => commit.sha) ?? between;
        expect({ first, second, ahead }).toEqual({ first, second, ahead: between });
        seen.known += 1;
        seen.lines += Number((meeting.ahead?.length ?? 0) > 1);
      }
    }
    expect(seen.known).toBeGreaterThan(40);
    expect(seen.lines).toBeGreaterThan(5);
  });

  it("is git's to say where a clock ran backwards, or a commit is not here", async () => {
    const at = (id: string, parents: readonly string[], time: number): [string, DatedCommit] => [
      id,
      { commit: { sha: sha(id), parents: parents.map(sha), tree: "", coAuthorEmails: [] }, at: time },
    ];
    const commits = new Map([at("a", [], 9), at("b", ["a"], 1), at("c", ["a"], 10), at("d", ["gone"], 11)]);
    const find = (id: string): Promise<DatedCommit | null> => Promise.resolve(commits.get(id) ?? null);
    expect(await findMeeting(find, sha("b"), sha("c"))).toBeNull();
    expect(await findMeeting(find, sha("c"), sha("d"))).toBeNull();
    expect(await findMeeting(find, sha("a"), sha("c"))).toEqual({ base: "a", ahead: [commits.get("c")?.commit] });
  });
});

type Files = Readonly<Record<string, string>>;

function edited(files: Files, dice: Dice): Files {
  const made: Record<string, string> = { ...files };
  for (let edits = 1 + dice.below(3); edits > 0; edits -= 1) {
    const path = dice.of(["a", "b/c", "b/d", "b/e/f", "b/e/g", "h/i", "j/k/l", "a.b", "b/e-f", "x/y"]);
    if (dice.below(8) === 0) Reflect.deleteProperty(made, path);
    else made[path] = `${String(dice.below(3))}\n`;
  }
  return made;
}

const START: Files = {
  a: "0\n",
  "b/c": "0\n",
  "b/d": "0\n",
  "b/e/f": "0\n",
  "a.b": "0\n",
  "b/e-f": "0\n",
  README: "\n",
};

describe("a merge of what is apart", () => {
  it("makes the tree that git makes", async () => {
    const dice = createDice(11);
    const origin = createOrigin();
    const ancestor = origin.commit("start", START);
    let made = 0;
    for (let count = 0; count < 30; count += 1) {
      const [base = "", head = ""] = ["base", "head"].map((side) => {
        origin.git(["update-ref", `refs/heads/${side}`, ancestor]);
        return origin.commit(side, edited(START, dice));
      });
      const [old = "", ours = "", theirs = ""] = [ancestor, base, head].map((id) =>
        origin.git(["rev-parse", `${id}^{tree}`]),
      );
      const readFolder = (tree: string): Promise<readonly { name: string; mode: string; id: string }[]> =>
        Promise.resolve(
          gitLines(origin, ["ls-tree", tree]).map((line) => {
            const [, mode = "", id = "", name = ""] = /^0*(\d+) \w+ (\w+)\t(.*)$/.exec(line) ?? [];
            return { mode, id, name };
          }),
        );
      const merged = await mergeApart(readFolder, { ancestor: old, base: ours, head: theirs });
      const [expected] = gitLines(origin, ["merge-tree", "--write-tree", base, head]);
      if (merged !== null) expect({ count, tree: merged.tree }).toEqual({ count, tree: expected });
      made += Number(merged !== null);
    }
    expect(made).toBeGreaterThan(5);
  });
});

/** A commit whose header says once more "parent", where git no longer looks for one. */
function withFalseParent(
  origin: Origin,
  { tree, parent, claimed }: Record<"tree" | "parent" | "claimed", string>,
): string {
  const person = "Eve <eve@acme.example> 1767225600 +0000";
  const lines = [`tree ${tree}`, `parent ${parent}`, `author ${person}`, `committer ${person}`, `parent ${claimed}`];
  return origin.git(["hash-object", "-t", "commit", "-w", "--stdin"], `${lines.join("\n")}\n\nharmless\n`);
}

describe("a merge that is asked for again", () => {
  it("is there to be read, whatever was merged since", async () => {
    const origin = createOrigin();
    const blobs = ["0", "1", "2"].map((text) => origin.git(["hash-object", "-w", "--stdin"], text));
    const [zero = "", one = "", two = ""] = blobs;
    const wide = (changed: Readonly<Record<number, string>>): string =>
      origin.git(
        ["mktree", "--missing"],
        Array.from({ length: 20_000 }, (_, at) => `100644 blob ${changed[at] ?? zero}\tf${String(at)}\n`).join(""),
      );
    const roles = (a: string, b: string): string =>
      origin.git(["mktree"], `100644 blob ${a}\ta\n100644 blob ${b}\tb\n`);
    const commit = (
      branch: string,
      { big, small }: { big: string; small: string },
      parent: string | null,
    ): CommitSha => {
      const tree = origin.git(["mktree"], `040000 tree ${small}\troles\n040000 tree ${big}\twide\n`);
      const made = origin.git(["commit-tree", tree, ...(parent === null ? [] : ["-p", parent])], branch);
      origin.git(["update-ref", `refs/heads/${branch}`, made]);
      return sha(made);
    };
    const start = { big: wide({}), small: roles(zero, zero) };
    const left = commit("left", start, null);
    const base = commit("main", { big: wide({ 0: one }), small: roles(one, zero) }, left);
    const small = commit("small", { ...start, small: roles(zero, two) }, left);
    const others = Array.from({ length: 11 }, (_, at) =>
      commit(`wide-${String(at)}`, { ...start, big: wide({ [at + 1]: two }) }, left),
    );
    const git = await mirrorOf(origin);
    const merged = await git.merge(base, small);
    for (const other of others) {
      await git.merge(base, other);
      // Whoever looks whether it changed opens the top folder alone.
      await git.readFolder(merged.tree);
    }
    expect(await git.merge(base, small)).toEqual(merged);
    const files = await git.readTree(merged.tree, new Set(["roles/a", "roles/b"]));
    expect([...files.values()].map(({ path, blob }) => [path, blob])).toEqual([
      ["roles/a", one],
      ["roles/b", two],
    ]);
  });
});

describe("a commit that claims a parent which git does not read", () => {
  it("moves no merge base: what a branch changes is merged all the same", async () => {
    const origin = createOrigin();
    const start = origin.commit("main", { "bindings/a.yml": "none\n", "roles/a.yml": "a\n" });
    origin.git(["update-ref", "refs/heads/topic", start]);
    const hidden = origin.commit("topic", { "bindings/a.yml": "eve\n", "roles/a.yml": "a\n" });
    const head = origin.commit("topic", { "bindings/a.yml": "eve\n", "roles/a.yml": "b\n" });
    const tree = origin.git(["rev-parse", `${start}^{tree}`]);
    const base = withFalseParent(origin, { tree, parent: start, claimed: hidden });
    origin.git(["update-ref", "refs/heads/main", base]);
    const git = await mirrorOf(origin);
    expect(await git.mergeBase(sha(base), sha(head))).toBe(start);
    expect((await git.commitsBetween(sha(base), sha(head))).map((commit) => commit.sha)).toEqual([hidden, head]);
    const [merged] = gitLines(origin, ["merge-tree", "--write-tree", base, head]);
    expect((await git.merge(sha(base), sha(head))).tree).toBe(merged);
  });
});

describe("the questions of a pull request's verdict", () => {
  it("start no git but the one that is kept for reading, also where the base has moved", async () => {
    const origin = createOrigin();
    const left = origin.commit("main", { "signalbox.yml": "version: 1\n", "roles/a.yml": "a\n" });
    origin.git(["update-ref", "refs/heads/topic", left]);
    const base = origin.commit("main", { "signalbox.yml": "version: 1\n", "roles/a.yml": "b\n" });
    const head = origin.commit("topic", { "signalbox.yml": "version: 1 # more\n", "roles/a.yml": "a\n" });
    origin.git(["update-ref", "refs/pull/1/head", head]);
    const counted = await countedGit(temporaryFolder(), process.env["PATH"] ?? "");
    const git = await mirrorOf(origin, { environment: { ...process.env, PATH: counted.path } });
    const before = (await counted.starts()).length;
    expect(await git.tip()).toBe(base);
    expect(await git.pullsAt(sha(head))).toEqual([1]);
    expect(await git.mergeGroups()).toEqual([]);
    expect(await git.mergeBase(sha(base), sha(head))).toBe(left);
    expect((await git.commitsBetween(sha(base), sha(head))).map((commit) => commit.sha)).toEqual([head]);
    const merged = await git.merge(sha(base), sha(head));
    const files = await git.readTree(merged.tree);
    expect([...files.values()].map(({ text }) => text).sort()).toEqual(["b\n", "version: 1 # more\n"]);
    await git.close();
    expect((await counted.starts()).slice(before)).toEqual(["cat-file --batch-command"]);
  });
});
