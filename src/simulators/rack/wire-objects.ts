// The JSON objects of the API, field for field as the rack names them.
import { loadManifest, type ManifestService } from "./manifest.ts";
import { parseDotenv } from "./dotenv.ts";
import {
  type App,
  type Build,
  findRelease,
  type LiveService,
  type Process,
  type Rack,
  type Release,
} from "./rack-state.ts";

export function time(atMs: number): string {
  return atMs === 0 ? "0001-01-01T00:00:00Z" : new Date(atMs).toISOString();
}

export function systemJson(rack: Rack): object {
  return {
    count: 0,
    domain: `router.${rack.domain}`,
    name: rack.name,
    provider: "local",
    "rack-domain": rack.domain,
    region: "",
    "router-internal": "",
    status: "running",
    type: "",
    version: rack.version,
  };
}

export function appJson(app: App): object {
  return {
    generation: "3",
    locked: app.locked,
    name: app.name,
    release: app.release,
    router: "nginx",
    status: app.status,
    parameters: Object.fromEntries([...app.parameters].filter(([, value]) => value !== "")),
  };
}

export function buildJson(build: Build): object {
  return {
    id: build.id,
    app: build.app,
    description: build.description,
    ended: time(build.endedMs),
    entrypoint: build.entrypoint,
    "git-sha": build.gitSha,
    logs: build.logs,
    manifest: build.manifest,
    process: "",
    reason: build.reason,
    release: build.release,
    repository: build.repository,
    started: time(build.startedMs),
    status: build.status,
  };
}

export function releaseJson(release: Release): object {
  return {
    id: release.id,
    app: release.app,
    build: release.build,
    env: release.env,
    manifest: release.manifest,
    description: release.description,
    created: time(release.createdMs),
  };
}

export function processJson(app: App, process: Process): object {
  return {
    id: process.id,
    app: app.name,
    command: process.command,
    cpu: process.cpu,
    gpu: 0,
    host: "",
    image: "",
    instance: "",
    memory: process.memory,
    name: process.service,
    ports: [],
    release: process.release,
    started: time(process.startedMs),
    status: process.status,
  };
}

/** The services of the active release's manifest; none while there is no active release. */
export function activeServices(app: App): readonly { readonly spec: ManifestService; readonly live: LiveService }[] {
  if (app.release === "") return [];
  const release = findRelease(app, app.release);
  return loadManifest(release.manifest, parseDotenv(release.env)).services.flatMap((spec) => {
    const live = app.services.get(spec.name);
    return live === undefined ? [] : [{ spec, live }];
  });
}

export function serviceJson(rack: Rack, app: App, { spec, live }: ReturnType<typeof activeServices>[number]): object {
  const host = spec.isInternal ? `${rack.name}.local` : rack.domain;
  return {
    count: live.count,
    cpu: live.cpu,
    domain: `${spec.name}.${app.name}.${host}`,
    gpu: 0,
    "gpu-vendor": "",
    memory: live.memory,
    name: spec.name,
    nlb: null,
    ports: spec.ports.map((container) => ({
      balancer: container === spec.port && !spec.isInternal ? 443 : 0,
      certificate: "",
      container,
    })),
    min: spec.scale.min,
    max: spec.scale.max,
    ...(spec.scale.min === 0 && live.count === 0 ? { "cold-start": true } : {}),
    ...(spec.scale.isAutoscaled ? { autoscale: { enabled: true } } : {}),
    ...(spec.isAgent ? { agent: true } : {}),
  };
}
