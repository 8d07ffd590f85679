import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { appJwt, appPermissions, at, installationToken, listOf, repo, startGitHub } from "./github-fixture.ts";
import type { GitHubFixture } from "./github-fixture.ts";

let hub: GitHubFixture;

beforeAll(async () => {
  hub = await startGitHub();
  await hub.openPull("ana", "more", { "a.txt": "1\n" });
});

afterAll(async () => {
  await hub.close();
});

const nowS = (): number => Math.floor(Date.now() / 1000);

describe("the App's own token", () => {
  it("opens the App's routes", async () => {
    const { body } = await hub.app("GET /app");
    expect([at(body, "id"), at(body, "slug"), at(body, "permissions")]).toEqual([4711, "signalbox", appPermissions]);
    const installations = listOf((await hub.app("GET /app/installations")).body);
    expect(installations.map((each) => at(each, "account", "login"))).toEqual(["acme"]);
    expect((await hub.app("GET /orgs/acme/installation")).status).toBe(200);
    expect((await hub.app("GET /repos/acme/other/installation")).status).toBe(404);
  });

  const { privateKey: foreignKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });

  it.each([
    ["is of another App", () => appJwt({ iss: 1 }), "Issuer"],
    ["lives longer than ten minutes", () => appJwt({ exp: nowS() + 700 }), "too far in the future"],
    ["has expired", () => appJwt({ exp: nowS() - 1 }), "Expiration time"],
    ["was issued in the future", () => appJwt({ iat: nowS() + 60 }), "Issued at"],
    ["has another key", () => appJwt({}, foreignKey), "could not be decoded"],
  ])("is refused where it %s", async (_case, jwt, reason) => {
    const reply = await hub.withToken(`Bearer ${jwt()}`, "GET /app");
    expect(reply.status).toBe(401);
    expect(at(reply.body, "message")).toContain(reason);
  });

  it("opens nothing but the App's routes", async () => {
    expect((await hub.app(`GET /repos/${repo}`)).status).toBe(401);
    expect((await hub.as("ana", "GET /app")).status).toBe(401);
  });
});

describe("installation tokens", () => {
  it("are refused what the App may not do, with the permission that is missing", async () => {
    const token = await installationToken(hub.app, { permissions: { contents: "read" } });
    const bearer = `token ${token}`;
    expect((await hub.withToken(bearer, `GET /repos/${repo}/git/ref/heads/main`)).status).toBe(200);
    const refused = await hub.withToken(bearer, `POST /repos/${repo}/issues/1/comments`, { body: "hello" });
    expect([refused.status, at(refused.body, "message"), refused.headers.get("x-accepted-github-permissions")]).toEqual(
      [403, "Resource not accessible by integration", "issues=write; pull_requests=write"],
    );
  });

  it("cannot be asked for more than the App has", async () => {
    const { body } = await hub.app(`GET /repos/${repo}/installation`);
    const path = `POST /app/installations/${String(at(body, "id"))}/access_tokens`;
    expect((await hub.app(path, { permissions: { administration: "write" } })).status).toBe(422);
    expect((await hub.app(path, { repositories: ["elsewhere"] })).status).toBe(422);
    const narrowed = await hub.app(path, { permissions: { checks: "read" }, repositories: ["config"] });
    expect(at(narrowed.body, "permissions")).toEqual({ metadata: "read", checks: "read" });
  });

  it("push and fetch over git, with contents alone", async () => {
    const clone = await hub.clone("ana");
    const url = (token: string): string =>
      `${hub.github.git.replace("http://", `http://x-access-token:${token}@`)}/${repo}.git`;
    const all = url(await installationToken(hub.app));
    const none = url(await installationToken(hub.app, { permissions: { checks: "write" } }));
    const read = url(await installationToken(hub.app, { permissions: { contents: "read" } }));
    await clone.commit({ "b.txt": "2\n" });
    await clone.git("push", "--quiet", all, "HEAD:refs/heads/signalbox/ledger");
    await expect(clone.git("push", "--quiet", all, "HEAD:main")).rejects.toThrow("Protected branch");
    expect(await clone.git("ls-remote", read, "main")).toContain(hub.github.rootCommit);
    await expect(clone.git("push", "--quiet", read, "HEAD:refs/heads/topic")).rejects.toThrow("403");
    await expect(clone.git("ls-remote", none, "main")).rejects.toThrow("403");
    const activity = listOf((await hub.bot(`GET /repos/${repo}/activity?ref=signalbox/ledger`)).body);
    expect(activity.map((entry) => at(entry, "actor", "login"))).toEqual(["signalbox[bot]"]);
  });
});

