/** One listener on loopback: reads the request whole, keeps the log, plays the faults, writes the answer. */
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Clock } from "./clock.ts";
import { faultAnswer } from "./faults.ts";
import type { Faults } from "./faults.ts";
import type { RawAnswer, RawRequest } from "./raw-exchange.ts";

/** One line of `GET /log`; `status` is null while (or because) there is no answer. */
export interface LogEntry {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  status: number | null;
  actor?: string;
}

export interface HttpServerOptions {
  readonly port: number;
  readonly clock: Clock;
  readonly log: LogEntry[];
  readonly faults: Faults;
  readonly answer: (request: RawRequest) => Promise<RawAnswer>;
}

export interface HttpServer {
  /** http://127.0.0.1:port */
  readonly url: string;
  close(): Promise<void>;
}

export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  return listen(
    createServer((request, response) => {
      // Whatever goes wrong here is the socket's end; serve() answers everything else itself.
      serve(options, request, response).catch(() => response.destroy());
    }),
    options.port,
  );
}

export async function listen(server: Server, port: number): Promise<HttpServer> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function serve(options: HttpServerOptions, message: IncomingMessage, response: ServerResponse): Promise<void> {
  // Proxies send the whole address in the request line.
  const url = new URL(message.url ?? "/", "http://127.0.0.1");
  const method = message.method ?? "GET";
  const entry: LogEntry = {
    at: options.clock.now().toISOString(),
    method,
    path: url.pathname + url.search,
    status: null,
  };
  options.log.push(entry);
  const fault = options.faults.take(method, url);
  const body = await readBody(message);
  if (fault?.action === "timeout") return;
  if (fault?.action === "reset") {
    message.socket.resetAndDestroy();
    return;
  }
  if (fault?.action === "delay") await waitMs(fault.ms ?? 0);
  const named = (actor: string): void => {
    entry.actor = actor;
  };
  const faulty = fault === undefined ? undefined : faultAnswer(fault, options.clock);
  const answer = faulty ?? (await options.answer({ method, url, headers: message.headers, body, named }));
  entry.status = answer.status;
  respond(response, answer, { date: options.clock.now().toUTCString(), isCut: fault?.action === "truncated" });
}

function respond(response: ServerResponse, answer: RawAnswer, how: { date: string; isCut: boolean }): void {
  const length = answer.status === 204 || answer.status === 304 ? {} : { "content-length": String(answer.body.length) };
  response.writeHead(answer.status, { ...answer.headers, ...length, date: how.date });
  if (!how.isCut) {
    response.end(answer.body);
    return;
  }
  response.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)), () => response.destroy());
}

export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function waitMs(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
