import { createHash } from "node:crypto";
import { promoteAgain } from "./promotion.ts";
import type { RackRequest } from "./rack-request.ts";
import { type App, createApp, findApp, findRelease, type Rack } from "./rack-state.ts";
import { releaseManifest } from "./promotion.ts";
import { json, ok, RackError, type Reply } from "./reply.ts";
import type { Route } from "./route.ts";
import { appJson, processJson, time } from "./wire-objects.ts";
import type { Manifest } from "./manifest.ts";

const RESERVED = ["rack", "system"];
/** What a rack of 3.24 keeps; every other parameter is dropped without a word. */
const PARAMETERS = ["BuildCpu", "BuildMem", "BuildLabels"];

function appOf(rack: Rack, request: RackRequest): App {
  return findApp(rack, request.variable("app"));
}

function listApps(rack: Rack): Reply {
  return json([...rack.apps.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(appJson));
}

function create(rack: Rack, request: RackRequest): Reply {
  const name = request.value("name") ?? "";
  if (RESERVED.includes(name)) throw new RackError(400, `app name is reserved: ${name}`);
  if (rack.apps.has(name)) throw new RackError(409, `app already exists: ${name}`);
  const namespace = `${rack.name}-${name}`;
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(namespace) || namespace.length > 63) {
    throw new RackError(500, `Namespace "${namespace}" is invalid: metadata.name: Invalid value: "${namespace}"`);
  }
  const app = createApp(name);
  rack.apps.set(name, app);
  rack.clock.after(rack.pace.promoteMs * 0.2, () => {
    if (app.status === "creating") app.status = "running";
  });
  return json(appJson(app));
}

function update(rack: Rack, request: RackRequest): Reply {
  const app = appOf(rack, request);
  const lock = request.param("lock");
  if (lock !== undefined) app.locked = lock === "true";
  const given = request.param("parameters");
  if (given !== undefined) {
    const kept = [...new URLSearchParams(given)].filter(([name]) => PARAMETERS.includes(name));
    app.parameters = new Map([...app.parameters, ...kept]);
  }
  promoteAgain(rack, app);
  return ok;
}

function remove(rack: Rack, request: RackRequest): Reply {
  const app = appOf(rack, request);
  if (app.locked) throw new RackError(409, `app is locked: ${app.name}`);
  app.promotion?.supersede();
  app.status = "deleting";
  rack.clock.after(rack.pace.promoteMs * 0.2, () => {
    rack.apps.delete(app.name);
    app.log.end();
  });
  return ok;
}

function cancel(rack: Rack, request: RackRequest): Reply {
  const app = appOf(rack, request);
  if (app.status !== "updating") throw new RackError(403, "app is not updating");
  app.promotion?.cancel();
  return ok;
}

function setConfig(rack: Rack, request: RackRequest): Reply {
  const value = Buffer.from(request.value("value") ?? "", "base64").toString("utf8");
  appOf(rack, request).configs.set(request.variable("name"), value);
  return ok;
}

function getConfig(rack: Rack, request: RackRequest): Reply {
  const name = request.variable("name");
  const value = appOf(rack, request).configs.get(name);
  if (value === undefined) throw new RackError(404, `app config not found: ${name}`);
  return json({ name, value });
}

function activeManifest(app: App): Manifest | undefined {
  return app.release === "" ? undefined : releaseManifest(findRelease(app, app.release));
}

const PORTS: Readonly<Record<string, number>> = {
  postgres: 5432,
  postgis: 5432,
  mysql: 3306,
  mariadb: 3306,
  redis: 6379,
  memcached: 11211,
};

function resourcesOf(rack: Rack, app: App): readonly { readonly name: string }[] {
  const password = createHash("sha256").update(rack.name).digest("hex").slice(0, 30);
  return (activeManifest(app)?.resources ?? []).map(({ name, type }) => {
    const kind = type.replace(/^(rds|elasticache)-/, "");
    const host = `resource-${name}.${rack.name}-${app.name}.svc.cluster.local`;
    const url = `${kind}://app:${password}@${host}:${PORTS[kind] ?? 0}/app`;
    return { name, parameters: {}, status: "running", type, url };
  });
}

function getResource(rack: Rack, request: RackRequest): Reply {
  const name = request.variable("name");
  const found = resourcesOf(rack, appOf(rack, request)).find((resource) => resource.name === name);
  if (found === undefined) throw new RackError(404, `resource not found: ${name}`);
  return json(found);
}

function listBalancers(rack: Rack, request: RackRequest): Reply {
  const app = appOf(rack, request);
  return json((activeManifest(app)?.balancers ?? []).map((balancer) => ({ ...balancer, endpoint: "" })));
}

function diagnose(rack: Rack, request: RackRequest): Reply {
  const app = appOf(rack, request);
  const lines = app.processes.map((process) => JSON.stringify(processJson(app, process)));
  const bad = app.processes.filter(({ status }) => !["running", "complete"].includes(status)).length;
  return json({
    namespace: `${rack.name}-${app.name}`,
    rack: rack.name,
    app: app.name,
    timestamp: time(rack.clock.now()),
    pods: lines.join("\n"),
    summary: `${app.processes.length} pods, ${bad} not ready`,
  });
}

function metrics(): Reply {
  throw new RackError(501, "unimplemented");
}

export const appRoutes: readonly Route[] = [
  { method: "GET", pattern: "/apps", answer: listApps },
  { method: "POST", pattern: "/apps", answer: create },
  { method: "GET", pattern: "/apps/{app}", answer: (rack, request) => json(appJson(appOf(rack, request))) },
  { method: "PUT", pattern: "/apps/{app}", answer: update },
  { method: "DELETE", pattern: "/apps/{app}", answer: remove },
  { method: "POST", pattern: "/apps/{app}/cancel", answer: cancel },
  { method: "GET", pattern: "/apps/{app}/metrics", answer: metrics },
  { method: "GET", pattern: "/apps/{app}/diagnose", answer: diagnose },
  { method: "GET", pattern: "/apps/{app}/balancers", answer: listBalancers },
  {
    method: "GET",
    pattern: "/apps/{app}/configs",
    answer: (rack, request) => json([...appOf(rack, request).configs].map(([name, value]) => ({ name, value }))),
  },
  { method: "GET", pattern: "/apps/{app}/configs/{name}", answer: getConfig },
  { method: "PUT", pattern: "/apps/{app}/configs/{name}", answer: setConfig },
  {
    method: "GET",
    pattern: "/apps/{app}/resources",
    answer: (rack, request) => json(resourcesOf(rack, appOf(rack, request))),
  },
  { method: "GET", pattern: "/apps/{app}/resources/{name}", answer: getResource },
];
