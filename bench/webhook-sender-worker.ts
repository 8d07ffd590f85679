// Delivers signed events at a steady pace, whatever becomes of those before: a receiver that stalls is seen by all that come meanwhile.
import { createHmac, randomUUID } from "node:crypto";
import { request } from "node:http";
import { parentPort, workerData } from "node:worker_threads";

export interface Sending {
  readonly url: string;
  readonly secret: string;
  readonly everyMs: number;
  /** Bodies of `pull_request` events, taken in turn. */
  readonly bodies: readonly string[];
}

/** Milliseconds from when each should have been sent to its answer. */
export type Sent = readonly number[];

const LOOK_EVERY_MS = 50;

const { url, secret, everyMs, bodies } = workerData as Sending; // given by webhook-world.ts
const ending = new AbortController();
parentPort?.once("message", () => {
  ending.abort();
});

while ((await deliver(0).catch(() => 0)) !== 202 && !ending.signal.aborted) await sleep(LOOK_EVERY_MS);
const begin = performance.now();
const answers: Promise<number>[] = [];
while (!ending.signal.aborted) {
  const due = begin + answers.length * everyMs;
  await sleep(due - performance.now());
  answers.push(answered(due, answers.length));
}
parentPort?.postMessage(await Promise.all(answers));

async function answered(due: number, index: number): Promise<number> {
  const status = await deliver(index);
  if (status !== 202) throw new Error(`a delivery was answered with ${String(status)}`);
  return performance.now() - due;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(ms, 0)));
}

/** @returns the status, once the whole answer has come */
function deliver(index: number): Promise<number> {
  const body = Buffer.from(bodies[index % bodies.length] ?? "", "utf8");
  const headers = {
    "content-type": "application/json",
    "content-length": String(body.length),
    "x-github-event": "pull_request",
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers, agent: false }, (response) => {
      response.resume().on("error", reject);
      response.once("end", () => resolve(response.statusCode ?? 0));
    });
    sent.on("error", reject).end(body);
  });
}
