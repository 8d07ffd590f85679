// Where GitHub delivers events. Nothing of a body is looked at before its signature holds, nothing is done twice for one delivery,
// and no answer or log line carries what was sent. The handlers only enqueue: the answer says that the work is on its way.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { Clock } from "../handlers/ports.ts";
import { createDeliveryMemory } from "./delivery-memory.ts";
import { readBody } from "./read-body.ts";
import { isSigned, signatureIn } from "./webhook-signature.ts";

export const WEBHOOK_PATH = "/api/github/webhooks";

/** Probot, as far as it is needed here. */
interface EventReceiver {
  receive(event: { readonly id: string; readonly name: string; readonly payload: object }): Promise<void>;
}

export interface WebhookOptions {
  /** Its handlers of the events only enqueue. */
  readonly probot: EventReceiver;
  /** The one in use, and during a rotation the one before it. */
  readonly secrets: readonly string[];
  /** `owner/name` of the config repo: the rest is ignored. */
  readonly repository: string;
  /** Names of the events that are handled. */
  readonly events: readonly string[];
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
  /** For a body to arrive in; 10 s where left out. */
  readonly bodyTimeoutMs?: number;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** GitHub sends 25 MB at most. */
const MOST_BYTES = 26 * 1024 * 1024;
const BODY_TIMEOUT_MS = 10_000;
const LINGER_MS = 1_000;

/** Answers POSTs to `WEBHOOK_PATH`; false: the request is for something else. */
export function createWebhookEndpoint(
  options: WebhookOptions,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const deliver = createDelivery(options);
  const limits = { mostBytes: MOST_BYTES, timeoutMs: options.bodyTimeoutMs ?? BODY_TIMEOUT_MS };

  const receive = async (request: IncomingMessage): Promise<Answer> => {
    if (request.method !== "POST") return refused(405, "This address takes POST.");
    if (!isPlainJson(request)) return refused(415, "The body must be application/json, not encoded.");
    const signature = signatureIn(request.headers["x-hub-signature-256"]);
    // Without one the body is not even read.
    if (signature === null) return unsigned(options.log);
    const read = await readBody(request, limits);
    if (read.kind === "too-large") return refused(413, "The body is larger than 26 MB.");
    if (read.kind === "too-slow") return refused(408, "The body did not arrive in time.");
    if (!isSigned(read.body, signature, options.secrets)) return unsigned(options.log);
    const delivery = parseDelivery(request, read.body);
    return "status" in delivery ? delivery : deliver(delivery, read.body);
  };

  return (request, response) => {
    if (request.url?.split("?", 1)[0] !== WEBHOOK_PATH) return false;
    // Nobody waits for it: the answer is the end of it, whatever happens.
    void receive(request)
      .catch((error: unknown) => {
        options.log.error({ err: error }, "webhook failed");
        return refused(500, "Signalbox could not take the event; deliver it again.");
      })
      .then((answer) => {
        send(request, response, answer);
      });
    return true;
  };
}

function createDelivery(options: WebhookOptions): (delivery: Delivery, body: Buffer) => Promise<Answer> {
  const { probot, log, clock } = options;
  const memory = createDeliveryMemory(clock);
  const events = new Set(options.events);
  const repository = options.repository.toLowerCase();
  return async ({ id, event, payload }, body) => {
    if (!events.has(event)) return accepted("ignored: Signalbox does not handle this event");
    if (!isOfRepository(payload, repository)) return accepted("ignored: not of the config repo");
    const first = memory.begin(id, body);
    if (first.kind === "known") {
      if (!first.sameBody) log.warn({ delivery: id }, "webhook ignored: its delivery id was used for another body");
      // Its first arrival may still be at work, and may fail.
      await first.outcome;
      return accepted("known: delivered before");
    }
    try {
      await probot.receive({ id, name: event, payload });
    } catch (error) {
      first.fail();
      throw error;
    }
    first.done();
    log.debug({ delivery: id, event }, "webhook taken");
    return accepted("taken");
  };
}

function unsigned(log: Logger): Answer {
  log.warn("webhook refused: its signature is missing or wrong");
  return refused(401, "The signature is missing or wrong.");
}

function isPlainJson(request: IncomingMessage): boolean {
  const type = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  return type === "application/json" && request.headers["content-encoding"] === undefined;
}

function parseDelivery(request: IncomingMessage, body: Buffer): Delivery | Answer {
  const event = request.headers["x-github-event"];
  const id = request.headers["x-github-delivery"];
  if (typeof event !== "string" || !/^[a-z_]{1,64}$/.test(event)) {
    return refused(400, "X-GitHub-Event is missing or wrong.");
  }
  if (typeof id !== "string" || !/^[\w-]{1,64}$/.test(id)) {
    return refused(400, "X-GitHub-Delivery is missing or wrong.");
  }
  const payload = parseObject(body);
  return payload === null ? refused(400, "The body is no JSON object.") : { id, event, payload };
}

function parseObject(body: Buffer): Delivery["payload"] | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    return isRecord(value) ? value : null;
  } catch {
    // Neither JSON nor UTF-8: the parser's message would quote it, so that only the fact is told.
    return null;
  }
}

/** Events of an organisation name no repository: then the owner must be that of the config repo. */
function isOfRepository(payload: Delivery["payload"], repository: string): boolean {
  const of = payload["repository"];
  if (isRecord(of)) return String(of["full_name"]).toLowerCase() === repository;
  const organization = payload["organization"];
  return isRecord(organization) && String(organization["login"]).toLowerCase() === repository.split("/", 1)[0];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refused(status: number, text: string): Answer {
  return { status, text };
}

function accepted(text: string): Answer {
  return { status: 202, text };
}

/**
 * A sender that is refused in the middle of its body hears the answer only if it may go on for a while: what still comes is thrown
 * away, and then the connection.
 */
function send(request: IncomingMessage, response: ServerResponse, { status, text }: Answer): void {
  if (response.destroyed) return;
  const isWhole = request.complete;
  request.resume();
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    ...(isWhole ? {} : { connection: "close" }),
  });
  response.end(`${text}\n`);
  if (!isWhole) setTimeout(() => request.destroy(), LINGER_MS).unref();
}
