// The adapter against the simulated rack, and against answers that no rack of sound mind gives.
import { createServer, type Server } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import nock from "nock";
import { connectRack } from "../../src/adapters/convox-rack.ts";
import { tarballOf } from "../../src/adapters/tarball.ts";
import type { AppName } from "../../src/manifest/types.ts";
import type { RackConnection } from "../../src/reconcile/ports.ts";
import { createSecret } from "../../src/secrets/secret.ts";
import { startSimulatedRack, type SimulatedRack } from "../../src/simulators/rack/start-simulated-rack.ts";

const PASSWORD = "pw-canary-3c2b";
const VALUE = "value canary+3c2b/=";
const WEB = "web" as AppName;
const MANIFEST = "services:\n  web:\n    image: nginx\n    port: 80\n";

function connect(endpoint: string, fields: { password?: string; timeoutMs?: number } = {}): RackConnection {
  const { password = PASSWORD, timeoutMs = 1_000 } = fields;
  return connectRack({
    rack: "staging",
    endpoint,
    user: "convox",
    password: createSecret(password),
    ca: null,
    timeoutMs,
  });
}

async function errorOf(run: Promise<unknown>): Promise<{ readonly name: string; readonly message: string }> {
  const error: unknown = await run.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (typeof error !== "object" || error === null || !("name" in error) || !("message" in error)) {
    throw new Error("nothing was thrown");
  }
  return { name: String(error.name), message: String(error.message) };
}

