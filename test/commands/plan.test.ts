import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "@jest/globals";
import { startSimulatedRack, type SimulatedRack } from "../../src/simulators/rack/start-simulated-rack.ts";
import { ACME, cloneOf, commit, emptyFolder, removeFolders, run, write, type Files, type Ran } from "./run-command.ts";

afterAll(removeFolders);

const PASSWORD = "cnry-rack-password";
const racks: SimulatedRack[] = [];

afterEach(async () => {
  for (const rack of racks.splice(0)) await rack.close();
});

async function rackUrl(name: string): Promise<string> {
  const rack = await startSimulatedRack({ name, password: PASSWORD });
  racks.push(rack);
  return rack.url;
}

function at(urls: Readonly<Record<string, string>>): Files {
  const files = Object.entries(urls).map(([rack, url]): [string, string] => {
    const path = `racks/${rack}/rack.yml`;
    return [path, (ACME[path] ?? "").replace(/https:\S+/, url)];
  });
  return { ...ACME, ...Object.fromEntries(files) };
}

const grants = join(emptyFolder(), "grants.yml");
writeFileSync(grants, '- { hosts: ["127.0.0.1"], refs: ["env://*"] }\n');

function plan(folder: string, ...args: readonly string[]): Promise<Ran> {
  return run(["plan", ...args], { folder, variables: { SIGNALBOX_GRANTS: grants, PASSWORD } });
}

async function writesAt(rack: SimulatedRack): Promise<readonly string[]> {
  const log = (await (await fetch(`${rack.control}/log`)).json()) as readonly { method: string; path: string }[];
  return log.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
}

describe("signalbox plan", () => {
  it("lists the steps of each rack, writes nothing to it, and shows no value", async () => {
    const folder = cloneOf(at({ staging: await rackUrl("staging"), production: await rackUrl("production") }));
    const ran = await plan(folder);
    expect(ran).toEqual({ status: 1, out: expect.any(String), err: "" });
    expect(ran.out).toMatch(/^production: \d steps\n {2}web\n {4}- create the app\n/);
    expect(ran.out).toMatch(/\n\nstaging: \d steps\n/);
    expect(ran.out).not.toMatch(/cnry|debug/);
    expect(await Promise.all(racks.map(writesAt))).toEqual([[], []]);
  });

  it("gives the steps as JSON in the published shape", async () => {
    const folder = cloneOf(at({ staging: await rackUrl("staging") }));
    const ran = await plan(folder, "--rack", "staging", "--app", "web", "--format", "json");
    const { racks: planned } = JSON.parse(ran.out) as { racks: { rack: string; steps: { kind: string }[] }[] };
    expect(planned.map(({ rack }) => rack)).toEqual(["staging"]);
    expect(planned[0]?.steps.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["create-app", "build", "promote"]),
    );
    expect(planned[0]?.steps[0]).toEqual({
      kind: "create-app",
      app: "web",
      summary: "create the app",
      destructive: false,
      details: [],
    });
  });

  it("plans the commit that is checked out, not what lies beside it", async () => {
    const folder = cloneOf(at({ staging: await rackUrl("staging") }));
    const api = { "racks/staging/apps/api/app.yml": "build: { images: true }\n" };
    const files = { ...api, "racks/staging/apps/api/convox.yml": "services: { api: { image: nginx, port: 80 } }\n" };
    const whole = { ...files, "racks/staging/apps/api/env.yml": "{}\n" };
    write(folder, whole);
    expect((await plan(folder, "--rack", "staging")).out).not.toContain("api");
    commit(folder, whole);
    expect((await plan(folder, "--rack", "staging")).out).toContain("\n  api\n");
  });

  it("plans the others where one rack is out of reach", async () => {
    const folder = cloneOf(at({ staging: await rackUrl("staging"), production: "http://127.0.0.1:1" }));
    const ran = await plan(folder, "--format", "json");
    expect(ran.status).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({
      racks: [
        { rack: "production", error: expect.stringContaining("production"), steps: [] },
        {
          rack: "staging",
          steps: [{ kind: "create-app" }, { kind: "build" }, { kind: "release" }, { kind: "promote" }],
        },
      ],
    });
    expect((await plan(folder, "--rack", "production")).status).toBe(2);
  });

  it("leaves out an app whose values cannot be opened, with the reason", async () => {
    const env = { "racks/staging/apps/web/env.yml": 'TOKEN: { ref: "env://NOT_THERE" }\n' };
    const folder = cloneOf({ ...at({ staging: await rackUrl("staging") }), ...env });
    const ran = await plan(folder, "--rack", "staging");
    expect(ran.status).toBe(1);
    expect(ran.out).toContain("staging: nothing to do\n  web: left as it is. ");
    expect(ran.out).toContain("env://NOT_THERE names a variable that Signalbox's environment lacks");
  });

  it("connects to nothing that is not granted", async () => {
    const ran = await plan(cloneOf(ACME));
    expect(ran.status).toBe(2);
    expect(ran.out).toContain("the endpoint's host api.production.acme.example is not granted to production");
  });

  it("says what it could not do", async () => {
    const folder = cloneOf(ACME);
    expect((await plan(folder, "--rack", "stagin")).err).toContain("did you mean `staging`?");
    expect((await plan(folder, "--app", "wep")).err).toContain("did you mean `web`?");
    const without = await run(["plan"], { folder });
    expect(without).toEqual({ status: 2, out: "", err: expect.stringContaining("SIGNALBOX_GRANTS is not set") });
  });
});
