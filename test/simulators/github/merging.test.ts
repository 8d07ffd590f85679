import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { at, listOf, repo, startGitHub, textIn } from "./github-fixture.ts";
import type { GitHubFixture } from "./github-fixture.ts";

let hub: GitHubFixture;

beforeEach(async () => {
  hub = await startGitHub();
});

afterEach(async () => {
  await hub.close();
});

const one = `/repos/${repo}/pulls/1`;

async function headOf(path = one): Promise<string> {
  return textIn((await hub.as("ana", `GET ${path}`)).body, "head", "sha");
}

async function complete(conclusion: string): Promise<void> {
  const head_sha = await headOf();
  await hub.bot(`POST /repos/${repo}/check-runs`, { name: "signalbox", head_sha, conclusion });
}

async function tip(): Promise<unknown> {
  return (await hub.as("ana", `GET /repos/${repo}/commits/main`)).body;
}

describe("merging", () => {
  it("needs the App's check completed with success or neutral, unless an admin merges", async () => {
    await hub.openPull("ana", "more", { "a.txt": "1\n" });
    const attempt = async (): Promise<unknown[]> => {
      const { status, body } = await hub.as("ana", `PUT ${one}/merge`);
      return [status, at(body, "message")];
    };
    expect(await attempt()).toEqual([405, 'Required status check "signalbox" is expected.']);
    const run = await hub.bot(`POST /repos/${repo}/check-runs`, {
      name: "signalbox",
      head_sha: await headOf(),
      status: "in_progress",
    });
    expect(await attempt()).toEqual([405, 'Required status check "signalbox" is in progress.']);
    const path = `PATCH /repos/${repo}/check-runs/${String(at(run.body, "id"))}`;
    await hub.bot(path, { conclusion: "failure" });
    expect(await attempt()).toEqual([405, 'Required status check "signalbox" is failing.']);
    await hub.bot(path, { conclusion: "neutral" });
    expect(at((await hub.as("ana", `GET ${one}`)).body, "mergeable_state")).toBe("clean");
    expect((await attempt())[0]).toBe(200);

    await hub.openPull("ana", "past", { "b.txt": "1\n" });
    expect((await hub.as("ana", `PUT /repos/${repo}/pulls/2/merge`)).status).toBe(405);
    expect((await hub.as("olga", `PUT /repos/${repo}/pulls/2/merge`)).status).toBe(200);
  });

  it("is refused where the head is another than the one asked for, for drafts, and for the App", async () => {
    await hub.openPull("ana", "more", { "a.txt": "1\n" });
    await complete("success");
    const attempts = [
      await hub.as("ana", `PUT ${one}/merge`, { sha: hub.github.rootCommit }),
      await hub.bot(`PUT ${one}/merge`),
    ];
    expect(attempts.map(({ status, body }) => [status, at(body, "message")])).toEqual([
      [409, "Head branch was modified. Review and try the merge again."],
      [405, "Repository rule violations found\n\nCannot update this protected ref.\n\n"],
    ]);
    const clone = await hub.clone("ana");
    await clone.git("checkout", "--quiet", "-b", "unready");
    await clone.commit({ "c.txt": "1\n" });
    await clone.git("push", "--quiet", "origin", "unready");
    await hub.as("ana", `POST /repos/${repo}/pulls`, { head: "unready", base: "main", title: "Draft", draft: true });
    const draft = await hub.as("olga", `PUT /repos/${repo}/pulls/2/merge`);
    expect([draft.status, at(draft.body, "message")]).toEqual([405, "Pull Request is still a draft"]);
  });

  it("makes a merge commit signed by GitHub, and tells who did it everywhere", async () => {
    await hub.openPull("ana", "more", { "a.txt": "1\n" });
    const head = await headOf();
    await complete("success");
    const merged = await hub.as("bo", `PUT ${one}/merge`);
    const sha = textIn(merged.body, "sha");
    const commit = await tip();
    expect({
      sha: at(commit, "sha"),
      parents: listOf(at(commit, "parents")).map((parent) => at(parent, "sha")),
      author: at(commit, "author", "login"),
      committer: at(commit, "committer", "login"),
      message: at(commit, "commit", "message"),
      verification: at(commit, "commit", "verification", "reason"),
    }).toEqual({
      sha,
      parents: [hub.github.rootCommit, head],
      author: "bo",
      committer: "web-flow",
      message: "Merge pull request #1 from acme/more\n\nThe more",
      verification: "valid",
    });
    const pull = (await hub.as("ana", `GET ${one}`)).body;
    expect(["merged", "merge_commit_sha", "state", "mergeable"].map((name) => at(pull, name))).toEqual([
      true,
      sha,
      "closed",
      null,
    ]);
    expect([at(pull, "merged_by", "login"), at(pull, "base", "sha")]).toEqual(["bo", hub.github.rootCommit]);
    const activity = listOf((await hub.bot(`GET /repos/${repo}/activity?ref=refs/heads/main`)).body);
    expect(activity.map((entry) => ["activity_type", "before", "after"].map((name) => at(entry, name)))).toEqual([
      ["pr_merge", hub.github.rootCommit, sha],
    ]);
    const closed = await hub.arrival(
      ({ event, payload }) => event === "pull_request" && payload["action"] === "closed",
    );
    expect([at(closed.payload, "pull_request", "merged"), at(closed.payload, "sender", "login")]).toEqual([true, "bo"]);
    const push = await hub.arrival(({ event, payload }) => event === "push" && payload["ref"] === "refs/heads/main");
    expect([at(push.payload, "after"), at(push.payload, "commits", "length")]).toEqual([sha, 2]);
  });

  it("squashes into one commit of the author", async () => {
    await hub.openPull("ana", "more", { "a.txt": "1\n" });
    const clone = await hub.clone("ana");
    await clone.git("checkout", "--quiet", "more");
    await clone.commit({ "b.txt": "2\n" }, "Second");
    await clone.git("push", "--quiet", "origin", "more");
    await hub.as("olga", `PUT ${one}/merge`, { merge_method: "squash" });
    const commit = await tip();
    expect([
      listOf(at(commit, "parents")).map((parent) => at(parent, "sha")),
      at(commit, "author", "login"),
      at(commit, "commit", "message"),
      listOf(at(commit, "files")).map((file) => at(file, "filename")),
    ]).toEqual([[hub.github.rootCommit], "ana", "The more (#1)\n\n* Change more\n\n* Second", ["a.txt", "b.txt"]]);
  });

  it("rebases commit by commit onto a base that has moved", async () => {
    await hub.openPull("ana", "more", { "a.txt": "1\n" });
    const clone = await hub.clone("ana");
    await clone.git("checkout", "--quiet", "more");
    await clone.commit({ "b.txt": "2\n" }, "Second");
    await clone.git("push", "--quiet", "origin", "more");
    await hub.openPull("bo", "other", { "c.txt": "3\n" });
    await hub.as("olga", `PUT /repos/${repo}/pulls/2/merge`, { merge_method: "squash" });
    await hub.as("olga", `PUT ${one}/merge`, { merge_method: "rebase" });
    const commits = listOf((await hub.as("ana", `GET /repos/${repo}/commits`)).body);
    expect(commits.map((commit) => [at(commit, "commit", "message"), at(commit, "author", "login")])).toEqual([
      ["Second", "ana"],
      ["Change more", "ana"],
      ["Change other (#2)", "bo"],
      ["Initial commit", "web-flow"],
    ]);
    const tree = listOf(at((await hub.as("ana", `GET /repos/${repo}/git/trees/main`)).body, "tree"));
    expect(tree.map((entry) => at(entry, "path"))).toEqual(["README.md", "a.txt", "b.txt", "c.txt", "racks"]);
  });
});

