import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { createHealth } from "../../src/adapters/health.ts";

let server: Server;
let base: string;
let problem: string | null = "waits for GitHub";
let now = 10_000;

beforeAll(async () => {
  const health = createHealth({
    version: "1.2.3",
    clock: { now: () => now },
    checks: { github: () => problem, ledger: () => null },
  });
  server = createServer((request, response) => {
    if (!health(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  base = typeof address === "object" && address !== null ? `http://127.0.0.1:${String(address.port)}` : "";
});
afterAll(() => {
  server.close();
});

async function get(path: string, method = "GET"): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${base}${path}`, { method });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
}

it("lives as soon as it answers", async () => {
  now = 15_500;
  expect(await get("/healthz")).toEqual({ status: 200, body: { status: "ok", version: "1.2.3", uptimeSeconds: 5 } });
});

it("is ready when nothing is missing, and else names what is", async () => {
  expect(await get("/readyz?x=1")).toMatchObject({
    status: 503,
    body: { status: "not ready", problems: { github: "waits for GitHub" } },
  });
  problem = null;
  expect(await get("/readyz")).toMatchObject({ status: 200, body: { status: "ok" } });
});

it("leaves other addresses to others and takes GET alone", async () => {
  expect((await get("/healthz/x")).status).toBe(404);
  expect((await get("/healthz", "POST")).status).toBe(405);
});
