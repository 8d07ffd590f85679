// A Signalbox in a process of its own, as `serve` runs it, beside a simulated GitHub with open pull requests; its racks are away.
import { spawn, type ChildProcess } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { startSimulatedGitHub, type SimulatedGitHub } from "../src/simulators/github/start-simulated-github.ts";
import { changeOneFile, configFiles, run } from "./config-repo.ts";
import type { World } from "./measure.ts";
import type { Sending, Sent } from "./webhook-sender-worker.ts";

export interface WebhookWorld {
  /**
   * Starts a Signalbox that has read nothing yet and delivers events until it has been at work for a while.
   *
   * @returns how long each delivery took, in milliseconds
   */
  deliverFromStart(): Promise<Sent>;
  close(): Promise<void>;
}

const REPO = "acme/config";
const PULLS = 20;
const EVERY_MS = 20;
/** Long enough to read everything, and for the checks of all pull requests. */
const AT_WORK_MS = 20_000;
const LOOKED_LIMIT_MS = 240_000;

export async function openWebhookWorld({ folder, ...size }: World): Promise<WebhookWorld> {
  const own = join(folder, `webhook-${randomBytes(4).toString("hex")}`);
  const port = await freePort();
  const app = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const secret = randomBytes(32).toString("hex");
  const url = `http://127.0.0.1:${String(port)}`;
  const asked: string[] = [];
  const opened: string[] = [];
  const github = await startSimulatedGitHub({
    ...{ repo: REPO, folder: join(own, "github"), webhookUrl: `${url}/api/github/webhooks` },
    files: new Map([...configFiles(size)].map(({ path, text }) => [path, text])),
    people: { pia: { teams: ["platform"] }, paul: { teams: ["platform"] }, "web-1": { teams: ["web"] } },
    app: { id: 1, slug: "signalbox", publicKey: spki(app.publicKey), webhookSecret: secret, permissions: PERMISSIONS },
    onExchange: ({ method, path }) => void asked.push(`${method} ${path}`),
    onDelivery: ({ event, payload }) => {
      if (event === "pull_request") opened.push(JSON.stringify(payload));
    },
  });
  await openPulls(github, join(own, "clone.git"));
  const variables = await settingsOf(own, {
    GITHUB_APP_KEY: pkcs8(app.privateKey),
    GITHUB_WEBHOOK_SECRET: secret,
    GITHUB_API_URL: github.api,
    SIGNALBOX_ROOT: github.rootCommit,
    SIGNALBOX_ADDRESS: `127.0.0.1:${String(port)}`,
  });
  const sending = { url: `${url}/api/github/webhooks`, secret, everyMs: EVERY_MS, bodies: [...opened] };
  return {
    deliverFromStart: async () => {
      const data = join(own, "data");
      await rm(data, { recursive: true, force: true });
      asked.length = 0;
      const signalbox = serve({ ...variables, SIGNALBOX_DATA: data });
      try {
        return await deliverWhile(sending, () => atWork(asked, signalbox));
      } finally {
        signalbox.kill("SIGKILL");
        await once(signalbox, "close");
      }
    },
    close: () => github.close(),
  };
}

/** As in app.yml. */
const PERMISSIONS: Parameters<typeof startSimulatedGitHub>[0]["app"]["permissions"] = {
  ...{ metadata: "read", members: "read", merge_queues: "read" },
  ...{ contents: "write", pull_requests: "write", checks: "write", issues: "write", deployments: "write" },
};

type Key = ReturnType<typeof generateKeyPairSync>["publicKey"];

function spki(key: Key): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}

function pkcs8(key: Key): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Each changes one file, pushed by its author. */
async function openPulls({ api, git, tokens }: SimulatedGitHub, clone: string): Promise<void> {
  const token = tokens["web-1"] ?? "";
  const remote = `${git.replace("://", `://web-1:${token}@`)}/${REPO}.git`;
  await mkdir(clone, { recursive: true });
  await run(clone, ["clone", "--quiet", "--bare", remote, "."]);
  for (let round = 0; round < PULLS; round += 1) await changeOneFile(clone, "main", round);
  await run(clone, ["push", "--quiet", remote, "refs/heads/change-*:refs/heads/change-*"]);
  for (let round = 0; round < PULLS; round += 1) {
    const answer = await fetch(`${api}/repos/${REPO}/pulls`, {
      method: "POST",
      headers: { authorization: `token ${token}` },
      body: JSON.stringify({ title: `One file, ${String(round)}`, head: `change-${String(round)}`, base: "main" }),
    });
    if (!answer.ok) throw new Error(`opening a pull request: ${String(answer.status)} ${await answer.text()}`);
  }
}

/** Nothing is granted, so that no rack is connected to. */
async function settingsOf(own: string, given: Record<string, string>): Promise<Record<string, string>> {
  const grants = join(own, "grants.yml");
  await writeFile(grants, "[]\n");
  return {
    PATH: process.env["PATH"] ?? "",
    ...given,
    GITHUB_APP_ID: "1",
    SIGNALBOX_REPO: REPO,
    SIGNALBOX_GRANTS: grants,
    SIGNALBOX_SIGNING_KEY: pkcs8(generateKeyPairSync("ed25519").privateKey),
    SIGNALBOX_LEDGER_INTERVAL: "1s",
    SIGNALBOX_WRITE_SPACING: "0s",
    SIGNALBOX_LOG_LEVEL: "error",
  };
}

function serve(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ["dist/main.js", "serve"], { env, stdio: ["ignore", "ignore", "inherit"] });
}

/** Until every pull request was looked at, and then for a while. Readiness would be waited for in vain: events keep coming. */
async function atWork(asked: readonly string[], signalbox: ChildProcess): Promise<void> {
  const end = performance.now() + LOOKED_LIMIT_MS;
  while (pullsIn(asked).size < PULLS) {
    if (signalbox.exitCode !== null) throw new Error("Signalbox ended");
    if (performance.now() > end) throw new Error("Signalbox did not look at every pull request");
    await sleep(250);
  }
  await sleep(AT_WORK_MS);
}

function pullsIn(asked: readonly string[]): ReadonlySet<string> {
  return new Set(asked.filter((line) => /^GET \/repos\/acme\/config\/pulls\/\d+$/.test(line)));
}

async function deliverWhile(workerData: Sending, during: () => Promise<void>): Promise<Sent> {
  const sender = new Worker(new URL("./webhook-sender-worker.js", import.meta.url), { workerData });
  const sent = once(sender, "message") as Promise<[Sent]>; // what the thread sends last
  try {
    await Promise.race([during(), sent]);
    sender.postMessage("end");
    return (await sent)[0];
  } finally {
    await sender.terminate();
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no free port on loopback");
  return address.port;
}
