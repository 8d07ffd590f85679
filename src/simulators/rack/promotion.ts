// The life of a promotion: Pending → Updating → Running, or Deadline, Error, Cancelled → Rollback → Reverted.
import { applyServices, keepPods, startPods } from "./cluster.ts";
import { parseDotenv } from "./dotenv.ts";
import { loadManifest, type Manifest } from "./manifest.ts";
import { ManifestError } from "./manifest-error.ts";
import {
  type App,
  appLog,
  findRelease,
  type Process,
  type PromotionOutcome,
  type Rack,
  type Release,
} from "./rack-state.ts";
import { RackError } from "./reply.ts";

const SLOW_EXTRA_MS = 20_000;

export interface PromoteRequest {
  readonly force: boolean;
  readonly timeoutSeconds?: number | undefined;
}

/** The manifest of a release under its environment; what the rack's `Load` refuses is a 500 with the reason. */
export function releaseManifest(release: Release): Manifest {
  try {
    return loadManifest(release.manifest, parseDotenv(release.env));
  } catch (error) {
    if (error instanceof ManifestError) throw new RackError(500, error.message);
    throw error;
  }
}

/** Every refusal of a promotion, in the order in which the rack makes them. */
function checkPromotion(app: App, id: string, request: PromoteRequest): Release {
  if (!request.force && app.status !== "running") throw new RackError(403, "app is currently updating");
  const release = findRelease(app, id);
  if (release.manifest.trim() === "") throw new RackError(400, "release has no manifest");
  const active = app.release === "" ? undefined : findRelease(app, app.release);
  if (active !== undefined && release.createdMs < active.createdMs) {
    throw new RackError(400, "can not promote an older release, try rollback");
  }
  releaseManifest(release);
  return release;
}

function takeOutcome(rack: Rack, app: App): PromotionOutcome | "succeed" {
  const next = rack.outcomes.get(app.name);
  if (next === undefined) return "succeed";
  next.times -= 1;
  if (next.times <= 0) rack.outcomes.delete(app.name);
  return next.outcome;
}

export function promote(rack: Rack, app: App, id: string, request: PromoteRequest): void {
  const release = checkPromotion(app, id, request);
  begin(rack, app, { release, outcome: takeOutcome(rack, app), timeoutMs: (request.timeoutSeconds ?? 3000) * 1000 });
}

/** What a change of parameters does: the active release once more, with a deadline of 30 s. Uses up no outcome. */
export function promoteAgain(rack: Rack, app: App): void {
  if (app.release === "") return;
  begin(rack, app, { release: findRelease(app, app.release), outcome: "succeed", timeoutMs: 30_000 });
}

/** Settles a promotion at once: how a change by another person looks when nobody watched it happen. */
export function promoteAtOnce(rack: Rack, app: App, id: string): void {
  const release = checkPromotion(app, id, { force: true });
  app.promotion?.supersede();
  applyServices(app, releaseManifest(release));
  const pods = startPods(rack, app, release.id);
  for (const pod of pods) pod.status = "running";
  keepPods(app, new Set(pods));
  settle(app, release.id);
}

function settle(app: App, release: string): void {
  app.release = release;
  app.stableRelease = release;
  app.status = "running";
  app.promotion = undefined;
}

interface Plan {
  readonly release: Release;
  readonly outcome: PromotionOutcome | "succeed";
  readonly timeoutMs: number;
}

