// What it takes to get the build and the environment that git says to serve.
import { dataWords } from "../manifest/convox/kept-data.ts";
import { dataThatGoes } from "./guard.ts";
import type { DesiredApp, LiveAppForPlan, PlannedRelease, Step } from "./step.ts";

/** `environment`, `build`, `release`, `promote`, as far as an earlier run has not done them. */
export function planRelease(desired: DesiredApp, live: LiveAppForPlan): readonly Step[] {
  const manifest = desired.manifest;
  if (manifest === null) return [];
  const { active, begun } = live;
  const changes = changesOf(desired, active);
  if (active !== null && changes.length === 0) return [];
  if (begun.release !== null && runsAs(desired, begun.release)) {
    return [promoteStep(desired, live, begun.release.id)];
  }
  const isBuilt = active !== null && hasBuildOf(desired, active);
  const built = isBuilt ? active.build : begun.build?.status === "complete" ? begun.build.id : null;
  const release: Step = {
    kind: "release",
    app: desired.name,
    build: built,
    summary: isBuilt ? "make a release of the running build" : "make a release of the new build",
    destructive: false,
    details: changes,
  };
  const steps = built === null ? buildSteps(desired, live, manifest.text) : [];
  return [...steps, release, promoteStep(desired, live, null)];
}

function buildSteps(desired: DesiredApp, live: LiveAppForPlan, manifest: string): readonly Step[] {
  const missing = keysThatTheBuildLacks(desired, live.newest);
  const existing = live.begun.build?.id ?? null;
  const build: Step = {
    kind: "build",
    app: desired.name,
    manifest,
    existing,
    summary: existing === null ? "build from the images of convox.yml" : `wait for build ${existing}`,
    destructive: false,
    details: imagesOf(desired),
  };
  if (missing.length === 0 || existing !== null) return [build];
  const environment: Step = {
    kind: "environment",
    app: desired.name,
    summary: "make a release of the environment alone",
    destructive: false,
    details: [`the build reads ${missing.join(", ")} from the newest release; it is not promoted`],
  };
  return [environment, build];
}

function promoteStep(desired: DesiredApp, live: LiveAppForPlan, release: string | null): Step {
  const gone = dataThatGoes(desired, live);
  return {
    kind: "promote",
    app: desired.name,
    release,
    summary: release === null ? "promote the release" : `promote release ${release}`,
    destructive: gone.length > 0,
    details: [
      ...(gone.length === 0 ? [] : [`deletes ${gone.map(dataWords).join(", ")} with all data, as app.yml says`]),
      ...consequences(desired, live),
    ],
  };
}

/** A promotion gives each process its release's id, so every service restarts, changed or not. */
function consequences(desired: DesiredApp, live: LiveAppForPlan): readonly string[] {
  const wanted = (desired.manifest?.services ?? []).map((service) => service.name);
  const running = new Set(live.services.map((service) => service.name));
  const restarted = wanted.filter((name) => running.has(name));
  const started = wanted.filter((name) => !running.has(name));
  const stopped = [...running].filter((name) => !wanted.includes(name));
  return [
    ...(restarted.length === 0 ? [] : [`restarts ${restarted.join(", ")}`]),
    ...(started.length === 0 ? [] : [`starts ${started.join(", ")}`]),
    ...(stopped.length === 0 ? [] : [`stops ${stopped.join(", ")}`]),
  ];
}

/** In words, without values; a release that serves nothing differs in all. */
function changesOf(desired: DesiredApp, from: PlannedRelease | null): readonly string[] {
  const before = from?.environment ?? new Map<string, never>();
  const set = [...desired.environment].filter(([key]) => !before.has(key)).map(([key]) => key);
  const changed = [...desired.environment]
    .filter(([key, value]) => before.has(key) && before.get(key) !== value)
    .map(([key]) => key);
  const removed = [...before.keys()].filter((key) => !desired.environment.has(key));
  return [
    ...(from === null || from.manifest === desired.manifest?.text ? [] : ["convox.yml differs from the one that runs"]),
    ...(set.length === 0 ? [] : [`environment: sets ${set.join(", ")}`]),
    ...(changed.length === 0 ? [] : [`environment: changes ${changed.join(", ")}`]),
    ...(removed.length === 0 ? [] : [`environment: removes ${removed.join(", ")}`]),
  ];
}

function runsAs(desired: DesiredApp, release: PlannedRelease): boolean {
  return changesOf(desired, release).length === 0;
}

/** The same convox.yml under the same interpolated values: images are resolved when it is built. */
function hasBuildOf(desired: DesiredApp, release: PlannedRelease): boolean {
  const keys = desired.manifest?.interpolatedKeys ?? [];
  return (
    release.build !== "" &&
    release.manifest === desired.manifest?.text &&
    keys.every((key) => release.environment.get(key) === desired.environment.get(key))
  );
}

/** A build runs under the environment of the newest release, and fails where that lacks what the manifest requires. */
function keysThatTheBuildLacks(desired: DesiredApp, newest: PlannedRelease | null): readonly string[] {
  const lacking = (desired.manifest?.requiredKeys ?? []).filter((key) => newest?.environment.has(key) !== true);
  const stale = (desired.manifest?.interpolatedKeys ?? []).filter(
    (key) => newest?.environment.get(key) !== desired.environment.get(key),
  );
  return [...new Set([...lacking, ...stale])];
}

function imagesOf(desired: DesiredApp): readonly string[] {
  return (desired.manifest?.services ?? []).flatMap((service) =>
    service.image === null ? [] : [`${service.name}: ${service.image}`],
  );
}
