import { Octokit } from "@octokit/rest";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { at, installationToken, listOf, repo, startGitHub, textIn } from "./github-fixture.ts";
import type { GitHubFixture } from "./github-fixture.ts";

const env = "racks/staging/apps/web/env.yml";
const base = `/repos/${repo}`;
let hub: GitHubFixture;

beforeEach(async () => {
  hub = await startGitHub();
});

afterEach(async () => {
  await hub.close();
});

describe("the Git Data API, as the App writes its ledger with it", () => {
  it("makes a branch of blobs, trees and commits that GitHub signs", async () => {
    const blob = await hub.bot(`POST ${base}/git/blobs`, { content: "{}\n", encoding: "utf-8" });
    const tree = await hub.bot(`POST ${base}/git/trees`, {
      tree: [{ path: "2026/11/24.jsonl", mode: "100644", type: "blob", sha: textIn(blob.body, "sha") }],
    });
    const commit = await hub.bot(`POST ${base}/git/commits`, {
      message: "Record",
      tree: textIn(tree.body, "sha"),
      parents: [],
    });
    const first = textIn(commit.body, "sha");
    expect([at(commit.body, "author", "name"), at(commit.body, "verification", "verified")]).toEqual([
      "signalbox[bot]",
      true,
    ]);
    const ref = await hub.bot(`POST ${base}/git/refs`, { ref: "refs/heads/signalbox/ledger", sha: first });
    expect([ref.status, at(ref.body, "object", "sha")]).toEqual([201, first]);
    const again = await hub.bot(`POST ${base}/git/refs`, { ref: "refs/heads/signalbox/ledger", sha: first });
    expect([again.status, at(again.body, "message")]).toEqual([422, "Reference already exists"]);
    const listed = (await hub.bot(`GET ${base}/git/trees/signalbox%2Fledger?recursive=1`)).body;
    expect(
      listOf(at(listed, "tree")).map((entry) => [at(entry, "path"), at(entry, "type"), at(entry, "size")]),
    ).toEqual([
      ["2026", "tree", undefined],
      ["2026/11", "tree", undefined],
      ["2026/11/24.jsonl", "blob", 3],
    ]);
    const content = await hub.bot(`GET ${base}/git/blobs/${textIn(blob.body, "sha")}`);
    expect(Buffer.from(textIn(content.body, "content"), "base64").toString()).toBe("{}\n");
    const shown = await hub.as("ana", `GET ${base}/commits/${first}`);
    expect([at(shown.body, "author", "login"), at(shown.body, "author", "type")]).toEqual(["signalbox[bot]", "Bot"]);
  });

  it("signs no commit whose author somebody names, and lends no account to a foreign address", async () => {
    const tree = textIn((await hub.as("ana", `GET ${base}/git/commits/${hub.github.rootCommit}`)).body, "tree", "sha");
    const author = { name: "Olga", email: "olga@acme.example" };
    const made = await hub.bot(`POST ${base}/git/commits`, {
      message: "M",
      tree,
      parents: [hub.github.rootCommit],
      author,
    });
    expect(at(made.body, "verification", "reason")).toBe("unsigned");
    const shown = await hub.as("ana", `GET ${base}/commits/${textIn(made.body, "sha")}`);
    expect([at(shown.body, "author"), at(shown.body, "commit", "author", "email")]).toEqual([
      null,
      "olga@acme.example",
    ]);
  });

  it("changes a tree on top of another, and takes paths away", async () => {
    const made = await hub.bot(`POST ${base}/git/trees`, {
      base_tree: hub.github.rootCommit,
      tree: [
        { path: env, mode: "100644", type: "blob", content: "A: 2\n" },
        { path: "README.md", mode: "100644", type: "blob", sha: null },
      ],
    });
    const listed = (await hub.bot(`GET ${base}/git/trees/${textIn(made.body, "sha")}?recursive=1`)).body;
    const blobs = listOf(at(listed, "tree")).filter((entry) => at(entry, "type") === "blob");
    expect(blobs.map((entry) => [at(entry, "path"), at(entry, "size")])).toEqual([
      [env, 5],
      ["racks/staging/rack.yml", 18],
    ]);
    const bad = { tree: [{ path: "../out", mode: "100644", type: "blob", content: "x" }] };
    expect((await hub.bot(`POST ${base}/git/trees`, bad)).status).toBe(422);
  });

  it("moves refs by fast-forward alone unless forced, and the default branch not at all", async () => {
    const clone = await hub.clone("ana");
    const one = await clone.commit({ "a.txt": "1\n" });
    await clone.git("push", "--quiet", "origin", "HEAD:topic");
    await clone.git("reset", "--quiet", "--hard", hub.github.rootCommit);
    const other = await clone.commit({ "b.txt": "1\n" });
    await clone.git("push", "--quiet", "origin", "HEAD:other");
    const move = (body: object) => hub.bot(`PATCH ${base}/git/refs/heads/topic`, body);
    const refused = await move({ sha: other, force: false });
    expect([refused.status, at(refused.body, "message")]).toEqual([422, "Update is not a fast forward"]);
    expect((await move({ sha: other, force: true })).status).toBe(200);
    expect((await hub.bot(`PATCH ${base}/git/refs/heads/main`, { sha: one })).status).toBe(422);
    const refs = listOf((await hub.bot(`GET ${base}/git/matching-refs/heads/o`)).body);
    expect(refs.map((ref) => at(ref, "ref"))).toEqual(["refs/heads/other"]);
    expect((await hub.bot(`DELETE ${base}/git/refs/heads/topic`)).status).toBe(204);
    expect((await hub.bot(`GET ${base}/git/ref/heads/topic`)).status).toBe(404);
    const push = await hub.arrival(({ event, payload }) => event === "push" && payload["deleted"] === true);
    expect([push.payload["ref"], at(push.payload, "sender", "login")]).toEqual(["refs/heads/topic", "signalbox[bot]"]);
  });
});

