// The HTTP side of the rack: authentication, roles, routing, faults, and the two forms of an error.
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { authenticate } from "./authentication.ts";
import { faultReply } from "./fault-reply.ts";
import type { Fault, Faults } from "./faults.ts";
import { createRackRequest } from "./rack-request.ts";
import type { Rack } from "./rack-state.ts";
import { errorMessage, errorReply, notFound, ok, RackError, type Reply } from "./reply.ts";
import type { LogEntry, RequestLog } from "./request-log.ts";
import { findRoute } from "./route-table.ts";

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly requestBody: string | null;
  readonly status: number;
  readonly responseBody: string;
}

/** What every connection of the API shares. */
export interface ApiContext {
  readonly rack: Rack;
  readonly faults: Faults;
  readonly log: RequestLog;
  readonly onExchange: ((exchange: Exchange) => void) | undefined;
}

export interface Target {
  readonly path: string;
  readonly query: string;
}

/** The path as sent, decoded but not cleaned: `..` and double slashes stay. Undefined where it cannot be decoded. */
export function readTarget(url: string): Target | undefined {
  const at = url.indexOf("?");
  const path = at < 0 ? url : url.slice(0, at);
  try {
    return { path: decodeURIComponent(path), query: at < 0 ? "" : url.slice(at + 1) };
  } catch {
    // A malformed escape: no route can match it.
    return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function routed(headers: Readonly<Record<string, string>> | undefined, reply: Reply): Reply {
  const always = {
    "Request-Id": randomBytes(6).toString("hex"),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
  };
  return { ...reply, headers: { ...always, ...reply.headers, ...headers } };
}

interface Call {
  readonly request: IncomingMessage;
  readonly method: string;
  readonly target: Target | undefined;
  readonly body: Buffer;
  readonly entry: LogEntry;
}

function perform({ rack }: ApiContext, call: Call): Reply {
  const { request, method, target, body, entry } = call;
  if (target === undefined) return notFound;
  if (method === "GET" && target.path === "/check") return routed(undefined, ok);
  const found = findRoute(method, target.path);
  if (found === undefined) return notFound;
  const accept = request.headers.accept ?? "";
  const caller = authenticate(rack, request.headers);
  if ("refused" in caller) {
    const challenge = caller.challenge === undefined ? undefined : { "WWW-Authenticate": caller.challenge };
    // Refused before the API's own error handling: always text.
    return routed(challenge, errorReply(401, caller.refused, ""));
  }
  entry.actor = caller.actor;
  const needed = method === "GET" ? "r" : "w";
  if (target.path !== "/auth" && !caller.role.includes(needed)) {
    return routed(undefined, errorReply(401, "you are unauthorized to access this", accept));
  }
  const { route, variables } = found;
  const { role } = caller;
  const { headers } = request;
  try {
    const parsed = createRackRequest({ method, query: target.query, headers, body, role, variables });
    return routed(undefined, route.answer(rack, parsed));
  } catch (error) {
    const status = error instanceof RackError ? error.status : 500;
    return routed(undefined, errorReply(status, errorMessage(error), accept));
  }
}

function send(response: ServerResponse, reply: Reply, fault: Fault | undefined): void {
  const body = Buffer.from(reply.body);
  const type = reply.contentType === undefined ? {} : { "Content-Type": reply.contentType };
  response.writeHead(reply.status, { ...type, ...reply.headers, "Content-Length": body.length });
  if (fault?.action !== "truncated") return void response.end(body);
  // The rest never comes: the length promised more than the connection carries.
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
}

function wait(rack: Rack, ms: number): Promise<void> {
  return new Promise((resolve) => void rack.clock.after(ms, resolve));
}

function faultyReply(fault: Fault | undefined, request: IncomingMessage, body: Buffer): Reply | undefined {
  return fault && faultReply(fault, { body, accept: request.headers.accept ?? "" });
}

/** Answers one request. Resolves when the answer is on its way, or never will be. */
export async function answerRequest(
  context: ApiContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "GET", url = "/" } = request;
  const target = readTarget(url);
  const path = target?.path ?? url;
  const entry = context.log.arrive(method, path);
  const fault = context.faults.take(method, path);
  if (fault?.action === "reset") return void request.socket.resetAndDestroy();
  const body = await readBody(request);
  if (fault?.action === "timeout") return;
  if (fault?.action === "delay") await wait(context.rack, fault.ms);
  const reply = faultyReply(fault, request, body) ?? perform(context, { request, method, target, body, entry });
  entry.status = reply.status;
  send(response, reply, fault);
  const requestBody = body.length === 0 ? null : body.toString("utf8");
  const responseBody = reply.body.toString();
  context.onExchange?.({ method, path, requestBody, status: reply.status, responseBody });
}
