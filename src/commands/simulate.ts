// `signalbox simulate`: a GitHub or a rack on loopback, as a process of its own, until it is told to stop.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSimulatedGitHub } from "../simulators/github/start-simulated-github.ts";
import { startSimulatedRack } from "../simulators/rack/start-simulated-rack.ts";
import { DEFAULT_PEOPLE, readPeople } from "./people-file.ts";
import { readConfigFiles } from "./read-config-files.ts";
import { shippedFolder } from "./shipped.ts";
import { appPermissions } from "./app-permissions.ts";
import { untilStopped, type Terminal } from "./terminal.ts";

export interface SimulateGitHubOptions {
  /** Folder or git repo whose files are the first commit. */
  readonly config?: string;
  readonly people?: string;
  readonly repo: string;
  readonly port?: number;
  /** Where the bare repo is kept; absent: a folder that goes with the process. */
  readonly folder?: string;
  readonly webhookUrl?: string;
  readonly clockFile?: string;
  /** Public key (PEM) of the App; absent: a key pair is made and shown. */
  readonly appKeyFile?: string;
  /** Where everything is is written here once it is ready, mode 0600. */
  readonly info?: string;
}

export async function simulateGitHub(options: SimulateGitHubOptions, terminal: Terminal): Promise<void> {
  const made = options.folder === undefined ? await mkdtemp(join(tmpdir(), "signalbox-github-")) : null;
  const folder = options.folder ?? made ?? "";
  const key = await appKey(options.appKeyFile);
  const webhookSecret = terminal.variables["SIGNALBOX_SIMULATED_WEBHOOK_SECRET"] ?? randomBytes(32).toString("hex");
  const github = await startSimulatedGitHub({
    repo: options.repo,
    folder,
    files: await readConfigFiles(options.config ?? shippedFolder("examples/acme")),
    people: options.people === undefined ? DEFAULT_PEOPLE : await readPeople(options.people),
    app: {
      id: 1,
      slug: "signalbox",
      publicKey: key.publicKey,
      webhookSecret,
      permissions: await appPermissions(),
    },
    webhookUrl: options.webhookUrl ?? null,
    ...(options.clockFile === undefined ? {} : { clockFile: options.clockFile }),
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const { api, git, web, control, rootCommit, tokens } = github;
  await announce({ api, git, web, control, rootCommit, tokens }, options.info, terminal);
  if (key.privateKey !== null) terminal.write(`private key of the App (id 1):\n${key.privateKey}`);
  await untilStopped(terminal);
  await github.close();
  if (made !== null) await rm(made, { recursive: true, force: true });
}

export interface SimulateRackOptions {
  readonly name: string;
  readonly port?: number;
  readonly info?: string;
}

export async function simulateRack(options: SimulateRackOptions, terminal: Terminal): Promise<void> {
  const given = terminal.variables["SIGNALBOX_SIMULATED_RACK_PASSWORD"];
  const password = given ?? randomBytes(18).toString("base64url");
  const rack = await startSimulatedRack({
    name: options.name,
    password,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const { url, control } = rack;
  await announce({ url, control, ...(given === undefined ? { password } : {}) }, options.info, terminal);
  await untilStopped(terminal);
  await rack.close();
}

async function appKey(file?: string): Promise<{ readonly publicKey: string; readonly privateKey: string | null }> {
  if (file !== undefined) return { publicKey: await readFile(file, "utf8"), privateKey: null };
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    publicKey: pair.publicKey.export({ type: "spki", format: "pem" }).toString(),
    privateKey: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

async function announce(
  where: Readonly<Record<string, unknown>>,
  file: string | undefined,
  terminal: Terminal,
): Promise<void> {
  const text = `${JSON.stringify(where, null, 2)}\n`;
  if (file === undefined) terminal.write(text);
  else await writeFile(file, text, { mode: 0o600 });
}
