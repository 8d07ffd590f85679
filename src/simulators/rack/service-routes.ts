import { keepPods, scalePods, startPods } from "./cluster.ts";
import { startOneOff } from "./one-off.ts";
import { integerParam, type RackRequest } from "./rack-request.ts";
import { type App, appLog, findApp, type LiveService, type Process, type Rack } from "./rack-state.ts";
import { json, ok, RackError, type Reply } from "./reply.ts";
import type { Route } from "./route.ts";
import { activeServices, processJson, serviceJson } from "./wire-objects.ts";

function appOf(rack: Rack, request: RackRequest): App {
  return findApp(rack, request.variable("app"));
}

export function findLiveService(app: App, name: string): LiveService {
  const service = app.services.get(name);
  if (service === undefined) throw new RackError(500, `deployments.apps "${name}" not found`);
  return service;
}

function list(rack: Rack, request: RackRequest): Reply {
  const app = appOf(rack, request);
  return json(activeServices(app).map((service) => serviceJson(rack, app, service)));
}

export interface ScaleRequest {
  readonly count?: number | undefined;
  readonly cpu?: number | undefined;
  readonly memory?: number | undefined;
}

/** Patches the Deployment directly; the next promotion keeps a count, and overwrites cpu and memory. */
export function scaleService(rack: Rack, app: App, scale: ScaleRequest & { readonly service: string }): void {
  const service = findLiveService(app, scale.service);
  if ((scale.count ?? 0) < 0) throw new RackError(400, "count must be >= 0");
  service.count = scale.count ?? service.count;
  service.cpu = scale.cpu ?? service.cpu;
  service.memory = scale.memory ?? service.memory;
  scalePods(rack, app, service);
}

function update(rack: Rack, request: RackRequest): Reply {
  scaleService(rack, appOf(rack, request), {
    service: request.variable("service"),
    count: integerParam(request, "count"),
    cpu: integerParam(request, "cpu"),
    memory: integerParam(request, "memory"),
  });
  return ok;
}

function restart(rack: Rack, request: RackRequest): Reply {
  const app = appOf(rack, request);
  const service = findLiveService(app, request.variable("service"));
  const others = app.processes.filter((process) => process.service !== service.name);
  const fresh = startPods(rack, app, app.release).filter((process) => process.service === service.name);
  for (const process of fresh) process.status = "running";
  keepPods(app, new Set([...others, ...fresh]));
  appLog(rack, app, `system/k8s/${service.name}`, "Restarted");
  return ok;
}

function manifestService(rack: Rack, request: RackRequest): Reply {
  const name = request.variable("service");
  const found = activeServices(appOf(rack, request)).find(({ spec }) => spec.name === name);
  if (found === undefined) {
    throw new RackError(500, `service ${name} not found in manifest for app ${request.variable("app")}`);
  }
  const { min, max } = found.spec.scale;
  return json({ name, environment: found.spec.environment, scale: { min, max } });
}

function listProcesses(rack: Rack, request: RackRequest): Reply {
  const app = appOf(rack, request);
  const release = request.param("release");
  const service = request.param("service");
  const shown = app.processes
    .filter((process) => release === undefined || process.release === release)
    .filter((process) => service === undefined || process.service === service);
  return json(shown.map((process) => processJson(app, process)));
}

function findProcess(app: App, id: string): Process {
  const found = app.processes.find((process) => process.id === id);
  if (found === undefined) throw new RackError(404, `process not found: ${id}`);
  return found;
}

function getProcess(rack: Rack, request: RackRequest): Reply {
  const app = appOf(rack, request);
  return json(processJson(app, findProcess(app, request.variable("pid"))));
}

function stopProcess(rack: Rack, request: RackRequest): Reply {
  const app = appOf(rack, request);
  const stopped = findProcess(app, request.variable("pid"));
  app.processes = app.processes.filter((process) => process !== stopped);
  const service = app.services.get(stopped.service);
  // Kubernetes replaces a pod of a Deployment.
  if (!stopped.isOneOff && service !== undefined) scalePods(rack, app, service);
  return ok;
}

function run(rack: Rack, request: RackRequest): Reply {
  const app = appOf(rack, request);
  const process = startOneOff(rack, app, { service: request.variable("service"), headers: request.headers });
  return json(processJson(app, process));
}

export const serviceRoutes: readonly Route[] = [
  { method: "GET", pattern: "/apps/{app}/services", answer: list },
  { method: "PUT", pattern: "/apps/{app}/services/{service}", answer: update },
  { method: "POST", pattern: "/apps/{app}/services/{service}/restart", answer: restart },
  { method: "GET", pattern: "/apps/{app}/manifest/services/{service}", answer: manifestService },
  { method: "POST", pattern: "/apps/{app}/services/{service}/processes", answer: run },
  { method: "GET", pattern: "/apps/{app}/processes", answer: listProcesses },
  { method: "GET", pattern: "/apps/{app}/processes/{pid}", answer: getProcess },
  { method: "DELETE", pattern: "/apps/{app}/processes/{pid}", answer: stopProcess },
];
