import { lstatSync, readdirSync, readFileSync, symlinkSync, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { afterAll, describe, expect, it } from "@jest/globals";
import { parseEnvironment } from "../../src/manifest/parse-environment.ts";
import type { AppName, RackName } from "../../src/manifest/types.ts";
import { openSealed } from "../../src/secrets/open.ts";
import { ACME, folderOf, RECIPIENT_OF_NOBODY, removeFolders, run, type Files } from "./run-command.ts";

afterAll(removeFolders);

const ENV = "racks/staging/apps/web/env.yml";
const VALUE = 'cnry-7Qm2 "$x" ü: #1';

const identity = await generateIdentity();
const SEALABLE: Files = {
  ...ACME,
  "racks/staging/rack.yml": (ACME["racks/staging/rack.yml"] ?? "").replace(
    RECIPIENT_OF_NOBODY,
    await identityToRecipient(identity),
  ),
};

function read(folder: string): string {
  return readFileSync(join(folder, ENV), "utf8");
}

describe("signalbox env set", () => {
  it("seals the value for this rack, app and key, and prints nothing of it", async () => {
    const folder = folderOf(SEALABLE);
    const ran = await run(["env", "set", "staging/web", "TOKEN"], { folder, input: VALUE });
    expect(ran).toEqual({ status: 0, out: `${ENV}: TOKEN added, sealed to 1 of staging's recipients\n`, err: "" });
    const text = read(folder);
    expect(text).toMatch(/^LOG_LEVEL: debug\nTOKEN: \{ age: "[A-Za-z0-9+/=]+" \}\n$/);
    const value = parseEnvironment(text).value?.get("TOKEN");
    const age = value?.kind === "sealed" ? value.age : "";
    const place = { rack: "staging" as RackName, app: "web" as AppName, key: "TOKEN" };
    expect((await openSealed(age, [identity], place)).reveal()).toBe(VALUE);
    await expect(openSealed(age, [identity], { ...place, key: "OTHER" })).rejects.toThrow("sealed for");
    expect(await run(["validate"], { folder })).toEqual({ status: 0, out: "", err: "" });
  });

  it("changes one value and leaves every other byte as it was", async () => {
    const env = "# what web needs\nLOG_LEVEL:   debug   # loud\n\n\"QUOTED\": 'it''s'\nPORT: \"80\"\n";
    const folder = folderOf({ ...SEALABLE, [ENV]: env });
    await run(["env", "set", "staging/web", "LOG_LEVEL", "--plain"], { folder, input: "true" });
    expect(read(folder)).toBe(env.replace("debug", '"true"'));
    const ran = await run(["env", "set", "staging/web", "PORT", "--plain"], { folder, input: "eighty" });
    expect(ran.out).toBe(`${ENV}: PORT changed, plain\n`);
    expect(read(folder)).toBe(env.replace("debug", '"true"').replace('"80"', "eighty"));
  });

  it.each<[string, string, string]>([
    ["an empty map", "{}\n", "A: x\n"],
    ["an empty map under a comment", "# none yet\n{}\n", "# none yet\nA: x\n"],
    ["a last line without its end", "B: y", "B: y\nA: x\n"],
    ["a map in braces", "{ B: y }\n", "{ B: y, A: x }\n"],
    ["a folded value", "A: >-\n  one\n  two\nB: y\n", "A: x\nB: y\n"],
  ])("adds to %s", async (_name, before, after) => {
    const folder = folderOf({ ...SEALABLE, [ENV]: before });
    expect((await run(["env", "set", "staging/web", "A", "--plain"], { folder, input: "x" })).err).toBe("");
    expect(read(folder)).toBe(after);
  });

  it("begins the file where the app has none", async () => {
    const folder = folderOf(SEALABLE);
    unlinkSync(join(folder, ENV));
    expect((await run(["env", "set", "staging/web", "A", "--plain"], { folder, input: "x" })).status).toBe(0);
    expect(read(folder)).toBe("A: x\n");
  });

  it.each<[string, readonly string[], string | undefined, string]>([
    ["a value with a line end", ["staging/web", "A"], "cnry-1\ncnry-2", "line end"],
    ["a plain value with one", ["staging/web", "A", "--plain"], "cnry-1\rcnry-2", "line end"],
    ["nothing to seal", ["staging/web", "A"], "", "found nothing"],
    ["a key that is none", ["staging/web", "1A"], undefined, "expected the name of a variable"],
    ["an app that is not there", ["staging/wep", "A"], undefined, "did you mean `staging/web`?"],
    ["a name without an app", ["staging", "A"], undefined, "expected RACK/APP"],
    ["a way out of the repo", ["staging/../../x", "A"], undefined, "expected RACK/APP"],
  ])("refuses %s and changes nothing", async (_name, args, input, words) => {
    const folder = folderOf(SEALABLE);
    const ran = await run(["env", "set", ...args], { folder, ...(input === undefined ? {} : { input }) });
    expect(ran).toEqual({ status: 2, out: "", err: expect.stringContaining(words) });
    expect(ran.err).not.toContain("cnry");
    expect(read(folder)).toBe("LOG_LEVEL: debug\n");
  });

  it("asks for no secret that it could not seal", async () => {
    const rack = (SEALABLE["racks/staging/rack.yml"] ?? "").replace(/recipients: .*/, "recipients: []");
    const ran = await run(["env", "set", "staging/web", "A"], {
      folder: folderOf({ ...SEALABLE, "racks/staging/rack.yml": rack }),
    });
    expect(ran.status).toBe(2);
    expect(ran.err).toMatch(/^signalbox: racks\/staging\/rack\.yml:3:13: .*\. Mend it first\n$/);
  });

  it("edits no file with errors, and follows no link", async () => {
    const broken = folderOf({ ...SEALABLE, [ENV]: "A: 1\n" });
    const ran = await run(["env", "set", "staging/web", "B", "--plain"], { folder: broken, input: "x" });
    expect(ran).toEqual({ status: 2, out: "", err: expect.stringContaining(`${ENV}:1:4: `) });
    const linked = folderOf({ ...SEALABLE, "elsewhere.yml": "A: x\n" });
    unlinkSync(join(linked, ENV));
    symlinkSync(join(linked, "elsewhere.yml"), join(linked, ENV));
    expect((await run(["env", "set", "staging/web", "A", "--plain"], { folder: linked, input: "y" })).status).toBe(2);
    expect(lstatSync(join(linked, ENV)).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(linked, "elsewhere.yml"), "utf8")).toBe("A: x\n");
  });

  it("leaves no file of its own behind", async () => {
    const folder = folderOf(SEALABLE);
    await run(["env", "set", "staging/web", "A"], { folder, input: "x" });
    expect(readdirSync(dirname(join(folder, ENV))).sort()).toEqual(["app.yml", "convox.yml", "env.yml"]);
  });
});

