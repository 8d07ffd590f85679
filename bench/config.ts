// Reading the config repo: all of it, and what one change costs.
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createAppWorkers } from "../src/adapters/app-workers.ts";
import { openLocalGit } from "../src/adapters/local-git.ts";
import { createConfigSource, readConfig, type ConfigSource } from "../src/handlers/read-config.ts";
import { partsOptions } from "../src/handlers/read-parts.ts";
import type { AppWorkers } from "../src/handlers/ports.ts";
import { isSignalboxPath } from "../src/manifest/repo-paths.ts";
import { changeOneFile, configFiles, run, writeGitRepo } from "./config-repo.ts";
import type { Measure, World } from "./measure.ts";
import { openParseFloor } from "./parse-floor.ts";
import { shippedRoles } from "./shipped-roles.ts";

const predefinedRoles = shippedRoles();

const repos = new Map<string, Promise<string>>();

/** A bare repo of that size; written once a run. */
function repoOf({ racks, appsPerRack, folder }: World): Promise<string> {
  const name = join(folder, `${String(racks)}x${String(appsPerRack)}.git`);
  const known = repos.get(name);
  if (known !== undefined) return known;
  const written = writeGitRepo(name, configFiles({ racks, appsPerRack })).then(() => name);
  repos.set(name, written);
  return written;
}

interface OpenSource {
  readonly source: ConfigSource;
  close(): Promise<void>;
}

/** Kept over the rounds, as the floor's are. */
const threads = createAppWorkers();
const workers: AppWorkers = { load: threads.load, close: () => Promise.resolve() };

async function openSource(repo: string): Promise<OpenSource> {
  const git = await openLocalGit(repo, { isOurs: isSignalboxPath, environment: process.env });
  const source = createConfigSource(git, partsOptions(predefinedRoles, { bytes: null, workers }));
  return { source, close: () => git.close() };
}

async function commitOf(repo: string): Promise<string> {
  return (await run(repo, ["rev-parse", "main"])).trim();
}

const cold: Measure = {
  name: "cold validation of everything / one git cat-file and a YAML parse of each blob on all cores",
  unit: "×",
  goal: { atMost: 1.3 },
  prepare: async (world) => {
    const repo = await repoOf(world);
    const commit = await commitOf(repo);
    const floor = openParseFloor();
    return {
      ours: async () => {
        const { source, close } = await openSource(repo);
        const loaded = await readConfig(source, commit);
        await close();
        const errors = loaded.findings.filter(({ level }) => level === "error");
        if (errors.length > 0) throw new Error(`the generated repo has errors: ${JSON.stringify(errors.slice(0, 5))}`);
      },
      theirs: async () => {
        const start = performance.now();
        await floor.parseAll(repo, commit);
        return performance.now() - start;
      },
      close: () => floor.close(),
    };
  },
};

/** Reads commits that each change one file of `repo`, made beforehand, in a process that has read the rest. */
async function openChanges(repo: string): Promise<{ next(): Promise<number>; close(): Promise<void> }> {
  const base = await commitOf(repo);
  const commits: string[] = [];
  for (let round = 0; round < CHANGES; round += 1) commits.push(await changeOneFile(repo, base, round));
  const { source, close } = await openSource(repo);
  await readConfig(source, base);
  return {
    next: async () => {
      const commit = commits.pop();
      if (commit === undefined) throw new Error(`more than ${String(CHANGES)} changes were asked for`);
      const start = performance.now();
      await readConfig(source, commit);
      return performance.now() - start;
    },
    close,
  };
}

const CHANGES = 16;
/** More than noise, still few enough for the changes made beforehand. */
const CHANGE_ROUNDS = 9;

const oneFile: Measure = {
  name: "one changed file at this size / at 100 apps, in a process that has read the rest",
  unit: "×",
  goal: { atMost: 1.2 },
  rounds: CHANGE_ROUNDS,
  prepare: async (world) => {
    const large = await openChanges(await repoOf(world));
    const small = await openChanges(await repoOf({ ...world, racks: 10, appsPerRack: 10 }));
    return {
      ours: () => large.next(),
      theirs: () => small.next(),
      close: async () => {
        await large.close();
        await small.close();
      },
    };
  },
};

const again: Measure = {
  name: "one changed file in a process that has read the rest / cold validation of everything",
  unit: "×",
  goal: { atMost: 0.01 },
  rounds: 5,
  prepare: async (world) => {
    const repo = await repoOf(world);
    const commit = await commitOf(repo);
    const changes = await openChanges(repo);
    return {
      ours: () => changes.next(),
      theirs: async () => {
        const { source, close } = await openSource(repo);
        await readConfig(source, commit);
        await close();
      },
      close: () => changes.close(),
    };
  },
};

interface ReadOnce {
  readonly findings: number;
  /** Bytes, at the end. */
  readonly heap: number;
  readonly rss: number;
}

/** In a process of its own. @param args as of read-once.ts */
async function readOnce(...args: readonly string[]): Promise<ReadOnce> {
  const script = fileURLToPath(new URL("./read-once.js", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", script, ...args]);
  return JSON.parse(stdout) as ReadOnce; // what the script prints
}

const warm: Measure = {
  name: "a new process that finds on disk what one before it read / one that finds nothing",
  unit: "×",
  goal: { atMost: 0.05 },
  rounds: 3,
  prepare: async (world) => {
    const repo = await repoOf(world);
    const folder = join(world.folder, "kept");
    await readOnce(repo, folder);
    return {
      ours: async () => {
        await readOnce(repo, folder);
      },
      theirs: async () => {
        await readOnce(repo);
      },
      close: () => rm(folder, { recursive: true }),
    };
  },
};

const MEGABYTE = 1_000_000;

function memory(name: string, of: (read: ReadOnce) => number, atMost: number): Measure {
  return {
    name,
    unit: "MB",
    goal: { atMost },
    rounds: 1,
    prepare: async (world) => {
      const repo = await repoOf(world);
      return { ours: async () => of(await readOnce(repo)) / MEGABYTE };
    },
  };
}

export const configMeasures: readonly Measure[] = [
  cold,
  warm,
  again,
  oneFile,
  memory("heap with everything read, values and positions", ({ heap }) => heap, 200),
  memory("memory of the process with everything read", ({ rss }) => rss, 512),
];
