/** Finds the route of a request, decides whether the caller may use it, and turns its answer into HTTP as GitHub does. */
import { createHash, randomBytes } from "node:crypto";
import { ApiError, badCredentials, notFound } from "./api-error.ts";
import { authenticate, isJsonObject, requirePermission } from "./auth.ts";
import type { Actor } from "./auth.ts";
import type { Hub } from "./hub.ts";
import { fullName } from "./hub.ts";
import type { RawAnswer, RawRequest } from "./raw-exchange.ts";
import type { Answer, Route } from "./route.ts";
import { accountOf } from "./state.ts";

export interface Exchange {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly routeTemplate: string | null;
  readonly requestBody: unknown;
  readonly status: number;
  readonly responseBody: unknown;
  readonly actor: string | null;
}

export interface ApiRouterOptions {
  readonly hub: Hub;
  readonly routes: readonly Route[];
  /** Runs what changes something, one at a time. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  readonly onExchange: ((exchange: Exchange) => void) | undefined;
}

interface Compiled {
  readonly route: Route;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

/** These parameters may hold slashes. */
const wide = new Set(["path", "ref", "branch", "basehead"]);
const maxRequestsPerHour = 5000;
const hourMs = 3_600_000;

export function createApiRouter(options: ApiRouterOptions): (request: RawRequest) => Promise<RawAnswer> {
  const { hub } = options;
  const compiled = options.routes.map(compile);
  const limits = createRateLimits(hub);
  return async (request) => {
    const found = match(compiled, request.method, request.url.pathname);
    const seen: { actor: Actor | null; body: unknown } = { actor: null, body: null };
    const answer = await settle(async () => {
      const actor = authenticate(hub.state, request.headers.authorization);
      seen.actor = actor;
      request.named(accountOf(hub.state, actor.key).login);
      limits.check(actor);
      if (found === undefined) throw notFound();
      seen.body = parseBody(request.body);
      const body = isJsonObject(seen.body) ? seen.body : {};
      checkAccess(hub, found, actor);
      const call = { hub, actor, params: found.params, url: publicUrl(hub, request.url), body };
      const run = async (): Promise<Answer> => found.route.answer(call);
      return request.method === "GET" ? run() : options.exclusively(run);
    });
    const raw = toHttp(answer, request);
    // What has not changed costs nothing of the primary limit.
    if (raw.status === 304 && seen.actor !== null) limits.refund(seen.actor);
    Object.assign(raw.headers, { ...limits.headers(seen.actor), ...answer.headers });
    options.onExchange?.({
      method: request.method,
      path: request.url.pathname + request.url.search,
      routeTemplate: found?.route.template ?? null,
      requestBody: seen.body,
      status: raw.status,
      responseBody: raw.status === 304 ? undefined : answer.body,
      actor: seen.actor === null ? null : accountOf(hub.state, seen.actor.key).login,
    });
    return raw;
  };
}

function compile(route: Route): Compiled {
  const names: string[] = [];
  const source = route.template.replaceAll(/[.+^$|()[\]\\?*]/g, "\\$&").replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    names.push(name);
    return wide.has(name) ? "(.+)" : "([^/]+)";
  });
  return { route, pattern: new RegExp(`^${source}$`), names };
}

type Found = { readonly route: Route; readonly params: Readonly<Record<string, string>> };

function match(compiled: readonly Compiled[], method: string, path: string): Found | undefined {
  for (const { route, pattern, names } of compiled) {
    if (route.method !== method) continue;
    const hit = pattern.exec(path);
    if (hit === null) continue;
    const params = names.map((name, at): [string, string] => [name, decode(hit[at + 1] ?? "")]);
    return { route, params: Object.fromEntries(params) };
  }
  return undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray "%" stands for itself; nothing of that name will be found.
    return text;
  }
}

/** The address as the client knows it, for Link headers. */
function publicUrl(hub: Hub, url: URL): URL {
  return new URL(url.pathname + url.search, hub.urls.api);
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return null;
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw new ApiError(400, "Problems parsing JSON");
  }
  if (!isJsonObject(value) && !Array.isArray(value) && value !== null) {
    throw new ApiError(400, "Body should be a JSON object");
  }
  return value;
}

