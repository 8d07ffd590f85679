import { Octokit } from "@octokit/rest";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { at, installationToken, listOf, numberIn, repo, startGitHub } from "./github-fixture.ts";
import type { GitHubFixture } from "./github-fixture.ts";

let hub: GitHubFixture;
let octokit: Octokit;
const named = { owner: "acme", repo: "config" };

beforeAll(async () => {
  hub = await startGitHub();
  octokit = new Octokit({ baseUrl: hub.github.api, auth: await installationToken(hub.app) });
});

afterAll(async () => {
  await hub.close();
});

describe("issues, with Octokit as the client", () => {
  it("are opened, changed, labelled, closed and listed; pull requests are issues too", async () => {
    const { data: issue } = await octokit.issues.create({ ...named, title: "Drift", body: "…", labels: ["signalbox"] });
    await hub.openPull("ana", "more", { "a.txt": "1\n" });
    await octokit.issues.update({ ...named, issue_number: issue.number, title: "Drift on staging", state: "closed" });
    const { data: open } = await octokit.issues.listForRepo(named);
    expect(open.map(({ number, pull_request }) => [number, pull_request !== undefined])).toEqual([[2, true]]);
    const { data: all } = await octokit.issues.listForRepo({ ...named, state: "all", labels: "signalbox" });
    expect(all.map(({ title, state, user }) => [title, state, user?.login])).toEqual([
      ["Drift on staging", "closed", "signalbox[bot]"],
    ]);
    await octokit.issues.addLabels({ ...named, issue_number: 2, labels: ["urgent"] });
    const labelled = await hub.arrival(({ payload }) => payload["action"] === "labeled");
    expect([labelled.event, at(labelled.payload, "label", "name")]).toEqual(["pull_request", "urgent"]);
    await octokit.issues.removeLabel({ ...named, issue_number: 2, name: "urgent" });
    expect((await octokit.issues.listLabelsOnIssue({ ...named, issue_number: 2 })).data).toEqual([]);
    const { data: timeline } = await octokit.issues.listEventsForTimeline({ ...named, issue_number: 1 });
    expect(timeline.map(({ event }) => event)).toEqual(["labeled", "renamed", "closed"]);
  });

  it("are paginated by Link headers", async () => {
    for (const body of ["one", "two", "three"]) await octokit.issues.createComment({ ...named, issue_number: 1, body });
    const bodies = await octokit.paginate(octokit.issues.listComments, { ...named, issue_number: 1, per_page: 2 });
    expect(bodies.map(({ body }) => body)).toEqual(["one", "two", "three"]);
  });
});

describe("comments", () => {
  const comments = `/repos/${repo}/issues/1/comments`;
  const path = (id: number): string => `/repos/${repo}/issues/comments/${String(id)}`;

  it("are written, edited with what stood there before, and deleted", async () => {
    const made = await hub.bot(`POST ${comments}`, { body: "first" });
    const id = numberIn(made.body, "id");
    expect(at(made.body, "performed_via_github_app", "slug")).toBe("signalbox");
    await hub.bot(`PATCH ${path(id)}`, { body: "second" });
    const event = await hub.arrival(
      ({ event, payload }) => event === "issue_comment" && payload["action"] === "edited",
    );
    expect([at(event.payload, "changes"), at(event.payload, "comment", "body")]).toEqual([
      { body: { from: "first" } },
      "second",
    ]);
    expect((await hub.bot(`DELETE ${path(id)}`)).status).toBe(204);
    expect((await hub.bot(`GET ${path(id)}`)).status).toBe(404);
  });

  it("have at most 65,536 characters", async () => {
    const fits = await hub.as("ana", `POST ${comments}`, { body: "é".repeat(65_536) });
    const tooLong = await hub.as("ana", `POST ${comments}`, { body: "x".repeat(65_537) });
    expect([fits.status, tooLong.status, at(tooLong.body, "errors", 0, "message")]).toEqual([
      201,
      422,
      "body is too long (maximum is 65536 characters)",
    ]);
  });

  it("of people are not the App's to change", async () => {
    const made = await hub.as("ana", `POST ${comments}`, { body: "mine" });
    expect((await hub.bot(`PATCH ${path(numberIn(made.body, "id"))}`, { body: "yours" })).status).toBe(403);
  });

  it("take each reaction of a person once", async () => {
    const made = await hub.as("ana", `POST ${comments}`, { body: "/signalbox plan" });
    const reactions = `${path(numberIn(made.body, "id"))}/reactions`;
    expect((await hub.bot(`POST ${reactions}`, { content: "eyes" })).status).toBe(201);
    expect((await hub.bot(`POST ${reactions}`, { content: "eyes" })).status).toBe(200);
    expect((await hub.bot(`POST ${reactions}`, { content: "tada" })).status).toBe(422);
    const listed = listOf((await hub.as("ana", `GET ${reactions}`)).body);
    expect(listed.map((each) => [at(each, "content"), at(each, "user", "login")])).toEqual([
      ["eyes", "signalbox[bot]"],
    ]);
    const comment = await hub.as("ana", `GET ${path(numberIn(made.body, "id"))}`);
    expect(at(comment.body, "reactions", "eyes")).toBe(1);
  });
});

describe("deployments", () => {
  it("need every check green unless told otherwise, and take statuses", async () => {
    await hub.bot(`POST /repos/${repo}/check-runs`, {
      name: "signalbox",
      head_sha: hub.github.rootCommit,
      status: "in_progress",
    });
    const base = `/repos/${repo}/deployments`;
    const strict = await hub.bot(`POST ${base}`, { ref: "main", environment: "staging" });
    expect([strict.status, at(strict.body, "message")]).toEqual([
      409,
      `Conflict: Commit status checks failed for ${hub.github.rootCommit}.`,
    ]);
    const body = { ref: "main", environment: "staging", auto_merge: false, required_contexts: [] };
    const made = await hub.bot(`POST ${base}`, body);
    expect([made.status, at(made.body, "sha")]).toEqual([201, hub.github.rootCommit]);
    const statuses = `${base}/${String(numberIn(made.body, "id"))}/statuses`;
    await hub.bot(`POST ${statuses}`, { state: "in_progress" });
    await hub.bot(`POST ${statuses}`, { state: "success", description: "R123 runs" });
    expect((await hub.bot(`POST ${statuses}`, { state: "done" })).status).toBe(422);
    expect((await hub.bot(`POST ${statuses}`, { state: "error", description: "x".repeat(141) })).status).toBe(422);
    const listed = listOf((await hub.as("ana", `GET ${statuses}`)).body);
    expect(listed.map((each) => [at(each, "state"), at(each, "description")])).toEqual([
      ["success", "R123 runs"],
      ["in_progress", ""],
    ]);
    const found = listOf((await hub.as("ana", `GET ${base}?environment=staging`)).body);
    expect(found.map((each) => at(each, "creator", "login"))).toEqual(["signalbox[bot]"]);
  });
});