function begin(rack: Rack, app: App, plan: Plan): void {
  app.promotion?.supersede();
  const { promoteMs } = rack.pace;
  const timers: (() => void)[] = [];
  const later = (delayMs: number, task: () => void): void => void timers.push(rack.clock.after(delayMs, task));
  const stop = (): void => timers.splice(0).forEach((cancel) => cancel());
  let pods: readonly Process[] = [];
  let isEnding = false;
  const fail = (status: string): void => {
    if (isEnding) return;
    isEnding = true;
    stop();
    rollBack(rack, app, { status, pods, later });
  };
  const succeed = (): void => {
    stop();
    finish(rack, app, plan.release, pods);
  };

  app.status = "updating";
  app.release = plan.release.id;
  system(rack, app, "atom/app", "Status: Running => Pending");
  later(promoteMs * 0.15, () => {
    system(rack, app, "atom/app", "Status: Pending => Updating");
    applyServices(app, releaseManifest(plan.release));
    pods = startPods(rack, app, plan.release.id);
    logPulls(rack, app, plan.release, pods);
  });
  later(promoteMs * 0.5, () =>
    plan.outcome === "fail" ? crash(rack, app, plan.release, pods) : come(rack, app, plan, pods),
  );
  later(plan.timeoutMs, () => fail("Deadline"));
  if (plan.outcome === "fail") {
    later(promoteMs, () => {
      system(rack, app, "atom/app", "deadline exceeded: not all services became healthy in time");
      fail("Deadline");
    });
  } else if (plan.outcome !== "hang") {
    later(promoteMs + (plan.outcome === "slow" ? SLOW_EXTRA_MS : 0), succeed);
  }
  app.promotion = {
    release: plan.release.id,
    cancel: () => fail("Cancelled"),
    resume: () => {
      if (plan.outcome === "hang" && !isEnding) later(promoteMs * 0.5, succeed);
    },
    supersede: stop,
  };
}

function system(rack: Rack, app: App, component: string, message: string): void {
  appLog(rack, app, `system/k8s/${component}`, message);
}

function logPulls(rack: Rack, app: App, release: Release, pods: readonly Process[]): void {
  const images = new Map(releaseManifest(release).services.map((spec) => [spec.name, spec.image]));
  for (const pod of pods) {
    const image = images.get(pod.service) ?? `${rack.name}/${app.name}:${pod.service}.${release.build}`;
    system(rack, app, pod.service, `Scaled up replica set for ${pod.id}`);
    system(rack, app, pod.id, `Successfully assigned ${rack.name}-${app.name}/${pod.id}`);
    system(rack, app, pod.id, `Successfully pulled image "${image}"`);
    system(rack, app, pod.id, "Started container main");
  }
}

function come(rack: Rack, app: App, plan: Plan, pods: readonly Process[]): void {
  for (const pod of pods) {
    pod.status = plan.outcome === "hang" ? "unhealthy" : "running";
    if (plan.outcome === "hang") system(rack, app, pod.id, "Readiness probe failed: connection refused");
    else appLog(rack, app, `service/${pod.service}/${pod.id}`, "started");
  }
}

/** A failing app says what many do when they cannot start: everything, its environment included. */
function crash(rack: Rack, app: App, release: Release, pods: readonly Process[]): void {
  const environment = release.env.split("\n").join(" ");
  for (const pod of pods) {
    pod.status = "crashed";
    const source = `service/${pod.service}/${pod.id}`;
    appLog(rack, app, source, "error: could not start, exiting with status 1");
    if (environment !== "") appLog(rack, app, source, `environment: ${environment}`);
    system(rack, app, pod.id, 'Readiness probe failed: Get "http://10.1.2.3:3000/": dial tcp: connection refused');
    system(rack, app, pod.id, "Back-off restarting failed container main");
  }
}

function finish(rack: Rack, app: App, release: Release, pods: readonly Process[]): void {
  for (const pod of pods) pod.status = "running";
  keepPods(app, new Set(pods));
  settle(app, release.id);
  system(rack, app, "atom/app", "Status: Updating => Running");
}

interface Retreat {
  readonly status: string;
  readonly pods: readonly Process[];
  readonly later: (delayMs: number, task: () => void) => void;
}

function rollBack(rack: Rack, app: App, { status, pods, later }: Retreat): void {
  app.status = "rollback";
  system(rack, app, "atom/app", `Status: Updating => ${status}`);
  later(rack.pace.promoteMs * 0.2, () => {
    const failed = new Set(pods);
    keepPods(app, new Set(app.processes.filter((process) => !failed.has(process))));
    app.release = app.stableRelease;
    if (app.stableRelease === "") app.services.clear();
    else applyServices(app, releaseManifest(findRelease(app, app.stableRelease)));
    system(rack, app, "atom/app", `Status: ${status} => Rollback`);
  });
  later(rack.pace.promoteMs * 0.4, () => {
    system(rack, app, "atom/app", `Status: Rollback => ${app.stableRelease === "" ? "Failure" : "Reverted"}`);
    settle(app, app.stableRelease);
  });
}
