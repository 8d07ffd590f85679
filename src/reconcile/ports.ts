// What bringing a rack to the verified state needs of the world, in domain words.
import type {
  AppName,
  CommitSha,
  ConfigRepo,
  ConfiguredValue,
  Instant,
  Rack,
  RackName,
  Unit,
} from "../manifest/types.ts";
import type { AppliedAt, LedgerState } from "../ledger/ledger-state.ts";
import type { LedgerRecord } from "../ledger/record.ts";
import type { Secret } from "../secrets/secret.ts";

export type AppStatus = "creating" | "running" | "updating" | "rollback" | "deleting" | "unknown";
export type BuildStatus = "created" | "running" | "complete" | "failed";

export interface LiveBuild {
  readonly id: string;
  readonly status: BuildStatus;
  readonly description: string;
  /** null until complete. */
  readonly release: string | null;
  readonly reason: string;
}

export interface LiveRelease {
  readonly id: string;
  readonly build: string;
  readonly description: string;
  readonly manifest: string;
  readonly environment: ReadonlyMap<string, Secret>;
  readonly created: Instant;
}

export interface LiveService {
  readonly name: string;
  readonly count: number;
  /** A scale override on the rack keeps the count, whatever a manifest says. */
  readonly pinned?: true;
}

export interface LiveApp {
  readonly name: AppName;
  readonly status: AppStatus;
  /** The active release; null where nothing was promoted yet. During a promotion the new one. */
  readonly release: string | null;
  readonly locked: boolean;
  readonly parameters: ReadonlyMap<string, string>;
  readonly services: readonly LiveService[];
  /** Newest first: the last ones, and the active one wherever it stands. */
  readonly releases: readonly LiveRelease[];
  /** Newest first: the last ones. */
  readonly builds: readonly LiveBuild[];
}

/**
 * One rack's HTTP API. Never repeats a request. Throws WaitError for no answer, a broken one or a 5xx (the request may have had
 * its effect: look before it is sent again), StalledError with the rack's own words where the rack refuses.
 */
export interface RackConnection {
  /** Version and the names of all apps. */
  overview(): Promise<{ readonly version: string; readonly apps: readonly AppName[] }>;
  /** null: no such app. */
  readApp(app: AppName): Promise<LiveApp | null>;
  readStatus(app: AppName): Promise<{ readonly status: AppStatus; readonly release: string | null }>;
  createApp(app: AppName): Promise<void>;
  /** Uploads a tarball of the manifest alone and starts its build; the id of the build. */
  startBuild(app: AppName, build: { readonly manifest: string; readonly description: string }): Promise<string>;
  readBuild(app: AppName, build: string): Promise<LiveBuild>;
  createRelease(
    app: AppName,
    release: {
      readonly build: string | null;
      readonly parent: string | null;
      readonly environment: ReadonlyMap<string, Secret>;
      readonly description: string;
    },
  ): Promise<LiveRelease>;
  /** Returns once submitted; the outcome is seen in the status alone. */
  promote(app: AppName, release: string, timeoutMs: number | null): Promise<void>;
  scale(app: AppName, service: string, count: number): Promise<void>;
  setParameters(app: AppName, parameters: ReadonlyMap<string, string>): Promise<void>;
  setLock(app: AppName, locked: boolean): Promise<void>;
  /** The last lines of a build's log, or of the app's log (`system/` lines alone where `systemOnly`). Empty where there are none. */
  logTail(app: AppName, of: { readonly build: string } | { readonly systemOnly: boolean }): Promise<readonly string[]>;
}

/** A value as a plan may hold it: equal for equal values, and nothing else can be told from it. */
export type Fingerprint = string & { readonly __brand: "Fingerprint" };

/** The waits of a promotion and of a build, settings of `serve`. */
export interface RackWaits {
  /** Before the first look after a promote, and between looks; two looks running in a row end the wait. Default 5 s. */
  readonly appPollMs: number;
  /** Between looks at a build. Default 1 s. */
  readonly buildPollMs: number;
  /** Default 35 min. */
  readonly promoteLimitMs: number;
  /** Default 60 min. */
  readonly buildLimitMs: number;
}

/** Opens what stands in the config repo, at apply time only. Errors name the place and the rule, never the value. */
export interface SecretOpener {
  /** A value of env.yml, bound to rack, app and key. */
  openEnvironment(
    at: { readonly rack: RackName; readonly app: AppName; readonly key: string },
    value: ConfiguredValue,
  ): Promise<Secret>;
  /** A rack's password, bound to rack and endpoint; also checks that the endpoint's host is granted. */
  openPassword(rack: Rack): Promise<Secret>;
}

/** The verified content: what may be applied. Held units stand as they were last verified. */
export interface VerifiedConfig {
  readonly repo: ConfigRepo;
  /** `acme/config`. */
  readonly repository: string;
  /** The commit at which the unit's content was verified. */
  commitOf(unit: Unit): CommitSha;
  /** How often an app was asked to be tried again at a commit. */
  retriesOf(at: AppliedAt): number;
  readonly held: ReadonlySet<Unit>;
}

/**
 * What was begun on a rack and not ended, kept on this machine (SIGNALBOX_DATA) because a rack does not tell whether it rolled
 * a promotion back or never got it. Losing it costs at most one promotion made again.
 */
export interface Attempts {
  /** Durable before it resolves. */
  note(
    at: { readonly rack: RackName; readonly app: AppName; readonly release: string },
    state: "sending" | "sent",
  ): Promise<void>;
  state(at: { readonly rack: RackName; readonly app: AppName; readonly release: string }): "sending" | "sent" | null;
}

export interface ReconcilePorts {
  /** Read anew at each call: a newer commit supersedes. */
  verifiedConfig(): Promise<VerifiedConfig>;
  connect(rack: Rack, password: Secret): RackConnection;
  readonly secrets: SecretOpener;
  /** Under a key that is made for this process and never written down. */
  fingerprint(value: string): Fingerprint;
  readonly attempts: Attempts;
  readonly ledger: { state(): LedgerState; append(records: readonly LedgerRecord[]): Promise<void> };
  readonly clock: { now(): Instant; sleep(durationMs: number, signal?: AbortSignal): Promise<void> };
  readonly waits: RackWaits;
  /** Keeps what the sweep or an apply saw of the rack, without any value, for the plans of checks. */
  observe(rack: RackName, seen: ObservedRack): Promise<void>;
  /** Takes every opened value and the rack's password out of a text. */
  redact(text: string): string;
  log(event: string, fields: Readonly<Record<string, unknown>>): void;
}

/** A rack as last seen, without a single value: fit to be kept on disk and shown. */
export interface ObservedRack {
  readonly at: Instant;
  readonly version: string;
  readonly apps: ReadonlyMap<
    AppName,
    {
      readonly status: AppStatus;
      readonly release: string | null;
      readonly locked: boolean;
      readonly services: readonly LiveService[];
    }
  >;
}
