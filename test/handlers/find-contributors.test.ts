// Who contributed, sentence by sentence of the rule, on real git repositories.
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { OpenConfigGit } from "../../src/adapters/config-git.ts";
import { findContributors, type Contributors } from "../../src/handlers/find-contributors.ts";
import type { Arrival, BranchUpdate, Push } from "../../src/handlers/ports.ts";
import type { CommitSha } from "../../src/manifest/types.ts";
import { createOrigin, openMirror, removeMirrors, type Origin } from "../adapters/git-fixture.ts";
import { account } from "./handler-world.ts";

type Files = Readonly<Record<string, string>>;

const START: Files = { "roles/a.yml": "one\n", "roles/b.yml": "one\n" };
const GONE = "9".repeat(40) as CommitSha;

let origin: Origin;
let git: OpenConfigGit;
/** Who GitHub says made each commit; those that are not here are ana's, throughout. */
let people: Map<CommitSha, { author?: string | null; committer?: string | null; signedByGitHub?: boolean }>;
let root: CommitSha;

beforeEach(async () => {
  origin = createOrigin();
  people = new Map();
  root = origin.commit("main", START) as CommitSha;
  git = await openMirror(origin);
});
afterEach(removeMirrors);

/** A commit with these files and parents, on no branch yet. */
function commit(files: Files, parents: readonly string[], message = "change"): CommitSha {
  const scratch = "scratch";
  origin.git(["update-ref", `refs/heads/${scratch}`, parents[0] ?? root]);
  const tree = origin.git(["rev-parse", `${origin.commit(scratch, { ...START, ...files })}^{tree}`]);
  origin.git(["update-ref", "-d", `refs/heads/${scratch}`]);
  return commitTree(tree, parents, message);
}

function commitTree(tree: string, parents: readonly string[], message = "change"): CommitSha {
  const args = parents.flatMap((parent) => ["-p", parent]);
  return origin.git(["commit-tree", tree, ...args], message) as CommitSha; // git's own id
}

/** What git makes of merging `second` into `first`. */
function cleanMerge(first: string, second: string): CommitSha {
  return commitTree(origin.git(["merge-tree", "--write-tree", first, second]), [first, second], "merge");
}

function on(branch: string, tip: string): void {
  origin.git(["update-ref", `refs/heads/${branch}`, tip]);
}

function push(actor: string | null, after: string, before: string | null = null): BranchUpdate {
  return { before: before as CommitSha | null, after: after as CommitSha, actor: account(actor), at: 0, kind: "push" }; // git made both
}

async function found(head: CommitSha, arrival: Arrival | readonly BranchUpdate[]): Promise<Contributors> {
  on("change", head);
  await git.update();
  return findContributors(
    git,
    {
      commitPeople: (commits) =>
        Promise.resolve(
          new Map(
            commits.map((sha) => {
              const of = { author: "ana", committer: "ana", signedByGitHub: false, ...people.get(sha) };
              return [sha, { ...of, author: account(of.author), committer: account(of.committer) }];
            }),
          ),
        ),
    },
    {
      author: account("ana"),
      base: await git.tip(),
      head,
      arrival: "by" in arrival ? arrival : { by: "branch", updates: arrival },
    },
  );
}

/** `login: deeds commits`, each commit by the name that the case gives it. */
function inShort({ contributors }: Contributors, names: Readonly<Record<string, string>> = {}): readonly string[] {
  const nameOf = new Map(Object.entries(names).map(([name, sha]) => [sha, name]));
  return contributors.map(({ account: { login }, as, commits }) =>
    [`${login}: ${as.join("+")}`, ...commits.map((sha) => nameOf.get(sha) ?? sha)].join(" "),
  );
}

