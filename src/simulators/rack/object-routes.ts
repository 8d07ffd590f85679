import { randomBytes } from "node:crypto";
import type { RackRequest } from "./rack-request.ts";
import { type App, findApp, type Rack } from "./rack-state.ts";
import { json, ok, RackError, type Reply } from "./reply.ts";
import type { Route } from "./route.ts";

function place(rack: Rack, request: RackRequest): { readonly app: App; readonly key: string } {
  const key = request.variable("key");
  if (key.split("/").includes("..")) throw new RackError(400, "invalid object key");
  return { app: findApp(rack, request.variable("app")), key };
}

function store(rack: Rack, request: RackRequest): Reply {
  const { app, key } = place(rack, request);
  const name = key === "" ? `tmp/${randomBytes(15).toString("hex")}` : key;
  app.objects.set(name, request.body);
  return json({ Url: `object://${app.name}/${name}` });
}

function fetchObject(rack: Rack, request: RackRequest): Reply {
  const { app, key } = place(rack, request);
  const body = app.objects.get(key);
  if (body === undefined) throw new RackError(404, `object not found: ${key}`);
  return { status: 200, contentType: "application/octet-stream", body };
}

function exists(rack: Rack, request: RackRequest): Reply {
  const { app, key } = place(rack, request);
  return json(app.objects.has(key));
}

function remove(rack: Rack, request: RackRequest): Reply {
  const { app, key } = place(rack, request);
  if (!app.objects.delete(key)) throw new RackError(404, `object not found: ${key}`);
  return ok;
}

function list(rack: Rack, request: RackRequest): Reply {
  const prefix = request.param("prefix") ?? "";
  const keys = [...findApp(rack, request.variable("app")).objects.keys()];
  return json(keys.filter((key) => key.startsWith(prefix)).sort());
}

export const objectRoutes: readonly Route[] = [
  { method: "POST", pattern: "/apps/{app}/objects/{key…}", answer: store },
  { method: "GET", pattern: "/apps/{app}/objects/{key…}", answer: fetchObject },
  { method: "HEAD", pattern: "/apps/{app}/objects/{key…}", answer: exists },
  { method: "DELETE", pattern: "/apps/{app}/objects/{key…}", answer: remove },
  { method: "GET", pattern: "/apps/{app}/objects", answer: list },
];
