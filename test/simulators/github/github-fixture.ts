// A simulated GitHub for a test, with real git clones, people who call its API, its App, and a receiver of webhooks.
// Every exchange and webhook is held to GitHub's own descriptions where these are there; close() throws what was wrong.
import { execFile } from "node:child_process";
import { createSign, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { startSimulatedGitHub } from "../../../src/simulators/github/start-simulated-github.ts";
import type { SimulatedGitHub, SimulatedGitHubOptions } from "../../../src/simulators/github/start-simulated-github.ts";
import { createDeliveryValidator, createExchangeValidator, githubDescriptions } from "../../openapi/description.ts";

const keys = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

const appId = 4711;
export const webhookSecret = "a secret of the test, long enough to be one";
export const repo = "acme/config";

export const appPermissions = {
  metadata: "read",
  members: "read",
  contents: "write",
  pull_requests: "write",
  checks: "write",
  issues: "write",
  deployments: "write",
  merge_queues: "read",
} as const;

const firstFiles = new Map([
  ["README.md", "# Config\n"],
  ["racks/staging/rack.yml", "production: false\n"],
  ["racks/staging/apps/web/env.yml", "A: 1\nB: 2\nC: 3\nD: 4\nE: 5\n"],
]);

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed; undefined where there is none. */
  readonly body: unknown;
}

export interface Received {
  readonly event: string;
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly payload: Record<string, unknown>;
}

export interface GitHubFixture {
  readonly github: SimulatedGitHub;
  /** Webhooks as they arrived. */
  readonly received: readonly Received[];
  /** Resolves once a webhook satisfies `wanted`; fails after 5 s. */
  readonly arrival: (wanted: (webhook: Received) => boolean) => Promise<Received>;
  /** @param call "METHOD /path" */
  readonly as: (login: string, call: string, body?: unknown) => Promise<Reply>;
  readonly withToken: (authorization: string | undefined, call: string, body?: unknown) => Promise<Reply>;
  readonly app: (call: string, body?: unknown) => Promise<Reply>;
  readonly bot: (call: string, body?: unknown) => Promise<Reply>;
  readonly control: (call: string, body?: unknown) => Promise<Reply>;
  /** @param of "owner/name" of a fork; left out: the repository itself */
  readonly clone: (login: string, of?: string) => Promise<Clone>;
  /** A pull request of a new branch that writes `files`, opened by its author. @returns its number. */
  readonly openPull: (login: string, branch: string, files: Readonly<Record<string, string>>) => Promise<number>;
  readonly close: () => Promise<void>;
}

export interface Clone {
  readonly folder: string;
  git(...args: readonly string[]): Promise<string>;
  /** Writes, commits as the clone's owner. @returns the commit. */
  commit(files: Readonly<Record<string, string>>, message?: string): Promise<string>;
}

const run = promisify(execFile);

/** Compiled once for all tests of a file. */
const checked = githubDescriptions.present
  ? { exchange: createExchangeValidator(), delivery: createDeliveryValidator() }
  : undefined;

export async function startGitHub(changes: Partial<SimulatedGitHubOptions> = {}): Promise<GitHubFixture> {
  const folder = mkdtempSync(join(tmpdir(), "simulated-github-"));
  const problems: string[] = [];
  const receiver = await startReceiver();
  const github = await startSimulatedGitHub({
    repo,
    folder,
    files: firstFiles,
    people: {
      ana: { teams: ["web"] },
      bo: { teams: ["web", "platform"] },
      pia: { teams: ["platform"] },
      olga: { teams: [], admin: true },
    },
    app: { id: appId, slug: "signalbox", publicKey: keys.publicKey, webhookSecret, permissions: appPermissions },
    webhookUrl: receiver.url,
    onExchange: (exchange) => {
      // GraphQL is not part of the description of the REST API.
      if (exchange.routeTemplate !== "/graphql") problems.push(...(checked?.exchange(exchange) ?? []));
    },
    onDelivery: (delivery) => problems.push(...(checked?.delivery(delivery) ?? [])),
    ...changes,
  });
  const call = (authorization: string | undefined, line: string, body?: unknown): Promise<Reply> =>
    request(github.api, line, { body, authorization });
  const as = (login: string, line: string, body?: unknown): Promise<Reply> =>
    call(`Bearer ${github.tokens[login] ?? ""}`, line, body);
  const app = (line: string, body?: unknown): Promise<Reply> => call(`Bearer ${appJwt()}`, line, body);
  let botToken: string | undefined;
  const bot = async (line: string, body?: unknown): Promise<Reply> => {
    botToken ??= await installationToken(app);
    return call(`token ${botToken}`, line, body);
  };
  let clones = 0;
  const clone = async (login: string, of = repo): Promise<Clone> => {
    clones += 1;
    return makeClone(github, login, { of, folder: join(folder, `clone-${String(clones)}`) });
  };
  return {
    github,
    received: receiver.received,
    arrival: (wanted) => receiver.arrival(wanted),
    as,
    withToken: call,
    app,
    bot,
    control: (line, body) => request(github.control, line, { body, authorization: undefined }),
    clone,
    openPull: async (login, branch, files) => {
      const mine = await clone(login);
      await mine.git("checkout", "--quiet", "-b", branch);
      await mine.commit(files, `Change ${branch}`);
      await mine.git("push", "--quiet", "origin", branch);
      const made = await as(login, `POST /repos/${repo}/pulls`, { head: branch, base: "main", title: `The ${branch}` });
      return numberIn(made.body, "number");
    },
    close: async () => {
      await github.close();
      await receiver.close();
      rmSync(folder, { recursive: true, force: true });
      if (problems.length > 0) throw new Error(`Not as GitHub describes itself:\n${[...new Set(problems)].join("\n")}`);
    },
  };
}

