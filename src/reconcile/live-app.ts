import type { LiveAppForPlan, PlannedRelease } from "./step.ts";
import { keptData, type KeptData } from "../manifest/convox/kept-data.ts";
import { parseManifest } from "../manifest/parse-manifest.ts";
import { describe, type Origin } from "./describe.ts";
import type { Fingerprint, LiveApp, LiveRelease } from "./ports.ts";

/** A live app as the plan compares it: values as fingerprints, and what an earlier run began for this origin. */
export function liveAppForPlan(
  live: LiveApp,
  origin: Origin,
  fingerprint: (value: string) => Fingerprint,
): LiveAppForPlan {
  const planned = (release: LiveRelease): PlannedRelease => ({
    id: release.id,
    build: release.build,
    manifest: release.manifest,
    environment: new Map([...release.environment].map(([key, value]) => [key, fingerprint(value.reveal())])),
  });
  const active = live.releases.find((release) => release.id === live.release);
  const newest = live.releases[0];
  const begunBuild = live.builds.find((build) => build.description === describe("build", origin));
  const begunRelease = beganSince(live).find((release) => release.description === describe("release", origin));
  return {
    locked: live.locked,
    parameters: live.parameters,
    services: live.services,
    data: active === undefined ? [] : dataOf(active.manifest),
    active: active === undefined ? null : planned(active),
    newest: newest === undefined ? null : planned(newest),
    begun: {
      build: begunBuild === undefined ? null : { id: begunBuild.id, status: begunBuild.status },
      release: begunRelease === undefined ? null : planned(begunRelease),
    },
  };
}

/** Releases newer than the active one: Convox promotes no older one. */
function beganSince(live: LiveApp): readonly LiveRelease[] {
  const active = live.releases.findIndex((release) => release.id === live.release);
  return active === -1 ? live.releases : live.releases.slice(0, active);
}

/** null: it cannot be told. A manifest that speaks of neither resources nor volumes has none, readable or not. */
function dataOf(manifest: string): readonly KeptData[] | null {
  if (!/resources|volume/.test(manifest)) return [];
  const model = parseManifest(manifest, null).manifest;
  return model === null ? null : keptData(model);
}
