// Commands as users call them, with what they wrote, and config repos for them to run in.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runProgram } from "../../src/commands/program.ts";
import type { ExitStatus } from "../../src/commands/terminal.ts";

export interface Ran {
  readonly status: ExitStatus;
  readonly out: string;
  readonly err: string;
}

export interface Around {
  readonly folder: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** What is typed or piped in; a command that asks without it fails the test. */
  readonly input?: string;
}

export async function run(args: readonly string[], around: Around): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const status = await runProgram(args, {
    write: (text) => void out.push(text),
    complain: (text) => void err.push(text),
    variables: { PATH: process.env["PATH"], ...around.variables },
    folder: around.folder,
    isScreen: false,
    colour: false,
    stopped: () => Promise.resolve(),
    readSecret: (prompt) =>
      around.input === undefined ? Promise.reject(new Error(`asked for: ${prompt}`)) : Promise.resolve(around.input),
    ask: (prompt) =>
      around.input === undefined ? Promise.reject(new Error(`asked for: ${prompt}`)) : Promise.resolve(around.input),
  });
  return { status, out: out.join(""), err: err.join("") };
}

export type Files = Readonly<Record<string, string>>;

const folders: string[] = [];

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function emptyFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "signalbox-command-")));
  folders.push(folder);
  return folder;
}

export function write(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

export function folderOf(files: Files): string {
  const folder = emptyFolder();
  write(folder, files);
  return folder;
}

/** A clone with these files committed on `main`. */
export function cloneOf(files: Files): string {
  const folder = folderOf(files);
  git(folder, "init", "-q", "--initial-branch=main");
  commit(folder, {});
  return folder;
}

export function commit(folder: string, files: Files): string {
  write(folder, files);
  git(folder, "add", "--all");
  git(folder, "commit", "-q", "--allow-empty", "-m", "change");
  return git(folder, "rev-parse", "HEAD");
}

export function git(folder: string, ...args: readonly string[]): string {
  const env = {
    PATH: process.env["PATH"],
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Ana",
    GIT_AUTHOR_EMAIL: "ana@acme.example",
    GIT_COMMITTER_NAME: "Ana",
    GIT_COMMITTER_EMAIL: "ana@acme.example",
  };
  return execFileSync("git", [...args], { cwd: folder, encoding: "utf8", env, stdio: ["pipe", "pipe", "pipe"] }).trim();
}

export const RECIPIENT_OF_NOBODY = "age1phsr09znau4nrp27xz5la4wc5hwweakzxsn04x70v66vwmutm3kqdltafv";

const APP: Files = {
  "app.yml": "build: { images: true }\n",
  "convox.yml": "services:\n  web:\n    image: nginx:1.27\n    port: 80\n",
  "env.yml": "LOG_LEVEL: debug\n",
};

function rackFiles(rack: string, more: string): Files {
  const files = Object.entries(APP).map(([name, text]): [string, string] => [`racks/${rack}/apps/web/${name}`, text]);
  return {
    [`racks/${rack}/rack.yml`]: `${more}endpoint: https://api.${rack}.acme.example\npassword: { ref: "env://PASSWORD" }\nrecipients: ["${RECIPIENT_OF_NOBODY}"]\n`,
    ...Object.fromEntries(files),
  };
}

/** olga may everything; pia and paul (platform) operate racks; ana and bo (web) write on staging and read production. */
export const ACME: Files = {
  "signalbox.yml": "version: 1\n",
  "roles/web-developer.yml": [
    "description: Ships the web apps to staging.",
    "permissions:",
    "  - { resource: racks, action: read }",
    "  - { resource: applications, racks: [staging], action: write }",
    "  - { resource: applications, racks: [production], action: read }",
    "",
  ].join("\n"),
  "bindings/all.yml": [
    '- { role: Administrator, subjects: ["user:olga"] }',
    '- { role: OperatorV2, subjects: ["team:platform"] }',
    '- { role: web-developer, subjects: ["team:web"] }',
    "",
  ].join("\n"),
  ...rackFiles("staging", ""),
  ...rackFiles("production", "production: true\n"),
};
