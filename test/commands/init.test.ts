import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { emptyFolder, folderOf, RECIPIENT_OF_NOBODY, removeFolders, run, type Ran } from "./run-command.ts";

afterAll(removeFolders);

interface Made {
  readonly folder: string;
  readonly home: string;
  readonly ran: Ran;
}

async function make(args: readonly string[] = ["--admin", "Ana"], input?: string): Promise<Made> {
  const home = emptyFolder();
  const folder = emptyFolder();
  const around = { folder, variables: { HOME: home } };
  const ran = await run(["init", "config", ...args], input === undefined ? around : { ...around, input });
  return { folder: join(folder, "config"), home, ran };
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
}

describe("signalbox init", () => {
  it("makes a repo that validates in silence and whose tests pass", async () => {
    const { folder, ran } = await make();
    expect({ status: ran.status, err: ran.err }).toEqual({ status: 0, err: "" });
    expect(await run(["validate"], { folder })).toEqual({ status: 0, out: "", err: "" });
    expect(await run(["test"], { folder })).toEqual({ status: 0, out: "3 policy tests passed\n", err: "" });
    const can = await run(["can-i", "write", "all", ".", "--as", "ana"], { folder });
    expect(can.status).toBe(0);
  });

  it("explains each file in a comment and names the schema of it, which is there", async () => {
    const { folder } = await make();
    const files = filesIn(folder).filter((path) => path.endsWith(".yml"));
    expect(files.length).toBeGreaterThan(8);
    for (const path of files) {
      const [modeline = "", ...rest] = readFileSync(join(folder, path), "utf8").split("\n");
      const schema = /^# yaml-language-server: \$schema=(.*)$/.exec(modeline)?.[1] ?? "";
      expect({ path, schema, isThere: existsSync(join(folder, dirname(path), schema)) }).toEqual({
        path,
        schema: expect.stringMatching(/^[./]*\.schemas\/[a-z-]+\.schema\.json$/),
        isThere: true,
      });
      expect(rest.filter((line) => line.startsWith("# ")).length).toBeGreaterThan(0);
    }
  });

  it("keeps the new identity outside the repo, for nobody else to read, and says where", async () => {
    const { folder, home, ran } = await make();
    const file = join(home, ".config/signalbox/config-staging.age-identity");
    const identity = readFileSync(file, "utf8");
    expect(identity).toMatch(/^AGE-SECRET-KEY-1[A-Z0-9]+\n$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(ran.out).toContain(`\n  ${file}\n`);
    expect(
      ran.out +
        filesIn(folder)
          .map((path) => readFileSync(join(folder, path), "utf8"))
          .join(),
    ).not.toContain(identity.trim());
  });

  it("seals to a key whose identity it made", async () => {
    const { folder } = await make();
    const sealed = await run(["env", "set", "staging/hello", "SESSION_KEY"], { folder, input: "x" });
    expect({ status: sealed.status, err: sealed.err }).toEqual({ status: 0, err: "" });
    expect((await run(["validate"], { folder })).status).toBe(0);
  });

  it("never writes over an identity that is there", async () => {
    const { home } = await make();
    const file = join(home, ".config/signalbox/config-staging.age-identity");
    const before = readFileSync(file, "utf8");
    const again = await run(["init", "config", "--admin", "ana"], { folder: emptyFolder(), variables: { HOME: home } });
    expect(again.out).toContain("config-staging-2.age-identity");
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("seals to the keys that it is given, and then makes none", async () => {
    const { folder, home } = await make(["--admin", "ana", "--recipient", RECIPIENT_OF_NOBODY]);
    expect(readFileSync(join(folder, "racks/staging/rack.yml"), "utf8")).toContain(
      `\nrecipients: ["${RECIPIENT_OF_NOBODY}"]\n`,
    );
    expect(readdirSync(home)).toEqual([]);
    expect(await run(["validate"], { folder })).toEqual({ status: 0, out: "", err: "" });
  });

  it("asks for the login that it is not given", async () => {
    const { folder } = await make([], "olga");
    expect(readFileSync(join(folder, "bindings/administrators.yml"), "utf8")).toContain('subjects: ["user:olga"]');
  });

  it("writes into an empty git repo as well", async () => {
    const folder = folderOf({ ".git/HEAD": "ref: refs/heads/main\n" });
    const ran = await run(["init", "--admin", "ana"], { folder, variables: { HOME: emptyFolder() } });
    expect({ status: ran.status, err: ran.err }).toEqual({ status: 0, err: "" });
  });

  it("leaves alone what is there", async () => {
    const folder = folderOf({ "notes.txt": "mine" });
    const home = emptyFolder();
    expect(await run(["init", "--admin", "ana"], { folder, variables: { HOME: home } })).toEqual({
      status: 2,
      out: "",
      err: `signalbox: ${folder} is not empty (it has "notes.txt"): name a new or an empty folder; a .git alone may be there\n`,
    });
    expect([readdirSync(folder), readdirSync(home)]).toEqual([["notes.txt"], []]);
    writeFileSync(join(folder, "file"), "");
    expect((await run(["init", "file", "--admin", "ana"], { folder })).err).toBe(
      `signalbox: ${join(folder, "file")} is a file: name a new or an empty folder\n`,
    );
  });

  it.each([
    [["--admin", "no login"], '--admin: expected a GitHub login, found "no login"'],
    [
      ["--admin", "ana", "--recipient", "AGE-SECRET-KEY-1X"],
      "--recipient: expected an age public key (age1…), found other text",
    ],
  ])("refuses %j before it writes anything", async (args, message) => {
    const { folder, home, ran } = await make(args);
    expect(ran).toEqual({ status: 2, out: "", err: `signalbox: ${message}\n` });
    expect([existsSync(folder), readdirSync(home)]).toEqual([false, []]);
  });
});