describe("contents", () => {
  it("are read at any ref and written as commits to other branches than the default one", async () => {
    const octokit = new Octokit({ baseUrl: hub.github.api, auth: await installationToken(hub.app) });
    const named = { owner: "acme", repo: "config" };
    const { data: file } = await octokit.repos.getContent({ ...named, path: env });
    expect(at(file, "content")).toBe(`${Buffer.from("A: 1\nB: 2\nC: 3\nD: 4\nE: 5\n").toString("base64")}\n`);
    const { data: folder } = await octokit.repos.getContent({ ...named, path: "racks/staging" });
    expect(listOf(folder).map((entry) => [at(entry, "type"), at(entry, "path")])).toEqual([
      ["dir", "racks/staging/apps"],
      ["file", "racks/staging/rack.yml"],
    ]);
    const path = `${base}/contents/${env}`;
    const content = Buffer.from("A: 3\n").toString("base64");
    expect((await hub.as("ana", `PUT ${path}`, { message: "M", content, sha: at(file, "sha") })).status).toBe(422);
    await hub.as("ana", `POST ${base}/git/refs`, { ref: "refs/heads/topic", sha: hub.github.rootCommit });
    const stale = await hub.as("ana", `PUT ${path}`, { message: "M", content, sha: "1".repeat(40), branch: "topic" });
    expect(stale.status).toBe(409);
    const put = await hub.as("ana", `PUT ${path}`, { message: "M", content, sha: at(file, "sha"), branch: "topic" });
    expect([put.status, at(put.body, "commit", "author", "name")]).toEqual([200, "ana"]);
    const gone = await hub.as("ana", `DELETE ${path}`, {
      message: "M",
      sha: at(put.body, "content", "sha"),
      branch: "topic",
    });
    expect(gone.status).toBe(200);
    expect((await hub.as("ana", `GET ${path}?ref=topic`)).status).toBe(404);
  });
});

describe("comparisons and histories", () => {
  it("tell how two branches lie to each other", async () => {
    await hub.openPull("ana", "one", { "a.txt": "1\n" });
    await hub.openPull("bo", "two", { "b.txt": "1\n" });
    const { body } = await hub.bot(`GET ${base}/compare/one...two`);
    expect(["status", "ahead_by", "behind_by", "total_commits"].map((name) => at(body, name))).toEqual([
      "diverged",
      1,
      1,
      1,
    ]);
    expect(listOf(at(body, "files")).map((file) => at(file, "filename"))).toEqual(["b.txt"]);
    expect(at((await hub.bot(`GET ${base}/compare/main...main`)).body, "status")).toBe("identical");
    expect((await hub.bot(`GET ${base}/compare/main...gone`)).status).toBe(404);
    const touching = listOf((await hub.bot(`GET ${base}/commits?sha=two&path=b.txt`)).body);
    expect(touching.map((commit) => at(commit, "author", "login"))).toEqual(["bo"]);
  });

  it("page the record of updates by cursors", async () => {
    const clone = await hub.clone("ana");
    await clone.git("checkout", "--quiet", "-b", "topic");
    const pushed: string[] = [];
    for (const text of ["1", "2", "3"]) {
      pushed.unshift(await clone.commit({ "a.txt": text }));
      await clone.git("push", "--quiet", "origin", "topic");
    }
    const page = async (
      url: string,
    ): Promise<{ after: unknown[]; next: string | undefined; prev: string | undefined }> => {
      const reply = await hub.bot(`GET ${url.replace(hub.github.api, "")}`);
      const link = reply.headers.get("link") ?? "";
      const rel = (name: string): string | undefined => new RegExp(`<([^>]+)>; rel="${name}"`).exec(link)?.[1];
      return { after: listOf(reply.body).map((entry) => at(entry, "after")), next: rel("next"), prev: rel("prev") };
    };
    const first = await page(`${base}/activity?ref=topic&per_page=2`);
    expect([first.after, first.prev]).toEqual([pushed.slice(0, 2), undefined]);
    const second = await page(first.next ?? "");
    expect([second.after, second.next]).toEqual([pushed.slice(2), undefined]);
    expect((await page(second.prev ?? "")).after).toEqual(pushed.slice(0, 2));
    expect((await page(`${base}/activity?ref=topic&direction=asc&activity_type=push`)).after).toEqual(
      pushed.slice(0, 2).reverse(),
    );
  });
});

describe("the repository", () => {
  it("is described, with its branches", async () => {
    expect(at((await hub.bot(`GET ${base}`)).body, "default_branch")).toBe("main");
    const branches = listOf((await hub.bot(`GET ${base}/branches`)).body);
    expect(branches.map((branch) => [at(branch, "name"), at(branch, "protected")])).toEqual([["main", true]]);
    const listed = (await hub.bot("GET /installation/repositories")).body;
    expect(at(listed, "repositories", 0, "full_name")).toBe(repo);
  });
});
