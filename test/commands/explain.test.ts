import { afterAll, describe, expect, it } from "@jest/globals";
import { RULE_NAMES } from "../../src/manifest/rule-names.ts";
import { emptyFolder, removeFolders, run, write } from "./run-command.ts";

const nowhere = { folder: "/" };

describe("signalbox explain", () => {
  it("prints the page of a rule, with both examples", async () => {
    const { status, out, err } = await run(["explain", "unknown-role"], nowhere);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toMatch(
      /^unknown-role\n\nA binding, .*\n\nBad, `bindings\/web\.yml`:\n\n {4}- role: DeveloprV2\n.*\nGood, /s,
    );
  });

  it("gives the page as JSON", async () => {
    const { out } = await run(["explain", "unknown-role", "--format", "json"], nowhere);
    expect(JSON.parse(out)).toEqual({
      rule: "unknown-role",
      summary: expect.stringMatching(/^A binding, /),
      text: expect.stringMatching(/^A binding, .*\nBad, `bindings\/web\.yml`:\n/s),
    });
  });

  it("lists all rules without a name", async () => {
    const { out } = await run(["explain"], nowhere);
    expect(out.split("\n").map((line) => line.split(" ")[0])).toEqual([...RULE_NAMES, ""]);
    const { rules } = JSON.parse((await run(["explain", "--format", "json"], nowhere)).out) as { rules: unknown[] };
    expect(rules).toHaveLength(RULE_NAMES.length);
    expect(rules[0]).toEqual({ rule: "alias", summary: expect.stringMatching(/\.$/) });
  });

  it("says that custom guardrails cannot be looked for in settings with errors", async () => {
    const folder = emptyFolder();
    write(folder, { "signalbox.yml": "version: 1\nguardrails: { image-pinned: block }\n" });
    expect((await run(["explain", "my-own"], { folder })).err).toBe(
      "signalbox: there is no rule `my-own`, and what signalbox.yml adds is not known, since it has errors; `signalbox validate` shows them\n",
    );
  });

  it("names a near miss for what is no rule", async () => {
    expect(await run(["explain", "unknown-rule"], nowhere)).toEqual({
      status: 2,
      out: "",
      err: "signalbox: there is no rule `unknown-rule`; did you mean `unknown-role`?\n",
    });
    expect((await run(["explain", "something"], nowhere)).err).toBe(
      "signalbox: there is no rule `something`; `signalbox explain` lists all of them\n",
    );
  });
});

describe("signalbox explain in a repo", () => {
  afterAll(removeFolders);

  const token = `ghp_${"a1B2".repeat(9)}`;
  const app = (manifest: string): Readonly<Record<string, string>> => ({
    "app.yml": "build: { images: true }\n",
    "env.yml": "{ A: plain-value }\n",
    "convox.yml": manifest,
  });
  const inApp = (name: string, manifest: string): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(app(manifest)).map(([file, text]) => [`racks/eu/apps/${name}/${file}`, text]));
  const aRepo = (): string => {
    const folder = emptyFolder();
    write(folder, {
      "signalbox.yml":
        "version: 1\nguardrails:\n  image-pinned: warn\n  custom:\n" +
        '    - { name: two, level: error, each: service, message: Two., require: "service.scale.count.min >= 2" }\n',
      "racks/eu/rack.yml": `endpoint: https://eu.example\npassword: { ref: "env://P" }\nrecipients: ["age1${"q".repeat(58)}"]\n`,
      ...inApp("api", `services:\n  api: { image: acme/api:1, scale: { count: 3 }, command: "run ${token}" }\n`),
      ...inApp("web", "services:\n  web: { image: acme/web:1 }\n"),
    });
    return folder;
  };

  it("shows a custom guardrail with the values of what it judges, secrets aside, and what it says of each", async () => {
    const { status, out, err } = await run(["explain", "two"], { folder: aRepo() });
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toMatch(
      /^two, a custom guardrail \(error\) of each service\n\nTwo\.\n\n {4}service\.scale\.count\.min >= 2\n/,
    );
    expect(out).toMatch(/\n {2}service\.scale\.count\.min +int +Processes at least; a fixed count is both\. = 3\n/);
    expect(out).toMatch(/\n {2}service\.command .* = "\(not shown: it looks like a secret\)"\n/);
    expect(out).toMatch(/\n {2}app\.environment .* = \{"A":"plain"\}\n/);
    expect(out).not.toContain(token);
    expect(out).toMatch(
      /\n\nholds of service api of racks\/eu\/apps\/api\nis broken by service web of racks\/eu\/apps\/web\n$/,
    );
  });

  it("gives it as JSON, of one app and under its whole name as well", async () => {
    const { out } = await run(["explain", "custom/two", ".", "--app", "web", "--format", "json"], { folder: aRepo() });
    expect(JSON.parse(out)).toMatchObject({
      rule: "custom/two",
      level: "error",
      message: "Two.",
      each: "service",
      require: "service.scale.count.min >= 2",
      variables: expect.arrayContaining([
        { name: "service.name", type: "string", description: "As convox.yml has it.", isOptional: false, value: "web" },
      ]),
      results: [{ of: "service web of racks/eu/apps/web", holds: false }],
    });
  });

  it("says of a rule where it is found, if a folder, a rack or an app is named", async () => {
    const folder = aRepo();
    const { out } = await run(["explain", "image-pinned", "--app", "web"], { folder });
    expect(out).toMatch(/\nFound here:\n\nracks\/eu\/apps\/web\/convox\.yml:2:17: warning\[image-pinned\]/);
    expect(out).not.toContain("apps/api");
    expect((await run(["explain", "alias", "."], { folder })).out).toMatch(/\nFound nowhere here\.\n$/);
    expect((await run(["explain", "image-pinned"], { folder })).out).not.toMatch(/Found/);
  });

  it("names a near miss of an app or a rack that is not there", async () => {
    const folder = aRepo();
    expect(await run(["explain", "two", "--app", "wbe"], { folder })).toEqual({
      status: 2,
      out: "",
      err: "signalbox: there is no app `wbe` here that can be read; did you mean `web`?\n",
    });
  });
});
