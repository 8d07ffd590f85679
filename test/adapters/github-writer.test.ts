import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createCommitFiles } from "../../src/adapters/github-commit-files.ts";
import { createLedgerAnchor } from "../../src/adapters/github-ledger-anchor.ts";
import type { Annotation, CheckRun } from "../../src/handlers/ports.ts";
import type { CommitSha } from "../../src/manifest/types.ts";
import { APP, PERMISSIONS, startFixture, type Fixture } from "./github-fixture.ts";

let fixture: Fixture;
let head: CommitSha;
let number: number;
beforeAll(async () => {
  fixture = await startFixture();
  head = await fixture.push("ana", "one", { "README.md": "one\n" });
  const { body } = await fixture.act("ana", "POST /repos/acme/config/pulls", {
    title: "One",
    head: "one",
    base: "main",
  });
  number = (body as { number: number }).number;
});
afterAll(() => fixture.close());

/** The requests that write which `act` makes, as `METHOD path`. */
async function writesOf(act: () => Promise<unknown>): Promise<readonly string[]> {
  const before = (await fixture.writes()).length;
  await act();
  return (await fixture.writes()).slice(before).map(({ method, path }) => `${method} ${path}`);
}

async function get(path: string): Promise<unknown> {
  return (await fixture.act("ana", `GET /repos/acme/config${path}`)).body;
}

function annotations(count: number, from = 0): readonly Annotation[] {
  return Array.from({ length: count }, (_, index) => ({
    path: "signalbox.yml",
    line: from + index + 1,
    column: 3,
    level: "failure",
    title: "unknown-key",
    message: `Line ${String(from + index + 1)} is wrong.`,
  }));
}

interface ShownRun {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly external_id: string;
  readonly output: {
    readonly title: string;
    readonly summary: string;
    readonly text: string;
    readonly annotations_count: number;
  };
}

async function runsOn(sha: string): Promise<readonly ShownRun[]> {
  return ((await get(`/commits/${sha}/check-runs?filter=all`)) as { check_runs: readonly ShownRun[] }).check_runs;
}

describe("the check run", () => {
  const check = (more: Partial<CheckRun>): CheckRun => ({
    head,
    externalId: "base:tree",
    conclusion: null,
    title: "Waiting: 1 of 2 approvals (platform)",
    summary: "One approval is missing.",
    text: "rule by rule",
    annotations: [],
    ...more,
  });

  it("is made once, moved in place and left alone where nothing differs", async () => {
    expect(await writesOf(() => fixture.writer.publishCheck(check({})))).toEqual([
      "POST /repos/acme/config/check-runs",
    ]);
    expect(await writesOf(() => fixture.writer.publishCheck(check({})))).toEqual([]);
    await fixture.writer.publishCheck(check({ conclusion: "success", title: "Ready" }));
    expect(await runsOn(head)).toMatchObject([
      {
        name: "signalbox",
        status: "completed",
        conclusion: "success",
        external_id: "base:tree",
        output: { title: "Ready", summary: "One approval is missing.", text: "rule by rule" },
      },
    ]);
  });

  it("is one although pull requests of one head say different things at once, and the last of them stands", async () => {
    const shared = await fixture.push("ana", "shared", { "README.md": "shared\n" });
    const says = (title: string): Promise<void> => fixture.writer.publishCheck(check({ head: shared, title }));
    await Promise.all([says("Waiting: first"), says("Waiting: second")]);
    expect((await runsOn(shared)).map(({ output }) => output.title)).toEqual(["Waiting: second"]);
  });

  it("goes back to in progress", async () => {
    await fixture.writer.publishCheck(check({}));
    expect((await runsOn(head))[0]).toMatchObject({ status: "in_progress", conclusion: null });
  });

  it("is begun anew after a day in progress", async () => {
    await fixture.control("/clock", { advance: "25h" });
    expect(await writesOf(() => fixture.writer.publishCheck(check({})))).toHaveLength(1);
    expect(await writesOf(() => fixture.writer.publishCheck(check({})))).toEqual([]);
  });

  it("carries more annotations than one request takes, and is not sent again", async () => {
    const failed = check({ conclusion: "failure", title: "Blocked", annotations: annotations(120) });
    expect(await writesOf(() => fixture.writer.publishCheck(failed))).toHaveLength(3);
    expect((await runsOn(head))[0]?.output.annotations_count).toBe(120);
    expect(await writesOf(() => fixture.writer.publishCheck(failed))).toEqual([]);
  });

  it("gets the annotations that an interrupted run had not sent", async () => {
    const failed = check({ conclusion: "failure", title: "Blocked", annotations: annotations(125) });
    expect(await writesOf(() => fixture.writer.publishCheck(failed))).toHaveLength(1);
    const [run] = await runsOn(head);
    const shown = (await get(`/check-runs/${String(run?.id)}/annotations?per_page=100&page=2`)) as {
      start_line: number;
    }[];
    expect(shown.map((annotation) => annotation.start_line)).toEqual(annotations(25, 100).map(({ line }) => line));
  });

  it("is followed by a new one where annotations must go, and the newest counts", async () => {
    await fixture.writer.publishCheck(
      check({ conclusion: "failure", title: "Blocked", annotations: annotations(1, 7) }),
    );
    const [newest] = await runsOn(head);
    expect(newest?.output.annotations_count).toBe(1);
    await fixture.writer.publishCheck(check({ conclusion: "success", title: "Ready" }));
    expect((await runsOn(head))[0]).toMatchObject({ conclusion: "success", output: { annotations_count: 0 } });
  });

  it("stays within GitHub's limits and says what it left out", async () => {
    const lines = Array.from({ length: 3_000 }, (_, index) => `line ${String(index)} with some ünïcode in it`).join(
      "\n",
    );
    const long = check({ conclusion: "success", title: "T".repeat(300), summary: lines, text: lines });
    await fixture.writer.publishCheck(long);
    const [run] = await runsOn(head);
    expect(run?.output.title).toBe(`${"T".repeat(254)}…`);
    expect(Buffer.byteLength(run?.output.summary ?? "")).toBeLessThanOrEqual(65_535);
    expect(run?.output.summary).toMatch(/\n_… and \d+ lines more, which GitHub has no room for\._$/);
    expect(await writesOf(() => fixture.writer.publishCheck(long))).toEqual([]);
  });
});

