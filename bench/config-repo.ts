// A config repo of any size, the same for the same numbers, written straight into git: its files are never on disk.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { oneOf, seeded, whole, type Chance } from "./chance.ts";

export interface RepoSize {
  readonly racks: number;
  readonly appsPerRack: number;
}

export interface WrittenFile {
  readonly path: string;
  readonly text: string;
}

const TEAMS = ["web", "payments", "platform", "data", "mobile", "search", "security", "growth"] as const;
const KEY_PARTS = ["DATABASE", "REDIS", "STRIPE", "SENTRY", "MAIL", "S3", "QUEUE", "FEATURE", "LOG", "HTTP"] as const;
const KEY_ENDS = ["URL", "TOKEN", "LEVEL", "TIMEOUT", "BUCKET", "REGION", "HOST", "PORT", "SECRET", "MODE"] as const;

/** One file after the other; racks and apps are named so that they sort as they are numbered. */
export function* configFiles({ racks, appsPerRack }: RepoSize): Generator<WrittenFile> {
  yield { path: "signalbox.yml", text: settingsText() };
  for (const team of TEAMS) {
    yield { path: `roles/${team}-developer.yml`, text: roleText(team) };
    yield { path: `bindings/${team}.yml`, text: bindingText(team) };
    yield { path: `deploy-keys/ci-${team}.yml`, text: keyText(team) };
  }
  for (let rack = 0; rack < racks; rack += 1) yield* rackFiles(rack, appsPerRack);
}

function rackName(rack: number): string {
  return `${rack % 3 === 0 ? "prod" : "staging"}-${String(rack).padStart(3, "0")}`;
}

function appName(app: number): string {
  return `${TEAMS[app % TEAMS.length] ?? "web"}-${String(app).padStart(3, "0")}`;
}

function* rackFiles(rack: number, apps: number): Generator<WrittenFile> {
  const name = rackName(rack);
  yield { path: `racks/${name}/rack.yml`, text: rackText(rack) };
  for (let app = 0; app < apps; app += 1) {
    const folder = `racks/${name}/apps/${appName(app)}`;
    const chance = seeded(rack * 100_003 + app);
    // The same app runs on several racks with the same manifest, and an environment of its own on each.
    const ofApp = seeded(chance() < 0.3 ? app : rack * 100_003 + app);
    const keys = environmentKeys(ofApp);
    yield { path: `${folder}/app.yml`, text: chance() < 0.9 ? APP_TEXT : lockedAppText(chance) };
    yield { path: `${folder}/convox.yml`, text: manifestText(ofApp, app, keys) };
    yield { path: `${folder}/env.yml`, text: environmentText(chance, name, keys) };
  }
}

const APP_TEXT = "build:\n  images: true\n";

function lockedAppText(chance: Chance): string {
  return `build:\n  images: true\nparameters:\n  BuildCpu: "${String(whole(chance, 1, 4) * 250)}"\nlock: true\n`;
}

function environmentKeys(chance: Chance): readonly string[] {
  const keys = new Set<string>();
  for (let count = whole(chance, 5, 60); keys.size < count;) {
    keys.add(`${oneOf(chance, KEY_PARTS)}_${oneOf(chance, KEY_ENDS)}`);
  }
  return [...keys];
}

function environmentText(chance: Chance, rack: string, keys: readonly string[]): string {
  return keys.map((key) => `${key}: ${environmentValue(chance, rack, key)}\n`).join("");
}