describe("a contributor is", () => {
  it("the author of the pull request, whoever made its commits", async () => {
    const one = commit({ "roles/a.yml": "two\n" }, [root]);
    people.set(one, { author: "bo", committer: "bo" });
    expect(inShort(await found(one, [push("bo", one)]), { one })).toEqual([
      "ana: author",
      "bo: commit-author+committer+pusher one",
    ]);
  });

  it("each of the author, the committer and the pusher of a commit", async () => {
    const one = commit({ "roles/a.yml": "two\n" }, [root]);
    people.set(one, { author: "bo", committer: "kim" });
    expect(inShort(await found(one, [push("lee", one)]), { one })).toEqual([
      "ana: author",
      "bo: commit-author one",
      "kim: committer one",
      "lee: pusher one",
    ]);
  });

  it("who first pushed a commit, not who pushed it again", async () => {
    const one = commit({ "roles/a.yml": "two\n" }, [root]);
    const two = commit({ "roles/a.yml": "three\n" }, [one]);
    const updates = [push("bo", one), push("kim", two, one), push("lee", one, two), push("lee", two, one)];
    expect(inShort(await found(two, updates), { one, two })).toEqual([
      "ana: author+commit-author+committer one two",
      "bo: pusher one",
      "kim: pusher two",
    ]);
  });

  it("not GitHub as the committer of what it signed, but who wrote it and who is on record for it", async () => {
    const one = commit({ "roles/a.yml": "two\n" }, [root]);
    people.set(one, { author: "bo", committer: "web-flow", signedByGitHub: true });
    expect(inShort(await found(one, [push("bo", one)]), { one })).toEqual([
      "ana: author",
      "bo: commit-author+pusher one",
    ]);
  });

  it("GitHub's name, where anybody wrote it as the committer of what GitHub did not sign", async () => {
    const one = commit({ "roles/a.yml": "two\n" }, [root]);
    people.set(one, { author: "ana", committer: "web-flow" });
    expect(inShort(await found(one, [push("mallory", one)]), { one })).toEqual([
      "ana: author+commit-author one",
      "web-flow: committer one",
      "mallory: pusher one",
    ]);
  });

  it("who suggested what somebody else applied through GitHub", async () => {
    const one = commit({ "roles/a.yml": "two\n" }, [root]);
    people.set(one, { author: "kim", committer: "web-flow", signedByGitHub: true });
    const result = await found(one, [push("ana", one)]);
    expect(inShort(result, { one })).toEqual(["ana: author+pusher one", "kim: suggester one"]);
    expect(result.contributors.map(({ suggested }) => suggested)).toEqual([undefined, [one]]);
  });

  it("nobody by a commit that is no longer in it", async () => {
    const bos = commit({ "roles/a.yml": "two\n" }, [root]);
    people.set(bos, { author: "bo", committer: "bo" });
    const anas = commit({ "roles/a.yml": "three\n" }, [root]);
    on("kept", bos);
    expect(inShort(await found(anas, [push("bo", bos), push("ana", anas, bos)]), { anas })).toEqual([
      "ana: author+commit-author+committer+pusher anas",
    ]);
  });

  it("nobody by what the default branch has already", async () => {
    const bos = commit({ "roles/a.yml": "two\n" }, [root]);
    people.set(bos, { author: "bo", committer: "bo" });
    on("main", bos);
    const anas = commit({ "roles/a.yml": "two\n", "roles/b.yml": "two\n" }, [bos]);
    expect(inShort(await found(anas, [push("bo", bos), push("ana", anas, bos)]), { anas })).toEqual([
      "ana: author+commit-author+committer+pusher anas",
    ]);
  });
});

describe("a push that git never saw", () => {
  it("counts beside the one that certainly brought a commit, since it may have held it", async () => {
    const one = commit({ "roles/a.yml": "two\n" }, [root]);
    const result = await found(one, [push("bo", GONE), push("ana", one, GONE)]);
    expect([inShort(result, { one }), result.unattributed]).toEqual([
      ["ana: author+commit-author+committer+pusher one", "bo: pusher one"],
      [],
    ]);
  });

  it("is nothing to what was there before it", async () => {
    const one = commit({ "roles/a.yml": "two\n" }, [root]);
    const result = await found(one, [push("ana", one), push("bo", GONE, one), push("ana", one, GONE)]);
    expect(inShort(result, { one })).toEqual(["ana: author+commit-author+committer+pusher one"]);
  });

  it("leaves what came after it to nobody where GitHub does not say who made it", async () => {
    const one = commit({ "roles/a.yml": "two\n" }, [root]);
    const result = await found(one, [push(null, GONE), push("ana", one, GONE)]);
    expect(result.unattributed).toEqual([
      { commit: one, reason: "GitHub has no record of who pushed it", mend: "push" },
    ]);
  });
});

