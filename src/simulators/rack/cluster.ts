// What Kubernetes does for the rack: Deployments at their live scale, and the pods under them.
import type { Manifest, ManifestService } from "./manifest.ts";
import { type App, appLog, type LiveService, newPodSuffix, type Process, type Rack } from "./rack-state.ts";

function replicas(spec: ManifestService, live: LiveService | undefined): number {
  const { min, max, isAutoscaled } = spec.scale;
  if (spec.isAgent) return 1;
  if (min !== max || isAutoscaled) return Math.min(Math.max(live?.count ?? min, min), max);
  // A promotion keeps the live count of a service that runs, whatever the manifest says.
  return live !== undefined && live.count > 0 ? live.count : min;
}

/** Renders the manifest onto the Deployments: counts as they live, cpu and memory as the manifest has them. */
export function applyServices(app: App, manifest: Manifest): void {
  const wanted = new Set(manifest.services.map((spec) => spec.name));
  for (const name of [...app.services.keys()]) if (!wanted.has(name)) app.services.delete(name);
  for (const spec of manifest.services) {
    const count = replicas(spec, app.services.get(spec.name));
    app.services.set(spec.name, { name: spec.name, count, cpu: spec.scale.cpu, memory: spec.scale.memory });
  }
}

function newProcess(rack: Rack, service: LiveService, release: string): Process {
  return {
    id: `${service.name}-${newPodSuffix(10)}-${newPodSuffix(5)}`,
    service: service.name,
    release,
    command: "",
    cpu: service.cpu,
    memory: service.memory,
    startedMs: rack.clock.now(),
    isOneOff: false,
    status: "pending",
  };
}

/** A pending pod for every replica of every service; returns the new ones, which stand beside the old. */
export function startPods(rack: Rack, app: App, release: string): readonly Process[] {
  const pods = [...app.services.values()].flatMap((service) =>
    Array.from({ length: service.count }, () => newProcess(rack, service, release)),
  );
  app.processes.push(...pods);
  return pods;
}

export function keepPods(app: App, keep: ReadonlySet<Process>): void {
  app.processes = app.processes.filter((process) => process.isOneOff || keep.has(process));
}

/** Brings the pods of a running app to the count of one service, as a scale does. */
export function scalePods(rack: Rack, app: App, service: LiveService): void {
  const pods = app.processes.filter((process) => !process.isOneOff && process.service === service.name);
  const surplus = new Set(pods.slice(service.count));
  app.processes = app.processes.filter((process) => !surplus.has(process));
  for (let more = pods.length; more < service.count; more += 1) {
    const pod = newProcess(rack, service, app.stableRelease);
    pod.status = "running";
    app.processes.push(pod);
    appLog(rack, app, `service/${service.name}/${pod.id}`, "started");
  }
}