describe("the comment", () => {
  const marker = "<!-- signalbox:check -->";

  it("is made once, edited in place and left alone where nothing differs", async () => {
    const comments = `/repos/acme/config/issues/${String(number)}/comments`;
    // Anybody can write the marker: that makes it no comment of Signalbox's.
    await fixture.act("ana", `POST ${comments}`, { body: `${marker}\nmine` });
    expect(await writesOf(() => fixture.writer.editComment(number, marker, "### Untouched"))).toEqual([]);
    expect(await writesOf(() => fixture.writer.upsertComment(number, marker, `${marker}\n### Waiting`))).toEqual([
      `POST ${comments}`,
    ]);
    expect(await writesOf(() => fixture.writer.upsertComment(number, marker, `${marker}\n### Waiting`))).toEqual([]);
    await fixture.writer.editComment(number, marker, "### Ready");
    await fixture.writer.upsertComment(number, "<!-- signalbox:result -->", "### Applied");
    const shown = (await get(`/issues/${String(number)}/comments`)) as { user: { login: string }; body: string }[];
    expect(shown.map(({ user, body }) => [user.login, body])).toEqual([
      ["ana", `${marker}\nmine`],
      [`${APP.slug}[bot]`, `${marker}\n### Ready`],
      [`${APP.slug}[bot]`, "<!-- signalbox:result -->\n### Applied"],
    ]);
  });
});

describe("a comment that somebody removed", () => {
  it("is made anew, at the latest when it has something else to say", async () => {
    const marker = "<!-- signalbox:gone -->";
    await fixture.writer.upsertComment(number, marker, "one");
    const comments = (await get(`/issues/${String(number)}/comments`)) as { id: number; body: string }[];
    await fixture.act("olga", `DELETE /repos/acme/config/issues/comments/${String(comments.at(-1)?.id)}`);
    await fixture.writer.upsertComment(number, marker, "two");
    const shown = (await get(`/issues/${String(number)}/comments`)) as { body: string }[];
    expect(shown.at(-1)?.body).toBe(`${marker}\ntwo`);
  });
});

describe("what people wrote and are asked for", () => {
  it("gets one reaction of a kind, and reviews are asked of whoever is named", async () => {
    const { body } = await fixture.act("paul", `POST /repos/acme/config/issues/${String(number)}/comments`, {
      body: "/signalbox help",
    });
    const comment = (body as { id: number }).id;
    for (let times = 0; times < 2; times += 1) await fixture.writer.react(comment, "eyes");
    const reactions = (await get(`/issues/comments/${String(comment)}/reactions`)) as { content: string }[];
    expect(reactions.map(({ content }) => content)).toEqual(["eyes"]);
    expect(await writesOf(() => fixture.writer.requestReviewers(number, { users: [], teams: [] }))).toEqual([]);
    await fixture.writer.requestReviewers(number, { users: ["paul"], teams: ["platform"] });
    expect((await fixture.reader.pullRequest(number)).requested).toEqual({ users: ["paul"], teams: ["platform"] });
  });
});

