import { basename, dirname } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { ACME, folderOf, removeFolders, run } from "./run-command.ts";

afterAll(removeFolders);

const folder = folderOf(ACME);
const WEB = ["--team", "web=ana,bo"];

describe("signalbox can-i", () => {
  it.each<[string, readonly string[], 0 | 1]>([
    [
      "a team's person by the team's binding",
      ["write", "applications", "web", "--rack", "staging", "--as", "ana", ...WEB],
      0,
    ],
    ["a login without case", ["write", "applications", "web", "--rack", "staging", "--as", "user:ANA", ...WEB], 0],
    ["not beyond the role", ["write", "applications", "web", "--rack", "production", "--as", "ana", ...WEB], 1],
    ["without its rack only where it holds on every one", ["write", "applications", "web", "--as", "ana", ...WEB], 1],
    ["without its rack what holds on every one", ["read", "applications", "web", "--as", "ana", ...WEB], 0],
    ["not without the team", ["write", "applications", "web", "--rack", "staging", "--as", "ana"], 1],
    ["a team itself", ["read", "racks", "production", "--as", "team:web"], 0],
    ["an administrator everything", ["write", "all", "--as", "user:olga"], 0],
    ["an App that nothing names nothing", ["read", "racks", "staging", "--as", "app:renovate"], 1],
  ])("decides for %s", async (_name, args, status) => {
    const ran = await run(["can-i", ...args], { folder });
    expect(ran).toEqual({ status, out: expect.stringMatching(status === 0 ? /^yes: \S/ : /^no: \S/), err: "" });
  });

  it("gives the decision as JSON, with what decided", async () => {
    const args = ["can-i", "write", "applications", "web", "--rack", "production", "--as", "ana", ...WEB];
    const ran = await run([...args, "--format", "json"], { folder });
    expect(JSON.parse(ran.out)).toEqual({
      allowed: false,
      reason: expect.stringContaining("through team:web"),
      binding: "bindings/all.yml#2",
      role: "web-developer",
      permission: "read applications on production",
      missing: {
        role: "DeveloperV2",
        subjects: ["user:ana"],
        racks: ["production"],
        yaml: '- { role: DeveloperV2, subjects: ["user:ana"], racks: [production] }',
      },
    });
  });

  it("says what would make a no a yes, ready to be pasted", async () => {
    const args = ["can-i", "write", "applications", "web", "--rack", "production", "--as", "ana", ...WEB];
    const ran = await run(args, { folder });
    expect(ran.out.split("\n").slice(1)).toEqual([
      "    in a file of bindings/, this and no more would give it:",
      '    - { role: DeveloperV2, subjects: ["user:ana"], racks: [production] }',
      "",
    ]);
  });

  it("takes the folder after the name, or in the name's place", async () => {
    const name = basename(folder);
    const around = { folder: dirname(folder) };
    expect((await run(["can-i", "read", "racks", "staging", name, "--as", "olga"], around)).status).toBe(0);
    expect((await run(["can-i", "read", "roles", `./${name}`, "--as", "olga"], around)).status).toBe(0);
  });

  it("notes what the repo does not have, since a typo would answer no", async () => {
    const ran = await run(["can-i", "read", "applications", "wep", "--rack", "stagin", "--as", "olga"], { folder });
    expect(ran.status).toBe(0);
    expect(ran.err).toBe(
      "note: the config repo has no file of a rack named stagin; did you mean `staging`?\n" +
        "note: the config repo has no file of an app named wep; did you mean `web`?\n",
    );
  });

  it("could not decide what is no question", async () => {
    expect((await run(["can-i", "reed", "racks", "--as", "ana"], { folder })).status).toBe(2);
    expect((await run(["can-i", "read", "rack", "--as", "ana"], { folder })).err).toContain(
      "Allowed choices are all, app",
    );
    expect((await run(["can-i", "read", "racks"], { folder })).status).toBe(2);
    expect(await run(["can-i", "read", "racks", "--as", "key:ci"], { folder })).toMatchObject({
      status: 2,
      err: 'signalbox: --as: expected a deploy key of the config repo, found "ci"\n',
    });
  });

  describe("for a deploy key", () => {
    const key = [`hash: "sha256:${"ab".repeat(32)}"`, "racks: [staging]", 'apps: ["web*"]', "expires: 2999-01-01", ""];
    const keyed = folderOf({ ...ACME, "deploy-keys/CI-web.yml": ["description: CI", ...key].join("\n") });
    const ended = "2020-01-01";
    const old = folderOf({
      ...ACME,
      "deploy-keys/CI-web.yml": ["description: CI", ...key].join("\n").replace("2999-01-01", ended),
    });
    it.each<[string, readonly string[], string]>([
      [
        "within its racks and apps",
        ["write", "applications", "web", "--rack", "staging"],
        "yes: key:CI-web holds write on applications web on staging by role DeployKey (deploy-keys/CI-web.yml)",
      ],
      [
        "not beyond its apps",
        ["read", "applications", "jobs", "--rack", "staging"],
        "no: key:CI-web is limited to the apps web* (deploy-keys/CI-web.yml)",
      ],
      [
        "not beyond its racks",
        ["read", "applications", "web", "--rack", "production"],
        "no: role DeployKey (deploy-keys/CI-web.yml) is narrowed to the racks staging; read on applications web on production is needed",
      ],
      [
        "not what no key reaches",
        ["read", "roles"],
        "no: key:CI-web is a deploy key, which reaches racks, applications and environment alone",
      ],
    ])("decides %s", async (_name, args, out) => {
      const ran = await run(["can-i", ...args, "--as", "key:ci-web"], { folder: keyed });
      expect(ran).toMatchObject({ status: out.startsWith("yes") ? 0 : 1, out: `${out}\n` });
    });

    it("gives the key's file as the binding", async () => {
      const args = ["can-i", "write", "racks", "staging", "--as", "key:ci-web", "--format", "json"];
      expect(JSON.parse((await run(args, { folder: keyed })).out)).toMatchObject({
        allowed: false,
        binding: "deploy-keys/CI-web.yml",
        role: "DeployKey",
        permission: "read racks",
      });
    });

    it("gives nothing after its end", async () => {
      const ran = await run(["can-i", "read", "applications", "web", "--rack", "staging", "--as", "key:ci-web"], {
        folder: old,
      });
      expect(ran).toMatchObject({ status: 1, out: expect.stringMatching(/gives nothing since 2020-01-01/) });
    });
  });

  it("decides nothing by half a policy", async () => {
    const broken = folderOf({ ...ACME, "bindings/more.yml": "- { role: }\n" });
    const ran = await run(["can-i", "read", "racks", "staging", "--as", "olga"], { folder: broken });
    expect(ran.status).toBe(2);
    expect(ran.err).toContain("`signalbox validate` shows them");
  });
});