describe("update branch", () => {
  it("merges the base into the head in the person's name, signed by GitHub", async () => {
    await hub.openPull("ana", "more", { "a.txt": "1\n" });
    const before = await headOf();
    const current = await hub.as("ana", `PUT ${one}/update-branch`, {});
    expect([current.status, at(current.body, "message")]).toEqual([
      422,
      "There are no new commits on the base branch.",
    ]);
    await hub.openPull("bo", "other", { "c.txt": "3\n" });
    const merged = await hub.as("olga", `PUT /repos/${repo}/pulls/2/merge`);
    const wrong = await hub.as("pia", `PUT ${one}/update-branch`, { expected_head_sha: hub.github.rootCommit });
    expect(wrong.status).toBe(422);
    expect((await hub.as("pia", `PUT ${one}/update-branch`, { expected_head_sha: before })).status).toBe(202);
    const commit = (await hub.as("ana", `GET /repos/${repo}/commits/more`)).body;
    expect({
      parents: listOf(at(commit, "parents")).map((parent) => at(parent, "sha")),
      people: [at(commit, "author", "login"), at(commit, "committer", "login")],
      message: at(commit, "commit", "message"),
      verified: at(commit, "commit", "verification", "verified"),
    }).toEqual({
      parents: [before, textIn(merged.body, "sha")],
      people: ["pia", "web-flow"],
      message: "Merge branch 'main' into more",
      verified: true,
    });
    const event = await hub.arrival(({ payload }) => payload["action"] === "synchronize");
    expect([at(event.payload, "sender", "login"), at(event.payload, "before")]).toEqual(["pia", before]);
    const files = listOf((await hub.as("ana", `GET ${one}/files`)).body);
    expect(files.map((file) => at(file, "filename"))).toEqual(["a.txt"]);
  });
});

describe("protection", () => {
  it("lets nobody push the default branch, and any member any other", async () => {
    const clone = await hub.clone("olga");
    await clone.commit({ "a.txt": "1\n" });
    await expect(clone.git("push", "origin", "HEAD:main")).rejects.toThrow("GH006: Protected branch update failed");
    await expect(clone.git("push", "origin", "HEAD:refs/pull/1/head")).rejects.toThrow("deny updating a hidden ref");
    await clone.git("push", "--quiet", "origin", "HEAD:topic");
    expect(await clone.git("ls-remote", "origin", "main")).toContain(hub.github.rootCommit);
  });

  it("is read as branch protection by people, and as rules by the App", async () => {
    const protection = (await hub.as("ana", `GET /repos/${repo}/branches/main/protection`)).body;
    expect(at(protection, "required_status_checks", "checks")).toEqual([{ context: "signalbox", app_id: 4711 }]);
    expect((await hub.bot(`GET /repos/${repo}/branches/main/protection`)).status).toBe(403);
    const rules = listOf((await hub.bot(`GET /repos/${repo}/rules/branches/main`)).body);
    expect(rules.map((rule) => at(rule, "type"))).toEqual([
      "deletion",
      "non_fast_forward",
      "pull_request",
      "required_status_checks",
    ]);
    expect((await hub.as("ana", `GET /repos/${repo}/branches/main`)).status).toBe(200);
  });
});
