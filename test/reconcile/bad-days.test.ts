// Kills between any two steps, and racks that do not answer: nothing is done twice, nothing is lost.
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { isWaiting, messageOf } from "../../src/reconcile/outcome.ts";
import { commit, MANIFEST } from "./config-fixture.ts";
import { PASSWORD, startWorld, type World } from "./rack-fixture.ts";

const CANARY = "value-canary-90ab";
const REQUIRES = {
  web: {
    manifest: `${MANIFEST}    environment:\n      - COLOR\n`,
    requiredKeys: ["COLOR"],
    environment: { COLOR: CANARY },
    app: { parameters: new Map([["BuildCpu", "600"]]), lock: true },
  },
};

const POINTS = [
  ...["createApp", "setParameters", "startBuild", "createRelease", "promote", "setLock"].flatMap((call) => [
    `before ${call}`,
    `after ${call}`,
  ]),
  ...["note sending", "noted sending", "note sent", "noted sent", "record", "recorded"],
];

const WRITES = [
  "POST /apps",
  "PUT /apps/web",
  "POST /apps/web/objects/*",
  "POST /apps/web/builds",
  "POST /apps/web/releases",
  "POST /apps/web/releases/*/promote",
];

let world: World;
beforeEach(async () => {
  world = await startWorld({ timeoutMs: 400 });
  world.say(REQUIRES);
});
afterEach(() => world.close());

async function effects(): Promise<object> {
  const { apps, builds, releases } = await world.state();
  return {
    apps: apps.length,
    builds: builds.length,
    releases: releases.map((release) => release.description.replace(/@\S+/, "").replace(/ [0-9a-f]{16}$/, "")),
    parameters: apps[0]?.parameters,
    locked: apps[0]?.locked,
  };
}

const ONCE = {
  apps: 1,
  builds: 1,
  releases: ["signalbox acme/config environment", "signalbox acme/config build", "signalbox acme/config"],
  parameters: { BuildCpu: "600" },
  locked: true,
};

async function acceptedPromotions(): Promise<number> {
  const log = (await world.control("GET", "/log")) as readonly { method: string; path: string; status: number }[];
  return log.filter(({ path, status }) => path.endsWith("/promote") && status === 200).length;
}

describe("a run that is killed", () => {
  it.each(POINTS)(
    "at '%s' is gone on with by the next: each thing made once, promoted once, recorded once",
    async (at) => {
      let isDead = false;
      world.kill = (point) => {
        // A dead process does nothing more, whatever its code would have gone on to do.
        isDead ||= point === at;
        if (isDead) throw new Error(`killed at ${point}`);
      };
      await expect(world.reconcile()).rejects.toThrow("killed");
      world.kill = null;
      await world.reconcile();
      await world.reconcile();
      expect(await effects()).toEqual(ONCE);
      expect(await acceptedPromotions()).toBe(1);
      expect(world.records.map((record) => record.result)).toEqual(["ok"]);
    },
  );

  it("while its promotion fails: the rollback is recorded by the next run, and the promotion is not made again", async () => {
    await world.control("POST", "/promotions", { app: "web", outcome: "fail" });
    world.kill = (point) => {
      if (point === "noted sent") throw new Error("killed");
    };
    await expect(world.reconcile()).rejects.toThrow("killed");
    world.kill = null;
    await new Promise((resolve) => setTimeout(resolve, 500));
    await world.reconcile();
    await world.reconcile();
    expect(await acceptedPromotions()).toBe(1);
    expect(world.records.map((record) => record.result)).toEqual(["rolled-back"]);
  });
});

describe("a rack that does not answer", () => {
  // `timeout`: the request had no effect. `truncated`: it had, and the answer broke off. Nobody can tell which it was.
  it.each(WRITES.flatMap((match) => ["timeout", "truncated", "html"].map((action) => ({ match, action }))))(
    "$match with $action: looked at, and gone on with",
    async ({ match, action }) => {
      await world.control("POST", "/faults", { match, action });
      const thrown = await world.settle();
      expect(thrown.map(isWaiting)).toEqual([true]);
      expect(await effects()).toEqual(ONCE);
      // A sign-in page is a 200, too, and no promotion.
      const pages = action === "html" && match.endsWith("/promote") ? 1 : 0;
      expect((await acceptedPromotions()) - pages).toBe(1);
      expect(world.records.map(({ result, retrying }) => [result, retrying])).toEqual([
        ["failed", true],
        ["ok", undefined],
      ]);
    },
  );

  it("says so once for each kind of fault, in an operator's words, and tells no secret that the rack sends back", async () => {
    await world.control("POST", "/faults", { match: "POST /apps/web/releases", action: "500", times: 3 });
    const thrown = await world.settle();
    expect(thrown.map(isWaiting)).toEqual([true, true, true]);
    expect(world.records.map(({ result }) => result)).toEqual(["failed", "ok"]);
    expect(world.records[0]?.detail).toMatch(
      /^rack staging at http:\/\/127\.0\.0\.1:\d+ answers 500: could not handle the request.* \(POST \/apps\/web\/releases\)$/,
    );
    const said = JSON.stringify([world.records, world.logged, thrown.map(messageOf)]);
    expect(said).not.toContain(CANARY);
    expect(said).not.toContain(PASSWORD);
  });

  it("is named with its address, and every app that has something to do says so", async () => {
    world.say({ api: {}, web: {} }, commit("a"), { endpoint: "http://127.0.0.1:1" });
    const run = world.reconcile();
    await expect(run).rejects.toMatchObject({
      name: "WaitError",
      message: "rack staging at http://127.0.0.1:1 does not answer: connection refused (GET /system)",
    });
    expect(world.records.map(({ app, result, retrying }) => [app, result, retrying])).toEqual([
      ["api", "failed", true],
      ["web", "failed", true],
    ]);
  });
});
