import { describe, expect, it } from "@jest/globals";
import { desiredApp } from "../../src/reconcile/desired.ts";
import { plan, planJson } from "../../src/reconcile/plan.ts";
import type { Fingerprint } from "../../src/reconcile/ports.ts";
import type { LiveAppForPlan, PlannedRelease, RackPlan } from "../../src/reconcile/step.ts";
import { appFolder, MANIFEST, RACK, WEB, type AppSketch } from "./config-fixture.ts";

function prints(values: Readonly<Record<string, string>>): ReadonlyMap<string, Fingerprint> {
  return new Map(Object.entries(values).map(([key, value]) => [key, `print of ${value}` as Fingerprint]));
}

function release(id: string, fields: Partial<PlannedRelease> = {}): PlannedRelease {
  return { id, build: "B1", manifest: MANIFEST, environment: prints({}), ...fields };
}

function live(fields: Partial<LiveAppForPlan> = {}): LiveAppForPlan {
  const active = release("R1");
  return {
    locked: false,
    parameters: new Map(),
    services: [{ name: "web", count: 1 }],
    data: [],
    active,
    newest: active,
    begun: { build: null, release: null },
    ...fields,
  };
}

function planned(
  sketch: AppSketch,
  found: LiveAppForPlan | null,
  environment: Readonly<Record<string, string>> = {},
): RackPlan {
  const desired = desiredApp(appFolder(RACK, WEB, sketch), prints(environment));
  return plan({ rack: RACK, apps: [desired] }, { apps: new Map(found === null ? [] : [[WEB, found]]) });
}

function kinds(of: RackPlan): readonly string[] {
  return of.steps.map((step) => step.kind);
}

