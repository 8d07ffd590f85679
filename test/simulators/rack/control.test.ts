import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  AUTHORIZATION,
  type Client,
  createApp,
  deploy,
  field,
  list,
  MANIFEST,
  openStream,
  setEnvironment,
  startClient,
  waitRunning,
} from "./rack-client.ts";

let client: Client;
beforeEach(async () => void (client = await startClient()));
afterEach(() => client.rack.close());

function fault(match: string, action: string, more: object = {}) {
  return client.control("POST", "/faults", { match, action, ...more });
}

function statusOf(value: unknown): unknown {
  return field(value, "status");
}

function promote(release: string) {
  return client.call("POST", `/apps/web/releases/${release}/promote`, {});
}

async function statuses(app: string): Promise<unknown[]> {
  const seen: unknown[] = [];
  await client.until(
    async () => {
      const value = await client.read(`/apps/${app}`);
      if (seen.at(-1) !== statusOf(value)) seen.push(statusOf(value));
      return value;
    },
    (value) => statusOf(value) === "running",
  );
  return seen;
}

describe("the log", () => {
  it("has every request as it arrived, with its status once answered and who asked", async () => {
    await client.raw("/apps?limit=1", { headers: { "X-Convox-Actor": "ana" } });
    await client.call("GET", "/none");
    await fault("GET /system", "timeout");
    const abandoned = new AbortController();
    const pending = client.raw("/system", { signal: abandoned.signal }).catch(() => "abandoned");
    const log = list(
      await client.until(
        () => client.control("GET", "/log"),
        (entries) => list(entries).length === 3,
      ),
    );
    abandoned.abort();
    expect(await pending).toBe("abandoned");
    expect(log).toEqual([
      { at: expect.any(String), method: "GET", path: "/apps", status: 200, actor: "ana" },
      { at: expect.any(String), method: "GET", path: "/none", status: 404 },
      { at: expect.any(String), method: "GET", path: "/system", status: null },
    ]);
  });
});

