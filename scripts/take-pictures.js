// Pictures of the comment in each state, as people see it: `node scripts/take-pictures.js FOLDER`, after `npm run build`. It plays the
// demo's day, opens what the day leaves out, and has Chromium (or $CHROMIUM) take each page light, dark and as wide as a phone.
import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const folder = process.argv[2];
if (folder === undefined) throw new Error("usage: node scripts/take-pictures.js FOLDER");

const STATES = ["Blocked", "Waiting", "Ready", "Applied", "Held", "Failed"];
const LOOKS = [
  { name: "light", width: 1100, options: [] },
  { name: "dark", width: 1100, options: ["--blink-settings=preferredColorScheme=0"] },
  { name: "phone", width: 500, options: [] },
];
const REPO = "/repos/acme/config";

const work = await mkdtemp(join(tmpdir(), "signalbox-pictures-"));
const demo = spawn(process.execPath, ["dist/main.js", "demo", "--info", join(work, "info.json")], {
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  await ended(demo.stdout);
  const info = JSON.parse(await readFile(join(work, "info.json"), "utf8"));
  await propose(info, {
    by: "bo",
    branch: "pictured-rights",
    path: "bindings/bo.yml",
    text: '- role: OperatorV2\n  subjects: ["user:bo"]\n',
  });
  await propose(info, {
    by: "pia",
    branch: "pictured-sites",
    path: "racks/production/apps/web/env.yml",
    text: 'LOG_LEVEL: info\nSITES: "2"\n',
  });
  await propose(info, {
    by: "ana",
    branch: "pictured-jobs",
    path: "racks/staging/apps/jobs/env.yml",
    text: "QUEUE: quiet\n",
  });
  const pages = await pagesOf(info);
  await mkdir(folder, { recursive: true });
  for (const [state, page] of pages) for (const look of LOOKS) await take(page, state.toLowerCase(), look);
} finally {
  demo.kill("SIGTERM");
  await rm(work, { recursive: true, force: true });
}

/** The day says at its end where everything can be tried. */
async function ended(output) {
  let told = "";
  for await (const chunk of output) {
    told += String(chunk);
    if (/The ledger, as/.test(told)) return;
  }
  throw new Error(`the demo ended early: ${told}`);
}

async function ask({ github, people }, login, method, path, body) {
  const answer = await fetch(`${github.api}${path}`, {
    method,
    headers: { authorization: `token ${people[login].token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function propose(info, { by, branch, path, text }) {
  const main = await ask(info, by, "GET", `${REPO}/git/ref/heads/main`);
  await ask(info, by, "POST", `${REPO}/git/refs`, { ref: `refs/heads/${branch}`, sha: main.object.sha });
  const old = await ask(info, by, "GET", `${REPO}/contents/${path}?ref=${branch}`).catch(() => null);
  const content = Buffer.from(text).toString("base64");
  const file = { branch, message: `Change ${branch}`, content, ...(old === null ? {} : { sha: old.sha }) };
  await ask(info, by, "PUT", `${REPO}/contents/${path}`, file);
  await ask(info, by, "POST", `${REPO}/pulls`, { head: branch, base: "main", title: `Change ${branch}` });
}

/** For each state the newest pull request that shows it. */
async function pagesOf(info) {
  for (let tries = 0; tries < 60; tries += 1) {
    const pages = await pagesNow(info);
    if (STATES.every((state) => pages.has(state))) return pages;
    await sleep(1_000);
  }
  throw new Error(`expected pages of ${STATES.join(", ")} within a minute`);
}

async function pagesNow(info) {
  const pages = new Map();
  const pulls = await ask(info, "ana", "GET", `${REPO}/pulls?state=all&per_page=100`);
  for (const { number } of pulls) {
    const comments = await ask(info, "ana", "GET", `${REPO}/issues/${number}/comments`);
    // What was ready and is merged shows its result last.
    const state = /^### (\w+)/m.exec(comments.at(-1)?.body ?? "")?.[1];
    if (STATES.includes(state) && !pages.has(state)) {
      pages.set(state, `${info.github.web}/acme/config/pull/${number}`);
    }
  }
  return pages;
}

async function take(page, state, { name, width, options }) {
  const file = join(folder, `${state}-${name}.png`);
  const chromium = process.env.CHROMIUM ?? "chromium";
  await run(chromium, [
    ...["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", `--user-data-dir=${join(work, "profile")}`],
    ...[...options, `--window-size=${width},1500`, `--screenshot=${file}`, page],
  ]);
  process.stdout.write(`${file}\n`);
}
