// Answers of GitHub's that the simulated one does not give: long lists, accounts that are gone, limits, odd refusals.
import nock from "nock";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { Octokit } from "@octokit/rest";
import { connectApp, type GitHubApp } from "../../src/adapters/github-app.ts";
import { createGitHubReader, type CachingGitHubReader } from "../../src/adapters/github-reader.ts";
import { createGitHubWriter } from "../../src/adapters/github-writer.ts";
import { createLog } from "../../src/adapters/log.ts";
import { createTurns } from "../../src/handlers/turns.ts";
import type { GitHubWriter } from "../../src/handlers/ports.ts";
import type { CommitSha } from "../../src/manifest/types.ts";
import { APP, PRIVATE_KEY, SECRET } from "./github-fixture.ts";

const API = "https://api.github.test";
const REPO = "/repos/acme/config";
const sha = (digit: string): CommitSha => digit.repeat(40) as CommitSha;
const clock = { now: () => 0 };
const logged: string[] = [];
const log = createLog({ level: "info", write: (line) => logged.push(line), redact: (text) => text });
const repo = { owner: "acme", repo: "config" };

const octokit = new Octokit({ baseUrl: API, auth: "t", log: { debug() {}, info() {}, warn() {}, error() {} } });
const newReader = (): CachingGitHubReader =>
  createGitHubReader(octokit, { ...repo, defaultBranch: "main", clock, forkPushes: () => [] });
const newWriter = (): GitHubWriter =>
  createGitHubWriter(octokit, { ...repo, appId: APP.id, appSlug: APP.slug, clock, inTurn: createTurns(), log });

beforeAll(() => {
  nock.disableNetConnect();
});
afterEach(() => {
  expect(nock.pendingMocks()).toEqual([]);
  nock.cleanAll();
});
afterAll(() => {
  nock.restore();
});

function next(path: string, query: string): Record<string, string> {
  return { link: `<${API}${path}?${query}>; rel="next", <${API}${path}?page=9>; rel="last"` };
}

describe("lists", () => {
  it("are read to their last page", async () => {
    const path = "/orgs/acme/members";
    nock(API)
      .get(path)
      .query({ per_page: 100, page: 1 })
      .reply(200, [{ login: "Ana" }], next(path, "page=2"));
    nock(API)
      .get(path)
      .query({ per_page: 100, page: 2 })
      .reply(200, [{ login: "Bo" }], next(path, "page=3"));
    nock(API)
      .get(path)
      .query({ per_page: 100, page: 3 })
      .reply(200, [{ login: "cy" }]);
    expect((await newReader().people([])).members).toEqual(new Set(["ana", "bo", "cy"]));
  });

  it("with a broken page are no shorter lists", async () => {
    const path = "/orgs/acme/members";
    nock(API)
      .get(path)
      .query({ per_page: 100, page: 1 })
      .reply(200, [{ login: "Ana" }], next(path, "page=2"));
    nock(API)
      .get(path)
      .query({ per_page: 100, page: 2 })
      .reply(200, '[{"login":"b', { "content-type": "application/json" });
    await expect(newReader().people([])).rejects.toMatchObject({
      name: "WaitError",
      message: "Cannot list the members of the organisation acme: GitHub's answer is no complete JSON; trying again.",
    });
  });

  it("that failed are asked again", async () => {
    nock(API).get("/orgs/acme/members").query(true).reply(503);
    nock(API)
      .get("/orgs/acme/members")
      .query(true)
      .reply(200, [{ login: "ana" }]);
    const reader = newReader();
    await expect(reader.people([])).rejects.toMatchObject({ name: "WaitError" });
    expect((await reader.people([])).members).toEqual(new Set(["ana"]));
  });
});

