import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import { createClock } from "./clock.ts";
import { answerControl } from "./control.ts";
import { createFaults } from "./faults.ts";
import { answerRequest, type ApiContext, type Exchange } from "./http-api.ts";
import type { Rack } from "./rack-state.ts";
import { createRequestLog } from "./request-log.ts";
import { newSigningKey } from "./system-routes.ts";
import { createUpgradeListener } from "./websocket-api.ts";

export interface SimulatedRackOptions {
  readonly name: string;
  readonly password: string;
  /** Of the API; 0, the default, is a free one. The control port is always a free one. */
  readonly port?: number;
  /** Default "3.24.8". */
  readonly version?: string;
  /** How long a build and a promotion take; defaults 600 and 1200. */
  readonly pace?: { readonly buildMs: number; readonly promoteMs: number };
  /** Called with every exchange that was answered, secrets and all. */
  readonly onExchange?: (exchange: Exchange) => void;
}

export interface SimulatedRack {
  /** The rack's API, `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly control: string;
  close(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 120_000;

/** Listens on loopback; returns its port and how to end it with every connection that it has. */
async function listen(server: Server, port: number): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = 0;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the simulated rack listens on no TCP port");
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port: address.port, close };
}

function createRack(options: SimulatedRackOptions): Rack {
  return {
    name: options.name,
    password: options.password,
    version: options.version ?? "3.24.8",
    pace: options.pace ?? { buildMs: 600, promoteMs: 1200 },
    clock: createClock(),
    domain: "",
    apps: new Map(),
    outcomes: new Map(),
    registries: new Map(),
    signingKey: newSigningKey(),
  };
}

/** Starts a Convox v3 rack on loopback, empty. Rejects where the port is taken. */
export async function startSimulatedRack(options: SimulatedRackOptions): Promise<SimulatedRack> {
  const rack = createRack(options);
  const context: ApiContext = {
    rack,
    faults: createFaults(),
    log: createRequestLog(rack.clock),
    onExchange: options.onExchange,
  };
  const apiServer = createServer((request, response) => {
    // Rejects only where the client went away while it was still sending; there is nobody left to answer.
    answerRequest(context, request, response).catch(() => request.socket.destroy());
  });
  apiServer.on("upgrade", createUpgradeListener(context));
  const api = await listen(apiServer, options.port ?? 0);
  rack.domain = `127.0.0.1:${api.port}`;
  const controlServer = createServer((request, response) => {
    answerControl(context, request, response).catch(() => request.socket.destroy());
  });
  const control = await listen(controlServer, 0);
  return {
    url: `http://${rack.domain}`,
    control: `http://127.0.0.1:${control.port}`,
    async close() {
      rack.clock.close();
      await Promise.all([api.close(), control.close()]);
    },
  };
}
