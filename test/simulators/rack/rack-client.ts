// A small client of the simulated rack for its tests: real HTTP, and real websockets.
import { WebSocket } from "ws";
import { writeTarGzip } from "../../../src/simulators/rack/archive.ts";
import {
  startSimulatedRack,
  type SimulatedRack,
  type SimulatedRackOptions,
} from "../../../src/simulators/rack/start-simulated-rack.ts";

export const PASSWORD = "correct-horse";
export const AUTHORIZATION = `Basic ${Buffer.from(`convox:${PASSWORD}`).toString("base64")}`;

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

export interface Client {
  readonly rack: SimulatedRack;
  raw(path: string, init?: RequestInit): Promise<Response>;
  call(method: string, path: string, form?: Readonly<Record<string, string>>): Promise<Answer>;
  read(path: string): Promise<unknown>;
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  until<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T>;
}

export async function startClient(options: Partial<SimulatedRackOptions> = {}): Promise<Client> {
  const rack = await startSimulatedRack({
    name: "staging",
    password: PASSWORD,
    pace: { buildMs: 20, promoteMs: 200 },
    ...options,
  });
  const raw = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries({ Authorization: AUTHORIZATION, Accept: "application/json" })) {
      if (!headers.has(name)) headers.set(name, value);
    }
    return fetch(rack.url + path, { ...init, headers });
  };
  return {
    rack,
    raw,
    async call(method, path, form) {
      const response = await raw(path, { method, ...(form === undefined ? {} : { body: new URLSearchParams(form) }) });
      return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
    },
    async read(path) {
      return (await raw(path)).json();
    },
    async control(method, path, body) {
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
      return (await fetch(rack.control + path, init)).json();
    },
    async until(read, holds) {
      const deadline = Date.now() + 4000;
      for (;;) {
        const value = await read();
        if (holds(value)) return value;
        if (Date.now() > deadline) throw new Error(`never came to hold; last was ${JSON.stringify(value)}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}

/** A field of a JSON object that came over the wire. */
export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

export function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`expected a list, got ${JSON.stringify(value)}`);
  return value;
}

export const MANIFEST = "services:\n  web:\n    image: nginx:1.27\n    port: 80\n    scale:\n      count: 2\n";

export async function createApp(client: Client, app: string): Promise<void> {
  await client.call("POST", "/apps", { name: app });
  await waitRunning(client, app);
}

export async function waitRunning(client: Client, app: string): Promise<unknown> {
  return client.until(
    () => client.read(`/apps/${app}`),
    (value) => field(value, "status") === "running",
  );
}

export async function startBuild(
  client: Client,
  app: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const tgz = writeTarGzip(new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));
  await client.raw(`/apps/${app}/objects/tmp/source.tgz`, { method: "POST", body: new Uint8Array(tgz) });
  const made = await client.call("POST", `/apps/${app}/builds`, {
    url: `object://${app}/tmp/source.tgz`,
    description: "a build",
    "git-sha": "abc",
  });
  return String(field(JSON.parse(made.text), "id"));
}

export async function endBuild(client: Client, app: string, build: string): Promise<unknown> {
  return client.until(
    () => client.read(`/apps/${app}/builds/${build}`),
    (value) => field(value, "status") !== "running",
  );
}

/** The release of a build of this manifest. */
export async function buildRelease(client: Client, app: string, manifest = MANIFEST): Promise<string> {
  const build = await endBuild(client, app, await startBuild(client, app, { "convox.yml": manifest }));
  return String(field(build, "release"));
}

export async function deploy(client: Client, app: string, manifest = MANIFEST): Promise<string> {
  const release = await buildRelease(client, app, manifest);
  await client.call("POST", `/apps/${app}/releases/${release}/promote`, {});
  await waitRunning(client, app);
  return release;
}

export async function setEnvironment(client: Client, app: string, env: string): Promise<string> {
  const made = await client.call("POST", `/apps/${app}/releases`, { env });
  return String(field(JSON.parse(made.text), "id"));
}

export interface Stream {
  readonly frames: readonly { readonly text: string; readonly binary: boolean }[];
  readonly closed: Promise<void>;
  close(): void;
}

export function openStream(client: Client, path: string, headers: Readonly<Record<string, string>> = {}): Stream {
  const url = client.rack.url.replace("http", "ws") + path;
  const socket = new WebSocket(url, { headers: { Authorization: AUTHORIZATION, ...headers } });
  const frames: { text: string; binary: boolean }[] = [];
  socket.on("message", (bytes, binary) =>
    frames.push({ text: Buffer.isBuffer(bytes) ? bytes.toString() : "", binary }),
  );
  const closed = new Promise<void>((resolve) => {
    socket.on("error", (error) => frames.push({ text: `refused: ${error.message}`, binary: false }));
    socket.on("close", () => resolve());
  });
  return { frames, closed, close: () => socket.terminate() };
}
