import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { at, listOf, numberIn, repo, startGitHub } from "./github-fixture.ts";
import type { GitHubFixture, Reply } from "./github-fixture.ts";

let hub: GitHubFixture;
const runs = `/repos/${repo}/check-runs`;

beforeAll(async () => {
  hub = await startGitHub();
});

afterAll(async () => {
  await hub.close();
});

function create(body: object): Promise<Reply> {
  return hub.bot(`POST ${runs}`, { name: "signalbox", head_sha: hub.github.rootCommit, ...body });
}

const note = (line: number): object => ({
  path: "README.md",
  start_line: line,
  end_line: line,
  annotation_level: "failure",
  message: `Line ${String(line)} is wrong.`,
});

describe("check runs", () => {
  it("are queued, run and are completed by a conclusion", async () => {
    const queued = await create({ external_id: "pull 1" });
    expect(["status", "conclusion", "external_id"].map((name) => at(queued.body, name))).toEqual([
      "queued",
      null,
      "pull 1",
    ]);
    const path = `${runs}/${String(numberIn(queued.body, "id"))}`;
    const completed = await hub.bot(`PATCH ${path}`, { conclusion: "success" });
    expect(["status", "conclusion"].map((name) => at(completed.body, name))).toEqual(["completed", "success"]);
    const back = await hub.bot(`PATCH ${path}`, { status: "in_progress" });
    expect(["status", "conclusion", "completed_at"].map((name) => at(back.body, name))).toEqual([
      "in_progress",
      null,
      null,
    ]);
    await hub.bot(`PATCH ${path}`, { conclusion: "failure" });
    const actions = hub.received.filter(({ event }) => event === "check_run").map(({ payload }) => payload["action"]);
    await hub.arrival(({ payload }) => at(payload, "check_run", "conclusion") === "failure");
    expect(actions.slice(0, 2)).toEqual(["created", "completed"]);
  });

  it("append the annotations of updates, fifty at most in each", async () => {
    const output = { title: "Blocked", summary: "Wrong" };
    const made = await create({
      name: "many",
      output: { ...output, annotations: Array.from({ length: 50 }, (_, n) => note(n + 1)) },
    });
    const path = `${runs}/${String(numberIn(made.body, "id"))}`;
    const tooMany = Array.from({ length: 51 }, (_, n) => note(n + 1));
    expect((await hub.bot(`PATCH ${path}`, { output: { ...output, annotations: tooMany } })).status).toBe(422);
    await hub.bot(`PATCH ${path}`, { output: { ...output, annotations: [note(51)] } });
    expect(at((await hub.bot(`GET ${path}`)).body, "output", "annotations_count")).toBe(51);
    const second = await hub.as("ana", `GET ${path}/annotations?per_page=50&page=2`);
    expect(listOf(second.body).map((each) => at(each, "start_line"))).toEqual([51]);
    expect(second.headers.get("link")).toContain('rel="prev"');
  });

  it.each([
    ["completed without a conclusion", { status: "completed" }],
    ["a conclusion that does not exist", { conclusion: "passed" }],
    ["a long summary", { output: { title: "T", summary: "x".repeat(65_536) } }],
    ["an output without a summary", { output: { title: "T" } }],
    ["four actions", { actions: Array.from({ length: 4 }, () => ({ label: "a", description: "b", identifier: "c" })) }],
    ["a long label of an action", { actions: [{ label: "a".repeat(21), description: "b", identifier: "c" }] }],
    [
      "columns over several lines",
      { output: { title: "T", summary: "S", annotations: [{ ...note(1), end_line: 2, start_column: 1 }] } },
    ],
    ["no commit", { head_sha: "1".repeat(40) }],
  ])("refuse %s", async (_case, body) => {
    expect((await create(body)).status).toBe(422);
  });

  it("are listed by commit, the newest of each name, or all", async () => {
    await create({ name: "twice", external_id: "first" });
    await create({ name: "twice", external_id: "second" });
    const names = async (query: string): Promise<unknown[]> => {
      const { body } = await hub.bot(`GET /repos/${repo}/commits/main/check-runs?check_name=twice${query}`);
      return listOf(at(body, "check_runs")).map((run) => at(run, "external_id"));
    };
    expect(await names("")).toEqual(["second"]);
    expect(await names("&filter=all")).toEqual(["second", "first"]);
    expect(await names("&app_id=1")).toEqual([]);
    const suites = (await hub.as("ana", `GET /repos/${repo}/commits/${hub.github.rootCommit}/check-suites`)).body;
    expect(at(suites, "total_count")).toBe(1);
    const suite = String(numberIn(suites, "check_suites", 0, "id"));
    expect((await hub.as("ana", `GET /repos/${repo}/check-suites/${suite}`)).status).toBe(200);
    expect((await hub.as("ana", `GET /repos/${repo}/check-suites/${suite}/check-runs`)).status).toBe(200);
  });

  it("are asked for again by people", async () => {
    const made = await create({ name: "again", conclusion: "failure" });
    const path = `${runs}/${String(numberIn(made.body, "id"))}`;
    expect((await hub.as("ana", `POST ${path}/rerequest`)).status).toBe(201);
    const event = await hub.arrival(({ payload }) => payload["action"] === "rerequested");
    expect([at(event.payload, "check_run", "name"), at(event.payload, "sender", "login")]).toEqual(["again", "ana"]);
  });
});