describe("the activity record", () => {
  const path = `${REPO}/activity`;
  const entry = (before: string, after: string, more: object = {}): object => ({
    before: before.repeat(40),
    after: after.repeat(40),
    timestamp: "2026-11-24T00:00:00Z",
    activity_type: "push",
    actor: { login: "Ana", id: 1 },
    ...more,
  });
  const query = { ref: "refs/heads/main", direction: "desc", per_page: "100" };

  it("is followed by its cursor until the branch stood where it is asked from", async () => {
    nock(API)
      .get(path)
      .query(query)
      .reply(200, [entry("3", "4", { actor: null })], next(path, "after=c1"));
    nock(API)
      .get(path)
      .query({ ...query, after: "c1" })
      .reply(200, [entry("2", "3"), entry("1", "2"), entry("0", "1")], next(path, "after=c2"));
    const updates = await newReader().branchUpdates("main", sha("2"));
    expect(updates.map(({ before, after, actor }) => ({ before, after, actor }))).toEqual([
      { before: sha("2"), after: sha("3"), actor: { login: "ana", id: 1 } },
      { before: sha("3"), after: sha("4"), actor: null },
    ]);
  });

  it("is cut after the last time that the branch stood there", async () => {
    nock(API)
      .get(path)
      .query(query)
      .reply(200, [
        entry("1", "3"),
        entry("2", "1", { activity_type: "force_push" }),
        entry("1", "2"),
        entry("0", "1"),
      ]);
    expect((await newReader().branchUpdates("main", sha("1"))).map(({ after }) => after)).toEqual([sha("3")]);
  });

  it("that does not reach back is given whole, so that the gap shows", async () => {
    nock(API)
      .get(path)
      .query(query)
      .reply(200, [entry("8", "9"), entry("7", "8")]);
    expect((await newReader().branchUpdates("main", sha("1"))).map(({ before }) => before)).toEqual([
      sha("7"),
      sha("8"),
    ]);
  });

  it("knows where the branch began again after a deletion", async () => {
    nock(API)
      .get(path)
      .query(query)
      .reply(200, [entry("0", "5"), entry("4", "0"), entry("3", "4")]);
    expect((await newReader().branchUpdates("main", null)).map(({ before, after }) => [before, after])).toEqual([
      [sha("3"), sha("4")],
      [null, sha("5")],
    ]);
  });
});

describe("accounts that are gone", () => {
  it("are nobody, and forks that are gone are forks", async () => {
    nock(API)
      .get(`${REPO}/pulls/3`)
      .reply(200, {
        number: 3,
        title: "x",
        state: "closed",
        user: null,
        head: { ref: "main", sha: sha("a"), repo: null },
        base: { ref: "main", repo: { full_name: "acme/config" } },
        labels: [{ name: "urgent" }],
        merged_at: "2026-11-24T00:00:00Z",
        merge_commit_sha: sha("b"),
        merged_by: null,
        mergeable_state: "clean",
      });
    expect(await newReader().pullRequest(3)).toMatchObject({
      author: null,
      fromFork: true,
      forkOwner: null,
      labels: ["urgent"],
      merged: { by: null, commit: sha("b"), at: Date.parse("2026-11-24T00:00:00Z") },
    });
  });
});

