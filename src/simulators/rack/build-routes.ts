import { parseDotenv } from "./dotenv.ts";
import { type BuildRequest, endBuild, exportBuild, importBuild, readObject, startBuild } from "./builds.ts";
import { loadManifest } from "./manifest.ts";
import { integerParam, type RackRequest } from "./rack-request.ts";
import { type App, type Build, findApp, findBuild, type Rack } from "./rack-state.ts";
import { json, RackError, type Reply } from "./reply.ts";
import type { Route } from "./route.ts";
import { buildJson } from "./wire-objects.ts";

function place(rack: Rack, request: RackRequest): { readonly app: App; readonly build: Build } {
  const app = findApp(rack, request.variable("app"));
  return { app, build: findBuild(app, request.variable("id")) };
}

function list(rack: Rack, request: RackRequest): Reply {
  const limit = integerParam(request, "limit") ?? 10;
  return json(findApp(rack, request.variable("app")).builds.toReversed().slice(0, limit).map(buildJson));
}

function create(rack: Rack, request: RackRequest): Reply {
  const app = findApp(rack, request.variable("app"));
  const wanted: BuildRequest = {
    url: request.value("url") ?? "",
    description: request.param("description") ?? "",
    gitSha: request.param("git-sha") ?? "",
    manifestPath: request.param("manifest") ?? "convox.yml",
    buildArgs: (request.param("build-args") ?? "").split(","),
    isExternal: request.param("external") === "true",
  };
  return json(buildJson(startBuild(rack, app, wanted)));
}

function readStatus(text: string): Build["status"] {
  if (text === "created" || text === "running" || text === "complete" || text === "failed") return text;
  throw new RackError(400, `invalid build status: ${text}`);
}

/** What a build pod or an external builder reports; of its manifest only `Load` is run. */
function update(rack: Rack, request: RackRequest): Reply {
  const { app, build } = place(rack, request);
  const manifest = request.param("manifest");
  if (manifest !== undefined) {
    loadManifest(manifest, parseDotenv(app.releases.at(-1)?.env ?? ""));
    build.manifest = manifest;
  }
  build.entrypoint = request.param("entrypoint") ?? build.entrypoint;
  build.release = request.param("release") ?? build.release;
  const logs = request.param("logs");
  if (logs !== undefined) {
    const text = readObject(rack, logs).toString("utf8");
    for (const message of text.split("\n")) build.output.append({ atMs: rack.clock.now(), source: "", message });
    build.logs = logs;
  }
  const status = readStatus(request.param("status") ?? build.status);
  if (status === "complete" || status === "failed") endBuild(rack, app, { build, status });
  else build.status = status;
  return json(buildJson(build));
}

function importImage(rack: Rack, request: RackRequest): Reply {
  const { app, build } = place(rack, request);
  const image = request.value("image") ?? "";
  if (!/^[\w.-]+(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/.test(image)) {
    throw new RackError(422, "invalid image reference");
  }
  if (build.manifest === "") throw new RackError(422, "build has no manifest");
  if (build.status === "running") throw new RackError(409, "build is already running");
  build.status = "running";
  rack.clock.after(rack.pace.buildMs, () => endBuild(rack, app, { build, status: "complete" }));
  return { status: 202, body: "" };
}

function exportArchive(rack: Rack, request: RackRequest): Reply {
  return { status: 200, contentType: "application/gzip", body: exportBuild(place(rack, request).build) };
}

export const buildRoutes: readonly Route[] = [
  { method: "GET", pattern: "/apps/{app}/builds", answer: list },
  { method: "POST", pattern: "/apps/{app}/builds", answer: create },
  {
    method: "POST",
    pattern: "/apps/{app}/builds/import",
    answer: (rack, request) => json(buildJson(importBuild(rack, findApp(rack, request.variable("app")), request.body))),
  },
  { method: "GET", pattern: "/apps/{app}/builds/{id}.tgz", answer: exportArchive },
  {
    method: "GET",
    pattern: "/apps/{app}/builds/{id}",
    answer: (rack, request) => json(buildJson(place(rack, request).build)),
  },
  { method: "PUT", pattern: "/apps/{app}/builds/{id}", answer: update },
  { method: "POST", pattern: "/apps/{app}/builds/{id}/image", answer: importImage },
];