describe("faults", () => {
  it("answer so many requests that match, and then no more", async () => {
    await fault("GET /apps/*", "502", { times: 2 });
    const seen = [];
    for (let n = 0; n < 3; n += 1) seen.push((await client.call("GET", "/apps/web/releases")).status);
    expect(seen).toEqual([502, 502, 404]);
    expect((await client.call("GET", "/apps")).status).toBe(200);
  });

  it("of a 500 give back what was sent, and do not perform it", async () => {
    await createApp(client, "web");
    await fault("POST /apps/web/releases", "500");
    const answer = await client.call("POST", "/apps/web/releases", { env: "KEY=planted secret" });
    expect(answer.status).toBe(500);
    expect(answer.text).toContain("KEY=planted secret");
    expect(answer.text).toContain("KEY%3Dplanted+secret");
    expect(await client.read("/apps/web/releases")).toEqual([]);
  });

  it("answer HTML, or that it was too much", async () => {
    await fault("GET /apps", "html");
    expect(await client.call("GET", "/apps")).toMatchObject({ status: 200, type: "text/html; charset=utf-8" });
    await fault("GET /apps", "rate-limit");
    expect((await client.raw("/apps")).headers.get("retry-after")).toBe("1");
    await fault("GET /apps", "secondary-rate-limit");
    expect((await client.call("GET", "/apps")).status).toBe(503);
  });

  it("perform what is truncated and what is delayed, but not what is reset", async () => {
    await fault("POST /apps", "truncated");
    await expect(client.call("POST", "/apps", { name: "cut" })).rejects.toThrow("terminated");
    await fault("POST /apps", "delay", { ms: 30 });
    const before = performance.now();
    expect((await client.call("POST", "/apps", { name: "late" })).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(25);
    await fault("POST /apps", "reset");
    await expect(client.call("POST", "/apps", { name: "gone" })).rejects.toThrow("fetch failed");
    const names = list(await client.read("/apps")).map((app) => field(app, "name"));
    expect(names).toEqual(["cut", "late"]);
  });

  it("concern websockets too", async () => {
    await createApp(client, "web");
    await fault("GET /apps/web/logs", "500");
    const stream = openStream(client, "/apps/web/logs");
    await stream.closed;
    expect(stream.frames).toEqual([{ text: "refused: Unexpected server response: 500", binary: false }]);
  });

  it("are replaced by a later one of the same match, and taken back", async () => {
    await fault("GET /apps", "500", { times: 5 });
    await fault("GET /apps", "502", { times: 5 });
    expect((await client.call("GET", "/apps")).status).toBe(502);
    await client.control("DELETE", "/faults");
    expect((await client.call("GET", "/apps")).status).toBe(200);
  });

  it("that make no sense are refused with what was expected", async () => {
    expect(await fault("GET /apps", "explode")).toEqual({
      error:
        'expected { match: "METHOD path", action: 500 | 502 | html | truncated | rate-limit | secondary-rate-limit | timeout | reset | delay, times?, ms? }',
    });
  });
});

describe("promotion outcomes", () => {
  beforeEach(() => createApp(client, "web"));

  it("fail: crashed processes, believable lines, rollback, and the previous release serves on", async () => {
    const before = await deploy(client, "web");
    await client.control("POST", "/promotions", { app: "web", outcome: "fail" });
    const next = await setEnvironment(client, "web", "GREETING=hello");
    await promote(next);
    await client.until(
      () => client.read("/apps/web/processes"),
      (processes) => list(processes).filter((each) => statusOf(each) === "crashed").length === 2,
    );
    const both = list(await client.read("/apps/web/processes"));
    expect(both.map((each) => [statusOf(each), field(each, "release")])).toEqual([
      ["running", before],
      ["running", before],
      ["crashed", next],
      ["crashed", next],
    ]);
    expect(await statuses("web")).toEqual(["updating", "rollback", "running"]);
    expect(await client.read("/apps/web")).toMatchObject({ release: before });
    expect(list(await client.read("/apps/web/processes"))).toHaveLength(2);
    const stream = openStream(client, "/apps/web/logs", { Prefix: "true", Follow: "false" });
    await stream.closed;
    const log = stream.frames.map(({ text }) => text).join("");
    expect(log).toContain("connection refused");
    expect(log).toContain("environment: GREETING=hello");
    expect(log).toContain("system/k8s/atom/app Status: Rollback => Reverted\n");
    await promote(next);
    expect(await waitRunning(client, "web")).toMatchObject({ release: next });
  });

  it("fail at the first promotion of an app: it runs nothing", async () => {
    await client.control("POST", "/promotions", { app: "web", outcome: "fail" });
    await deploy(client, "web");
    expect(await client.read("/apps/web")).toMatchObject({ status: "running", release: "" });
    expect(await client.read("/apps/web/services")).toEqual([]);
    expect(await client.read("/apps/web/processes")).toEqual([]);
  });

  it("hang: updating until it is taken back", async () => {
    const before = await deploy(client, "web");
    await client.control("POST", "/promotions", { app: "web", outcome: "hang" });
    const next = await setEnvironment(client, "web", "A=1");
    await promote(next);
    await client.until(
      () => client.read("/apps/web/processes"),
      (processes) => list(processes).some((each) => statusOf(each) === "unhealthy"),
    );
    await client.control("POST", "/clock", { advance: "5m" });
    expect(await client.read("/apps/web")).toMatchObject({ status: "updating", release: next });
    await client.control("DELETE", "/faults");
    expect(await waitRunning(client, "web")).toMatchObject({ release: next });
    expect(next).not.toBe(before);
  });

  it("hang: ends in a rollback at the promotion's own deadline", async () => {
    const before = await deploy(client, "web");
    await client.control("POST", "/promotions", { app: "web", outcome: "hang" });
    await promote(await setEnvironment(client, "web", "A=1"));
    await client.control("POST", "/clock", { advance: "51m" });
    expect(await client.read("/apps/web")).toMatchObject({ status: "rollback" });
    expect(await waitRunning(client, "web")).toMatchObject({ release: before });
  });

  it("slow: 20 seconds longer by the rack's clock", async () => {
    await deploy(client, "web");
    await client.control("POST", "/promotions", { app: "web", outcome: "slow" });
    const next = await setEnvironment(client, "web", "A=1");
    await promote(next);
    await client.control("POST", "/clock", { advance: "19s" });
    expect(await client.read("/apps/web")).toMatchObject({ status: "updating" });
    await client.control("POST", "/clock", { advance: "2s" });
    expect(await client.read("/apps/web")).toMatchObject({ status: "running", release: next });
  });
});

describe("the state", () => {
  it("is all that the rack holds, with environments as objects", async () => {
    await createApp(client, "web");
    await client.call("PUT", "/apps/web", { lock: "true", parameters: "BuildCpu=500" });
    await setEnvironment(client, "web", "A=1=2");
    const release = await deploy(client, "web");
    const state = await client.control("GET", "/state");
    expect(state).toMatchObject({
      apps: [{ name: "web", release, status: "running", parameters: { BuildCpu: "500" }, locked: true }],
      releases: [
        { app: "web", build: "", env: { A: "1=2" }, description: "env add:A" },
        { id: release, app: "web", env: { A: "1=2" }, description: "a build" },
      ],
      builds: [{ app: "web", status: "complete", release, manifest: MANIFEST }],
      services: [{ app: "web", name: "web", count: 2 }],
      processes: [
        { app: "web", release },
        { app: "web", release },
      ],
    });
  });
});

describe("changes by hand", () => {
  beforeEach(async () => {
    await createApp(client, "web");
    await setEnvironment(client, "web", "A=1\nB=2");
    await deploy(client, "web");
  });

  it("of the environment set and remove keys in a release that runs at once", async () => {
    const changed = await client.control("POST", "/by-hand", { app: "web", env: { A: "3", B: null } });
    expect(await client.read("/apps/web")).toMatchObject({ status: "running", release: field(changed, "release") });
    expect(await client.read(`/apps/web/releases/${String(field(changed, "release"))}`)).toMatchObject({
      env: "A=3",
      description: "env change:A remove:B",
    });
  });

  it("of the scale change the live count", async () => {
    await client.control("POST", "/by-hand", { app: "web", scale: { web: 4 } });
    expect(await client.read("/apps/web/services")).toMatchObject([{ name: "web", count: 4 }]);
    expect(list(await client.read("/apps/web/processes"))).toHaveLength(4);
  });

  it("of the release promote it, or go back to it by a new one", async () => {
    const newer = await setEnvironment(client, "web", "A=9");
    const older = String(field(await client.read("/apps/web"), "release"));
    await client.control("POST", "/by-hand", { app: "web", release: newer });
    expect(await client.read("/apps/web")).toMatchObject({ release: newer });
    const back = String(field(await client.control("POST", "/by-hand", { app: "web", release: older }), "release"));
    expect([older, newer]).not.toContain(back);
    expect(await client.read(`/apps/web/releases/${back}`)).toMatchObject({ env: "A=1\nB=2" });
  });

  it("of nothing are refused", async () => {
    expect(await client.control("POST", "/by-hand", { app: "web" })).toEqual({
      error: "expected { app, env?: { KEY: value or null }, scale?: { SERVICE: count }, release?: an id }",
    });
    expect(await client.control("POST", "/by-hand", { app: "none", scale: { web: 1 } })).toEqual({
      error: "app not found: none",
    });
  });
});

describe("the clock", () => {
  it("dates what is made after it was moved", async () => {
    await createApp(client, "web");
    await client.control("POST", "/clock", { advance: "48h" });
    const release = await setEnvironment(client, "web", "A=1");
    const created = Date.parse(String(field(await client.read(`/apps/web/releases/${release}`), "created")));
    expect(created - Date.now()).toBeGreaterThan(47 * 3_600_000);
  });
});

describe("the control port", () => {
  it("is never mixed with the API", async () => {
    const headers = { Authorization: AUTHORIZATION };
    expect((await fetch(`${client.rack.url}/state`, { headers })).status).toBe(404);
    expect((await fetch(`${client.rack.control}/apps`, { headers })).status).toBe(404);
  });
});
