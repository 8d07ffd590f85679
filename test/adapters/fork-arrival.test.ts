import nock from "nock";
import { Octokit } from "@octokit/rest";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createGitHubReader } from "../../src/adapters/github-reader.ts";
import type { Account } from "../../src/handlers/ports.ts";
import type { CommitSha } from "../../src/manifest/types.ts";
import { pullRequest } from "../handlers/handler-world.ts";

const API = "https://api.github.test";
const HEAD = "a".repeat(40) as CommitSha;

beforeAll(() => {
  nock.disableNetConnect();
});
afterAll(() => {
  expect(nock.pendingMocks()).toEqual([]);
  nock.restore();
});

it("who pushed to a fork goes by the login of now, and is nobody where a member has taken the login of then", async () => {
  const members = [
    { login: "Ana", id: 9 },
    { login: "Bob", id: 2 },
    { login: "cy", id: 3 },
  ];
  nock(API).get("/orgs/acme/members").query({ per_page: 100, page: 1 }).reply(200, members);
  const told: readonly Account[] = [
    { login: "cy", id: 3 },
    { login: "bo", id: 2 },
    { login: "outside", id: 4 },
    { login: "ana", id: 1 },
  ];
  const reader = createGitHubReader(new Octokit({ baseUrl: API, auth: "t" }), {
    ...{ owner: "acme", repo: "config", defaultBranch: "main", clock: { now: () => 0 } },
    forkPushes: () => told.map((by) => ({ before: null, after: HEAD, by })),
  });
  const pull = pullRequest({
    number: 7,
    head: HEAD,
    author: "cy",
    headBranch: "topic",
    fromFork: true,
    forkOwner: "cy",
  });
  expect(await reader.arrival(pull)).toEqual({
    by: "fork",
    owner: "cy",
    pushes: ["cy", "bob", "outside", null].map((actor) => ({ before: null, after: HEAD, actor })),
  });
});
