// Everything that one simulated rack holds. Mutable on purpose: it is the world that the routes act on.
import { randomInt } from "node:crypto";
import type { Clock } from "./clock.ts";
import { createLogStream, type LogStream } from "./log-stream.ts";
import { RackError } from "./reply.ts";

export interface Release {
  readonly id: string;
  readonly app: string;
  readonly build: string;
  readonly env: string;
  readonly manifest: string;
  readonly description: string;
  readonly createdMs: number;
}

export interface Build {
  readonly id: string;
  readonly app: string;
  description: string;
  gitSha: string;
  entrypoint: string;
  manifest: string;
  release: string;
  repository: string;
  reason: string;
  logs: string;
  status: "created" | "running" | "complete" | "failed";
  startedMs: number;
  /** 0 until it has ended. */
  endedMs: number;
  readonly output: LogStream;
  /** Per service an OCI archive, as an export carries it. */
  images: ReadonlyMap<string, Buffer>;
}

/** A Deployment as it lives in the cluster, which a promotion may leave at another scale than the manifest's. */
export interface LiveService {
  readonly name: string;
  count: number;
  cpu: number;
  memory: number;
}

export interface Process {
  readonly id: string;
  readonly service: string;
  readonly release: string;
  readonly command: string;
  readonly cpu: number;
  readonly memory: number;
  readonly startedMs: number;
  readonly isOneOff: boolean;
  status: "pending" | "running" | "unhealthy" | "crashed" | "complete" | "failed";
}

export type PromotionOutcome = "fail" | "hang" | "slow";

/** A promotion under way; `cancel` and `resume` end it from outside. */
export interface Promotion {
  readonly release: string;
  cancel(): void;
  /** Lets a promotion that hangs come to its good end. */
  resume(): void;
  /** Forgets it without a trace, because another one takes its place. */
  supersede(): void;
}

export interface App {
  readonly name: string;
  status: "creating" | "running" | "updating" | "rollback" | "deleting";
  locked: boolean;
  parameters: ReadonlyMap<string, string>;
  /** The release that the rack reports as active; during a promotion the new one. */
  release: string;
  /** The release that last reached Running; what a failed promotion goes back to. */
  stableRelease: string;
  promotion: Promotion | undefined;
  readonly objects: Map<string, Buffer>;
  readonly builds: Build[];
  readonly releases: Release[];
  readonly services: Map<string, LiveService>;
  processes: Process[];
  readonly configs: Map<string, string>;
  readonly log: LogStream;
}

export interface Pace {
  readonly buildMs: number;
  readonly promoteMs: number;
}

export interface Rack {
  readonly name: string;
  readonly password: string;
  readonly version: string;
  readonly pace: Pace;
  readonly clock: Clock;
  /** host:port of the API, which is its domain. */
  domain: string;
  readonly apps: Map<string, App>;
  readonly outcomes: Map<string, { readonly outcome: PromotionOutcome; times: number }>;
  readonly registries: Map<string, { readonly username: string; readonly password: string }>;
  signingKey: string;
}

export function createApp(name: string): App {
  return {
    name,
    status: "creating",
    locked: false,
    parameters: new Map(),
    release: "",
    stableRelease: "",
    promotion: undefined,
    objects: new Map(),
    builds: [],
    releases: [],
    services: new Map(),
    processes: [],
    configs: new Map(),
    log: createLogStream(),
  };
}

export function findApp(rack: Rack, name: string): App {
  const app = rack.apps.get(name);
  if (app === undefined) throw new RackError(404, `app not found: ${name}`);
  return app;
}

/** Ids are read without regard to case; a wrong one is Kubernetes' own not-found, which the API gives out as a 500. */
export function findRelease(app: App, id: string): Release {
  const found = app.releases.find((release) => release.id === id.toUpperCase());
  if (found === undefined) throw new RackError(500, `releases.convox.com "${id.toLowerCase()}" not found`);
  return found;
}

export function findBuild(app: App, id: string): Build {
  const found = app.builds.find((build) => build.id === id.toUpperCase());
  if (found === undefined) throw new RackError(500, `builds.convox.com "${id.toLowerCase()}" not found`);
  return found;
}

function pick(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}

export function newId(prefix: "B" | "R"): string {
  return prefix + pick("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 10);
}

export function newPodSuffix(length: number): string {
  return pick("bcdfghjklmnpqrstvwxz2456789", length);
}

export function appLog(rack: Rack, app: App, source: string, message: string): void {
  app.log.append({ atMs: rack.clock.now(), source, message });
}