describe("signalbox who-can", () => {
  it("names every bound subject that may, and the people of the teams that are told", async () => {
    const args = ["who-can", "write", "applications", "web", "--rack", "staging"];
    const ran = await run([...args, ...WEB, "--format", "json"], { folder });
    const web = { binding: "bindings/all.yml#2", role: "web-developer" };
    expect(ran.status).toBe(0);
    expect(JSON.parse(ran.out)).toEqual({
      subjects: [
        { subject: "team:platform", via: { binding: "bindings/all.yml#1", role: "OperatorV2" } },
        { subject: "team:web", via: web },
        { subject: "user:ana", via: web },
        { subject: "user:bo", via: web },
        { subject: "user:olga", via: { binding: "bindings/all.yml#0", role: "Administrator" } },
      ],
    });
  });

  it("asks for every rack where none is named", async () => {
    const ran = await run(["who-can", "write", "applications", "web", ...WEB], { folder });
    expect(ran.out).toBe(
      "team:platform  OperatorV2     bindings/all.yml#1\nuser:olga      Administrator  bindings/all.yml#0\n",
    );
  });

  it("says where it is nobody", async () => {
    const alone = folderOf({ ...ACME, "bindings/all.yml": '- { role: web-developer, subjects: ["team:web"] }\n' });
    expect(await run(["who-can", "write", "roles"], { folder: alone })).toEqual({
      status: 1,
      out: "nobody\n",
      err: "",
    });
  });
});

describe("signalbox access", () => {
  it("shows everything that somebody holds, with the binding and the team through which", async () => {
    const ran = await run(["access", "ana", "--rack", "production", ...WEB, "--format", "csv"], { folder });
    expect(ran.status).toBe(0);
    const [head, ...rows] = ran.out.trimEnd().split("\r\n");
    expect(head).toBe("subject,action,resources,names,racks,role,binding,through,until,except");
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(row).toMatch(/^user:ana,(read|write),.*,web-developer,bindings\/all\.yml#2,team:web,/);
    }
  });

  it("shows everybody, as JSON that is whole", async () => {
    const ran = await run(["access", ...WEB, "--format", "json"], { folder });
    const shown: unknown = JSON.parse(ran.out);
    expect(shown).toMatchObject({ access: expect.arrayContaining([expect.objectContaining({ subject: "user:bo" })]) });
    expect(JSON.parse((await run(["access", "zoe", "--format", "json"], { folder })).out)).toEqual({ access: [] });
  });

  it("says where it is nothing", async () => {
    expect(await run(["access", "zoe"], { folder })).toEqual({ status: 1, out: "nothing\n", err: "" });
  });
});