function environmentValue(chance: Chance, rack: string, key: string): string {
  const kind = chance();
  // What is called a secret stands sealed: in plain text it is an error.
  if (kind < 0.1 || /TOKEN|SECRET/.test(key)) return `{ age: "${sealedText(chance)}" }`;
  if (kind < 0.35) return `{ ref: "awssm://${rack}/app#${key}" }`;
  return oneOf(chance, [
    `"${String(whole(chance, 1, 65_535))}"`,
    `https://service-${String(whole(chance, 1, 500))}.internal.example/v1`,
    `"true"`,
    `eu-west-${String(whole(chance, 1, 3))}`,
    `some words that say what it is for # and a remark`,
  ]);
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** As long as a value sealed to two recipients is; opened by nobody. */
function sealedText(chance: Chance): string {
  let text = "YWdlLWVuY3J5cHRpb24ub3JnL3Yx";
  while (text.length < 560) text += BASE64[Math.floor(chance() * 64)] ?? "A";
  return text;
}

function manifestText(chance: Chance, app: number, keys: readonly string[]): string {
  const image = `registry.acme.example/${appName(app)}:1.${String(whole(chance, 0, 40))}.${String(whole(chance, 0, 9))}`;
  const [first = "LOG_LEVEL", second = first] = keys;
  const lines = ["environment:", `  - ${first}`, `  - ${second}`, "  - TRACE=off"];
  const resources = oneOf(chance, [[], ["database"], ["database", "cache"]]);
  if (resources.length > 0) lines.push("resources:");
  for (const name of resources) {
    lines.push(
      `  ${name}:`,
      `    type: ${name === "cache" ? "redis" : "postgres"}`,
      "    options:",
      "      storage: 50",
    );
  }
  lines.push("services:");
  for (const service of ["web", "api", "worker", "relay", "admin"].slice(0, whole(chance, 1, 5))) {
    lines.push(...serviceLines(chance, { service, image, resources }));
  }
  if (chance() < 0.4) {
    lines.push(
      "timers:",
      "  nightly:",
      "    command: bin/nightly --all",
      '    schedule: "0 3 * * *"',
      "    service: web",
    );
  }
  return `${lines.join("\n")}\n`;
}

function serviceLines(
  chance: Chance,
  of: { readonly service: string; readonly image: string; readonly resources: readonly string[] },
): readonly string[] {
  const isPublic = of.service !== "worker";
  return [
    `  ${of.service}:`,
    `    image: ${of.image}`,
    `    command: bin/${of.service}`,
    ...(isPublic ? ["    port: 3000", "    health:", "      path: /healthz", "      interval: 10"] : []),
    ...(of.resources.length === 0 ? [] : ["    resources:", ...of.resources.map((name) => `      - ${name}`)]),
    "    scale:",
    `      count: ${String(whole(chance, 1, 4))}`,
    `      cpu: ${String(whole(chance, 1, 8) * 128)}`,
    `      memory: ${String(whole(chance, 1, 8) * 256)}`,
    "    environment:",
    `      - ROLE=${of.service}`,
  ];
}

function rackText(rack: number): string {
  const name = rackName(rack);
  return [
    ...(rack % 3 === 0 ? ["production: true"] : []),
    `endpoint: https://api.${name}.acme.example`,
    `password: { ref: "env://${name.toUpperCase().replace(/-/g, "_")}_PASSWORD" }`,
    `recipients: ["age1${"q".repeat(58)}"]`,
    "",
  ].join("\n");
}

function settingsText(): string {
  return [
    "version: 1",
    "approvals:",
    "  - name: production",
    "    when: { production: true }",
    "    require: { count: 2, from: { teams: [platform], can: write } }",
    "  - name: payments",
    '    when: { paths: ["racks/*/apps/payments-*/**"], changes: [environment, manifest] }',
    "    require:",
    "      all:",
    "        - { count: 1, from: { teams: [payments] } }",
    "        - { count: 1, from: { teams: [security] } }",
    "",
  ].join("\n");
}

function roleText(team: string): string {
  return [
    `description: Ships the apps of ${team}.`,
    "permissions:",
    "  - { resource: racks, names: all, action: read }",
    `  - { resource: applications, names: ["${team}-*"], action: write }`,
    `  - { resource: environment, names: ["${team}-*"], racks: ["staging-*"], action: write }`,
    "",
  ].join("\n");
}

function bindingText(team: string): string {
  const members = Array.from({ length: 25 }, (_, index) => `"user:${team}-${String(index)}"`);
  return [
    `- { role: ${team}-developer, subjects: ["team:${team}"] }`,
    `- { role: ${team}-developer, subjects: [${members.join(", ")}], racks: ["staging-*"] }`,
    ...(team === "platform" ? ['- { role: Administrator, subjects: ["user:pia", "user:paul"] }'] : []),
    "",
  ].join("\n");
}

function keyText(team: (typeof TEAMS)[number]): string {
  const digest = String(TEAMS.indexOf(team)).repeat(64);
  return [
    `description: CI of ${team}`,
    `hash: "sha256:${digest}"`,
    'racks: ["staging-*"]',
    `apps: ["${team}-*"]`,
    "expires: 2030-06-30",
    "",
  ].join("\n");
}

/** A bare repo with these files as its one commit on `main`. */
export async function writeGitRepo(folder: string, files: Iterable<WrittenFile>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await run(folder, ["init", "--quiet", "--bare", "--initial-branch=main", "."]);
  const git = spawn("git", ["fast-import", "--quiet"], { cwd: folder, stdio: ["pipe", "inherit", "inherit"] });
  const ended = once(git, "close");
  git.stdin.write(`commit refs/heads/main\ncommitter bench <bench@example.com> 1700000000 +0000\ndata 3\nall\n`);
  for (const { path, text } of files) {
    const bytes = Buffer.from(text, "utf8");
    const isTaken = git.stdin.write(`M 100644 inline ${path}\ndata ${String(bytes.length)}\n${text}\n`);
    if (!isTaken) await once(git.stdin, "drain");
  }
  git.stdin.end();
  await ended;
}

/** @returns what git printed */
export async function run(folder: string, args: readonly string[]): Promise<string> {
  const git = spawn("git", args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const chunks: Uint8Array[] = [];
  git.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const [status] = (await once(git, "close")) as [number | null]; // what `close` of a child passes on
  if (status !== 0) throw new Error(`git ${args.join(" ")} ended with ${String(status)}`);
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * A commit on `parent` that changes one environment variable of one app, as a pull request would.
 *
 * @returns its id
 */
export async function changeOneFile(folder: string, parent: string, round: number): Promise<string> {
  const listed = await run(folder, ["ls-tree", "-r", "--name-only", parent, "racks/"]);
  // The first ten racks have the same first ten apps in a repo of any size: what is compared is the same change.
  const paths = listed.split("\n").filter((path) => /-00\d\/apps\/\w+-00\d\/env\.yml$/.test(path));
  const path = paths[(round * 37) % paths.length] ?? "";
  const text = `ROUND: "${String(round)}"\n${(await run(folder, ["show", `${parent}:${path}`])).replace(/^\{\}\n$/, "")}`;
  const branch = `refs/heads/change-${String(round)}`;
  const after = Number(await run(folder, ["show", "-s", "--format=%ct", parent])) + 1;
  const git = spawn("git", ["fast-import", "--quiet", "--force"], {
    cwd: folder,
    stdio: ["pipe", "inherit", "inherit"],
  });
  const ended = once(git, "close");
  const bytes = String(Buffer.byteLength(text));
  git.stdin.end(
    `commit ${branch}\ncommitter bench <bench@example.com> ${String(after)} +0000\ndata 3\none\nfrom ${parent}\n` +
      `M 100644 inline ${path}\ndata ${bytes}\n${text}\n`,
  );
  await ended;
  return (await run(folder, ["rev-parse", branch])).trim();
}
