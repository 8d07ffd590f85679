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

it("who pushed to a fork is whom the events named, by the id of then, and costs no request", async () => {
  const told: readonly Account[] = [
    { login: "cy", id: 3 },
    { login: "outside", id: 4 },
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
    owner: pull.forkOwner,
    pushes: told.map((actor) => ({ before: null, after: HEAD, actor })),
  });
});