describe("people of commits", () => {
  const commit = (digit: string, more: object = {}): object => ({
    sha: sha(digit),
    author: { login: "Ana", id: 1 },
    committer: { login: "web-flow", id: 2 },
    commit: { verification: { verified: true } },
    ...more,
  });
  const historyFrom = (digit: string, room: number, answer: readonly object[]): nock.Scope =>
    nock(API)
      .get(`${REPO}/commits`)
      .query({ sha: sha(digit), per_page: room })
      .reply(200, answer);

  const ana = { login: "ana", id: 1 };

  it("that lie below a merge of many others cost a page more, from the newest of them", async () => {
    historyFrom("3", 14, [commit("3"), commit("9")]);
    historyFrom("2", 12, [commit("2"), commit("1", { committer: { login: "bo", id: 3 } })]);
    expect([...(await newReader().commitPeople([sha("1"), sha("2"), sha("3")]))]).toEqual([
      [sha("1"), { author: ana, committer: { login: "bo", id: 3 }, signedByGitHub: false }],
      [sha("2"), { author: ana, committer: { login: "web-flow", id: 2 }, signedByGitHub: true }],
      [sha("3"), { author: ana, committer: { login: "web-flow", id: 2 }, signedByGitHub: true }],
    ]);
  });

  it("cost a page for each hundred", async () => {
    const shas = Array.from({ length: 300 }, (_, index) => String(index).padStart(40, "0") as CommitSha);
    for (const last of [299, 199, 99]) {
      const page = shas.slice(last - 99, last + 1).reverse();
      nock(API)
        .get(`${REPO}/commits`)
        .query({ sha: shas[last], per_page: 100 })
        .reply(
          200,
          page.map((one) => ({ ...commit("0"), sha: one })),
        );
    }
    const people = await newReader().commitPeople(shas);
    expect([...people.keys()]).toEqual(shas);
  });

  it("that GitHub leaves out are nobody's", async () => {
    historyFrom("2", 12, [commit("2")]);
    historyFrom("1", 10, []);
    expect([...(await newReader().commitPeople([sha("1"), sha("2")])).keys()]).toEqual([sha("2")]);
  });

  it("whom GitHub does not know are asked again, since the address may have been added meanwhile", async () => {
    const reader = newReader();
    nock(API)
      .get(`${REPO}/commits`)
      .query(true)
      .reply(200, [commit("1", { author: null })]);
    nock(API)
      .get(`${REPO}/commits`)
      .query(true)
      .reply(200, [commit("1")]);
    expect((await reader.commitPeople([sha("1")])).get(sha("1"))?.author).toBeNull();
    expect((await reader.commitPeople([sha("1")])).get(sha("1"))?.author).toEqual(ana);
  });

  it("with GitHub's name and no signature of GitHub's are not signed by it", async () => {
    nock(API)
      .get(`${REPO}/commits`)
      .query(true)
      .reply(200, [commit("1", { commit: { verification: { verified: false } } })]);
    expect((await newReader().commitPeople([sha("1")])).get(sha("1"))?.signedByGitHub).toBe(false);
  });
});

describe("limits", () => {
  const at = { date: "Tue, 24 Nov 2026 00:00:00 GMT" };
  it.each([
    { limit: "says when", status: 429, headers: { "retry-after": "7" }, retryAfterMs: 7_000 },
    {
      limit: "has used up the hour",
      status: 403,
      headers: { ...at, "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795478430" },
      retryAfterMs: 31_000,
    },
    { limit: "is a secondary one without a time", status: 403, headers: {}, retryAfterMs: 60_000 },
  ])("a limit that $limit is waited for", async ({ status, headers, retryAfterMs }) => {
    const body = { message: "You have exceeded a secondary rate limit." };
    nock(API).get(`${REPO}/pulls/3`).reply(status, body, headers);
    await expect(newReader().pullRequest(3)).rejects.toMatchObject({ name: "WaitError", retryAfterMs });
  });
});

