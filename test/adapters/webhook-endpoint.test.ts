import { createHmac } from "node:crypto";
import { createServer, request as httpRequest, type Server } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createLog } from "../../src/adapters/log.ts";
import { createWebhookEndpoint, WEBHOOK_PATH } from "../../src/adapters/webhook-endpoint.ts";

const SECRET = "the-secret-in-use-with-thirty-two-bytes";
const OLD_SECRET = "the-secret-before-it-of-thirty-two-bytes";
const PLANTED = "PLANTED-SECRET-VALUE";

interface Received {
  readonly id: string;
  readonly name: string;
  readonly payload: object;
}

let received: Received[] = [];
let logged: string[] = [];
let failing = 0;
let now = 0;
let server: Server | undefined;
let port = 0;

function start(bodyTimeoutMs = 2_000): Promise<void> {
  server?.closeAllConnections();
  server?.close();
  const endpoint = createWebhookEndpoint({
    probot: {
      receive: async (event) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (failing > 0) {
          failing -= 1;
          throw new Error(`boom ${PLANTED}`);
        }
        received.push({ id: event.id, name: event.name, payload: event.payload });
      },
    },
    secrets: [SECRET, OLD_SECRET],
    repository: "Acme/config",
    events: ["push", "membership"],
    clock: { now: () => now },
    log: createLog({
      level: "debug",
      write: (line) => logged.push(line),
      redact: (t) => t.replaceAll(PLANTED, "[secret]"),
    }),
    bodyTimeoutMs,
  });
  const started = createServer((request, response) => {
    if (!endpoint(request, response)) response.writeHead(404).end("other");
  });
  server = started;
  return new Promise((resolve) => {
    started.listen(0, "127.0.0.1", () => {
      const address = started.address();
      port = typeof address === "object" && address !== null ? address.port : 0;
      resolve();
    });
  });
}

beforeEach(async () => {
  received = [];
  logged = [];
  failing = 0;
  now = 1_000_000_000_000;
  await start();
});
afterAll(() => {
  server?.closeAllConnections();
  server?.close();
});

const PUSH = JSON.stringify({ ref: "refs/heads/main", repository: { full_name: "acme/Config" }, planted: PLANTED });

const sign = (body: string | Buffer, secret = SECRET): string =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

interface Sent {
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly method?: string;
  readonly path?: string;
}

async function post({ body = PUSH, headers = {}, method = "POST", path = WEBHOOK_PATH }: Sent = {}): Promise<{
  readonly status: number;
  readonly text: string;
}> {
  const all: Record<string, string | null> = {
    "content-type": "application/json",
    "x-github-event": "push",
    "x-github-delivery": "d-1",
    "x-hub-signature-256": sign(body),
    ...headers,
  };
  const kept = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null);
  const answer = await fetch(`http://127.0.0.1:${String(port)}${path}`, {
    method,
    headers: kept,
    ...(method === "GET" ? {} : { body }),
  });
  return { status: answer.status, text: (await answer.text()).trim() };
}

describe("a signed event of the config repo", () => {
  it("reaches the handlers and is answered when they have taken it", async () => {
    expect(await post()).toEqual({ status: 202, text: "taken" });
    expect(received).toEqual([{ id: "d-1", name: "push", payload: JSON.parse(PUSH) as object }]);
  });

  it("is taken under the secret before this one, during a rotation", async () => {
    expect((await post({ headers: { "x-hub-signature-256": sign(PUSH, OLD_SECRET) } })).status).toBe(202);
    expect(received).toHaveLength(1);
  });

  it("of the organisation is taken too, and of another one is not", async () => {
    const of = (login: string): string => JSON.stringify({ action: "added", organization: { login } });
    await post({ body: of("acme"), headers: { "x-github-event": "membership", "x-github-delivery": "m-1" } });
    await post({ body: of("evil"), headers: { "x-github-event": "membership", "x-github-delivery": "m-2" } });
    expect(received.map(({ id }) => id)).toEqual(["m-1"]);
  });
});

describe("the signature", () => {
  it.each([
    ["is missing", null],
    ["is empty", ""],
    ["is SHA-1", `sha1=${createHmac("sha1", SECRET).update(PUSH).digest("hex")}`],
    ["is cut", sign(PUSH).slice(0, -2)],
    ["is in upper case", sign(PUSH).toUpperCase().replace("SHA256", "sha256")],
    ["is by another secret", sign(PUSH, "development")],
    ["is of the same JSON written differently", sign(JSON.stringify(JSON.parse(PUSH), null, 2))],
    ["is given twice", `${sign(PUSH)}, ${sign(PUSH)}`],
  ])("that %s gives 401, and nothing is looked at", async (_case, signature) => {
    const answer = await post({ headers: { "x-hub-signature-256": signature, "x-github-event": null } });
    expect(answer).toEqual({ status: 401, text: "The signature is missing or wrong." });
    expect(received).toEqual([]);
  });

  it("is over bytes: what is no JSON is refused by its signature first", async () => {
    expect((await post({ body: "{", headers: { "x-hub-signature-256": sign("}") } })).status).toBe(401);
    expect((await post({ body: "{" })).status).toBe(400);
  });
});

