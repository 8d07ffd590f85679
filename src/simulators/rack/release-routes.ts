import { promote } from "./promotion.ts";
import { integerParam, type RackRequest } from "./rack-request.ts";
import { findApp, findRelease, type Rack } from "./rack-state.ts";
import { createRelease } from "./releases.ts";
import { json, ok, type Reply } from "./reply.ts";
import type { Route } from "./route.ts";
import { releaseJson } from "./wire-objects.ts";

function list(rack: Rack, request: RackRequest): Reply {
  const limit = integerParam(request, "limit") ?? 10;
  return json(findApp(rack, request.variable("app")).releases.toReversed().slice(0, limit).map(releaseJson));
}

function create(rack: Rack, request: RackRequest): Reply {
  const release = createRelease(rack, findApp(rack, request.variable("app")), {
    build: request.param("build"),
    env: request.param("env"),
    description: request.param("description"),
    parentRelease: request.param("parent-release"),
  });
  return json(releaseJson(release));
}

function read(rack: Rack, request: RackRequest): Reply {
  return json(releaseJson(findRelease(findApp(rack, request.variable("app")), request.variable("id"))));
}

function startPromotion(rack: Rack, request: RackRequest): Reply {
  promote(rack, findApp(rack, request.variable("app")), request.variable("id"), {
    force: request.param("force") === "true",
    timeoutSeconds: integerParam(request, "timeout"),
  });
  return ok;
}

export const releaseRoutes: readonly Route[] = [
  { method: "GET", pattern: "/apps/{app}/releases", answer: list },
  { method: "POST", pattern: "/apps/{app}/releases", answer: create },
  { method: "GET", pattern: "/apps/{app}/releases/{id}", answer: read },
  { method: "POST", pattern: "/apps/{app}/releases/{id}/promote", answer: startPromotion },
];