describe("a commit by nobody", () => {
  const cases: readonly [
    rule: string,
    who: { author?: null; committer?: null; signedByGitHub?: true },
    actor: string | null,
    missing: readonly string[],
  ][] = [
    [
      "has an author whom GitHub does not know",
      { author: null },
      "ana",
      ["its author's e-mail belongs to no GitHub account, mended by e-mail"],
    ],
    [
      "has a committer whom GitHub does not know",
      { committer: null },
      "ana",
      ["its committer's e-mail belongs to no GitHub account, mended by e-mail"],
    ],
    ["has a pusher whom GitHub does not name", {}, null, ["GitHub has no record of who pushed it, mended by push"]],
    [
      "has nobody at all",
      { author: null, committer: null },
      null,
      [
        "its author's e-mail belongs to no GitHub account, mended by e-mail",
        "its committer's e-mail belongs to no GitHub account, mended by e-mail",
        "GitHub has no record of who pushed it, mended by push",
      ],
    ],
    ["is none where GitHub signed it and knows the author", { committer: null, signedByGitHub: true }, "ana", []],
  ];
  it.each(cases)("%s", async (_, who, actor, missing) => {
    const one = commit({ "roles/a.yml": "two\n" }, [root]);
    people.set(one, who);
    const { unattributed } = await found(one, [push(actor, one)]);
    expect(unattributed.map(({ reason, mend }) => `${reason}, mended by ${mend}`)).toEqual(missing);
  });

  it("is one that the record of the branch does not have", async () => {
    const one = commit({ "roles/a.yml": "two\n" }, [root]);
    const two = commit({ "roles/a.yml": "three\n" }, [one]);
    const { unattributed } = await found(two, [push("ana", two, one)]);
    expect(unattributed).toEqual([{ commit: one, reason: "GitHub has no record of who pushed it", mend: "push" }]);
  });
});

describe("a merge of the base into the branch", () => {
  /** Ana's commit, and a base that has moved on. */
  function diverged(base: Files = { "roles/b.yml": "two\n" }): { readonly anas: CommitSha; readonly moved: CommitSha } {
    const anas = commit({ "roles/a.yml": "two\n" }, [root]);
    const moved = commit(base, [root]);
    on("main", moved);
    return { anas, moved };
  }

  it("makes nobody a contributor where it is git's own, neither its author nor its pusher", async () => {
    const { anas, moved } = diverged();
    const update = cleanMerge(anas, moved);
    people.set(update, { author: "bo", committer: "bo" });
    const result = await found(update, [push("ana", anas), push("kim", update, anas)]);
    expect([inShort(result, { anas }), result.unattributed]).toEqual([
      ["ana: author+commit-author+committer+pusher anas"],
      [],
    ]);
  });

  it("needs no known author where it is git's own", async () => {
    const { anas, moved } = diverged();
    const update = cleanMerge(anas, moved);
    people.set(update, { author: null, committer: null });
    expect((await found(update, [push("ana", anas), push(null, update, anas)])).unattributed).toEqual([]);
  });

  it("names no co-author where it is git's own", async () => {
    const { anas, moved } = diverged();
    const tree = origin.git(["rev-parse", `${cleanMerge(anas, moved)}^{tree}`]);
    const update = commitTree(tree, [anas, moved], "merge\n\nCo-authored-by: Kim <kim@users.noreply.github.com>");
    expect((await found(update, [push("ana", update)])).coAuthors).toEqual([]);
  });

  it("makes contributors where something was edited in it", async () => {
    const { anas, moved } = diverged();
    const update = commit({ "roles/a.yml": "two\n", "roles/b.yml": "edited\n" }, [anas, moved]);
    people.set(update, { author: "bo", committer: "bo" });
    const result = await found(update, [push("ana", anas), push("kim", update, anas)]);
    expect(inShort(result, { anas, update })).toEqual([
      "ana: author+commit-author+committer+pusher anas",
      "bo: commit-author+committer update",
      "kim: pusher update",
    ]);
  });

  it("makes contributors where a conflict was settled in it", async () => {
    const { anas, moved } = diverged({ "roles/a.yml": "other\n" });
    const update = commit({ "roles/a.yml": "two\n" }, [anas, moved]);
    people.set(update, { author: "bo", committer: "bo" });
    expect(inShort(await found(update, [push("ana", anas), push("bo", update, anas)]), { update })).toContain(
      "bo: commit-author+committer+pusher update",
    );
  });

  it("is none where it merges another branch, clean or not: its second parent hides nobody", async () => {
    const { anas } = diverged();
    const eves = commit({ "roles/b.yml": "eve\n" }, [root]);
    people.set(eves, { author: "eve", committer: "eve" });
    const merge = cleanMerge(anas, eves);
    people.set(merge, { author: "bo", committer: "bo" });
    on("side", eves);
    const result = await found(merge, [push("ana", anas), push("bo", merge, anas)]);
    expect([...inShort(result, { anas, eves, merge })].sort()).toEqual([
      "ana: author+commit-author+committer+pusher anas",
      "bo: pusher+commit-author+committer eves merge",
      "eve: commit-author+committer eves",
    ]);
  });
});

