import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { parseEnvironment } from "../../src/manifest/parse-environment.ts";
import { ACME, emptyFolder, folderOf, removeFolders, run, type Ran } from "./run-command.ts";

afterAll(removeFolders);

const COMMANDS = [
  "serve",
  "demo",
  "simulate github",
  "simulate rack",
  "init",
  "validate",
  "test",
  "explain",
  "check",
  "plan",
  "env set",
  "env unset",
  "env list",
  "can-i",
  "who-can",
  "access",
  "audit",
  "audit verify",
];

describe("the program", () => {
  it("names every command in its help, with the exit statuses", async () => {
    const ran = await run(["--help"], { folder: "/" });
    expect(ran).toMatchObject({ status: 0, err: "" });
    const listed = [...ran.out.matchAll(/^ {2}([a-z-]+) {2,}\S/gm)].map(([, name]) => name);
    expect(listed).toEqual([...new Set(COMMANDS.map((command) => command.split(" ")[0])), "help"]);
    expect(ran.out).toContain("  2  could not do it");
  });

  it.each(COMMANDS)("teaches %s by examples and exit statuses", async (command) => {
    const ran = await run([...command.split(" "), "--help"], { folder: "/" });
    expect(ran).toMatchObject({ status: 0, err: "" });
    expect(ran.out).toContain(`Usage: signalbox ${command} [options]`);
    expect(ran.out).toMatch(/\nExamples:\n {2}\$ .*signalbox /);
    expect(ran.out).toMatch(/\nExit status:\n {2}0 {2}/);
  });

  it("lists the settings of serve in its help", async () => {
    const { out } = await run(["serve", "--help"], { folder: "/" });
    expect(out).toContain("  SIGNALBOX_ROOT (required)\n      The first trusted commit, 40 hex digits.\n");
  });

  it("cannot do what is no command, and says what is near", async () => {
    const ran = await run(["validte"], { folder: "/" });
    expect(ran).toMatchObject({ status: 2, out: "" });
    expect(ran.err).toContain("(Did you mean validate?)");
    expect((await run([], { folder: "/" })).status).toBe(2);
    expect((await run(["validate", "--format", "xml"], { folder: "/" })).err).toContain(
      "Allowed choices are text, json",
    );
    expect((await run(["simulate", "rack", "r", "--port", "99999"], { folder: "/" })).status).toBe(2);
  });

  it("says every setting of serve that is missing or wrong at once", async () => {
    const ran = await run(["serve"], { folder: "/", variables: { GITHUB_APP_ID: "x" } });
    expect(ran).toMatchObject({ status: 2, out: "" });
    expect(ran.err).toContain("  GITHUB_APP_ID: expected the numeric id of the App\n");
    expect(ran.err).toContain("  SIGNALBOX_ROOT: missing.");
  });

  it("shows a stack only where it is asked for", async () => {
    const call = (variables: Readonly<Record<string, string>>): Promise<Ran> =>
      run(["plan"], { folder: "/nowhere", variables });
    expect((await call({})).err).toBe("signalbox: there is no folder /nowhere\n");
    expect((await call({ SIGNALBOX_DEBUG: "1" })).err).toMatch(/^StalledError: there is no folder.*\n {4}at /);
  });
});

const main = join(import.meta.dirname, "../../dist/main.js");

interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<{ readonly status: number | null; readonly out: string; readonly err: string }>;
}

function start(args: readonly string[], variables: Readonly<Record<string, string>> = {}): Child {
  const child = spawn(process.execPath, [main, ...args], { env: { PATH: process.env["PATH"], ...variables } });
  const out: string[] = [];
  const err: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => out.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => err.push(text));
  const ended = new Promise<Awaited<Child["ended"]>>((resolve) => {
    child.once("close", (status) => {
      resolve({ status, out: out.join(""), err: err.join("") });
    });
  });
  return { process: child, ended };
}

function execute(args: readonly string[], input = ""): Child["ended"] {
  const child = start(args);
  child.process.stdin?.end(input);
  return child.ended;
}

describe("the executable", () => {
  it("has been built (npm test does so first)", () => {
    expect(existsSync(main)).toBe(true);
    expect(readFileSync(main, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it("ends with the status of the command", async () => {
    const broken = folderOf({ ...ACME, "roles/odd.yml": "permissions: none\n" });
    expect(await execute(["validate", folderOf(ACME)])).toEqual({ status: 0, out: "", err: "" });
    expect(await execute(["validate", broken])).toMatchObject({ status: 1, err: "" });
    expect(await execute(["validate", "/nowhere"])).toEqual({
      status: 2,
      out: "",
      err: "signalbox: there is no folder /nowhere\n",
    });
    expect(await execute(["--version"])).toMatchObject({ status: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it("reads many apps on its threads, and ends with them", async () => {
    const apps = Array.from({ length: 420 }, (_, app): readonly [string, string][] => {
      const folder = `racks/${app % 2 === 0 ? "production" : "staging"}/apps/many-${String(app)}`;
      return [
        [`${folder}/app.yml`, "build: { images: true }\n"],
        [`${folder}/convox.yml`, `services:\n  web:\n    image: nginx:1.${String(app)}\n    port: 80\n`],
        [`${folder}/env.yml`, app === 401 ? "TOKEN: 1\n" : `A: "${String(app)}"\n`],
      ];
    });
    const ran = await execute(["validate", folderOf({ ...ACME, ...Object.fromEntries(apps.flat()) })]);
    expect(ran).toMatchObject({ status: 1, err: "" });
    expect(ran.out).toContain("racks/staging/apps/many-401/env.yml:1:8: error[bad-value] ");
    expect(ran.out).toMatch(/\n1 error in 1 file\n$/);
  });

  it("takes a piped value without the line end that the shell put there", async () => {
    const folder = folderOf(ACME);
    expect(await execute(["env", "set", "staging/web", "A", folder, "--plain"], "one two\n")).toMatchObject({
      status: 0,
    });
    const text = readFileSync(join(folder, "racks/staging/apps/web/env.yml"), "utf8");
    expect(parseEnvironment(text).value?.get("A")).toEqual({ kind: "plain", text: "one two" });
  });

  it("does not stumble where nobody reads its output to the end", async () => {
    const child = start(["serve", "--help"]);
    child.process.stdout?.destroy();
    expect(await child.ended).toMatchObject({ status: 0, err: "" });
  });

  it.each(["the end of its parent's pipe", "SIGTERM", "SIGINT"] as const)("stops a simulator at %s", async (way) => {
    const info = join(emptyFolder(), "rack.json");
    const child = start(["simulate", "rack", "r", "--info", info], { SIGNALBOX_ATTACHED: "1" });
    for (let looks = 0; looks < 200 && !existsSync(info); looks += 1) await new Promise((done) => setTimeout(done, 50));
    expect(existsSync(info)).toBe(true);
    if (way === "the end of its parent's pipe") child.process.stdin?.end();
    else child.process.kill(way);
    expect(await child.ended).toMatchObject({ status: 0, err: "" });
  });
});
