// Websockets as the rack frames them: text is output, an empty binary frame is the end, and errors come inside.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { authenticate } from "./authentication.ts";
import { execSession } from "./exec-session.ts";
import { faultReply } from "./fault-reply.ts";
import type { Fault } from "./faults.ts";
import { type ApiContext, readTarget } from "./http-api.ts";
import { appLogSession, buildLogSession, serviceLogSession, systemLogSession } from "./log-sessions.ts";
import { errorMessage, type Reply } from "./reply.ts";
import { compilePattern } from "./route.ts";
import type { Session } from "./session.ts";

interface SocketRoute {
  readonly pattern: string;
  readonly role: "r" | "w";
  readonly start: (session: Session) => void;
}

const ROUTES: readonly SocketRoute[] = [
  { pattern: "/apps/{app}/logs", role: "r", start: appLogSession },
  { pattern: "/apps/{app}/services/{service}/logs", role: "r", start: serviceLogSession },
  { pattern: "/apps/{app}/processes/{pid}/logs", role: "r", start: appLogSession },
  { pattern: "/apps/{app}/builds/{id}/logs", role: "r", start: buildLogSession },
  { pattern: "/system/logs", role: "r", start: systemLogSession },
  { pattern: "/apps/{app}/processes/{pid}/exec", role: "w", start: execSession },
];

const COMPILED = ROUTES.map((route) => ({ ...route, path: compilePattern(route.pattern) }));

function refuse(socket: Duplex, reply: Reply): void {
  const body = Buffer.from(reply.body);
  const type = reply.contentType === undefined ? "" : `Content-Type: ${reply.contentType}\r\n`;
  const head = `HTTP/1.1 ${reply.status} Refused\r\n${type}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  socket.end(Buffer.concat([Buffer.from(head), body]));
}

/** gorilla's default: an Origin, where there is one, must name this host. */
function isForeignOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return false;
  return origin.replace(/^[a-z]+:\/\//i, "").toLowerCase() !== host?.toLowerCase();
}

interface Opening {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly websocket: WebSocket;
  readonly fault: Fault | undefined;
}

function createSession(context: ApiContext, opening: Opening, variables: Readonly<Record<string, string>>): Session {
  const { request, socket, websocket, fault } = opening;
  const cut = (): void => void socket.destroy();
  return {
    rack: context.rack,
    headers: request.headers,
    variable: (name) => variables[name] ?? "",
    write: (text) => websocket.send(text, fault?.action === "truncated" ? cut : undefined),
    // The rack drops the connection after this frame; it never sends a close frame.
    end: () => websocket.send(Buffer.alloc(0), { binary: true }, () => socket.end()),
    onClose: (task) => void websocket.on("close", task),
  };
}

function run(context: ApiContext, opening: Opening, setActor: (actor: string) => void): void {
  const target = readTarget(opening.request.url ?? "/");
  for (const route of COMPILED) {
    const variables = route.path.match(target?.path ?? "");
    if (variables === undefined) continue;
    const session = createSession(context, opening, variables);
    const caller = authenticate(context.rack, opening.request.headers);
    const fail = (message: string): void => {
      session.write(`ERROR: ${message}\n`);
      session.end();
    };
    if ("refused" in caller) {
      fail(caller.refused);
      return;
    }
    setActor(caller.actor);
    if (!caller.role.includes(route.role)) {
      fail("you are unauthorized to access this");
      return;
    }
    try {
      route.start(session);
      return;
    } catch (error) {
      fail(errorMessage(error));
      return;
    }
  }
}

export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Listens to upgrades; the handshake comes before authentication, as on a real rack. */
export function createUpgradeListener(context: ApiContext): UpgradeListener {
  const server = new WebSocketServer({ noServer: true });
  return (request, socket, head) => {
    // A peer that goes away in the middle is ordinary.
    socket.on("error", () => socket.destroy());
    const url = request.url ?? "/";
    const path = readTarget(url)?.path ?? url;
    const entry = context.log.arrive("GET", path);
    const fault = context.faults.take("GET", path);
    if (fault?.action === "timeout") return;
    if (fault?.action === "reset") return void socket.destroy();
    const answer = (reply: Reply): void => {
      entry.status = reply.status;
      refuse(socket, reply);
    };
    const instead = fault && faultReply(fault, { body: Buffer.alloc(0), accept: request.headers.accept ?? "" });
    if (instead !== undefined) {
      answer(instead);
      return;
    }
    if (!COMPILED.some((route) => route.path.match(path))) {
      answer({ status: 404, body: "" });
      return;
    }
    if (isForeignOrigin(request)) {
      answer({ status: 403, body: "Forbidden\n", contentType: "text/plain" });
      return;
    }
    const upgrade = (): void =>
      server.handleUpgrade(request, socket, head, (websocket) => {
        entry.status = 101;
        websocket.on("error", () => socket.destroy());
        context.onExchange?.({ method: "GET", path, requestBody: null, status: 101, responseBody: "" });
        run(context, { request, socket, websocket, fault }, (actor) => (entry.actor = actor));
      });
    if (fault?.action === "delay") context.rack.clock.after(fault.ms, upgrade);
    else upgrade();
  };
}
