import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { commit, MANIFEST, RACK } from "./config-fixture.ts";
import { PASSWORD, startWorld, type World } from "./rack-fixture.ts";

const CANARY = "value-canary-77c1";
const OTHER_MANIFEST = MANIFEST.replace("1.27", "1.28");

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

function outcomes(): readonly string[] {
  return world.records.map((record) => `${record.app} ${record.commit.slice(0, 1)} ${record.result}`);
}

async function promotions(): Promise<number> {
  return (await world.writes()).filter((line) => line.endsWith("/promote")).length;
}

describe("reconcileRack", () => {
  it("creates the app, builds, makes a release with git's environment and promotes it", async () => {
    world.say({ web: { environment: { COLOR: CANARY } } });
    await world.reconcile();
    const state = await world.state();
    const active = state.releases.find((release) => release.id === state.apps[0]?.release);
    expect(active).toMatchObject({ env: { COLOR: CANARY } });
    expect(active?.description).toMatch(/^signalbox acme\/config@a{12} [0-9a-f]{16}$/);
    const paths = (await world.writes()).map((line) => line.replace(/[BR][A-Z]{10}/, "ID"));
    expect(paths).toEqual([
      "POST /apps",
      "POST /apps/web/objects/",
      "POST /apps/web/builds",
      "POST /apps/web/releases",
      "POST /apps/web/releases/ID/promote",
    ]);
    expect(world.records).toEqual([
      {
        id: `apply:${RACK}/web:${commit("a")}:ok`,
        action: "apply",
        actor: "signalbox",
        via: "signalbox",
        at: expect.any(String),
        rack: RACK,
        app: "web",
        commit: commit("a"),
        digest: active?.description.slice(-16),
        result: "ok",
        release: active?.id,
        build: state.builds[0]?.id,
        durationMs: expect.any(Number),
      },
    ]);
  });

  it("writes nothing where nothing differs", async () => {
    world.say({ web: {} });
    await world.reconcile();
    await world.writes();
    await world.reconcile();
    expect(await world.writes()).toEqual([]);
    expect(outcomes()).toEqual(["web a ok"]);
  });

  it("records a verified commit that changes nothing on the rack as noop, once, without a write", async () => {
    world.say({ web: {} });
    await world.reconcile();
    await world.writes();
    world.say({ web: {} }, commit("b"));
    await world.reconcile();
    await world.reconcile();
    expect(await world.writes()).toEqual([]);
    expect(outcomes()).toEqual(["web a ok", "web b noop"]);
  });

  it("makes a release of the running build where the environment alone changed", async () => {
    world.say({ web: { environment: { COLOR: "red" } } });
    await world.reconcile();
    await world.writes();
    world.say({ web: { environment: { COLOR: "blue" } } }, commit("b"));
    await world.reconcile();
    expect((await world.writes()).filter((line) => line.endsWith("/builds"))).toEqual([]);
    const { builds, releases, apps } = await world.state();
    expect(builds).toHaveLength(1);
    expect(releases.find((release) => release.id === apps[0]?.release)?.env).toEqual({ COLOR: "blue" });
  });

  it("makes a release of the environment alone before a build that requires a key", async () => {
    const manifest = `${MANIFEST}    environment:\n      - COLOR\n`;
    world.say({ web: { manifest, requiredKeys: ["COLOR"], environment: { COLOR: "red" } } });
    await world.reconcile();
    expect(outcomes()).toEqual(["web a ok"]);
    const { releases } = await world.state();
    expect(releases.map((release) => release.description.split(" ")[2])).toContain("environment");
  });

  it("leaves the previous release serving where the rack rolls back, says so, and does not try again", async () => {
    world.say({ web: { environment: { COLOR: "red" } } });
    await world.reconcile();
    const before = (await world.state()).apps[0]?.release;
    await world.control("POST", "/promotions", { app: "web", outcome: "fail" });
    world.say({ web: { environment: { COLOR: CANARY } } }, commit("b"));
    await world.reconcile();
    await world.reconcile();
    expect(await promotions()).toBe(2);
    expect((await world.state()).apps[0]?.release).toBe(before);
    const failed = world.records.at(-1);
    expect(failed).toMatchObject({ result: "rolled-back", serving: before, commit: commit("b") });
    expect(failed?.logTail?.some((line) => line.includes("deadline exceeded"))).toBe(true);
    expect(outcomes()).toEqual(["web a ok", "web b rolled-back"]);
    expect(JSON.stringify([world.records, world.logged])).not.toContain(CANARY);
  });

  it("tries again what was rolled back when somebody asks for it: as a new release, recorded as a new end", async () => {
    world.say({ web: { environment: { COLOR: "red" } } });
    await world.reconcile();
    await world.control("POST", "/promotions", { app: "web", outcome: "fail" });
    world.say({ web: { environment: { COLOR: "blue" } } }, commit("b"));
    await world.reconcile();
    await world.retry("web", commit("b"));
    await world.reconcile();
    await world.reconcile();
    expect([outcomes(), await promotions()]).toEqual([["web a ok", "web b rolled-back", "web b ok"], 3]);
    const state = await world.state();
    const active = state.releases.find((release) => release.id === state.apps[0]?.release);
    expect(active?.env).toMatchObject({ COLOR: "blue" });
    expect(active?.description).toMatch(/^signalbox acme\/config@b{12} [0-9a-f]{16} retry 1$/);
  });

  it("records it anew where it fails once more, and ends there", async () => {
    world.say({ web: { manifest: "services:\n  web:\n    image: nginx\n    resources:\n      - nowhere\n" } });
    await world.reconcile();
    await world.retry("web", commit("a"));
    await world.reconcile();
    await world.reconcile();
    expect([outcomes(), (await world.state()).builds.length]).toEqual([["web a failed", "web a failed"], 2]);
  });

  it("keeps an app's own log lines of a production rack out of the record", async () => {
    world.say({ web: { environment: { COLOR: "red" } } }, commit("a"), { production: true });
    await world.reconcile();
    await world.control("POST", "/promotions", { app: "web", outcome: "fail" });
    world.say({ web: { environment: { COLOR: "blue" } } }, commit("b"), { production: true });
    await world.reconcile();
    const tail = world.records.at(-1)?.logTail ?? [];
    expect(tail.length).toBeGreaterThan(0);
    expect(tail.filter((line) => line.split(" ")[1]?.startsWith("system/") !== true)).toEqual([]);
  });

  it("records a failed build with its log, keeps the release, and does not build again", async () => {
    world.say({ web: {} });
    await world.reconcile();
    world.say(
      { web: { manifest: "services:\n  web:\n    image: nginx\n    resources:\n      - nowhere\n" } },
      commit("b"),
    );
    await world.reconcile();
    await world.reconcile();
    expect(world.records.at(-1)).toMatchObject({ result: "failed", build: expect.stringMatching(/^B/) });
    expect(world.records.at(-1)?.logTail).not.toBeUndefined();
    expect((await world.state()).builds).toHaveLength(2);
  });

  it("lets no app stop another", async () => {
    world.say({
      api: { environment: { KEY: { kind: "sealed", age: "AAAA" } } },
      web: {},
    });
    await world.reconcile();
    expect([...outcomes()].sort()).toEqual(["api a failed", "web a ok"]);
    expect(world.records.find((record) => record.app === "api")?.detail).toContain("sealed for another app");
    expect((await world.state()).apps.map((app) => app.name)).toEqual(["web"]);
  });

  it("scales a fixed count after the promotion, which would keep the live one", async () => {
    const counted = (count: number): string => `${MANIFEST}    scale:\n      count: ${String(count)}\n`;
    world.say({ web: { manifest: counted(1), services: [{ name: "web", fixedCount: 1 }] } });
    await world.reconcile();
    world.say({ web: { manifest: counted(3), services: [{ name: "web", fixedCount: 3 }] } }, commit("b"));
    await world.reconcile();
    expect((await world.state()).services).toMatchObject([{ name: "web", count: 3 }]);
    expect(outcomes()).toEqual(["web a ok", "web b ok"]);
  });

  it("sets parameters and the lock only where they differ", async () => {
    world.say({ web: { app: { parameters: new Map([["BuildCpu", "600"]]), lock: true } } });
    await world.reconcile();
    expect((await world.state()).apps).toMatchObject([{ locked: true, parameters: { BuildCpu: "600" } }]);
    await world.writes();
    world.say({ web: { app: { parameters: new Map([["BuildCpu", "600"]]), lock: true } } }, commit("b"));
    await world.reconcile();
    expect(await world.writes()).toEqual([]);
  });

  it("writes nothing to a rack in mode observe, says so once, and applies once the mode changes", async () => {
    world.say({ web: {} }, commit("a"), { mode: "observe" });
    await world.reconcile();
    await world.reconcile();
    expect(await world.writes()).toEqual([]);
    expect(outcomes()).toEqual(["web a noop"]);
    world.say({ web: {} });
    await world.reconcile();
    expect(outcomes()).toEqual(["web a noop", "web a ok"]);
  });

  it("refuses an app whose newest release names another config repo", async () => {
    world.say({ web: {} });
    await world.reconcile();
    const { builds } = await world.state();
    await fetch(`${world.url}/apps/web/releases`, {
      method: "POST",
      headers: { Authorization: `Basic ${Buffer.from(`convox:${PASSWORD}`).toString("base64")}` },
      body: new URLSearchParams({
        build: builds[0]?.id ?? "",
        env: "",
        description: "signalbox other/config@0123456789ab 0123456789abcdef",
      }),
    });
    world.say({ web: { manifest: OTHER_MANIFEST } }, commit("b"));
    await world.reconcile();
    expect(world.records.at(-1)).toMatchObject({ result: "failed", commit: commit("b") });
    expect(world.records.at(-1)?.detail).toContain("other/config");
  });

  it("says of what is not built yet that it is not supported, and changes nothing", async () => {
    world.say({ web: { app: { build: { kind: "pushed", build: null, digest: null } } } });
    await world.reconcile();
    expect(await world.writes()).toEqual([]);
    expect(world.records).toMatchObject([{ result: "failed", detail: expect.stringContaining("not supported yet") }]);
  });

  it("keeps a database whose entry left convox.yml, and says how to let it go", async () => {
    world.say({ web: { manifest: `${MANIFEST}resources:\n  db:\n    type: postgres\n` } });
    await world.reconcile();
    await world.writes();
    world.say({ web: {} }, commit("b"));
    await world.reconcile();
    expect(await world.writes()).toEqual([]);
    expect(world.records.at(-1)).toMatchObject({ result: "failed", next: expect.stringContaining("`delete: [db]`") });
  });

  it("says of a rack version that is wanted and not there what to run", async () => {
    world.say({}, commit("a"), { version: "3.24.9" });
    await world.reconcile();
    await world.reconcile();
    expect(world.records).toMatchObject([
      { app: "rack", result: "failed", next: "Run: `convox rack update 3.24.9 -r staging`." },
    ]);
  });

  it("stops at the next step where a newer commit changes the app, and applies that", async () => {
    world.say({ web: {} });
    world.kill = (point) => {
      if (point === "after startBuild") world.say({ web: { manifest: OTHER_MANIFEST } }, commit("b"));
    };
    await world.reconcile();
    expect(outcomes()).toEqual(["web a superseded", "web b ok"]);
    expect(await promotions()).toBe(1);
  });

  it("keeps what it saw of the rack, without a value", async () => {
    world.say({ web: { environment: { COLOR: CANARY } } });
    await world.reconcile();
    const seen = world.observed.at(-1);
    expect(seen).toMatchObject({ version: "3.24.8" });
    expect([...(seen?.apps ?? [])]).toMatchObject([
      ["web", { status: "running", locked: false, services: [{ name: "web", count: 1 }] }],
    ]);
    expect(JSON.stringify([...(seen?.apps ?? [])])).not.toContain(CANARY);
  });

  it("stops waiting when it is aborted, and the next run ends it", async () => {
    await world.control("POST", "/promotions", { app: "web", outcome: "hang" });
    world.say({ web: {} });
    const stop = new AbortController();
    const run = world.reconcile(stop.signal);
    setTimeout(() => stop.abort(new Error("closing")), 600);
    await expect(run).rejects.toThrow();
    expect(outcomes()).toEqual([]);
    await world.control("DELETE", "/faults");
    await world.reconcile();
    expect(outcomes()).toEqual(["web a ok"]);
    expect(await promotions()).toBe(1);
  });
});