describe("the issue", () => {
  const marker = "<!-- signalbox:hold 1 -->";

  it("is opened once, edited, closed, and opened again when its matter is back", async () => {
    const shown = async (): Promise<unknown> =>
      ((await get("/issues?state=all")) as { pull_request?: unknown; title: string; state: string; body: string }[])
        .filter((issue) => issue.pull_request === undefined)
        .map(({ title, state, body }) => ({ title, state, body }));
    await fixture.writer.upsertIssue(marker, "Held: 1", null);
    expect(await shown()).toEqual([]);
    await fixture.writer.upsertIssue(marker, "Held: 1", "first");
    expect(await writesOf(() => fixture.writer.upsertIssue(marker, "Held: 1", "first"))).toEqual([]);
    await fixture.writer.upsertIssue(marker, "Held: 1", "second");
    expect(await shown()).toEqual([{ title: "Held: 1", state: "open", body: `${marker}\nsecond` }]);
    await fixture.writer.upsertIssue(marker, "Held: 1", null);
    expect(await writesOf(() => fixture.writer.upsertIssue(marker, "Held: 1", null))).toEqual([]);
    expect(await shown()).toEqual([{ title: "Held: 1", state: "closed", body: `${marker}\nsecond` }]);
    await fixture.writer.upsertIssue(marker, "Held: 1 again", "third");
    expect(await shown()).toEqual([{ title: "Held: 1 again", state: "open", body: `${marker}\nthird` }]);
  });
});

describe("the deployment", () => {
  it("is made once for a commit and an environment, and gets a status only where the newest differs", async () => {
    const deployment = {
      commit: head,
      environment: "prod-eu",
      production: true,
      state: "in_progress",
      description: "d".repeat(200),
    } as const;
    expect(await writesOf(() => fixture.writer.upsertDeployment(deployment))).toHaveLength(2);
    expect(await writesOf(() => fixture.writer.upsertDeployment(deployment))).toEqual([]);
    expect(await writesOf(() => fixture.writer.upsertDeployment({ ...deployment, state: "success" }))).toHaveLength(1);
    await fixture.writer.upsertDeployment({ ...deployment, environment: "staging", production: false });
    const shown = (await get("/deployments")) as { id: number; environment: string; sha: string }[];
    expect(shown.map(({ environment, sha }) => [environment, sha])).toEqual([
      ["staging", head],
      ["prod-eu", head],
    ]);
    const statuses = (await get(`/deployments/${String(shown[1]?.id)}/statuses`)) as {
      state: string;
      description: string;
    }[];
    expect(statuses.map(({ state, description }) => [state, description])).toEqual([
      ["success", `${"d".repeat(139)}…`],
      ["in_progress", `${"d".repeat(139)}…`],
    ]);
  });
});

describe("the ledger", () => {
  it("begins, grows by fast-forwards and refuses what does not follow its tip", async () => {
    const commitFiles = createCommitFiles({ octokit: fixture.app.octokit, ...fixture.repo }, "signalbox/ledger");
    const first = await commitFiles(null, new Map([["2026/11/23.jsonl", "a\n"]]), "Begin");
    const second = await commitFiles(first, new Map([["2026/11/24.jsonl", "b\n"]]), "Go on");
    await expect(commitFiles(first, new Map([["2026/11/24.jsonl", "x\n"]]), "Fork")).rejects.toMatchObject({
      name: "WaitError",
      message: `The branch signalbox/ledger is not at ${first}: read it again before adding to it.`,
    });
    await expect(commitFiles(null, new Map([["a", "x\n"]]), "Again")).rejects.toMatchObject({ name: "WaitError" });
    const tree = (await get("/git/trees/signalbox%2Fledger?recursive=1")) as { tree: { path: string; type: string }[] };
    expect(tree.tree.filter(({ type }) => type === "blob").map(({ path }) => path)).toEqual([
      "2026/11/23.jsonl",
      "2026/11/24.jsonl",
    ]);
    expect(await get("/git/ref/heads%2Fsignalbox%2Fledger")).toMatchObject({ object: { sha: second } });
  });

  it("keeps its newest digest on the root commit", async () => {
    const anchor = createLedgerAnchor(
      { octokit: fixture.app.octokit, ...fixture.repo, appId: APP.id, appSlug: APP.slug },
      fixture.root,
    );
    expect(await anchor.read()).toBeNull();
    await anchor.write("a".repeat(64));
    expect(await writesOf(() => anchor.write("a".repeat(64)))).toEqual([]);
    await anchor.write("b".repeat(64));
    expect(await anchor.read()).toBe("b".repeat(64));
    expect((await runsOn(fixture.root)).map(({ name }) => name)).toEqual(["signalbox ledger"]);
  });
});

it("an App that was not granted what it needs stalls at its start and says so", async () => {
  await expect(startFixture({ ...PERMISSIONS, issues: "read" })).rejects.toMatchObject({
    name: "StalledError",
    message: expect.stringMatching(/^Cannot get an installation token: .*not granted to this installation/),
  });
});
