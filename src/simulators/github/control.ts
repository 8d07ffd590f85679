/** The control port: what a test or a curious person does to the simulation itself. JSON, loopback, apart from the API. */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isJsonObject } from "./auth.ts";
import { ControlError } from "./change-account.ts";
import type { Clock } from "./clock.ts";
import { parseDurationMs } from "./clock.ts";
import { faultActions } from "./faults.ts";
import type { FaultAction, Faults } from "./faults.ts";
import { listen, readBody } from "./http-server.ts";
import type { HttpServer, LogEntry } from "./http-server.ts";
import type { JsonObject } from "./state.ts";
import { deliveryModes } from "./webhooks.ts";
import type { DeliveryMode, Webhooks } from "./webhooks.ts";

export interface ControlOptions {
  readonly log: readonly LogEntry[];
  readonly faults: Faults;
  readonly clock: Clock;
  readonly webhooks: Webhooks;
  /** @throws ControlError */
  readonly accounts: (body: JsonObject) => JsonObject;
  /** @throws ControlError */
  readonly queue: (body: JsonObject) => JsonObject;
}

interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

export function startControl(options: ControlOptions): Promise<HttpServer> {
  const server = createServer((request, response) => {
    // The caller has gone; there is nobody to tell.
    serve(options, request, response).catch(() => response.destroy());
  });
  return listen(server, 0);
}

async function serve(options: ControlOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = (await readBody(request)).toString("utf8");
  const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
  let answer: ControlAnswer;
  try {
    answer = perform(options, `${request.method ?? "GET"} ${path}`, text);
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    answer = { status: 400, body: { error: error.message } };
  }
  const body = JSON.stringify(answer.body);
  response.writeHead(answer.status, { "content-type": "application/json; charset=utf-8" }).end(`${body}\n`);
}

function perform(options: ControlOptions, call: string, text: string): ControlAnswer {
  const { clock, faults, log, webhooks } = options;
  const done = (body: unknown = {}): ControlAnswer => ({ status: 200, body });
  switch (call) {
    case "GET /log":
      return done(log);
    case "POST /faults":
      faults.add(readFault(parse(text)));
      return done();
    case "DELETE /faults":
      faults.clear();
      webhooks.clearMode();
      return done();
    case "GET /clock":
      return done({ now: clock.now().toISOString() });
    case "POST /clock":
      clock.advance(readAdvance(parse(text)));
      return done({ now: clock.now().toISOString() });
    case "POST /deliveries": {
      const body = parse(text);
      webhooks.setMode(readMode(body), readTimes(body));
      return done();
    }
    case "POST /deliveries/release":
      return done({ released: webhooks.release() });
    case "POST /accounts":
      return done(options.accounts(parse(text)));
    case "POST /queue":
      return done(options.queue(parse(text)));
    default:
      return { status: 404, body: { error: `There is no control call "${call}".` } };
  }
}

function parse(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ControlError("The body is not JSON.");
  }
  if (!isJsonObject(value)) throw new ControlError("The body is not a JSON object.");
  return value;
}

function readFault(body: JsonObject): {
  match: string;
  action: FaultAction;
  times: number;
  ms: number | undefined;
} {
  const { match, ms } = body;
  if (typeof match !== "string" || !/^\S+ \S/.test(match)) {
    throw new ControlError(
      '"match" is "METHOD path", such as "PUT /repos/*/merge"; * stands for any run of characters.',
    );
  }
  const action = faultActions.find((candidate) => candidate === body["action"]);
  if (action === undefined) throw new ControlError(`"action" is one of ${faultActions.join(", ")}.`);
  if (ms !== undefined && (typeof ms !== "number" || !(ms >= 0))) {
    throw new ControlError('"ms" is a number of milliseconds.');
  }
  if (action === "delay" && ms === undefined) throw new ControlError('A "delay" needs "ms".');
  return { match, action, times: readTimes(body), ms };
}

function readTimes(body: JsonObject): number {
  const times = body["times"] ?? 1;
  if (typeof times !== "number" || !Number.isInteger(times) || times < 1) {
    throw new ControlError('"times" is a whole number from 1.');
  }
  return times;
}

function readAdvance(body: JsonObject): number {
  const advance = body["advance"];
  const ms = typeof advance === "string" ? parseDurationMs(advance) : undefined;
  if (ms === undefined) throw new ControlError('"advance" is a duration such as "10m", "90s" or "1h30m".');
  return ms;
}

function readMode(body: JsonObject): DeliveryMode {
  const mode = deliveryModes.find((candidate) => candidate === body["mode"]);
  if (mode === undefined) throw new ControlError(`"mode" is one of ${deliveryModes.join(", ")}.`);
  return mode;
}
