// A scratch project with this repository's own gates over planted files, so that a gate is seen to fail.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

const configFiles = [
  ".dependency-cruiser.cjs",
  ".prettierignore",
  ".prettierrc.json",
  "eslint.config.js",
  "jest.config.js",
  "knip.json",
  "package.json",
  "tsconfig.build.json",
  "tsconfig.json",
];

export interface GateRun {
  readonly status: number | null;
  readonly stdout: string;
  /** Both streams. */
  readonly output: string;
}

export interface Scratch {
  /** Runs what `npm run <gate>` runs, with more arguments if given. */
  run(gate: string, ...more: readonly string[]): GateRun;
  remove(): void;
}

/** Planted files by path; one that is named like a config file replaces it. */
export function plant(files: Readonly<Record<string, string>>): Scratch {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "signalbox-tidy-"));
  for (const name of configFiles) copyFileSync(join(root, name), join(folder, name));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return {
    run: (gate, ...more) => runGate(folder, gate, more),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** The scripts of package.json by name. */
export function readScripts(): Readonly<Record<string, string>> {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as PackageJson;
  return scripts;
}

/** Of package.json, which npm itself has read before any test runs. */
interface PackageJson {
  readonly scripts: Readonly<Record<string, string>>;
}

export function runGate(folder: string, gate: string, more: readonly string[] = []): GateRun {
  const script = readScripts()[gate];
  if (script === undefined) throw new Error(`package.json has no script "${gate}".`);
  const path = [join(root, "node_modules", ".bin"), process.env["PATH"]].join(delimiter);
  const run = spawnSync([script, ...more].join(" "), {
    cwd: folder,
    shell: true,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, PATH: path, NO_COLOR: "1", NODE_OPTIONS: "" },
  });
  return { status: run.status, stdout: run.stdout, output: run.stdout + run.stderr };
}
