import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { at, listOf, numberIn, repo, startGitHub, textIn } from "./github-fixture.ts";
import type { GitHubFixture } from "./github-fixture.ts";

let hub: GitHubFixture;
beforeEach(async () => {
  hub = await startGitHub();
});
afterEach(() => hub.close());

async function loginsAt(path: string): Promise<readonly unknown[]> {
  return listOf((await hub.bot(`GET ${path}`)).body).map((account) => at(account, "login"));
}

describe("teams", () => {
  it("count the members of the teams below them", async () => {
    const made = await hub.as("olga", "POST /orgs/acme/teams", { name: "Operations", maintainers: ["olga"] });
    await hub.as("olga", "PATCH /orgs/acme/teams/platform", { parent_team_id: numberIn(made.body, "id") });
    expect(await loginsAt("/orgs/acme/teams/operations/members")).toEqual(["olga", "bo", "pia"]);
    expect((await hub.bot("GET /orgs/acme/teams/operations/memberships/pia")).status).toBe(200);
    expect((await hub.bot("GET /orgs/acme/teams/operations/memberships/ana")).status).toBe(404);
  });

  it("keep their id when they are renamed, and have another when they are made anew", async () => {
    const before = numberIn((await hub.bot("GET /orgs/acme/teams/platform")).body, "id");
    await hub.as("olga", "PATCH /orgs/acme/teams/platform", { name: "Racks" });
    expect(numberIn((await hub.bot("GET /orgs/acme/teams/racks")).body, "id")).toBe(before);
    expect((await hub.bot("GET /orgs/acme/teams/platform")).status).toBe(404);
    const anew = await hub.as("olga", "POST /orgs/acme/teams", { name: "platform" });
    expect(numberIn(anew.body, "id")).not.toBe(before);
    expect(await loginsAt("/orgs/acme/teams/platform/members")).toEqual([]);
  });

  it("that are secret are shown to their members and to owners alone", async () => {
    await hub.as("olga", "PATCH /orgs/acme/teams/platform", { privacy: "secret" });
    const statuses = await Promise.all([
      hub.bot("GET /orgs/acme/teams/platform/members"),
      hub.as("ana", "GET /orgs/acme/teams/platform"),
      hub.as("pia", "GET /orgs/acme/teams/platform"),
      hub.as("olga", "GET /orgs/acme/teams/platform"),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 200, 200]);
    expect(listOf((await hub.bot("GET /orgs/acme/teams")).body).map((team) => at(team, "slug"))).toEqual(["web"]);
  });

  it("are changed by owners alone", async () => {
    expect((await hub.as("ana", "PUT /orgs/acme/teams/platform/memberships/ana")).status).toBe(403);
    expect((await hub.bot("PUT /orgs/acme/teams/platform/memberships/ana")).status).toBe(403);
  });

  it("tell the App who came and who went", async () => {
    await hub.as("olga", "DELETE /orgs/acme/teams/platform/memberships/pia");
    const sent = await hub.arrival(({ event }) => event === "membership");
    expect([sent.payload["action"], at(sent.payload, "member", "login"), at(sent.payload, "team", "slug")]).toEqual([
      "removed",
      "pia",
      "platform",
    ]);
  });
});

describe("the organisation", () => {
  it("has those who accepted their invitation, until they leave", async () => {
    const token = textIn((await hub.control("POST /accounts", { login: "new", create: true })).body, "token");
    const asNew = (line: string, body?: unknown): ReturnType<typeof hub.bot> =>
      hub.withToken(`token ${token}`, line, body);
    await hub.as("olga", "PUT /orgs/acme/memberships/new");
    expect(at((await hub.bot("GET /orgs/acme/memberships/new")).body, "state")).toBe("pending");
    expect((await hub.bot("GET /orgs/acme/members/new")).status).toBe(404);
    await asNew("PATCH /user/memberships/orgs/acme", { state: "active" });
    expect((await hub.bot("GET /orgs/acme/members/new")).status).toBe(204);
    await hub.as("olga", "PUT /orgs/acme/teams/web/memberships/new");
    await hub.as("olga", "DELETE /orgs/acme/members/new");
    expect(await loginsAt("/orgs/acme/teams/web/members")).toEqual(["ana", "bo"]);
    expect((await asNew(`POST /repos/${repo}/issues/1/labels`, { labels: ["urgent"] })).status).toBe(403);
  });
});

describe("accounts", () => {
  it("keep their id and what they did when their login changes, and somebody else may take that login", async () => {
    const number = await hub.openPull("ana", "more", { "a.txt": "1\n" });
    const id = numberIn((await hub.bot("GET /users/ana")).body, "id");
    await hub.control("POST /accounts", { login: "ana", rename: "ann" });
    const other = await hub.control("POST /accounts", { login: "ana", create: true });
    const pull = (await hub.bot(`GET /repos/${repo}/pulls/${String(number)}`)).body;
    expect([at(pull, "user", "login"), at(pull, "user", "id")]).toEqual(["ann", id]);
    expect(numberIn((await hub.bot("GET /users/ana")).body, "id")).toBe(numberIn(other.body, "id"));
    expect(await loginsAt("/orgs/acme/members")).toEqual(["ann", "bo", "pia", "olga"]);
  });

  it("that are suspended are in no list and may do nothing", async () => {
    await hub.control("POST /accounts", { login: "pia", suspend: true });
    expect(await loginsAt("/orgs/acme/teams/platform/members")).toEqual(["bo"]);
    expect((await hub.as("pia", "GET /user")).status).toBe(403);
  });

  it("that are deleted become a ghost, and nobody in reviews", async () => {
    const number = await hub.openPull("ana", "more", { "a.txt": "1\n" });
    const pull = `/repos/${repo}/pulls/${String(number)}`;
    await hub.as("pia", `POST ${pull}/reviews`, { event: "APPROVE" });
    for (const login of ["ana", "pia"]) await hub.control("POST /accounts", { login, delete: true });
    expect(at((await hub.bot(`GET ${pull}`)).body, "user", "login")).toBe("ghost");
    expect(at((await hub.bot(`GET ${pull}/reviews`)).body, 0, "user")).toBeNull();
    expect((await hub.bot("GET /users/ana")).status).toBe(404);
  });
});