describe("a request that is no delivery", () => {
  it.each([
    ["without an event", { headers: { "x-github-event": null } }, 400],
    ["without a delivery id", { headers: { "x-github-delivery": null } }, 400],
    ["with an event of odd characters", { headers: { "x-github-event": "*" } }, 400],
    ["with null", { body: "null" }, 400],
    ["with a list", { body: "[]" }, 400],
    ["with a text", { body: '"x"' }, 400],
    ["with bytes that are no UTF-8", { body: Buffer.from([0x7b, 0xff, 0x7d]) }, 400],
    ["with an empty body", { body: "" }, 400],
    ["with a form", { headers: { "content-type": "application/x-www-form-urlencoded" } }, 415],
    ["with an encoded body", { headers: { "content-encoding": "gzip" } }, 415],
    ["by GET", { method: "GET" }, 405],
    ["to another address", { path: "/api/github/webhooks/x" }, 404],
  ])("%s is refused", async (_case, sent: Sent, status) => {
    expect((await post(sent)).status).toBe(status);
    expect(received).toEqual([]);
  });

  it.each([
    ["of another repository", { body: JSON.stringify({ repository: { full_name: "acme/other" } }) }],
    ["of no repository", { body: "{}" }],
    ["whose repository is no object", { body: '{"repository":"acme/config"}' }],
    ["that is not handled", { headers: { "x-github-event": "star" } }],
    ["named like a part of an object", { headers: { "x-github-event": "__proto__" } }],
  ])("an event %s is taken and ignored", async (_case, sent: Sent) => {
    const answer = await post(sent);
    expect(answer).toMatchObject({ status: 202, text: expect.stringMatching(/^ignored/) });
    expect(received).toEqual([]);
  });
});

describe("a delivery that comes again", () => {
  it("has one effect, even where a hundred come at once", async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => post()));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(received).toHaveLength(1);
  });

  it("with another body is ignored and noted", async () => {
    await post();
    await post({ body: JSON.stringify({ repository: { full_name: "acme/config" } }) });
    expect(received).toHaveLength(1);
    expect(logged.join("")).toContain("its delivery id was used for another body");
  });

  it("is known for 72 hours at least", async () => {
    await post();
    now += 73 * 3_600_000;
    await post({ headers: { "x-github-delivery": "d-2" } });
    await post();
    expect(received.map(({ id }) => id)).toEqual(["d-1", "d-2"]);
  });

  it("is taken where the first time failed, and the failure tells nothing of what was sent", async () => {
    failing = 1;
    const failed = await post();
    expect(failed).toEqual({ status: 500, text: "Signalbox could not take the event; deliver it again." });
    expect((await post()).status).toBe(202);
    expect(received).toHaveLength(1);
    expect(logged.join("")).not.toContain(PLANTED);
  });
});

describe("a body", () => {
  it("over 26 MB is refused by its announced length", async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(
        {
          port,
          path: WEBHOOK_PATH,
          method: "POST",
          headers: {
            "content-type": "application/json",
            "x-hub-signature-256": sign("x"),
            "content-length": 27 * 1024 * 1024,
          },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode);
          request.destroy();
        },
      );
      request.on("error", reject);
      request.write("x");
    });
    expect(status).toBe(413);
  });

  it("over 26 MB is refused where no length was announced", async () => {
    const chunk = Buffer.alloc(1024 * 1024, "x");
    const status = await new Promise<number | undefined>((resolve) => {
      const request = httpRequest(
        {
          port,
          path: WEBHOOK_PATH,
          method: "POST",
          headers: { "content-type": "application/json", "x-hub-signature-256": sign("x") },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode);
          request.destroy();
        },
      );
      // The connection is cut while this still writes: the answer is what counts.
      request.on("error", () => undefined);
      for (let count = 0; count < 27; count += 1) request.write(chunk);
    });
    expect(status).toBe(413);
  });

  it("that does not come to its end in time is refused", async () => {
    await start(50);
    const text = await new Promise<string>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      let answer = "";
      socket.on("data", (chunk) => (answer += chunk.toString()));
      socket.on("close", () => {
        resolve(answer);
      });
      socket.write(
        `POST ${WEBHOOK_PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-hub-signature-256: ${sign("x")}\r\ncontent-length: 10\r\n\r\nabc`,
      );
    });
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });
});