describe("a fork", () => {
  const fork = (owner: string | null, ...pushes: readonly Push[]): Arrival => ({
    by: "fork",
    owner: account(owner),
    pushes,
  });
  const told = (actor: string, after: CommitSha, before: CommitSha | null = null): Push => ({
    before,
    after,
    actor: account(actor),
  });
  const lost = (one: CommitSha): object => ({
    commit: one,
    reason: "no event told who pushed it to its fork",
    mend: "pull-request",
  });

  it("has as pushers its owner and, for each commit, whom an event names as having brought it", async () => {
    const one = commit({ "roles/a.yml": "two\n" }, [root]);
    const two = commit({ "roles/a.yml": "three\n" }, [one]);
    const result = await found(two, fork("fiona", told("bo", one), told("kim", two, one)));
    expect([inShort(result, { one, two }), result.unattributed]).toEqual([
      ["ana: author+commit-author+committer one two", "fiona: fork-owner one two", "bo: pusher one", "kim: pusher two"],
      [],
    ]);
  });

  it("leaves to nobody what no event told of, the owner's or not", async () => {
    const one = commit({ "roles/a.yml": "two\n" }, [root]);
    const result = await found(one, fork("fiona"));
    expect([inShort(result, { one }), result.unattributed]).toEqual([
      ["ana: author+commit-author+committer one", "fiona: fork-owner one"],
      [lost(one)],
    ]);
    expect((await found(one, fork(null))).unattributed).toEqual([lost(one)]);
  });

  it("leaves to nobody what a lost event brought, and only that", async () => {
    const one = commit({ "roles/a.yml": "two\n" }, [root]);
    const two = commit({ "roles/a.yml": "three\n" }, [one]);
    const three = commit({ "roles/a.yml": "four\n" }, [two]);
    const result = await found(three, fork("fiona", told("bo", one), told("kim", three, two)));
    expect(result.unattributed).toEqual([lost(two)]);
    const first = await found(three, fork("fiona", told("kim", three, one)));
    expect(first.unattributed).toEqual([lost(one)]);
  });

  it("leaves to nobody what comes after a lost event of a push that git never saw", async () => {
    const one = commit({ "roles/a.yml": "two\n" }, [root]);
    const two = commit({ "roles/b.yml": "two\n" }, [root]);
    const result = await found(two, fork("fiona", told("bo", one), told("kim", two, GONE)));
    expect(result.unattributed).toEqual([lost(two)]);
  });
});

describe("a co-author line", () => {
  const LINES = [
    "Co-authored-by: Kim <kim@users.noreply.github.com>",
    "co-authored-by: Lee <12345+LEE@users.noreply.github.com>",
    "Co-authored-by: Bot <9+renovate[bot]@users.noreply.github.com>",
    "Co-authored-by: Eve <eve@acme.example>",
  ].join("\n");

  it("names those whose address is GitHub's own, makes no contributor, and is shown with its commits", async () => {
    const one = commit({ "roles/a.yml": "two\n" }, [root], `change\n\n${LINES}`);
    const two = commit(
      { "roles/a.yml": "three\n" },
      [one],
      "change\n\nCo-authored-by: K <kim@users.noreply.github.com>",
    );
    const result = await found(two, [push("ana", two)]);
    expect(result.coAuthors).toEqual([
      { account: { login: "kim", id: null }, commits: [one, two] },
      { account: { login: "lee", id: 12345 }, commits: [one] },
      { account: { login: "renovate[bot]", id: 9 }, commits: [one] },
    ]);
    expect(inShort(result, { one, two })).toEqual(["ana: author+commit-author+committer+pusher one two"]);
  });
});