describe("signalbox env unset", () => {
  it("takes one line out, and the rest stays", async () => {
    const folder = folderOf({ ...SEALABLE, [ENV]: "# top\nA: x # of A\n# of B\nB: y\n" });
    const ran = await run(["env", "unset", "staging/web", "A"], { folder });
    expect(ran).toEqual({ status: 0, out: `${ENV}: A removed\n`, err: "" });
    expect(read(folder)).toBe("# top\n# of B\nB: y\n");
    await run(["env", "unset", "staging/web", "B"], { folder });
    expect(read(folder)).toBe("# top\n# of B\n{}\n");
    expect(await run(["validate"], { folder })).toEqual({ status: 0, out: "", err: "" });
  });

  it("names the near miss of a key that is not there", async () => {
    const ran = await run(["env", "unset", "staging/web", "LOG_LEVLE"], { folder: folderOf(SEALABLE) });
    expect(ran).toEqual({
      status: 2,
      out: "",
      err: `signalbox: ${ENV} has no "LOG_LEVLE"; did you mean \`LOG_LEVEL\`?\n`,
    });
  });
});

describe("signalbox env list", () => {
  it("names the variables and how each is kept, and shows no value", async () => {
    const folder = folderOf({ ...SEALABLE, [ENV]: 'PLAIN: cnry-plain\nREF: { ref: "env://TOKEN" }\n' });
    await run(["env", "set", "staging/web", "SEALED"], { folder, input: VALUE });
    expect(await run(["env", "list", "staging/web"], { folder })).toEqual({
      status: 0,
      out: "PLAIN   plain\nREF     reference  env://TOKEN\nSEALED  sealed\n",
      err: "",
    });
    const { out } = await run(["env", "list", "staging/web", "--format", "json"], { folder });
    expect(JSON.parse(out)).toEqual({
      variables: [
        { key: "PLAIN", kind: "plain" },
        { key: "REF", kind: "reference", ref: "env://TOKEN" },
        { key: "SEALED", kind: "sealed" },
      ],
    });
  });
});