/** @param claims replace the standard ones. */
export function appJwt(claims: Readonly<Record<string, unknown>> = {}, key = keys.privateKey): string {
  const nowS = Math.floor(Date.now() / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iat: nowS - 30, exp: nowS + 540, iss: appId, ...claims })}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(key, "base64url")}`;
}

/** The installation's token, with all permissions unless narrowed. */
export async function installationToken(app: GitHubFixture["app"], body?: unknown): Promise<string> {
  const installation = await app(`GET /repos/${repo}/installation`);
  const id = numberIn(installation.body, "id");
  return textIn((await app(`POST /app/installations/${String(id)}/access_tokens`, body)).body, "token");
}

async function request(
  base: string,
  line: string,
  what: { readonly body: unknown; readonly authorization: string | undefined },
): Promise<Reply> {
  const [method = "GET", path = "/"] = line.split(" ");
  const response = await fetch(base + path, {
    method,
    ...(what.authorization === undefined ? {} : { headers: { authorization: what.authorization } }),
    ...(what.body === undefined ? {} : { body: JSON.stringify(what.body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text || undefined };
}

async function makeClone(
  github: SimulatedGitHub,
  login: string,
  { of, folder }: { readonly of: string; readonly folder: string },
): Promise<Clone> {
  const url = new URL(`${github.git}/${of}.git`);
  url.username = login;
  url.password = github.tokens[login] ?? "";
  await run("git", ["clone", "--quiet", url.href, folder]);
  const git = async (...args: readonly string[]): Promise<string> =>
    (await run("git", ["-C", folder, ...args])).stdout.trim();
  await git("config", "user.name", login);
  await git("config", "user.email", `${login}@users.noreply.github.com`);
  await git("config", "commit.gpgSign", "false");
  return {
    folder,
    git,
    commit: async (files, message = "Change") => {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
      await git("add", "--all");
      await git("commit", "--quiet", "--message", message);
      return git("rev-parse", "HEAD");
    },
  };
}

interface Receiver {
  readonly url: string;
  readonly received: Received[];
  arrival(wanted: (webhook: Received) => boolean): Promise<Received>;
  close(): Promise<void>;
}

const arrivalMs = 5000;

async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on("data", (chunk: Buffer) => chunks.push(chunk));
    message.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const header = (name: string): string => String(message.headers[name]);
      const payload = JSON.parse(text) as Record<string, unknown>; // The simulator sends objects.
      received.push({
        event: header("x-github-event"),
        id: header("x-github-delivery"),
        headers: message.headers,
        text,
        payload,
      });
      response.end("thanks");
      for (const look of waiting) look();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const arrival = (wanted: (webhook: Received) => boolean): Promise<Received> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = received.find(wanted);
        if (found === undefined) return;
        waiting.delete(look);
        clearTimeout(timer);
        resolve(found);
      };
      const timer = setTimeout(() => {
        waiting.delete(look);
        const seen = received.map((webhook) => `${webhook.event}.${String(webhook.payload["action"])}`);
        reject(new Error(`The webhook did not arrive; these did: ${seen.join(", ")}`));
      }, arrivalMs);
      waiting.add(look);
      look();
    });
  return {
    url: `http://127.0.0.1:${String(port)}/webhooks`,
    received,
    arrival,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** The value at a path of keys and indexes; undefined where there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inside, key) => (isIndexable(inside) ? inside[key] : undefined), value);
}

function isIndexable(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === "object" && value !== null;
}

export function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`Expected a list, not ${JSON.stringify(value)}`);
  return value;
}

export function numberIn(value: unknown, ...path: readonly (string | number)[]): number {
  const found = at(value, ...path);
  if (typeof found !== "number") throw new Error(`No number at ${path.join(".")} of ${JSON.stringify(value)}`);
  return found;
}

export function textIn(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  if (typeof found !== "string") throw new Error(`No text at ${path.join(".")} of ${JSON.stringify(value)}`);
  return found;
}

export function readText(file: string): Promise<string> {
  return readFile(file, "utf8");
}