describe("refusals", () => {
  it.each([
    [401, {}, {}, /GitHub refuses the App's credentials \(401\)/],
    [
      403,
      { message: "Resource not accessible by integration" },
      { "x-accepted-github-permissions": "pull_requests=read" },
      /\(403: Resource not accessible by integration\)\. It takes the permission pull_requests=read: grant it/,
    ],
    [410, { message: "Issues are disabled" }, {}, /\(410: Issues are disabled\)/],
    [422, { message: "Validation Failed", errors: [{ field: "base", code: "invalid" }] }, {}, /Failed; base invalid\)/],
  ])("%s stalls and says what to do", async (status, body, headers, message) => {
    nock(API).get(`${REPO}/pulls/3`).reply(status, body, headers);
    await expect(newReader().pullRequest(3)).rejects.toMatchObject({
      name: "StalledError",
      message: expect.stringMatching(message),
    });
  });

  it("a comment on a locked conversation is left out and noted", async () => {
    const comments = `${REPO}/issues/3/comments`;
    nock(API).get(comments).query(true).reply(200, []);
    nock(API).post(comments).reply(403, { message: "Unable to create comment because issue is locked." });
    nock(API).get(`${REPO}/issues/3`).reply(200, { locked: true });
    await newWriter().upsertComment(3, "<!-- m -->", "x");
    expect(logged.join("")).toContain("the conversation is locked: no comment was written");
  });

  it("a comment that is forbidden otherwise stalls", async () => {
    const comments = `${REPO}/issues/3/comments`;
    nock(API).get(comments).query(true).reply(200, []);
    nock(API).post(comments).reply(403, { message: "Resource not accessible by integration" });
    nock(API).get(`${REPO}/issues/3`).reply(200, { locked: false });
    await expect(newWriter().upsertComment(3, "<!-- m -->", "x")).rejects.toMatchObject({ name: "StalledError" });
  });

  it("a completed check run that GitHub does not take back is followed by a new one", async () => {
    const run = {
      ...{ id: 5, status: "completed", conclusion: "success", external_id: "x", started_at: null, app: { id: APP.id } },
      output: { title: "Ready", summary: "s", text: "", annotations_count: 0 },
    };
    nock(API)
      .get(`${REPO}/commits/${sha("a")}/check-runs`)
      .query(true)
      .reply(200, { total_count: 1, check_runs: [run] });
    nock(API).patch(`${REPO}/check-runs/5`).reply(422, { message: "Invalid request." });
    nock(API)
      .post(`${REPO}/check-runs`, (body: Record<string, unknown>) => body["status"] === "in_progress")
      .reply(201, { ...run, id: 6 });
    await newWriter().publishCheck({
      ...{
        head: sha("a"),
        externalId: "x",
        conclusion: null,
        title: "Waiting",
        summary: "s",
        text: "",
        annotations: [],
      },
    });
  });
});

describe("the App's connection", () => {
  const connect = (writeSpacingMs: number): ReturnType<typeof connectApp> =>
    connectApp({
      ...{
        appId: APP.id,
        privateKey: PRIVATE_KEY,
        webhookSecret: SECRET,
        apiUrl: API,
        ...repo,
        writeSpacingMs,
        clock,
        log,
      },
    });
  const createRun = (app: GitHubApp): Promise<unknown> =>
    app.octokit.request("POST /repos/{owner}/{repo}/check-runs", { ...repo, name: "x", head_sha: sha("a") });
  const answerConnection = (): unknown[] => {
    const asked: unknown[] = [];
    nock(API).get(`${REPO}/installation`).reply(200, { id: 7, app_slug: APP.slug });
    nock(API)
      .post("/app/installations/7/access_tokens", (body) => asked.push(body) > 0)
      .reply(201, { token: "ghs_1", expires_at: new Date(3_600_000).toISOString() });
    nock(API).get(REPO).reply(200, { default_branch: "main" });
    return asked;
  };

  it("asks for a token of this repository and these permissions alone", async () => {
    const asked = answerConnection();
    const app = await connect(0);
    expect(asked).toEqual([
      {
        repositories: ["config"],
        permissions: {
          ...{ checks: "write", contents: "write", deployments: "write", issues: "write" },
          ...{ members: "read", metadata: "read", pull_requests: "write" },
        },
      },
    ]);
    expect(await app.installationToken()).toBe("ghs_1");
  });

  it.each([1_000, 1_400])("spaces writes by %i ms", async (spacingMs) => {
    answerConnection();
    const app = await connect(spacingMs);
    nock(API).post(`${REPO}/check-runs`).times(2).reply(201, {});
    const startedAt = Date.now();
    await Promise.all([createRun(app), createRun(app)]);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(spacingMs - 50);
  });

  it("waits out a secondary limit that ends soon", async () => {
    answerConnection();
    const app = await connect(1_000);
    const limit = { message: "You have exceeded a secondary rate limit." };
    nock(API).post(`${REPO}/check-runs`).reply(403, limit, { "retry-after": "1" });
    nock(API).post(`${REPO}/check-runs`).reply(201, {});
    expect(await createRun(app)).toMatchObject({ status: 201 });
  });

  it("refuses a spacing that GitHub would not bear", async () => {
    await expect(connect(10)).rejects.toThrow("writeSpacingMs is 10; it must be 0, or 1000 or more.");
  });
});
