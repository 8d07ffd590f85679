import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { at, listOf, numberIn, repo, startGitHub, textIn } from "./github-fixture.ts";
import type { GitHubFixture } from "./github-fixture.ts";

const env = "racks/staging/apps/web/env.yml";
let hub: GitHubFixture;

beforeEach(async () => {
  hub = await startGitHub();
});

afterEach(async () => {
  await hub.close();
});

async function pull(number: number): Promise<unknown> {
  return (await hub.as("ana", `GET /repos/${repo}/pulls/${String(number)}`)).body;
}

describe("pull requests", () => {
  it("are made of what somebody pushed", async () => {
    const number = await hub.openPull("ana", "more", { [env]: "A: 1\nB: 9\nC: 3\nD: 4\nE: 5\n", "new.txt": "new\n" });
    const shape = await pull(number);
    expect({
      number,
      user: at(shape, "user", "login"),
      mergeable: at(shape, "mergeable"),
      state: at(shape, "mergeable_state"),
      counts: ["commits", "changed_files", "additions", "deletions"].map((name) => at(shape, name)),
      base: at(shape, "base", "sha"),
    }).toEqual({
      number: 1,
      user: "ana",
      mergeable: true,
      state: "blocked",
      counts: [1, 2, 2, 1],
      base: hub.github.rootCommit,
    });
    const files = listOf((await hub.as("bo", `GET /repos/${repo}/pulls/1/files`)).body);
    expect(files.map((file) => [at(file, "filename"), at(file, "status"), at(file, "patch")])).toEqual([
      ["new.txt", "added", "@@ -0,0 +1 @@\n+new"],
      [env, "modified", "@@ -1,5 +1,5 @@\n A: 1\n-B: 2\n+B: 9\n C: 3\n D: 4\n E: 5"],
    ]);
    const commits = listOf((await hub.as("bo", `GET /repos/${repo}/pulls/1/commits`)).body);
    expect(
      commits.map((commit) => [at(commit, "author", "login"), at(commit, "commit", "verification", "verified")]),
    ).toEqual([["ana", false]]);
  });

  it("name the old path of a renamed file", async () => {
    const clone = await hub.clone("ana");
    await clone.git("checkout", "--quiet", "-b", "move");
    await clone.git("mv", env, "moved.yml");
    await clone.commit({}, "Move");
    await clone.git("push", "--quiet", "origin", "move");
    await hub.as("ana", `POST /repos/${repo}/pulls`, { head: "move", base: "main", title: "Move" });
    const files = listOf((await hub.as("ana", `GET /repos/${repo}/pulls/1/files`)).body);
    expect(files.map((file) => [at(file, "status"), at(file, "filename"), at(file, "previous_filename")])).toEqual([
      ["renamed", "moved.yml", env],
    ]);
  });

  it("follow a push and a force-push to their branch, and say so", async () => {
    const number = await hub.openPull("ana", "more", { "a.txt": "1\n" });
    const before = textIn(await pull(number), "head", "sha");
    const clone = await hub.clone("bo");
    await clone.git("checkout", "--quiet", "more");
    const second = await clone.commit({ "a.txt": "2\n" });
    await clone.git("push", "--quiet", "origin", "more");
    expect(textIn(await pull(number), "head", "sha")).toBe(second);
    const event = await hub.arrival(({ payload }) => payload["action"] === "synchronize");
    expect([at(event.payload, "before"), at(event.payload, "after"), at(event.payload, "sender", "login")]).toEqual([
      before,
      second,
      "bo",
    ]);
    await clone.git("reset", "--quiet", "--hard", before);
    const third = await clone.commit({ "a.txt": "3\n" });
    await clone.git("push", "--quiet", "--force", "origin", "more");
    expect(textIn(await pull(number), "head", "sha")).toBe(third);
    expect(await clone.git("ls-remote", "origin", "refs/pull/1/head")).toBe(`${third}\trefs/pull/1/head`);
    const activity = listOf((await hub.as("ana", `GET /repos/${repo}/activity?ref=refs/heads/more`)).body);
    expect(
      activity.map((entry) => [at(entry, "activity_type"), at(entry, "actor", "login"), at(entry, "after")]),
    ).toEqual([
      ["force_push", "bo", third],
      ["push", "bo", second],
      ["branch_creation", "ana", before],
    ]);
  });

  it("are refused where there is nothing to merge, twice, or no such branch", async () => {
    await hub.openPull("ana", "more", { "a.txt": "1\n" });
    const open = (body: object) => hub.as("ana", `POST /repos/${repo}/pulls`, { title: "T", base: "main", ...body });
    const replies = [
      await open({ head: "more" }),
      await open({ head: "main" }),
      await open({ head: "gone" }),
      await open({}),
    ];
    expect(
      replies.map(({ status, body }) => [status, at(body, "errors", 0, "message") ?? at(body, "errors", 0, "code")]),
    ).toEqual([
      [422, "A pull request already exists for acme:more."],
      [422, "No commits between main and main"],
      [422, "invalid"],
      [422, "missing_field"],
    ]);
  });

  it("are edited, retargeted, closed and reopened, each with its event", async () => {
    await hub.openPull("ana", "more", { "a.txt": "1\n" });
    const clone = await hub.clone("ana");
    await clone.git("push", "--quiet", "origin", "main:refs/heads/other");
    const one = `/repos/${repo}/pulls/1`;
    await hub.as("ana", `PATCH ${one}`, { title: "Better", base: "other" });
    const edited = await hub.arrival(({ payload }) => payload["action"] === "edited");
    expect(at(edited.payload, "changes")).toEqual({
      title: { from: "The more" },
      base: { ref: { from: "main" }, sha: { from: hub.github.rootCommit } },
    });
    const { body: timeline } = await hub.as("bo", `GET /repos/${repo}/issues/1/timeline`);
    const retarget = listOf(timeline).find((event) => at(event, "event") === "base_ref_changed");
    expect([at(retarget, "actor", "login"), at(retarget, "commit_id"), at(retarget, "created_at")]).toEqual([
      "ana",
      null,
      at(await pull(1), "updated_at"),
    ]);
    expect(at((await hub.as("ana", `PATCH ${one}`, { state: "closed" })).body, "state")).toBe("closed");
    await hub.arrival(({ payload }) => payload["action"] === "closed");
    expect(at((await hub.as("ana", `PATCH ${one}`, { state: "open" })).body, "state")).toBe("open");
    await hub.arrival(({ payload }) => payload["action"] === "reopened");
    await clone.git("push", "--quiet", "origin", ":more");
    expect(at(await pull(1), "state")).toBe("closed");
    expect((await hub.as("ana", `PATCH ${one}`, { state: "open" })).status).toBe(422);
  });

  it("see a conflict as soon as the base moves", async () => {
    await hub.openPull("ana", "one", { [env]: "A: 7\nB: 2\n" });
    await hub.openPull("bo", "two", { [env]: "A: 8\nB: 2\n" });
    await hub.as("olga", `PUT /repos/${repo}/pulls/1/merge`);
    const second = await pull(2);
    expect([at(second, "mergeable"), at(second, "mergeable_state"), at(second, "merge_commit_sha")]).toEqual([
      false,
      "dirty",
      null,
    ]);
    const merge = await hub.as("olga", `PUT /repos/${repo}/pulls/2/merge`);
    expect([merge.status, at(merge.body, "message")]).toEqual([405, "Pull Request is not mergeable"]);
  });

  it("are listed by state, head and base, page by page", async () => {
    for (const name of ["one", "two", "three"]) await hub.openPull("ana", name, { [`${name}.txt`]: "x\n" });
    await hub.as("ana", `PATCH /repos/${repo}/pulls/2`, { state: "closed" });
    const numbers = async (query: string): Promise<unknown[]> => {
      const { body } = await hub.as("ana", `GET /repos/${repo}/pulls?${query}`);
      return listOf(body).map((each) => at(each, "number"));
    };
    expect(await numbers("")).toEqual([3, 1]);
    expect(await numbers("state=all&direction=asc")).toEqual([1, 2, 3]);
    expect(await numbers("head=acme:three")).toEqual([3]);
    expect(await numbers("base=other")).toEqual([]);
    const paged = await hub.as("ana", `GET /repos/${repo}/pulls?state=all&per_page=1&page=2`);
    const list = `${hub.github.api}/repos/${repo}/pulls?state=all&per_page=1`;
    expect(paged.headers.get("link")).toBe(
      `<${list}&page=1>; rel="prev", <${list}&page=3>; rel="next", <${list}&page=3>; rel="last", <${list}&page=1>; rel="first"`,
    );
  });

  it("ask people and teams for reviews, never the author", async () => {
    await hub.openPull("ana", "more", { "a.txt": "1\n" });
    const path = `/repos/${repo}/pulls/1/requested_reviewers`;
    const asked = await hub.bot(`POST ${path}`, { reviewers: ["pia"], team_reviewers: ["platform"] });
    expect([
      asked.status,
      at(asked.body, "requested_reviewers", 0, "login"),
      at(asked.body, "requested_teams", 0, "slug"),
    ]).toEqual([201, "pia", "platform"]);
    expect((await hub.bot(`POST ${path}`, { reviewers: ["ana"] })).status).toBe(422);
    await hub.as("pia", `POST /repos/${repo}/pulls/1/reviews`, { event: "APPROVE" });
    expect(at((await hub.as("ana", `GET ${path}`)).body, "users")).toEqual([]);
    await hub.as("ana", `DELETE ${path}`, { reviewers: [], team_reviewers: ["platform"] });
    expect((await hub.as("ana", `GET ${path}`)).body).toEqual({ users: [], teams: [] });
  });

  it("are found by their commits and by their merge", async () => {
    await hub.openPull("ana", "more", { "a.txt": "1\n" });
    const head = textIn(await pull(1), "head", "sha");
    const merged = await hub.as("olga", `PUT /repos/${repo}/pulls/1/merge`);
    const found = async (sha: string): Promise<unknown[]> =>
      listOf((await hub.bot(`GET /repos/${repo}/commits/${sha}/pulls`)).body).map((each) => numberIn(each, "number"));
    expect(await found(head)).toEqual([1]);
    expect(await found(textIn(merged.body, "sha"))).toEqual([1]);
    expect(await found(hub.github.rootCommit)).toEqual([]);
  });

  it("become drafts and are ready again through GraphQL, as REST cannot say it", async () => {
    await hub.openPull("ana", "more", { "a.txt": "1\n" });
    const pullRequestId = textIn(await pull(1), "node_id");
    const change = async (mutation: string): Promise<unknown> => {
      const query = `mutation($id: ID!) { ${mutation}(input: { pullRequestId: $id }) { pullRequest { isDraft } } }`;
      const { body } = await hub.as("ana", "POST /graphql", { query, variables: { id: pullRequestId } });
      return at(body, "data", mutation, "pullRequest", "isDraft");
    };
    expect(await change("convertPullRequestToDraft")).toBe(true);
    expect(at(await pull(1), "mergeable_state")).toBe("draft");
    expect(await change("markPullRequestReadyForReview")).toBe(false);
    await hub.arrival(({ payload }) => payload["action"] === "converted_to_draft");
    await hub.arrival(({ payload }) => payload["action"] === "ready_for_review");
  });
});