async function until<T>(read: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> {
  for (let look = 0; look < 100; look += 1) {
    const value = await read();
    if (isThere(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("did not come");
}

describe("connectRack with a rack", () => {
  let rack: SimulatedRack;
  let connection: RackConnection;
  beforeEach(async () => {
    rack = await startSimulatedRack({ name: "staging", password: PASSWORD, pace: { buildMs: 30, promoteMs: 60 } });
    connection = connect(rack.url);
  });
  afterEach(() => rack.close());

  async function deploy(): Promise<string> {
    await connection.createApp(WEB);
    const build = await connection.startBuild(WEB, { manifest: MANIFEST, description: "of a test" });
    await until(
      () => connection.readBuild(WEB, build),
      ({ status }) => status === "complete",
    );
    const release = await connection.createRelease(WEB, {
      build,
      parent: null,
      environment: new Map([["COLOR", createSecret(VALUE)]]),
      description: "a release",
    });
    await connection.promote(WEB, release.id, 60_000);
    await until(
      () => connection.readStatus(WEB),
      ({ status }) => status === "running",
    );
    return release.id;
  }

  it("brings a manifest to run, and reads back what it sent, byte for byte", async () => {
    expect(await connection.readApp(WEB)).toBeNull();
    const release = await deploy();
    expect(await connection.overview()).toEqual({ version: "3.24.8", apps: [WEB] });
    const live = await connection.readApp(WEB);
    expect(live).toMatchObject({
      name: WEB,
      status: "running",
      release,
      locked: false,
      services: [{ name: "web", count: 1 }],
      builds: [{ status: "complete", description: "of a test" }],
    });
    expect(live?.releases[0]).toMatchObject({ id: release, manifest: MANIFEST, description: "a release" });
    expect(live?.releases[0]?.environment.get("COLOR")?.reveal()).toBe(VALUE);
    expect(JSON.stringify(live)).not.toContain(VALUE);
  });

  it("scales, locks and sets parameters", async () => {
    await deploy();
    await connection.scale(WEB, "web", 3);
    await connection.setLock(WEB, true);
    await connection.setParameters(WEB, new Map([["BuildCpu", "600"]]));
    const live = await connection.readApp(WEB);
    expect(live?.services).toEqual([{ name: "web", count: 3 }]);
    expect(live?.locked).toBe(true);
    expect(live?.parameters.get("BuildCpu")).toBe("600");
  });

  it("gives the last lines of an app's log, Convox's own alone where asked, and those of a build", async () => {
    await deploy();
    const all = await connection.logTail(WEB, { systemOnly: false });
    const system = await connection.logTail(WEB, { systemOnly: true });
    expect(all.some((line) => line.endsWith("started"))).toBe(true);
    expect(system.length).toBeGreaterThan(0);
    expect(system).toEqual(all.filter((line) => / system\//.test(line)));
    const build = (await connection.readApp(WEB))?.builds[0]?.id ?? "";
    expect(await connection.logTail(WEB, { build })).toContain("Running: docker pull nginx");
  });

  it("finds the active release where many newer ones hide it", async () => {
    const active = await deploy();
    for (let count = 0; count < 25; count += 1) {
      await connection.createRelease(WEB, { build: null, parent: null, environment: new Map(), description: "newer" });
    }
    const live = await connection.readApp(WEB);
    expect(live?.releases.at(-1)?.id).toBe(active);
  });

  it("says that the password is wrong, without it", async () => {
    const error = await errorOf(connect(rack.url, { password: "wrong-canary" }).overview());
    expect(error).toEqual({
      name: "StalledError",
      message: `rack staging at ${rack.url} does not accept the password; seal the right one into rack.yml (GET /system)`,
    });
  });

  it("gives the rack's own reason where it refuses, and waits where the app is only busy", async () => {
    const release = await deploy();
    expect(await errorOf(connection.createApp(WEB))).toMatchObject({ name: "StalledError" });
    await connection.promote(WEB, release, null);
    const busy = await errorOf(connection.promote(WEB, release, null));
    expect(busy.name).toBe("WaitError");
    expect(busy.message).toContain("app is currently updating");
  });

  it("takes what was sent out of an error that sends it back", async () => {
    await connection.createApp(WEB);
    await fetch(`${rack.control}/faults`, {
      method: "POST",
      body: JSON.stringify({ match: "POST /apps/web/releases", action: "500" }),
    });
    const environment = new Map([["COLOR", createSecret(VALUE)]]);
    const error = await errorOf(
      connection.createRelease(WEB, { build: null, parent: null, environment, description: "d" }),
    );
    expect(error.name).toBe("WaitError");
    for (const form of [VALUE, encodeURIComponent(VALUE), "canary"]) expect(error.message).not.toContain(form);
  });

  it("refuses a value with a line break before anything is sent, naming the key", async () => {
    const environment = new Map([["KEY", createSecret("two\nlines")]]);
    const error = await errorOf(
      connection.createRelease(WEB, { build: null, parent: null, environment, description: "d" }),
    );
    expect(error).toMatchObject({
      name: "StalledError",
      message: expect.stringContaining("the value of KEY has a line break"),
    });
  });

  it.each([
    ["timeout", /did not answer within 0\.3 s \(GET \/system\)$/],
    ["reset", /broke off its answer \(GET \/system\)$/],
    ["truncated", /broke off its answer \(GET \/system\)$/],
    ["html", /answers with an HTML page \(GET \/system\)$/],
    ["502", /answers 502: an HTML page instead of an answer of Convox \(GET \/system\)$/],
    ["rate-limit", /answers 429: too many requests \(GET \/system\)$/],
  ])("says of %s what happened, to be tried again", async (action, message) => {
    await fetch(`${rack.control}/faults`, { method: "POST", body: JSON.stringify({ match: "GET /system", action }) });
    const error = await errorOf(connect(rack.url, { timeoutMs: 300 }).overview());
    expect(error.name).toBe("WaitError");
    expect(error.message).toMatch(message);
  });
});

describe("connectRack with something else", () => {
  afterEach(() => nock.cleanAll());

  it.each([
    ["http://api.acme.example", "its endpoint http://api.acme.example must be https"],
    ["https://convox:pw@api.acme.example", "its endpoint in rack.yml holds credentials; take them out"],
    ["api.acme.example", "its endpoint in rack.yml is no URL"],
  ])("sends nothing to %s", async (endpoint, reason) => {
    const error = await errorOf((async () => connect(endpoint))());
    expect(error).toEqual({ name: "StalledError", message: `rack staging: ${reason}` });
  });

  it.each([
    { name: "an empty 404", status: 404, body: "", error: "StalledError", message: /knows nothing at GET \/system/ },
    { name: "nothing", status: 200, body: "", error: "WaitError", message: /answers with nothing/ },
    {
      name: "half an answer",
      status: 200,
      body: '{"version": "3',
      error: "WaitError",
      message: /answers with half an answer/,
    },
    {
      name: "an object of another kind",
      status: 200,
      body: "{}",
      error: "WaitError",
      message: /an object without version/,
    },
    { name: "a list", status: 200, body: "[]", error: "WaitError", message: /answers with something else/ },
    {
      name: "a refusal as text",
      status: 403,
      body: "no\n",
      error: "StalledError",
      message: /refuses: no \(GET \/system\)$/,
    },
    {
      name: "a lasting 500",
      status: 500,
      body: '{"error":"required env: A, B"}',
      error: "StalledError",
      message: /refuses: required env: A, B/,
    },
    {
      name: "an error without end",
      status: 500,
      body: "x".repeat(100_000),
      error: "WaitError",
      message: /x{500}… \(GET/,
    },
  ])("says so of $name", async ({ status, body, error, message }) => {
    nock("https://api.acme.example").get("/system").reply(status, body);
    const thrown = await errorOf(connect("https://api.acme.example").overview());
    expect(thrown.name).toBe(error);
    expect(thrown.message).toMatch(message);
  });

  it("follows no redirect, and sends the password nowhere else", async () => {
    const elsewhere = nock("https://elsewhere.example").get("/system").reply(200, { version: "1" });
    nock("https://api.acme.example").get("/system").reply(302, "", { Location: "https://elsewhere.example/system" });
    const thrown = await errorOf(connect("https://api.acme.example").overview());
    expect(thrown).toMatchObject({
      name: "StalledError",
      message: expect.stringContaining("redirects, which is not followed"),
    });
    expect(elsewhere.isDone()).toBe(false);
  });

  it("keeps a prefix of the path, and asks for JSON as the user named", async () => {
    const scope = nock("https://api.acme.example", {
      reqheaders: {
        accept: "application/json",
        authorization: `Basic ${Buffer.from(`convox:${PASSWORD}`).toString("base64")}`,
      },
    })
      .get("/r/staging/system")
      .reply(200, { version: "3.24.8" })
      .get("/r/staging/apps")
      .reply(200, "null");
    const seen = await connect("https://api.acme.example/r/staging/").overview();
    expect(seen).toEqual({ version: "3.24.8", apps: [] });
    expect(scope.isDone()).toBe(true);
  });

  it("stops reading an answer that does not end", async () => {
    const server: Server = createServer((_request, response) => {
      const write = (): void => {
        while (response.write("x".repeat(1024 * 1024)));
      };
      response.on("drain", write);
      response.writeHead(200, { "Content-Type": "application/json" });
      write();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const thrown = await errorOf(connect(`http://127.0.0.1:${String(port)}`, { timeoutMs: 5_000 }).overview());
    server.closeAllConnections();
    server.close();
    expect(thrown).toMatchObject({
      name: "WaitError",
      message: expect.stringContaining("answered with more than 8 MiB"),
    });
  });
});

describe("tarballOf", () => {
  it("is one ustar file with a sum that holds, equal for equal content", () => {
    const tar = gunzipSync(tarballOf("convox.yml", MANIFEST));
    expect(tar.length % 512).toBe(0);
    expect(tar.subarray(0, 10).toString()).toBe("convox.yml");
    expect(tar.subarray(257, 263).toString("latin1")).toBe("ustar\0");
    const sum = tar.subarray(0, 512).reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
    expect(parseInt(tar.subarray(148, 154).toString(), 8)).toBe(sum);
    expect(tar.subarray(512, 512 + MANIFEST.length).toString()).toBe(MANIFEST);
    expect(tarballOf("convox.yml", MANIFEST)).toEqual(tarballOf("convox.yml", MANIFEST));
  });
});
