/**
 * Sends the App's webhooks: signed, in the order of the events, never waiting long for an answer, and never again by
 * itself after a failure, as GitHub does. Each delivery is remembered for `/app/hook/deliveries`.
 */
import { createHmac, randomUUID } from "node:crypto";
import { request } from "node:http";
import type { ClientRequest, IncomingHttpHeaders } from "node:http";
import type { Clock } from "./clock.ts";
import type { JsonObject, Permissions } from "./state.ts";

export interface DeliveryRecord {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly payload: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
  readonly deliveredAt: string;
  readonly redelivery: boolean;
  durationS: number;
  /** 0 while there is no answer. */
  statusCode: number;
  /** "OK" for 2xx, else GitHub's words for what went wrong. */
  status: string;
  responseBody: string;
  responseHeaders: IncomingHttpHeaders;
}

export type DeliveryMode = "drop" | "double" | "reverse";
export const deliveryModes: readonly DeliveryMode[] = ["drop", "double", "reverse"];

export interface Webhooks {
  readonly deliveries: readonly DeliveryRecord[];
  setUrl(url: string | null): void;
  emit(event: string, payload: JsonObject): void;
  redeliver(delivery: DeliveryRecord): void;
  setMode(mode: DeliveryMode, times: number): void;
  clearMode(): void;
  /** Sends what `reverse` held back, last first. @returns how many that were. */
  release(): number;
  close(): void;
}

export interface WebhookOptions {
  readonly secret: string;
  readonly appId: number;
  readonly permissions: Permissions;
  readonly clock: Clock;
  readonly nextId: () => number;
  readonly url: string | null;
  readonly onDelivery: ((delivery: { event: string; id: string; payload: unknown }) => void) | undefined;
}

/** GitHub gives a receiver 10 s; the next event does not wait for that, only a moment, so that order is kept. */
const answerTimeoutMs = 10_000;
const orderWaitMs = 25;

/** An App hears only of what it may read. */
const eventPermissions: Readonly<Record<string, readonly string[]>> = {
  push: ["contents"],
  pull_request: ["pull_requests"],
  pull_request_review: ["pull_requests"],
  issue_comment: ["issues", "pull_requests"],
  check_run: ["checks"],
  check_suite: ["checks"],
  membership: ["members"],
  merge_group: ["merge_queues"],
  organization: ["members"],
  team: ["members"],
};

export function createWebhooks(options: WebhookOptions): Webhooks {
  const deliveries: DeliveryRecord[] = [];
  const held: DeliveryRecord[] = [];
  const inFlight = new Set<ClientRequest>();
  let url = options.url;
  let mode: { name: DeliveryMode; times: number } | undefined;
  let tail = Promise.resolve();
  let closed = false;

  const send = (delivery: DeliveryRecord): void => {
    tail = tail.then(async () => {
      if (closed || url === null) return;
      await Promise.race([post(url, delivery, inFlight), waitMs(orderWaitMs)]);
    });
  };
  const dispatch = (delivery: DeliveryRecord): void => {
    const active = mode?.name;
    if (mode !== undefined && (mode.times -= 1) <= 0) mode = undefined;
    if (active === "reverse") held.push(delivery);
    else if (active === "drop") delivery.status = "failed to connect to host";
    else send(delivery);
    if (active === "double") send(delivery);
  };
  const remember = (about: Omit<NewDelivery, "action">): DeliveryRecord => {
    const { event, guid, payload } = about;
    const action = typeof payload["action"] === "string" ? payload["action"] : null;
    const delivery = newDelivery(options, { ...about, action });
    deliveries.push(delivery);
    options.onDelivery?.({ event, id: guid, payload });
    return delivery;
  };
  return {
    deliveries,
    setUrl: (next) => {
      url = next;
    },
    emit: (event, payload) => {
      const anyOf = eventPermissions[event] ?? [];
      if (!anyOf.some((name) => options.permissions[name] !== undefined)) return;
      dispatch(remember({ event, payload, guid: randomUUID(), redelivery: false }));
    },
    redeliver: (delivery) => {
      send(remember({ ...delivery, redelivery: true }));
    },
    setMode: (name, times) => {
      mode = { name, times };
    },
    clearMode: () => {
      mode = undefined;
    },
    release: () => {
      const released = held.splice(0).reverse();
      for (const delivery of released) send(delivery);
      return released.length;
    },
    close: () => {
      closed = true;
      for (const sent of inFlight) sent.destroy();
    },
  };
}

type NewDelivery = Pick<DeliveryRecord, "event" | "action" | "payload" | "guid" | "redelivery">;

function newDelivery(options: WebhookOptions, about: NewDelivery): DeliveryRecord {
  const body = JSON.stringify(about.payload);
  const sign = (algorithm: string): string =>
    `${algorithm}=${createHmac(algorithm, options.secret).update(body).digest("hex")}`;
  return {
    ...about,
    id: options.nextId(),
    headers: {
      accept: "*/*",
      "content-type": "application/json",
      "user-agent": "GitHub-Hookshot/simulated",
      "x-github-delivery": about.guid,
      "x-github-event": about.event,
      "x-github-hook-id": String(options.appId),
      "x-github-hook-installation-target-id": String(options.appId),
      "x-github-hook-installation-target-type": "integration",
      "x-hub-signature": sign("sha1"),
      "x-hub-signature-256": sign("sha256"),
    },
    deliveredAt: options.clock.iso(),
    durationS: 0,
    statusCode: 0,
    status: "pending",
    responseBody: "",
    responseHeaders: {},
  };
}

function post(url: string, delivery: DeliveryRecord, inFlight: Set<ClientRequest>): Promise<void> {
  const startedMs = performance.now();
  const body = Buffer.from(JSON.stringify(delivery.payload), "utf8");
  return new Promise((resolve) => {
    const headers = { ...delivery.headers, "content-length": String(body.length) };
    const sent = request(url, { method: "POST", headers, agent: false, timeout: answerTimeoutMs });
    inFlight.add(sent);
    const finish = (statusCode: number, status: string): void => {
      inFlight.delete(sent);
      delivery.durationS = Math.round(performance.now() - startedMs) / 1000;
      delivery.statusCode = statusCode;
      delivery.status = status;
      resolve();
    };
    sent.on("timeout", () => sent.destroy(new Error("timed out")));
    // A receiver that is down is the receiver's trouble: remembered as failed, as GitHub does.
    sent.on("error", (error) => {
      finish(502, error.message === "timed out" ? "timed out" : "failed to connect to host");
    });
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", () => {
        finish(502, "failed to read the response");
      });
      response.on("end", () => {
        const code = response.statusCode ?? 0;
        delivery.responseBody = Buffer.concat(chunks).toString("utf8").slice(0, 10_000);
        delivery.responseHeaders = response.headers;
        finish(code, code >= 200 && code < 300 ? "OK" : `Invalid HTTP Response: ${String(code)}`);
      });
    });
    sent.end(body);
  });
}

function waitMs(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