describe("plan", () => {
  it("has no step where nothing differs", () => {
    expect(planned({}, live())).toEqual({ rack: RACK, steps: [], refusals: [] });
  });

  it("creates, builds, releases and promotes an app that is not there, in this order", () => {
    const sketch = { app: { parameters: new Map([["BuildCpu", "500"]]), lock: true } };
    expect(kinds(planned(sketch, null))).toEqual(["create-app", "parameters", "build", "release", "promote", "lock"]);
  });

  it.each<{
    name: string;
    sketch: AppSketch;
    environment?: Record<string, string>;
    found: LiveAppForPlan;
    steps: string[];
  }>([
    {
      name: "another environment: no build",
      sketch: {},
      environment: { A: "1" },
      found: live(),
      steps: ["release", "promote"],
    },
    {
      name: "a key that left git: a release without it",
      sketch: {},
      found: live({ active: release("R1", { environment: prints({ A: "1" }) }) }),
      steps: ["release", "promote"],
    },
    {
      name: "another manifest: a build",
      sketch: { manifest: "x" },
      found: live(),
      steps: ["build", "release", "promote"],
    },
    {
      name: "another interpolated value: a build, after the environment that it reads",
      sketch: { interpolatedKeys: ["TAG"] },
      environment: { TAG: "2" },
      found: live({
        active: release("R1", { environment: prints({ TAG: "1" }) }),
        newest: release("R1", { environment: prints({ TAG: "1" }) }),
      }),
      steps: ["environment", "build", "release", "promote"],
    },
    {
      name: "a required key that the newest release lacks: the environment first",
      sketch: { manifest: "x", requiredKeys: ["A"] },
      environment: { A: "1" },
      found: live(),
      steps: ["environment", "build", "release", "promote"],
    },
    {
      name: "a required key that the newest release has: no extra release",
      sketch: { manifest: "x", requiredKeys: ["A"] },
      environment: { A: "1" },
      found: live({ newest: release("R2", { environment: prints({ A: "0" }) }) }),
      steps: ["build", "release", "promote"],
    },
    {
      name: "a build that was begun: waited for",
      sketch: { manifest: "x" },
      found: live({ begun: { build: { id: "B2", status: "running" }, release: null } }),
      steps: ["build", "release", "promote"],
    },
    {
      name: "a build that is complete: used",
      sketch: { manifest: "x" },
      found: live({ begun: { build: { id: "B2", status: "complete" }, release: null } }),
      steps: ["release", "promote"],
    },
    {
      name: "a release that was made: promoted",
      sketch: { manifest: "x" },
      found: live({ begun: { build: null, release: release("R2", { manifest: "x" }) } }),
      steps: ["promote"],
    },
    {
      name: "a release that was made with a value that is another now: made anew",
      sketch: {},
      environment: { A: "2" },
      found: live({ begun: { build: null, release: release("R2", { environment: prints({ A: "1" }) }) } }),
      steps: ["release", "promote"],
    },
    {
      name: "a fixed count that Convox would keep: scaled",
      sketch: { services: [{ name: "web", fixedCount: 3 }] },
      found: live(),
      steps: ["scale"],
    },
    {
      name: "a count that is not fixed: left to Convox",
      sketch: { services: [{ name: "web", fixedCount: null }] },
      found: live({ services: [{ name: "web", count: 7 }] }),
      steps: [],
    },
    {
      name: "a count under a scale override: left alone",
      sketch: { services: [{ name: "web", fixedCount: 3 }] },
      found: live({ services: [{ name: "web", count: 1, pinned: true }] }),
      steps: [],
    },
    {
      name: "parameters that differ: those alone",
      sketch: { app: { parameters: new Map([["BuildCpu", "500"]]) } },
      found: live({
        parameters: new Map([
          ["BuildCpu", "250"],
          ["Other", "1"],
        ]),
      }),
      steps: ["parameters"],
    },
    { name: "a lock that git does not have: taken off", sketch: {}, found: live({ locked: true }), steps: ["lock"] },
  ])("$name", ({ sketch, environment, found, steps }) => {
    expect(kinds(planned(sketch, found, environment))).toEqual(steps);
  });

  it("says what restarts, starts and stops, and which keys change, without a value", () => {
    const of = planned(
      { manifest: "x", services: [{ name: "web" }, { name: "worker" }] },
      live({
        services: [
          { name: "web", count: 1 },
          { name: "old", count: 1 },
        ],
        active: release("R1", { environment: prints({ GONE: "g", KEPT: "before" }) }),
      }),
      { KEPT: "after", NEW: "n" },
    );
    expect(of.steps.find((step) => step.kind === "promote")?.details).toEqual([
      "restarts web",
      "starts worker",
      "stops old",
    ]);
    expect(of.steps.find((step) => step.kind === "release")?.details).toEqual([
      "convox.yml differs from the one that runs",
      "environment: sets NEW",
      "environment: changes KEPT",
      "environment: removes GONE",
    ]);
    expect(JSON.stringify(planJson(of))).not.toContain("print of");
  });

  it("refuses what is not built yet in words, with no step for that app", () => {
    const hook = { service: "web", run: "bin/migrate" };
    const of = planned({ app: { before: hook, after: hook } }, live());
    expect(of.steps).toEqual([]);
    expect(planJson(of)).toEqual({
      rack: RACK,
      error:
        "web: release.before and release.after in app.yml: commands around a promotion are not supported yet. " +
        "Take them out of app.yml, or run them by hand and wait for a version that does.",
      steps: [],
    });
  });

  it("never deletes: `delete` is refused, whatever form it has", () => {
    expect(planned({ app: { delete: true } }, live()).refusals).toMatchObject([
      { reason: "deleting an app is not supported yet" },
    ]);
    expect(plan({ rack: RACK, apps: [] }, { apps: new Map([[WEB, live()]]) }).steps).toEqual([]);
  });

  it("lets a resource go with its data only where app.yml names it, and calls that destructive", () => {
    const found = live({ data: [{ kind: "resource", name: "db", service: null, type: "postgres" }] });
    const refused = planned({ manifest: "x" }, found);
    expect(refused.steps).toEqual([]);
    expect(refused.refusals).toEqual([
      {
        app: WEB,
        reason: "the resource `db` leaves convox.yml, and its data would go",
        next: "Put it back into convox.yml, or let it go by name in app.yml: `delete: [db]`.",
      },
    ]);
    const named = planned({ manifest: "x", app: { delete: ["db"] } }, found);
    expect(named.steps.filter((step) => step.destructive)).toMatchObject([
      { kind: "promote", details: ["deletes the resource `db` with all data, as app.yml says", "restarts web"] },
    ]);
  });

  it("changes nothing where it cannot tell which data would go", () => {
    expect(planned({ manifest: "x" }, live({ data: null })).refusals).toHaveLength(1);
    expect(planned({}, live({ data: null }))).toEqual({ rack: RACK, steps: [], refusals: [] });
  });
});
