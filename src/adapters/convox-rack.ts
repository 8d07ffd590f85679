// A rack's HTTP API behind the port: which request each question and each step is.
import { StalledError } from "../errors.ts";
import type { AppName } from "../manifest/types.ts";
import type { LiveApp, LiveRelease, RackConnection } from "../reconcile/ports.ts";
import type { Secret } from "../secrets/secret.ts";
import { readLogLines } from "./convox-logs.ts";
import {
  readApp,
  readAppNames,
  readBuild,
  readBuilds,
  readObjectUrl,
  readRelease,
  readReleases,
  readServices,
  readVersion,
  type Reading,
} from "./rack-answers.ts";
import { askRack, endpointUrl, nameOf, type RackAddress, type RackAnswer, type RackCall } from "./rack-request.ts";
import { tarballOf } from "./tarball.ts";

export interface RackOptions {
  /** Its name, for messages. */
  readonly rack: string;
  readonly endpoint: string;
  readonly user: "convox" | "jwt";
  readonly password: Secret;
  readonly ca: string | null;
  /** Of one request, whole; default 30 s. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;
/** Enough to find what an earlier run made, in one answer. */
const LIST_LIMIT = 20;
const MANIFEST = "convox.yml";

/** Sends nothing yet. Throws StalledError where the endpoint is no https address (http on loopback alone). */
export function connectRack(options: RackOptions): RackConnection {
  const address: RackAddress = { timeoutMs: TIMEOUT_MS, ...options };
  endpointUrl(address);
  return {
    overview: async () => ({
      version: readVersion(await ask(address, get("/system"))),
      apps: readAppNames(await ask(address, get("/apps"))),
    }),
    readApp: (app) => readWholeApp(address, app),
    readStatus: async (app) => {
      const { status, release } = readApp(await ask(address, get(pathOf(app))));
      return { status, release };
    },
    createApp: (app) => send(address, { method: "POST", path: "/apps", form: { name: app } }),
    startBuild: (app, build) => startBuild(address, app, build),
    readBuild: async (app, build) => readBuild(await ask(address, get(pathOf(app, "builds", build)))),
    createRelease: (app, release) => createRelease(address, app, release),
    promote: (app, release, timeoutMs) =>
      send(address, {
        method: "POST",
        path: pathOf(app, "releases", release, "promote"),
        form: timeoutMs === null ? {} : { timeout: String(Math.ceil(timeoutMs / 1000)) },
      }),
    scale: (app, service, count) =>
      send(address, { method: "PUT", path: pathOf(app, "services", service), form: { count: String(count) } }),
    setParameters: (app, parameters) =>
      send(address, {
        method: "PUT",
        path: pathOf(app),
        form: { parameters: new URLSearchParams([...parameters]).toString() },
      }),
    setLock: (app, locked) => send(address, { method: "PUT", path: pathOf(app), form: { lock: String(locked) } }),
    logTail: (app, of) => readLogs(address, app, of),
  };
}

function pathOf(app: AppName, ...rest: readonly string[]): string {
  return ["/apps", app, ...rest].map((part, index) => (index === 0 ? part : encodeURIComponent(part))).join("/");
}

function get(path: string): RackCall {
  return { method: "GET", path };
}

/** The answer to a question about what must be there. */
async function ask(address: RackAddress, call: RackCall): Promise<Reading> {
  const answer = await askRack(address, call);
  if (answer.status === 404) throw missing(address, call);
  return reading(address, call, answer);
}

function reading(address: RackAddress, call: RackCall, answer: RackAnswer): Reading {
  return { answer, where: `${nameOf(address)} answers with {what} (${call.method} ${call.path})` };
}

function missing(address: RackAddress, call: RackCall): StalledError {
  return new StalledError(
    `${nameOf(address)} knows nothing at ${call.method} ${call.path}: is \`endpoint\` in rack.yml the rack's API, and does the app exist?`,
  );
}

/** For what answers nothing but that it was done. A page of HTML is no such answer, even with a 200. */
async function send(address: RackAddress, call: RackCall): Promise<void> {
  const { answer, where } = await ask(address, call);
  if (answer.contentType.includes("html")) readApp({ answer, where });
}

async function readWholeApp(address: RackAddress, app: AppName): Promise<LiveApp | null> {
  const call = get(pathOf(app));
  const answer = await askRack(address, call);
  if (answer.status === 404) {
    // A rack names the app that it does not have; an empty or foreign 404 is not one's to build on.
    if (answer.text.includes("not found")) return null;
    throw missing(address, call);
  }
  const found = readApp(reading(address, call, answer));
  const limit = `limit=${String(LIST_LIMIT)}`;
  const releases = readReleases(await ask(address, get(`${pathOf(app, "releases")}?${limit}`)));
  const builds = readBuilds(await ask(address, get(`${pathOf(app, "builds")}?${limit}`)));
  const services = found.release === null ? [] : readServices(await ask(address, get(pathOf(app, "services"))));
  const active = await activeBeyond(address, app, { active: found.release, releases });
  return { ...found, name: app, services, builds, releases: [...releases, ...active] };
}

/** The active release where it is older than those that were listed. */
async function activeBeyond(
  address: RackAddress,
  app: AppName,
  listed: { readonly active: string | null; readonly releases: readonly LiveRelease[] },
): Promise<readonly LiveRelease[]> {
  const { active, releases } = listed;
  if (active === null || releases.some((release) => release.id === active)) return [];
  return [readRelease(await ask(address, get(pathOf(app, "releases", active))))];
}

async function startBuild(
  address: RackAddress,
  app: AppName,
  build: { readonly manifest: string; readonly description: string },
): Promise<string> {
  const source = await ask(address, {
    method: "POST",
    path: `${pathOf(app, "objects")}/`,
    body: tarballOf(MANIFEST, build.manifest),
  });
  const started = await ask(address, {
    method: "POST",
    path: pathOf(app, "builds"),
    form: { url: readObjectUrl(source), manifest: MANIFEST, description: build.description },
  });
  return readBuild(started).id;
}

async function createRelease(
  address: RackAddress,
  app: AppName,
  release: Parameters<RackConnection["createRelease"]>[1],
): Promise<LiveRelease> {
  const { build, parent, environment, description } = release;
  const env = dotenvOf(app, environment);
  const answer = await ask(address, {
    method: "POST",
    path: pathOf(app, "releases"),
    secrets: [env, ...[...environment.values()].map((value) => value.reveal())],
    form: {
      env,
      description,
      ...(build === null ? {} : { build }),
      ...(parent === null ? {} : { "parent-release": parent }),
    },
  });
  return readRelease(answer);
}

/** Sorted `KEY=value` lines, values verbatim: Convox knows no quotes and no escapes. */
function dotenvOf(app: AppName, environment: ReadonlyMap<string, Secret>): string {
  return [...environment]
    .map(([key, value]) => {
      const text = value.reveal();
      if (/[\n\r]/.test(text)) {
        throw new StalledError(`${app}: the value of ${key} has a line break, which Convox cannot hold; encode it`);
      }
      return `${key}=${text}`;
    })
    .sort()
    .join("\n");
}

async function readLogs(
  address: RackAddress,
  app: AppName,
  of: Parameters<RackConnection["logTail"]>[1],
): Promise<readonly string[]> {
  if ("build" in of) return readLogLines(address, pathOf(app, "builds", of.build, "logs"));
  const lines = await readLogLines(address, pathOf(app, "logs"));
  // `<time> <source> message`: the source of Convox's own lines begins with `system/`.
  return of.systemOnly ? lines.filter((line) => line.split(" ")[1]?.startsWith("system/") === true) : lines;
}
