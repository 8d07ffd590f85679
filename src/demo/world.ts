// A whole world to try Signalbox in: a GitHub, a rack for each that the config repo names, and Signalbox itself in a process of its
// own that is started again when it dies. Who starts the simulators (processes for the demo, in process for tests) is a parameter.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { startChild, type Child } from "./child.ts";
import { grantsFor, passwordOf, racksIn, withEndpoint, type Variables } from "./prepare-config.ts";
import { until } from "./until.ts";

export type PeopleFile = Readonly<Record<string, { readonly teams: readonly string[]; readonly admin?: true }>>;

export interface StartedGitHub {
  readonly api: string;
  readonly git: string;
  readonly web: string;
  readonly control: string;
  readonly rootCommit: string;
  readonly tokens: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface StartedRack {
  readonly url: string;
  readonly control: string;
  close(): Promise<void>;
}

export interface GitHubToStart {
  readonly repo: string;
  readonly folder: string;
  readonly files: ReadonlyMap<string, string>;
  readonly people: PeopleFile;
  readonly app: {
    readonly id: number;
    readonly slug: string;
    readonly publicKey: string;
    readonly webhookSecret: string;
    readonly permissions: Readonly<Record<string, "read" | "write">>;
  };
  readonly webhookUrl: string;
  readonly clockFile: string;
}

export interface WorldOptions {
  /** How Signalbox is run: `[node, dist/main.js]`. */
  readonly command: readonly string[];
  /** Empty folder for everything that the world writes. */
  readonly folder: string;
  readonly files: ReadonlyMap<string, string>;
  readonly people: PeopleFile;
  /** The App's, from app.yml. */
  readonly permissions: Readonly<Record<string, "read" | "write">>;
  /** The environment that passwords, and what Signalbox needs besides its settings, come from. */
  readonly variables: Variables;
  readonly ageIdentities: readonly string[];
  startGitHub(options: GitHubToStart): Promise<StartedGitHub>;
  startRack(options: { readonly name: string; readonly password: string }): Promise<StartedRack>;
  /** Every line of Signalbox's log. */
  onLog(line: string): void;
  /** Told whenever Signalbox was started again. */
  onRestart?(info: WorldInfo): void;
  /** Settings of `serve` that differ from the world's. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** As `--info` writes it (spec §9). */
export interface WorldInfo {
  readonly github: {
    readonly api: string;
    readonly git: string;
    readonly web: string;
    readonly control: string;
    readonly repo: string;
  };
  readonly people: Readonly<Record<string, { readonly token: string; readonly teams: readonly string[] }>>;
  readonly racks: Readonly<
    Record<string, { readonly url: string; readonly password: string; readonly control: string }>
  >;
  readonly signalbox: { readonly url: string; readonly pid: number };
}

export interface World {
  info(): WorldInfo;
  readonly signalbox: Child;
  readonly folder: string;
  close(): Promise<void>;
}

const REPO = "acme/config";
/** Simulators answer at once, so that real waits would only be waited. */
const POLL = "250ms";
const RESTART_AFTER_MS = 300;
const READY_LIMIT_MS = 60_000;

export async function startWorld(options: WorldOptions): Promise<World> {
  const releasers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const release of releasers.splice(0).reverse()) await release();
  };
  try {
    return await start(options, releasers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  options: WorldOptions,
  releasers: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<World> {
  const { racks, passwords, files } = await startRacks(options, releasers);
  const port = await freePort();
  const clockFile = join(options.folder, "clock");
  const app = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const webhookSecret = randomBytes(32).toString("hex");
  const github = await options.startGitHub({
    repo: REPO,
    folder: join(options.folder, "github"),
    files,
    people: options.people,
    app: {
      id: 1,
      slug: "signalbox",
      publicKey: app.publicKey.export({ type: "spki", format: "pem" }).toString(),
      webhookSecret,
      permissions: options.permissions,
    },
    webhookUrl: `http://127.0.0.1:${String(port)}/api/github/webhooks`,
    clockFile,
  });
  releasers.push(() => github.close());
  const url = `http://127.0.0.1:${String(port)}`;
  const world: { info: (() => WorldInfo) | null } = { info: null };
  const signalbox = startChild({
    command: [...options.command, "serve"],
    environment: {
      ...passedOn(options.variables),
      ...Object.fromEntries(passwords.flatMap((at) => (at.variable === null ? [] : [[at.variable, at.password]]))),
      ...(await settingsOf(options, {
        github,
        passwords,
        port,
        clockFile,
        webhookSecret,
        appKey: pem(app.privateKey),
      })),
    },
    onLine: (line) => options.onLog(line),
    onRestart: () => {
      if (world.info !== null) options.onRestart?.(world.info());
    },
    restartAfterMs: RESTART_AFTER_MS,
  });
  releasers.push(() => signalbox.close());
  await becomesReady(url);
  const info = (): WorldInfo => ({
    github: { api: github.api, git: github.git, web: github.web, control: github.control, repo: REPO },
    people: peopleInfo(options.people, github.tokens),
    racks: Object.fromEntries(
      passwords.map(({ rack, password }) => [
        rack,
        { url: racks.get(rack)?.url ?? "", password, control: racks.get(rack)?.control ?? "" },
      ]),
    ),
    signalbox: { url, pid: signalbox.pid() },
  });
  world.info = info;
  return { info, signalbox, folder: options.folder, close };
}

async function startRacks(options: WorldOptions, releasers: (() => Promise<void>)[]) {
  const files = new Map(options.files);
  const racks = new Map<string, StartedRack>();
  const passwords = racksIn(files).map((rack) => {
    return passwordOf(rack, files.get(`racks/${rack}/rack.yml`) ?? "", options.variables);
  });
  for (const { rack, password } of passwords) {
    const started = await options.startRack({ name: rack, password });
    releasers.push(() => started.close());
    racks.set(rack, started);
    const path = `racks/${rack}/rack.yml`;
    files.set(path, withEndpoint(files.get(path) ?? "", started.url));
  }
  return { racks, passwords, files };
}

interface SettingsSource {
  readonly github: StartedGitHub;
  readonly passwords: Parameters<typeof grantsFor>[0];
  readonly port: number;
  readonly clockFile: string;
  readonly webhookSecret: string;
  readonly appKey: string;
}

async function settingsOf(options: WorldOptions, from: SettingsSource): Promise<Record<string, string>> {
  const grants = join(options.folder, "grants.yml");
  const data = join(options.folder, "data");
  await mkdir(data, { recursive: true });
  await writeFile(grants, grantsFor(from.passwords));
  return {
    GITHUB_APP_ID: "1",
    GITHUB_APP_KEY: from.appKey,
    GITHUB_WEBHOOK_SECRET: from.webhookSecret,
    GITHUB_API_URL: from.github.api,
    SIGNALBOX_REPO: REPO,
    SIGNALBOX_ROOT: from.github.rootCommit,
    SIGNALBOX_GRANTS: grants,
    SIGNALBOX_SIGNING_KEY: pem(generateKeyPairSync("ed25519").privateKey),
    SIGNALBOX_AGE_IDENTITIES: options.ageIdentities.join(" "),
    SIGNALBOX_DATA: data,
    SIGNALBOX_ADDRESS: `127.0.0.1:${String(from.port)}`,
    SIGNALBOX_LEDGER_INTERVAL: "1s",
    SIGNALBOX_WRITE_SPACING: "0s",
    SIGNALBOX_APP_POLL: POLL,
    SIGNALBOX_BUILD_POLL: POLL,
    SIGNALBOX_CLOCK_FILE: from.clockFile,
    ...options.settings,
  };
}

function pem(key: { export(options: { type: "pkcs8"; format: "pem" }): string | Buffer }): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Nothing of the surroundings but what a program needs to run at all. */
export function passedOn(variables: Variables): Record<string, string> {
  const names = ["PATH", "HOME", "TMPDIR", "NODE_OPTIONS", "LANG"];
  const passed = names.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]] as const]));
  // Children end when their standard input does: nobody is left behind, whatever becomes of the parent.
  return { ...Object.fromEntries(passed), SIGNALBOX_ATTACHED: "1" };
}

function peopleInfo(people: PeopleFile, tokens: Readonly<Record<string, string>>): WorldInfo["people"] {
  return Object.fromEntries(
    Object.entries(people).map(([login, { teams }]) => [login, { token: tokens[login] ?? "", teams }]),
  );
}

/** Ready is when the first apply has ended, well or not. */
async function becomesReady(url: string): Promise<void> {
  await until(
    "Signalbox to be ready",
    async () => {
      const status = await fetch(`${url}/readyz`).then(
        (answer) => answer.status,
        // Not listening yet.
        () => 0,
      );
      return status === 200 ? { found: true, seen: "" } : { seen: `status ${String(status)}` };
    },
    READY_LIMIT_MS,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port on loopback");
  return address.port;
}
