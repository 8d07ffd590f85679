// The control port: what a test or a curious person does to the world that the rack lives in. Never part of its API.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type ByHandChange, changeByHand } from "./by-hand.ts";
import { readByHand, readClock, readFault, readPromotion } from "./control-input.ts";
import type { ApiContext } from "./http-api.ts";
import { stateJson } from "./state-json.ts";
import { findApp } from "./rack-state.ts";
import { errorMessage, RackError } from "./reply.ts";

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RackError(400, `the body is no JSON: ${errorMessage(error)}`);
  }
}

function takeBack({ rack, faults }: ApiContext): object {
  faults.clear();
  rack.outcomes.clear();
  for (const app of rack.apps.values()) app.promotion?.resume();
  return { ok: true };
}

type Answer = (context: ApiContext, body: unknown) => object;

const CALLS: Readonly<Record<string, Answer>> = {
  "GET /log": ({ log }) => log.entries,
  "GET /state": ({ rack }) => stateJson(rack),
  "POST /faults": ({ faults }, body) => {
    faults.add(readFault(body));
    return { ok: true };
  },
  "DELETE /faults": takeBack,
  "POST /clock": ({ rack }, body) => {
    rack.clock.advance(readClock(body));
    return { now: new Date(rack.clock.now()).toISOString() };
  },
  "POST /promotions": ({ rack }, body) => {
    const { app, outcome, times } = readPromotion(body);
    rack.outcomes.set(app, { outcome, times });
    return { ok: true };
  },
  "POST /by-hand": ({ rack }, body) => {
    const { app: name, ...change }: ByHandChange & { app: string } = readByHand(body);
    const app = findApp(rack, name);
    changeByHand(rack, app, change);
    return { app: app.name, release: app.release };
  },
};

/** Answers one call of the control port, in JSON. */
export async function answerControl(
  context: ApiContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, value: object): void => {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(`${JSON.stringify(value)}\n`);
  };
  const [path = "/"] = (request.url ?? "/").split("?");
  const answer = CALLS[`${request.method ?? "GET"} ${path}`];
  if (answer === undefined) {
    send(404, { error: `no such call; there are ${Object.keys(CALLS).join(", ")}` });
    return;
  }
  try {
    send(200, answer(context, await readJson(request)));
  } catch (error) {
    send(error instanceof RackError ? error.status : 400, { error: errorMessage(error) });
  }
}
