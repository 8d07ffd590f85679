// `signalbox demo`: a whole world on loopback, in which it plays a day, and in which one can go on.
import { createWriteStream, renameSync, writeFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { DAY } from "../demo/day.ts";
import { howToGoOn } from "../demo/how-to-go-on.ts";
import { withRecipient } from "../demo/prepare-config.ts";
import { startGitHubProcess, startRackProcess } from "../demo/simulator-processes.ts";
import { openStage } from "../demo/stage.ts";
import { passedOn, startWorld, type World, type WorldInfo } from "../demo/world.ts";
import { appPermissions } from "./app-permissions.ts";
import { DEFAULT_PEOPLE, readPeople } from "./people-file.ts";
import { readConfigFiles } from "./read-config-files.ts";
import { shippedFolder } from "./shipped.ts";
import { untilStopped, type ExitStatus, type Terminal } from "./terminal.ts";

export interface DemoOptions {
  readonly config?: string;
  readonly people?: string;
  /** Plays no day. */
  readonly idle?: true;
  /** Ends after the day; the status says whether every step went as told. */
  readonly exit?: true;
  /** Where everything is is written here, mode 0600, and again whenever Signalbox has a new pid. */
  readonly info?: string;
}

export async function demo(options: DemoOptions, terminal: Terminal): Promise<ExitStatus> {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-demo-"));
  try {
    const world = await openWorld(options, terminal, folder);
    try {
      const asTold = options.idle === true || (await playDay(world, terminal));
      terminal.write(howToGoOn(world.info()));
      if (options.exit !== true) await untilStopped(terminal);
      return asTold ? 0 : 1;
    } finally {
      await world.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function openWorld(options: DemoOptions, terminal: Terminal, folder: string): Promise<World> {
  terminal.write("Starting a GitHub, its racks and Signalbox on loopback …\n");
  const command = [process.execPath, shippedFolder("dist/main.js")];
  const identity = await generateX25519Identity();
  const simulators = {
    command,
    folder,
    environment: passedOn(terminal.variables),
    onLine: createLogFile(folder, "simulators.log"),
  };
  const builtIn = options.config === undefined;
  const files = await readConfigFiles(options.config ?? shippedFolder("examples/acme"));
  const world = await startWorld({
    command,
    folder,
    files: builtIn ? await sealedTo(identity, files) : files,
    people: options.people === undefined ? DEFAULT_PEOPLE : await readPeople(options.people),
    permissions: await appPermissions(),
    variables: terminal.variables,
    ageIdentities: builtIn ? [identity] : identitiesIn(terminal),
    startGitHub: (start) => startGitHubProcess(simulators, start),
    startRack: (start) => startRackProcess(simulators, start),
    onLog: createLogFile(folder, "signalbox.log"),
    ...(options.info === undefined ? {} : { onRestart: infoWriter(options.info) }),
  });
  if (options.info !== undefined) infoWriter(options.info)(world.info());
  return world;
}

async function sealedTo(identity: string, files: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> {
  const recipient = await identityToRecipient(identity);
  return new Map(
    [...files].map(([path, text]) => [path, path.endsWith("/rack.yml") ? withRecipient(text, recipient) : text]),
  );
}

function identitiesIn(terminal: Terminal): readonly string[] {
  return (terminal.variables["SIGNALBOX_AGE_IDENTITIES"] ?? "").split(/\s+/).filter((identity) => identity !== "");
}

function infoWriter(file: string): (info: WorldInfo) => void {
  return (info) => {
    // Whole or not at all: whoever waits for it reads it as soon as it is there.
    writeFileSync(`${file}.new`, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
}

function createLogFile(folder: string, name: string): (line: string) => void {
  const stream = createWriteStream(join(folder, name), { flags: "a" });
  return (line) => void stream.write(`${line}\n`);
}

/** Plays every step; the first that does not go as told ends the day. */
async function playDay(world: World, terminal: Terminal): Promise<boolean> {
  const stage = await openStage(world, {
    command: [process.execPath, shippedFolder("dist/main.js")],
    tell: (line) => terminal.write(`   ${line}\n`),
  });
  for (const [index, step] of DAY.entries()) {
    terminal.write(`\n${String(index + 1)}. ${step.title}\n`);
    try {
      await step.play(stage);
    } catch (error) {
      terminal.complain(`\nThis did not go as told: ${error instanceof Error ? error.message : String(error)}\n`);
      terminal.complain(`Signalbox's log ends:\n${await tailOf(join(world.folder, "signalbox.log"))}\n`);
      return false;
    }
  }
  terminal.write("\nThe ledger, as `signalbox audit` shows it:\n\n");
  terminal.write(await stage.audit());
  return true;
}

async function tailOf(file: string): Promise<string> {
  return (await readFile(file, "utf8")).split("\n").slice(-20).join("\n");
}