function checkAccess(hub: Hub, found: Found, actor: Actor): void {
  const { route, params } = found;
  if (route.by === "app") {
    if (actor.kind !== "app") throw badCredentials("A JSON web token could not be decoded");
    return;
  }
  if (actor.kind === "app" && !route.template.endsWith("/installation")) {
    throw badCredentials("This endpoint needs an installation access token or a personal one, not the App's own JWT");
  }
  const same = (one: string | undefined, other: string): boolean =>
    one === undefined || one.toLowerCase() === other.toLowerCase();
  const [owner = "", name = ""] = fullName(hub).split("/");
  if (!same(params["owner"], owner) || !same(params["repo"], name) || !same(params["org"], owner)) throw notFound();
  if (route.by === "installation" && actor.kind !== "installation") {
    throw new ApiError(403, "You must authenticate via a GitHub App.");
  }
  requirePermission(actor, route.needs ?? []);
  checkMembership(route, actor);
}

function checkMembership(route: Route, actor: Actor): void {
  if (actor.kind === "person" && !actor.member && !isOpenToAll(route)) {
    throw new ApiError(403, "Must have push access to the repository.");
  }
}

/** What somebody who may only read does too: look, propose from a fork, comment, review. */
function isOpenToAll(route: Route): boolean {
  return (
    route.method === "GET" ||
    /^\/(graphql|user)/.test(route.template) ||
    (route.method === "POST" && /\/(forks|pulls|comments|reviews|events)$/.test(route.template))
  );
}

async function settle(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiError) {
      const errors = error.errors === undefined ? {} : { errors: error.errors };
      const body = { message: error.message, ...errors, documentation_url: "https://docs.github.com/rest" };
      return { status: error.status, body, headers: error.headers };
    }
    // A fault of the simulator itself: said loudly, so that a test that meets it fails with the cause.
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { status: 500, body: { message: `The simulated GitHub failed: ${cause}`, documentation_url: "" } };
  }
}

function toHttp(answer: Answer, request: RawRequest): RawAnswer & { readonly headers: Record<string, string> } {
  const body = answer.body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(answer.body), "utf8");
  const headers: Record<string, string> = {
    "x-github-request-id": randomBytes(8).toString("hex").toUpperCase(),
    "x-github-media-type": "github.v3; format=json",
    "x-github-api-version-selected": "2022-11-28",
    ...answer.headers,
  };
  if (answer.body !== undefined) headers["content-type"] = "application/json; charset=utf-8";
  if (request.method === "GET" && answer.status === 200) {
    const etag = `W/"${createHash("sha256").update(body).digest("hex")}"`;
    headers["etag"] = etag;
    headers["cache-control"] = "private, max-age=60, s-maxage=60";
    if (request.headers["if-none-match"] === etag) return { status: 304, headers, body: Buffer.alloc(0) };
  }
  return { status: answer.status, headers, body };
}

interface RateLimits {
  check(actor: Actor): void;
  refund(actor: Actor): void;
  headers(actor: Actor | null): Record<string, string>;
}

function createRateLimits(hub: Hub): RateLimits {
  const windows = new Map<string, { used: number; resetMs: number }>();
  const windowOf = (actor: Actor): { used: number; resetMs: number } => {
    const nowMs = hub.state.clock.now().getTime();
    const known = windows.get(actor.key);
    if (known !== undefined && known.resetMs > nowMs) return known;
    const fresh = { used: 0, resetMs: nowMs + hourMs };
    windows.set(actor.key, fresh);
    return fresh;
  };
  const headers = (actor: Actor | null): Record<string, string> => {
    if (actor === null) return {};
    const { used, resetMs } = windowOf(actor);
    return {
      "x-ratelimit-limit": String(maxRequestsPerHour),
      "x-ratelimit-remaining": String(Math.max(0, maxRequestsPerHour - used)),
      "x-ratelimit-used": String(used),
      "x-ratelimit-reset": String(Math.ceil(resetMs / 1000)),
      "x-ratelimit-resource": "core",
    };
  };
  return {
    headers,
    refund: (actor) => {
      windowOf(actor).used -= 1;
    },
    check: (actor) => {
      const window = windowOf(actor);
      window.used += 1;
      if (window.used <= maxRequestsPerHour) return;
      throw new ApiError(403, `API rate limit exceeded for ${accountOf(hub.state, actor.key).login}.`, {
        headers: headers(actor),
      });
    },
  };
}