describe("people", () => {
  it("are who their token says; nobody without one", async () => {
    expect(at((await hub.as("bo", "GET /user")).body, "login")).toBe("bo");
    const anonymous = await hub.withToken(undefined, `GET /repos/${repo}`);
    expect([anonymous.status, at(anonymous.body, "message")]).toEqual([401, "Requires authentication"]);
    const wrong = await hub.withToken("Bearer ghp_wrong", `GET /repos/${repo}`);
    expect([wrong.status, at(wrong.body, "message")]).toEqual([401, "Bad credentials"]);
    const basic = Buffer.from(`x:${String(hub.github.tokens["bo"])}`).toString("base64");
    expect((await hub.withToken(`Basic ${basic}`, `GET /repos/${repo}`)).status).toBe(200);
  });

  it("and bots have accounts with ids that depend on their names alone", async () => {
    const other = await startGitHub({ people: { zoe: { teams: [] }, ana: { teams: [] } } });
    const id = async (fixture: GitHubFixture, login: string): Promise<unknown> =>
      at((await fixture.as("ana", `GET /users/${encodeURIComponent(login)}`)).body, "id");
    expect(await id(other, "ana")).toBe(await id(hub, "ana"));
    expect(at((await hub.as("ana", "GET /users/signalbox%5Bbot%5D")).body, "type")).toBe("Bot");
    expect(await id(hub, "web-flow")).toBe(19_864_447);
    expect((await hub.as("ana", "GET /users/nobody")).status).toBe(404);
    await other.close();
  });

  it("do not write checks", async () => {
    const reply = await hub.as("olga", `POST /repos/${repo}/check-runs`, {
      name: "signalbox",
      head_sha: hub.github.rootCommit,
      conclusion: "success",
    });
    expect([reply.status, at(reply.body, "message")]).toEqual([403, "You must authenticate via a GitHub App."]);
  });
});

describe("the organisation", () => {
  it("knows its members, teams and who is in them", async () => {
    const logins = async (path: string): Promise<unknown[]> =>
      listOf((await hub.bot(`GET ${path}`)).body).map((each) => at(each, "login") ?? at(each, "slug"));
    expect(await logins("/orgs/acme/members")).toEqual(["ana", "bo", "pia", "olga"]);
    expect(await logins("/orgs/acme/members?role=admin")).toEqual(["olga"]);
    expect(await logins("/orgs/acme/teams")).toEqual(["web", "platform"]);
    expect(await logins("/orgs/acme/teams/platform/members")).toEqual(["bo", "pia"]);
    const status = async (path: string): Promise<number> => (await hub.bot(`GET /orgs/acme/${path}`)).status;
    expect(await status("members/ana")).toBe(204);
    expect(await status("members/nobody")).toBe(404);
    expect(await status("teams/platform/memberships/bo")).toBe(200);
    expect(await status("teams/platform/memberships/ana")).toBe(404);
    expect(await status("teams/nowhere")).toBe(404);
    expect(at((await hub.bot("GET /orgs/acme/memberships/olga")).body, "role")).toBe("admin");
    expect(at((await hub.bot("GET /orgs/acme")).body, "login")).toBe("acme");
    expect(at((await hub.bot("GET /orgs/acme/teams/web")).body, "members_count")).toBe(2);
    const permission = await hub.bot(`GET /repos/${repo}/collaborators/ana/permission`);
    expect(at(permission.body, "permission")).toBe("write");
  });
});

describe("every answer", () => {
  it("carries an ETag, limits and a request id; what has not changed is 304", async () => {
    const first = await hub.bot(`GET /repos/${repo}/branches`);
    expect(["x-ratelimit-limit", "x-ratelimit-resource"].map((name) => first.headers.get(name))).toEqual([
      "5000",
      "core",
    ]);
    expect(first.headers.get("x-github-request-id")).toMatch(/^[0-9A-F]{16}$/);
    const response = await fetch(`${hub.github.api}/repos/${repo}/branches`, {
      headers: {
        authorization: `token ${await installationToken(hub.app)}`,
        "if-none-match": first.headers.get("etag") ?? "",
      },
    });
    expect([response.status, await response.text()]).toEqual([304, ""]);
  });

  it("is 404 for another repository", async () => {
    expect((await hub.bot("GET /repos/acme/other")).status).toBe(404);
  });
});
