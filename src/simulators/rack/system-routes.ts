import { randomUUID } from "node:crypto";
import { mintToken } from "./json-web-token.ts";
import { integerParam, type RackRequest } from "./rack-request.ts";
import type { Rack } from "./rack-state.ts";
import { json, ok, RackError, type Reply } from "./reply.ts";
import type { Route } from "./route.ts";
import { systemJson } from "./wire-objects.ts";

const TOKEN_ROLES: Readonly<Record<string, string>> = { read: "r", write: "rw", admin: "rwa" };

export function newSigningKey(): string {
  // The rack's key is the base64 text of a UUID, not the bytes that it stands for.
  return Buffer.from(randomUUID()).toString("base64");
}

function unimplemented(message: string): () => Reply {
  return () => {
    throw new RackError(501, message);
  };
}

function requireAdmin(request: RackRequest): void {
  if (!request.role.includes("a")) throw new RackError(403, "you are unauthorized to access this");
}

function createToken(rack: Rack, request: RackRequest): Reply {
  const name = request.value("role") ?? "";
  const role = TOKEN_ROLES[name];
  if (role === undefined) throw new RackError(400, `invalid role: ${name}`);
  const hours = integerParam(request, "durationInHour") ?? 0;
  if (hours < 1 || hours > 8760) throw new RackError(400, "durationInHour must be between 1 and 8760");
  if (name === "admin") requireAdmin(request);
  const expiresAt = Math.floor(rack.clock.now() / 1000) + hours * 3600;
  return json({ token: mintToken(rack.signingKey, { user: `system-${name}`, role, expiresAt }) });
}

function rotateKey(rack: Rack, request: RackRequest): Reply {
  requireAdmin(request);
  rack.signingKey = newSigningKey();
  return ok;
}

function addRegistry(rack: Rack, request: RackRequest): Reply {
  const server = request.value("server") ?? "";
  const username = request.value("username") ?? "";
  const password = request.value("password") ?? "";
  rack.registries.set(server, { username, password });
  return json({ server, username, password });
}

function removeRegistry(rack: Rack, request: RackRequest): Reply {
  const server = request.variable("server");
  if (!rack.registries.delete(server)) throw new RackError(404, `no such registry: ${server}`);
  return ok;
}

export const systemRoutes: readonly Route[] = [
  { method: "GET", pattern: "/auth", answer: () => ok },
  { method: "GET", pattern: "/system", answer: (rack) => json(systemJson(rack)) },
  {
    method: "PUT",
    pattern: "/system",
    answer: unimplemented("direct rack doesn't support update, use the console or terraform"),
  },
  { method: "GET", pattern: "/system/releases", answer: unimplemented("unimplemented") },
  { method: "GET", pattern: "/system/processes", answer: () => json([]) },
  { method: "POST", pattern: "/system/jwt/token", answer: createToken },
  { method: "PUT", pattern: "/system/jwt/rotate", answer: rotateKey },
  { method: "POST", pattern: "/events", answer: () => ok },
  {
    method: "GET",
    pattern: "/registries",
    answer: (rack) => json([...rack.registries].map(([server, account]) => ({ server, ...account }))),
  },
  { method: "POST", pattern: "/registries", answer: addRegistry },
  { method: "DELETE", pattern: "/registries/{server…}", answer: removeRegistry },
  { method: "GET", pattern: "/certificates", answer: () => json([]) },
  { method: "GET", pattern: "/instances", answer: () => json([]) },
  { method: "GET", pattern: "/resources", answer: () => json([]) },
];
