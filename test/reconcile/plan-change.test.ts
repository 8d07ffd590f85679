import { describe, expect, it } from "@jest/globals";
import type { AppName } from "../../src/manifest/types.ts";
import { planChange } from "../../src/reconcile/plan-change.ts";
import type { ObservedRack } from "../../src/reconcile/ports.ts";
import { RACK, rackOf, repoOf, WEB } from "./config-fixture.ts";

const RACK_FOLDER = rackOf(RACK);
const AT = Date.UTC(2026, 10, 24, 12);

function seen(counts: Readonly<Record<string, number>>): ReadonlyMap<typeof RACK, ObservedRack> {
  const services = Object.entries(counts).map(([name, count]) => ({ name, count }));
  const app = { status: "running", release: "RAAAAAAAAAA", locked: false, services } as const;
  return new Map([[RACK, { at: AT, version: "3.24.8", apps: new Map<AppName, typeof app>([[WEB, app]]) }]]);
}

function summary(of: ReturnType<typeof planChange>): object {
  return of.racks.map(({ rack, steps, note, error }) => ({ rack, kinds: steps.map((step) => step.kind), note, error }));
}

describe("planChange", () => {
  it("has no rack where nothing differs", () => {
    const repo = repoOf(RACK_FOLDER, { web: {} });
    expect(planChange(repo, repo, seen({ web: 1 }))).toEqual({ racks: [] });
  });

  it("has the apps alone that differ, as last seen", () => {
    const base = repoOf(RACK_FOLDER, { web: {}, api: {} });
    const head = repoOf(RACK_FOLDER, { web: { environment: { COLOR: "red" } }, api: {} });
    const change = planChange(base, head, seen({ web: 1 }));
    expect(summary(change)).toEqual([
      { rack: RACK, kinds: ["release", "promote"], note: "As seen at 2026-11-24 12:00 UTC.", error: undefined },
    ]);
    expect(change.racks[0]?.steps.map((step) => step.app)).toEqual(["web", "web"]);
  });

  it("takes live counts into account: a fixed count that Convox would keep is a step", () => {
    const counted = (fixedCount: number): object => ({
      manifest: String(fixedCount),
      services: [{ name: "web", fixedCount }],
    });
    const base = repoOf(RACK_FOLDER, { web: counted(2) });
    const head = repoOf(RACK_FOLDER, { web: counted(3) });
    const kinds = planChange(base, head, seen({ web: 2 })).racks[0]?.steps.map((step) => step.summary);
    expect(kinds).toContain("scale web from 2 to 3");
  });

  it("creates an app that the rack was not seen to have", () => {
    const head = repoOf(RACK_FOLDER, { api: {} });
    const change = planChange(repoOf(RACK_FOLDER, {}), head, seen({ web: 1 }));
    expect(change.racks[0]?.steps[0]?.kind).toBe("create-app");
  });

  it("compares sealed values as they stand, and repeats none", () => {
    const sealed = (age: string): object => ({ environment: { KEY: { kind: "sealed", age } } });
    const base = repoOf(RACK_FOLDER, { web: sealed("c2VhbGVkMQ==") });
    const head = repoOf(RACK_FOLDER, { web: sealed("c2VhbGVkMg==") });
    const change = planChange(base, head, new Map());
    expect(change.racks[0]?.steps[0]?.details).toEqual(["environment: changes KEY"]);
    expect(JSON.stringify(change)).not.toContain("c2VhbGVk");
  });

  it("says that nothing is written to a rack in mode observe, and that a rack was never seen", () => {
    const observe = rackOf(RACK, { mode: "observe" });
    const change = planChange(repoOf(observe, {}), repoOf(observe, { web: {} }), new Map());
    expect(change.racks[0]?.note).toBe(
      "The rack is in mode observe: nothing is written to it. The rack was not seen yet: taken to be as the base says.",
    );
  });

  it("says of an app whose files leave that it runs on", () => {
    const change = planChange(repoOf(RACK_FOLDER, { web: {} }), repoOf(RACK_FOLDER, {}), seen({ web: 1 }));
    expect(summary(change)).toMatchObject([
      { kinds: [], note: expect.stringContaining("web: leaves git and runs on unmanaged; nothing is deleted.") },
    ]);
  });

  it("names what is not supported as the rack's error", () => {
    const head = repoOf(RACK_FOLDER, { web: { app: { build: { kind: "pushed", build: null, digest: null } } } });
    expect(planChange(repoOf(RACK_FOLDER, {}), head, new Map()).racks[0]?.error).toContain("not supported yet");
  });
});
