// A simulated rack on loopback, and Signalbox's ports towards it: what is durable (attempts, ledger) outlives a run.
import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openAttempts } from "../../src/adapters/attempts-file.ts";
import { connectRack } from "../../src/adapters/convox-rack.ts";
import { StalledError } from "../../src/errors.ts";
import { EMPTY_LEDGER, retriesOf, withRecord, type LedgerState } from "../../src/ledger/ledger-state.ts";
import type { ApplyRecord, LedgerRecord } from "../../src/ledger/record.ts";
import type { AppName, CommitSha, ConfigRepo, Rack } from "../../src/manifest/types.ts";
import type { Fingerprint, ObservedRack, ReconcilePorts } from "../../src/reconcile/ports.ts";
import { reconcileRack } from "../../src/reconcile/reconcile-rack.ts";
import { createSecret } from "../../src/secrets/secret.ts";
import { startSimulatedRack } from "../../src/simulators/rack/start-simulated-rack.ts";
import { retryRecord } from "../ledger/records.ts";
import { commit, RACK, rackOf, repoOf, REPOSITORY, type AppSketch } from "./config-fixture.ts";

export const PASSWORD = "pw-canary-5f1e";
const POLL_MS = 40;

interface RequestEntry {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

interface RackState {
  readonly apps: readonly { name: string; release: string; status: string; parameters: object; locked: boolean }[];
  readonly releases: readonly { id: string; app: string; env: Record<string, string>; description: string }[];
  readonly builds: readonly { id: string; status: string; description: string }[];
  readonly services: readonly { app: string; name: string; count: number }[];
}

export interface World {
  readonly url: string;
  readonly records: readonly ApplyRecord[];
  /** Somebody asks for an app to be tried again at a commit. */
  retry(app: string, at: CommitSha): Promise<void>;
  readonly logged: readonly string[];
  readonly observed: readonly ObservedRack[];
  /** What git says from now on; the content verified at this commit. */
  say(apps: Readonly<Record<string, AppSketch>>, at?: CommitSha, rack?: Partial<Rack>): void;
  /** One run with a fresh process's memory. */
  reconcile(signal?: AbortSignal): Promise<void>;
  /** Runs until one does not throw; gives what was thrown. */
  settle(): Promise<readonly unknown[]>;
  control(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<unknown>;
  state(): Promise<RackState>;
  /** Requests that write, as `METHOD path`, since the last call. */
  writes(): Promise<readonly string[]>;
  close(): Promise<void>;
  /** Called before each of the ports' effects; throwing there is a kill. */
  kill: ((point: string) => void) | null;
}

export async function startWorld(options: { readonly timeoutMs?: number } = {}): Promise<World> {
  const rack = await startSimulatedRack({ name: RACK, password: PASSWORD, pace: { buildMs: 50, promoteMs: 150 } });
  const folder = await mkdtemp(join(tmpdir(), "attempts-"));
  let ledger: LedgerState = EMPTY_LEDGER;
  let repo: ConfigRepo = repoOf(rackOf(RACK, { endpoint: rack.url }), {});
  let verifiedAt = commit("a");
  let logRead = 0;
  const records: ApplyRecord[] = [];
  const logged: string[] = [];
  const observed: ObservedRack[] = [];

  const append = (added: readonly LedgerRecord[]): Promise<void> => {
    world.kill?.("record");
    for (const record of added) {
      if (!ledger.ids.has(record.id) && record.action === "apply") records.push(record);
      ledger = withRecord(ledger, record);
    }
    world.kill?.("recorded");
    return Promise.resolve();
  };
  const freshPorts = async (): Promise<ReconcilePorts> => {
    const attempts = await openAttempts(folder);
    const opened = new Set<string>([PASSWORD]);
    return {
      verifiedConfig: async () => ({
        repo,
        repository: REPOSITORY,
        commitOf: () => verifiedAt,
        retriesOf: (at) => retriesOf(ledger, at),
        held: new Set(),
      }),
      connect: ({ name, endpoint, user, ca }, password) =>
        withKills(
          connectRack({ rack: name, endpoint, user, ca, password, timeoutMs: options.timeoutMs ?? 2_000 }),
          (point) => world.kill?.(point),
        ),
      secrets: {
        openPassword: async () => createSecret(PASSWORD),
        openEnvironment: async (at, value) => {
          if (value.kind !== "plain") throw new StalledError(`${at.key} of ${at.app} is sealed for another app`);
          opened.add(value.text);
          return createSecret(value.text);
        },
      },
      fingerprint: (value) => createHmac("sha256", "of this run").update(value).digest("hex") as Fingerprint,
      attempts: {
        state: (at) => attempts.state(at),
        note: async (at, state) => {
          world.kill?.(`note ${state}`);
          await attempts.note(at, state);
          world.kill?.(`noted ${state}`);
        },
      },
      ledger: { state: () => ledger, append },
      clock: {
        now: () => Date.now(),
        sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
      },
      waits: { appPollMs: POLL_MS, buildPollMs: POLL_MS, promoteLimitMs: 5_000, buildLimitMs: 5_000 },
      observe: async (_rack, seen) => void observed.push(seen),
      redact: (text) => [...opened].reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text),
      log: (event, fields) => void logged.push(`${event} ${JSON.stringify(fields)}`),
    };
  };
  const control: World["control"] = async (method, path, body) => {
    const answer = await fetch(`${rack.control}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return answer.json();
  };
  const reconcile = async (signal = new AbortController().signal): Promise<void> =>
    reconcileRack(RACK, await freshPorts(), signal);

  const world: World = {
    url: rack.url,
    records,
    logged,
    observed,
    kill: null,
    say(apps, at = commit("a"), fields = {}) {
      repo = repoOf(rackOf(RACK, { endpoint: rack.url, ...fields }), apps);
      verifiedAt = at;
    },
    retry: (app, at) => append([retryRecord(at, { rack: RACK, app: app as AppName })]), // tests write names that are valid
    reconcile,
    async settle() {
      const thrown: unknown[] = [];
      for (let run = 0; run < 5; run += 1) {
        try {
          await reconcile();
          return thrown;
        } catch (error) {
          thrown.push(error);
        }
      }
      throw new Error("the rack did not come to rest in 5 runs", { cause: thrown.at(-1) });
    },
    control,
    state: async () => (await control("GET", "/state")) as RackState,
    async writes() {
      const log = (await control("GET", "/log")) as readonly RequestEntry[];
      const since = log.slice(logRead);
      logRead = log.length;
      return since.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
    },
    async close() {
      await rack.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return world;
}

/** A kill before and after each request that writes: the effect is there, and nobody knows. */
function withKills<T extends object>(connection: T, kill: (point: string) => void): T {
  const writing = ["createApp", "startBuild", "createRelease", "promote", "scale", "setParameters", "setLock"];
  return new Proxy(connection, {
    get(target, name, receiver): unknown {
      const found: unknown = Reflect.get(target, name, receiver);
      if (typeof found !== "function" || !writing.includes(String(name))) return found;
      return async (...args: unknown[]) => {
        kill(`before ${String(name)}`);
        const result: unknown = await Reflect.apply(found, target, args);
        kill(`after ${String(name)}`);
        return result;
      };
    },
  });
}
