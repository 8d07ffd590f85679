import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  at,
  installationToken,
  listOf,
  numberIn,
  readText,
  repo,
  startGitHub,
  webhookSecret,
} from "./github-fixture.ts";
import type { GitHubFixture } from "./github-fixture.ts";

let hub: GitHubFixture;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "simulated-github-clock-"));
  hub = await startGitHub({ clockFile: join(folder, "clock") });
});

afterEach(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

function fault(action: string, more: object = {}): Promise<unknown> {
  return hub.control("POST /faults", { match: "GET /repos/*/branches", action, ...more });
}

const branches = `GET /repos/${repo}/branches`;

function fails(request: Promise<unknown>): Promise<boolean> {
  return request.then(
    () => false,
    () => true,
  );
}

describe("faults", () => {
  it.each([
    ["500", 500],
    ["502", 502],
    ["html", 200],
    ["rate-limit", 403],
    ["secondary-rate-limit", 403],
  ])("answer %s once, then nothing is wrong", async (action, status) => {
    await fault(action);
    const faulty = await hub.as("ana", branches);
    expect([faulty.status, Array.isArray(faulty.body)]).toEqual([status, false]);
    expect(listOf((await hub.as("ana", branches)).body)).toHaveLength(1);
  });

  it("say when a limit ends", async () => {
    await fault("rate-limit", { ms: 5000 });
    const limited = await hub.as("ana", branches);
    expect(limited.headers.get("x-ratelimit-remaining")).toBe("0");
    await fault("secondary-rate-limit", { ms: 2000 });
    expect((await hub.as("ana", branches)).headers.get("retry-after")).toBe("2");
    await fault("secondary-rate-limit", { ms: 0 });
    const unnamed = await hub.as("ana", branches);
    expect([unnamed.status, unnamed.headers.get("retry-after")]).toEqual([403, null]);
  });

  it("cut the answer of what was performed, and reset what was not", async () => {
    const comments = `/repos/${repo}/issues/1/comments`;
    await hub.as("ana", `POST /repos/${repo}/issues`, { title: "T" });
    await hub.control("POST /faults", { match: "POST *comments", action: "truncated" });
    expect(await fails(hub.as("ana", `POST ${comments}`, { body: "performed" }))).toBe(true);
    await hub.control("POST /faults", { match: "POST *comments", action: "reset" });
    expect(await fails(hub.as("ana", `POST ${comments}`, { body: "never" }))).toBe(true);
    const bodies = listOf((await hub.as("ana", `GET ${comments}`)).body).map((comment) => at(comment, "body"));
    expect(bodies).toEqual(["performed"]);
  });

  it("hold an answer back, or for ever", async () => {
    await fault("delay", { ms: 150 });
    const startedMs = performance.now();
    await hub.as("ana", branches);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(145);
    await fault("timeout");
    const signal = AbortSignal.timeout(150);
    const authorization = `Bearer ${String(hub.github.tokens["ana"])}`;
    const never = fetch(`${hub.github.api}/repos/${repo}/branches`, { headers: { authorization }, signal });
    await expect(never).rejects.toThrow("timeout");
    const log = listOf((await hub.control("GET /log")).body);
    expect(log.map((entry) => [at(entry, "path"), at(entry, "status"), at(entry, "actor")]).slice(-2)).toEqual([
      [`/repos/${repo}/branches`, 200, "ana"],
      [`/repos/${repo}/branches`, null, undefined],
    ]);
  });

  it("happen as often as asked, and are taken back", async () => {
    await fault("500", { times: 2 });
    const statuses = [await hub.as("ana", branches), await hub.as("ana", branches), await hub.as("ana", branches)];
    expect(statuses.map(({ status }) => status)).toEqual([500, 500, 200]);
    await fault("500", { times: 2 });
    await hub.control("DELETE /faults");
    expect((await hub.as("ana", branches)).status).toBe(200);
  });

  it.each([
    ["an unknown action", { match: "GET /x", action: "explode" }],
    ["no method", { match: "/x", action: "500" }],
    ["a delay without a time", { match: "GET /x", action: "delay" }],
    ["no times", { match: "GET /x", action: "500", times: 0 }],
  ])("are refused with %s", async (_case, body) => {
    const reply = await hub.control("POST /faults", body);
    expect([reply.status, typeof at(reply.body, "error")]).toEqual([400, "string"]);
  });
});

describe("the clock", () => {
  it("moves, ends tokens, and is followed through its file", async () => {
    const token = `token ${await installationToken(hub.app)}`;
    expect((await hub.withToken(token, branches)).status).toBe(200);
    const before = Date.parse(String(at((await hub.control("GET /clock")).body, "now")));
    const moved = await hub.control("POST /clock", { advance: "1h10m" });
    expect(Date.parse(String(at(moved.body, "now"))) - before).toBeGreaterThanOrEqual(4_200_000);
    expect(await readText(join(folder, "clock"))).toBe("4200000\n");
    const late = await hub.withToken(token, branches);
    expect([late.status, at(late.body, "message")]).toEqual([401, "Bad credentials"]);
    expect(Date.parse(late.headers.get("date") ?? "") - Date.now()).toBeGreaterThan(4_100_000);
    expect((await hub.control("POST /clock", { advance: "soon" })).status).toBe(400);
  });
});

describe("webhooks", () => {
  const issue = (): Promise<unknown> => hub.as("ana", `POST /repos/${repo}/issues`, { title: "T" });
  const comment = (body: string): Promise<unknown> => hub.as("ana", `POST /repos/${repo}/issues/1/comments`, { body });
  const bodies = (): unknown[] => hub.received.map(({ payload }) => at(payload, "comment", "body"));
  const arrivalOf = (body: string) => hub.arrival(({ payload }) => at(payload, "comment", "body") === body);

  it("are signed, name their installation, and arrive in order with ids of their own", async () => {
    await issue();
    for (const body of ["1", "2", "3", "4"]) await comment(body);
    await arrivalOf("4");
    expect(bodies()).toEqual(["1", "2", "3", "4"]);
    expect(new Set(hub.received.map(({ id }) => id)).size).toBe(4);
    const [first] = hub.received;
    const signature = createHmac("sha256", webhookSecret)
      .update(first?.text ?? "")
      .digest("hex");
    expect(first?.headers["x-hub-signature-256"]).toBe(`sha256=${signature}`);
    expect(
      ["installation", "organization", "repository", "sender"].map((name) => at(first?.payload, name) !== undefined),
    ).toEqual([true, true, true, true]);
  });

  it("are dropped, doubled, and reversed on demand", async () => {
    await issue();
    await hub.control("POST /deliveries", { mode: "drop" });
    await comment("dropped");
    await hub.control("POST /deliveries", { mode: "double" });
    await comment("doubled");
    await hub.control("POST /deliveries", { mode: "reverse", times: 2 });
    await comment("one");
    await comment("two");
    await comment("three");
    await arrivalOf("three");
    expect(bodies()).toEqual(["doubled", "doubled", "three"]);
    expect(hub.received[0]?.id).toBe(hub.received[1]?.id);
    expect((await hub.control("POST /deliveries/release")).body).toEqual({ released: 2 });
    await arrivalOf("one");
    expect(bodies()).toEqual(["doubled", "doubled", "three", "two", "one"]);
  });

  it("that failed are remembered, and delivered again under their own id when asked", async () => {
    await issue();
    await hub.control("POST /deliveries", { mode: "drop" });
    await comment("dropped");
    await comment("arrived");
    await arrivalOf("arrived");
    const failed = listOf((await hub.app("GET /app/hook/deliveries?status=failure")).body);
    expect(failed.map((each) => [at(each, "event"), at(each, "action"), at(each, "redelivery")])).toEqual([
      ["issue_comment", "created", false],
    ]);
    const id = String(numberIn(failed[0], "id"));
    expect((await hub.app(`GET /app/hook/deliveries/${id}`)).status).toBe(200);
    expect((await hub.app(`POST /app/hook/deliveries/${id}/attempts`)).status).toBe(202);
    const again = await arrivalOf("dropped");
    expect(again.id).toBe(at(failed[0], "guid"));
    const paged = await hub.app("GET /app/hook/deliveries?per_page=1");
    expect(paged.headers.get("link")).toContain("cursor=");
  });

  it("go nowhere but to the address that was set last", async () => {
    await issue();
    hub.github.setWebhookUrl("http://127.0.0.1:9/nobody");
    await comment("lost");
    const statuses = async (): Promise<unknown[]> =>
      listOf((await hub.app("GET /app/hook/deliveries")).body).map((each) => at(each, "status"));
    for (let tries = 0; tries < 50 && (await statuses())[0] === "pending"; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await statuses()).toEqual(["failed to connect to host"]);
  });
});

describe("a route that is not simulated", () => {
  it("is 404 and reported without a template", async () => {
    const seen: (string | null)[] = [];
    const other = await startGitHub({ onExchange: ({ routeTemplate }) => seen.push(routeTemplate) });
    expect((await other.as("ana", `GET /repos/${repo}/hooks`)).status).toBe(404);
    expect(seen).toEqual([null]);
    await other.close();
  });
});
