// A simulated GitHub with Signalbox's App installed, people who act by REST and git, and the adapters connected to it.
import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createClock, readOffsetFile } from "../../src/adapters/clock.ts";
import { connectApp, type GitHubApp } from "../../src/adapters/github-app.ts";
import { createGitHubReader, type CachingGitHubReader } from "../../src/adapters/github-reader.ts";
import { createGitHubWriter } from "../../src/adapters/github-writer.ts";
import { createLog } from "../../src/adapters/log.ts";
import { createTurns } from "../../src/handlers/turns.ts";
import type { Clock, GitHubWriter } from "../../src/handlers/ports.ts";
import type { CommitSha } from "../../src/manifest/types.ts";
import { startSimulatedGitHub, type SimulatedGitHub } from "../../src/simulators/github/start-simulated-github.ts";

const run = promisify(execFile);

export const APP = { id: 4711, slug: "signalbox-acme" };
export const SECRET = "a-webhook-secret-of-thirty-two-bytes-or-more";

const keys = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});
export const PRIVATE_KEY = keys.privateKey;

export const PERMISSIONS = {
  checks: "write",
  contents: "write",
  deployments: "write",
  issues: "write",
  members: "read",
  merge_queues: "read",
  metadata: "read",
  pull_requests: "write",
} as const;

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

export interface Fixture {
  readonly github: SimulatedGitHub;
  readonly app: GitHubApp;
  readonly reader: CachingGitHubReader;
  readonly writer: GitHubWriter;
  readonly clock: Clock;
  readonly logged: string[];
  readonly repo: { readonly owner: string; readonly repo: string };
  readonly root: CommitSha;
  /** A REST call by a person. */
  act(login: string, call: string, body?: object): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Pushes a commit of this person on top of `from`; gives the new head. */
  push(login: string, branch: string, files: Readonly<Record<string, string>>, from?: string): Promise<CommitSha>;
  control(path: string, body: object): Promise<void>;
  /** Requests of the App so far, that write. */
  writes(): Promise<readonly LoggedRequest[]>;
  requests(): Promise<readonly LoggedRequest[]>;
  close(): Promise<void>;
}

export async function startFixture(
  permissions: Readonly<Record<string, "read" | "write">> = PERMISSIONS,
): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-github-"));
  const clockFile = join(folder, "clock");
  const github = await startSimulatedGitHub({
    repo: "acme/config",
    folder: join(folder, "repos"),
    files: new Map([["signalbox.yml", "version: 1\n"]]),
    people: { ana: { teams: ["web"] }, paul: { teams: ["platform", "web"] }, olga: { teams: [], admin: true } },
    app: { ...APP, publicKey: keys.publicKey, webhookSecret: SECRET, permissions },
    webhookUrl: null,
    clockFile,
  });
  const clock = createClock(readOffsetFile(clockFile));
  const logged: string[] = [];
  const log = createLog({ level: "debug", write: (line) => logged.push(line), redact: (text) => text });
  const repo = { owner: "acme", repo: "config" };
  const app = await connectApp({
    appId: APP.id,
    privateKey: PRIVATE_KEY,
    webhookSecret: SECRET,
    apiUrl: github.api,
    ...repo,
    writeSpacingMs: 0,
    clock,
    log,
  }).catch(async (error: unknown) => {
    await github.close();
    throw error;
  });
  const requests = async (): Promise<readonly LoggedRequest[]> => {
    const answer = await fetch(`${github.control}/log`);
    return (await answer.json()) as LoggedRequest[];
  };
  return {
    github,
    app,
    reader: createGitHubReader(app.octokit, { ...repo, defaultBranch: app.defaultBranch, clock, forkPushes: () => [] }),
    writer: createGitHubWriter(app.octokit, {
      ...repo,
      appId: APP.id,
      appSlug: app.appSlug,
      clock,
      inTurn: createTurns(),
      log,
    }),
    clock,
    logged,
    repo,
    root: github.rootCommit as CommitSha,
    act: (login, call, body) => act(github, login, { call, body }),
    push: (login, branch, files, from) => push({ github, folder }, login, { branch, files, from }),
    control: async (path, body) => {
      const answer = await fetch(`${github.control}${path}`, { method: "POST", body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`control ${path}: ${String(answer.status)} ${await answer.text()}`);
    },
    requests,
    writes: async () =>
      (await requests()).filter(({ method, path }) => method !== "GET" && !path.includes("access_tokens")),
    close: async () => {
      await github.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function act(
  github: SimulatedGitHub,
  login: string,
  { call, body }: { readonly call: string; readonly body: object | undefined },
): Promise<{ readonly status: number; readonly body: unknown }> {
  const [method = "GET", path = ""] = call.split(" ");
  const answer = await fetch(`${github.api}${path}`, {
    method,
    headers: { authorization: `token ${github.tokens[login] ?? ""}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${call} by ${login}: ${String(answer.status)} ${text}`);
  return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
}

async function push(
  { github, folder }: { readonly github: SimulatedGitHub; readonly folder: string },
  login: string,
  of: { readonly branch: string; readonly files: Readonly<Record<string, string>>; readonly from: string | undefined },
): Promise<CommitSha> {
  const { branch, files, from = "main" } = of;
  const work = await mkdtemp(join(folder, "work-"));
  const git = async (...args: string[]): Promise<string> => (await run("git", ["-C", work, ...args])).stdout.trim();
  const remote = new URL(`${github.git}/acme/config.git`);
  remote.username = login;
  remote.password = github.tokens[login] ?? "";
  await git("init", "-q");
  await git("config", "user.name", login);
  await git("config", "user.email", `${login}@users.noreply.github.com`);
  await git("fetch", "-q", remote.href, `refs/heads/${from}`);
  await git("checkout", "-q", "-b", "work", "FETCH_HEAD");
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(work, path, ".."), { recursive: true });
    await writeFile(join(work, path), text);
  }
  await git("add", "-A");
  await git("commit", "-q", "-m", `Change ${Object.keys(files).join(", ")}`);
  await git("push", "-q", "--force", remote.href, `work:refs/heads/${branch}`);
  return (await git("rev-parse", "HEAD")) as CommitSha;
}
