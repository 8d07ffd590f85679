import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { ACME, emptyFolder, folderOf, removeFolders, run } from "./run-command.ts";

afterAll(removeFolders);

describe("signalbox validate", () => {
  it("says nothing where all is well", async () => {
    expect(await run(["validate"], { folder: folderOf(ACME) })).toEqual({ status: 0, out: "", err: "" });
  });

  it("shows each mistake with its place, its line and a caret, and counts them", async () => {
    const folder = folderOf({
      ...ACME,
      "racks/staging/apps/web/app.yml": "build: { images: true }\nlok: true\n",
      "bindings/more.yml": '- { role: web-develper, subjects: ["team:web"] }\n',
    });
    const ran = await run(["validate", folder], { folder: "/" });
    expect(ran.status).toBe(1);
    expect(ran.out).toContain("racks/staging/apps/web/app.yml:2:1: error[unknown-key] ");
    expect(ran.out).toContain("  2 | lok: true\n    | ^^^\n");
    expect(ran.out).toContain("did you mean `lock`?");
    expect(ran.out).toContain("did you mean `web-developer`?");
    expect(ran.out).toMatch(/\n2 errors in 2 files\n$/);
  });

  it("quotes no line that may hold a secret", async () => {
    const folder = folderOf({
      ...ACME,
      "racks/staging/apps/web/env.yml": "LOG_LEVEL: debug\nTOKEN: [cnry-env]\n",
      "racks/staging/rack.yml": "endpoint: https://api.acme.example\npassword: cnry-rack\nrecipients: []\n",
      "racks/production/apps/web/convox.yml":
        "services:\n  web:\n    image: nginx:1.27\n    port: 80\n    environment: { A=cnry-convox: 1 }\n",
    });
    for (const format of ["text", "json"]) {
      const ran = await run(["validate", "--format", format], { folder });
      expect(ran.status).toBe(1);
      for (const file of ["apps/web/env.yml", "staging/rack.yml", "apps/web/convox.yml"]) {
        expect(ran.out).toContain(file);
      }
      expect(ran.out + ran.err).not.toContain("cnry-");
    }
  });

  it("gives the findings as JSON in the published shape", async () => {
    const folder = folderOf({ ...ACME, "roles/odd.yml": "permissions: none\n" });
    const ran = await run(["validate", "--format", "json"], { folder });
    const result: unknown = JSON.parse(ran.out);
    expect(ran.status).toBe(1);
    expect(result).toMatchObject({ ok: false, findings: [{ file: "roles/odd.yml", level: "error" }] });
    expect(await run(["validate", "--format", "json"], { folder: folderOf(ACME) })).toEqual({
      status: 0,
      out: '{\n  "ok": true,\n  "findings": []\n}\n',
      err: "",
    });
  });

  it.each(["github", "sarif"])("gives the findings as %s, their files below where it runs", async (format) => {
    const folder = folderOf({ "config/signalbox.yml": "version: 2\n" });
    const ran = await run(["validate", "config", "--format", format], { folder });
    expect({ status: ran.status, err: ran.err }).toEqual({ status: 1, err: "" });
    expect(ran.out).toContain(
      format === "github" ? "::error file=config/signalbox.yml," : '"uri": "config/signalbox.yml"',
    );
  });

  it("warns where nobody could ever change it back", async () => {
    const bound = (more: string): string => `- { role: Administrator, subjects: ["user:ana"]${more} }\n`;
    const lines = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
      const access = Object.keys(ACME).filter((path) => /^(bindings|tests)\//.test(path));
      const without = Object.fromEntries(Object.entries(ACME).filter(([path]) => !access.includes(path)));
      const ran = await run(["validate"], { folder: folderOf({ ...without, ...files }) });
      expect(ran.status).toBe(0);
      return ran.out.split("\n").filter((line) => line.includes("last-administrator"));
    };
    const words =
      "1:1: warning[last-administrator] expected a binding by which somebody may write all, on everything and unnarrowed, found none";
    expect(await lines({})).toEqual([`bindings/administrators.yml:${words}`]);
    expect(await lines({ "bindings/a.yml": bound(", until: 2020-01-01") })).toEqual([`bindings/a.yml:${words}`]);
    expect(await lines({ "bindings/a.yml": bound(", racks: [staging]") })).toEqual([`bindings/a.yml:${words}`]);
    expect(await lines({ "bindings/a.yml": bound("") })).toEqual([]);
    expect(await lines({ "bindings/a.yml": bound("").replace("user:ana", "team:web") })).toEqual([]);
  });

  it("lets warnings pass", async () => {
    const folder = folderOf({
      ...ACME,
      "signalbox.yml": "version: 1\nfreezes:\n  - { racks: [prod], from: 2026-12-20, until: 2027-01-03, reason: r }\n",
    });
    const ran = await run(["validate"], { folder });
    expect(ran.status).toBe(0);
    expect(ran.out).toMatch(/warnings? in 1 file\n$/);
  });

  it("could not do it where there is no config repo", async () => {
    const folder = emptyFolder();
    expect(await run(["validate"], { folder })).toEqual({
      status: 2,
      out: "",
      err: `signalbox: ${folder} is no config repo: it has no signalbox.yml, roles/, bindings/ or racks/\n`,
    });
    const missing = join(folder, "missing");
    expect((await run(["validate", "missing"], { folder })).err).toBe(`signalbox: there is no folder ${missing}\n`);
  });
});
