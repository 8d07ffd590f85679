import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startSimulatedRack } from "../../../src/simulators/rack/start-simulated-rack.ts";
import { AUTHORIZATION, type Client, createApp, PASSWORD, startClient } from "./rack-client.ts";

describe("the protocol of a simulated rack", () => {
  let client: Client;
  beforeAll(async () => void (client = await startClient()));
  afterAll(() => client.rack.close());

  it("answers /check without credentials", async () => {
    const response = await fetch(`${client.rack.url}/check`);
    expect([response.status, await response.text()]).toEqual([200, "ok\n"]);
  });

  it("answers an unknown path with an empty 404, without asking for credentials", async () => {
    const response = await fetch(`${client.rack.url}/apps/web/environment`);
    expect([response.status, await response.text()]).toEqual([404, ""]);
  });

  it("refuses a wrong password with a text and a challenge, whatever is accepted", async () => {
    const wrong = `Basic ${Buffer.from("convox:wrong").toString("base64")}`;
    const response = await client.raw("/apps", { headers: { Authorization: wrong } });
    expect([response.status, response.headers.get("www-authenticate"), await response.text()]).toEqual([
      401,
      'Basic realm="convox"',
      "invalid authentication\n",
    ]);
  });

  it("takes any user with the password except jwt", async () => {
    const as = (user: string) => `Basic ${Buffer.from(`${user}:${PASSWORD}`).toString("base64")}`;
    const anybody = await client.raw("/auth", { headers: { Authorization: as("anybody") } });
    const jwt = await client.raw("/auth", { headers: { Authorization: as("jwt") } });
    expect([anybody.status, await anybody.text()]).toEqual([200, "ok\n"]);
    expect([jwt.status, jwt.headers.get("www-authenticate")]).toEqual([401, null]);
  });

  it("gives errors as JSON only to who accepts application/json, a wildcard does not count", async () => {
    const ask = async (accept: string) => {
      const response = await client.raw("/apps/none", { headers: { Accept: accept } });
      return [response.status, response.headers.get("content-type"), await response.text()];
    };
    const asText = [404, "text/plain; charset=utf-8", "app not found: none\n"];
    const asJson = [404, "application/json", '{"error":"app not found: none"}\n'];
    expect(await ask("*/*")).toEqual(asText);
    expect(await ask("application/json")).toEqual(asJson);
    expect(await ask("text/html, application/json;q=0.5")).toEqual(asJson);
  });

  it("gives JSON with two spaces and a line end, and its headers on every routed reply", async () => {
    const response = await client.raw("/system");
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ name: "staging", status: "running", version: "3.24.8" });
    expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
    expect(response.headers.get("request-id")).toMatch(/^[0-9a-f]{12}$/);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("x-frame-options")).toBe("DENY");
  });

  it("cannot change its version or parameters", async () => {
    expect((await client.call("PUT", "/system", { version: "3.25.0" })).status).toBe(501);
  });

  it("gives a read token that reads and does not write, until the key is rotated", async () => {
    const { text } = await client.call("POST", "/system/jwt/token", { role: "read", durationInHour: "1" });
    const { token } = JSON.parse(text) as { token: string };
    const headers = { Authorization: `Basic ${Buffer.from(`jwt:${token}`).toString("base64")}` };
    expect((await client.raw("/apps", { headers })).status).toBe(200);
    const write = await client.raw("/apps", { method: "POST", headers, body: new URLSearchParams({ name: "x" }) });
    expect([write.status, await write.text()]).toEqual([401, '{"error":"you are unauthorized to access this"}\n']);
    await client.call("PUT", "/system/jwt/rotate");
    const rotated = await client.raw("/apps", { headers });
    expect([rotated.status, await rotated.text()]).toEqual([401, "invalid authentication: signature is invalid\n"]);
  });

  it("takes fields from the query and named values from headers too", async () => {
    const created = await client.raw("/apps", { method: "POST", headers: { name: "from-header" } });
    expect(created.status).toBe(200);
    expect((await client.call("POST", "/apps?name=from-query")).status).toBe(200);
  });
});

describe("apps", () => {
  let client: Client;
  beforeAll(async () => void (client = await startClient()));
  afterAll(() => client.rack.close());

  it("are created, come to run, and are listed by name", async () => {
    const created = await client.call("POST", "/apps", { name: "web" });
    const app = { generation: "3", locked: false, name: "web", parameters: {}, release: "", router: "nginx" };
    expect(JSON.parse(created.text)).toEqual({ ...app, status: "creating" });
    await createApp(client, "api");
    await client.until(
      () => client.read("/apps"),
      (apps) =>
        JSON.stringify(apps) ===
        JSON.stringify([
          {
            generation: "3",
            locked: false,
            name: "api",
            release: "",
            router: "nginx",
            status: "running",
            parameters: {},
          },
          {
            generation: "3",
            locked: false,
            name: "web",
            release: "",
            router: "nginx",
            status: "running",
            parameters: {},
          },
        ]),
    );
  });

  it("refuse a name that is taken or the rack's own", async () => {
    await createApp(client, "taken");
    expect((await client.call("POST", "/apps", { name: "taken" })).status).toBe(409);
    expect((await client.call("POST", "/apps", { name: "system" })).status).toBe(400);
    expect((await client.call("POST", "/apps", { name: "rack" })).status).toBe(400);
    expect((await client.call("POST", "/apps", { name: "No_Name" })).status).toBe(500);
  });

  it("cannot be deleted while locked", async () => {
    await createApp(client, "kept");
    await client.call("PUT", "/apps/kept", { lock: "true" });
    expect(await client.call("DELETE", "/apps/kept")).toMatchObject({
      status: 409,
      text: '{"error":"app is locked: kept"}\n',
    });
    await client.call("PUT", "/apps/kept", { lock: "false" });
    expect(await client.call("DELETE", "/apps/kept")).toMatchObject({ status: 200, text: "ok\n" });
    const gone = await client.until(
      () => client.call("GET", "/apps/kept"),
      ({ status }) => status === 404,
    );
    expect(gone.text).toBe('{"error":"app not found: kept"}\n');
  });

  it("keep only the parameters that the rack knows, and drop the others without a word", async () => {
    await createApp(client, "parameters");
    const parameters = "BuildCpu=500&BuildMem=1024&BuildArch=arm64";
    expect((await client.call("PUT", "/apps/parameters", { parameters })).text).toBe("ok\n");
    expect(await client.read("/apps/parameters")).toMatchObject({ parameters: { BuildCpu: "500", BuildMem: "1024" } });
    expect(JSON.stringify(await client.read("/apps/parameters"))).not.toContain("BuildArch");
  });

  it("keep configs and tell what is missing", async () => {
    await createApp(client, "configs");
    await client.call("PUT", "/apps/configs/configs/mask", { value: Buffer.from("A,B").toString("base64") });
    expect(await client.read("/apps/configs/configs/mask")).toEqual({ name: "mask", value: "A,B" });
    expect(await client.call("GET", "/apps/configs/configs/none")).toMatchObject({
      status: 404,
      text: '{"error":"app config not found: none"}\n',
    });
  });
});

describe("a simulated rack in a process", () => {
  it("starts within 100 ms and leaves nothing behind when closed", async () => {
    const before = performance.now();
    const rack = await startSimulatedRack({ name: "staging", password: PASSWORD });
    expect(performance.now() - before).toBeLessThan(100);
    await fetch(`${rack.url}/apps`, {
      method: "POST",
      headers: { Authorization: AUTHORIZATION },
      body: new URLSearchParams({ name: "web" }),
    });
    await rack.close();
    await expect(fetch(`${rack.url}/check`)).rejects.toThrow("fetch failed");
    await expect(fetch(`${rack.control}/log`)).rejects.toThrow("fetch failed");
  });

  it("tells every exchange to who started it", async () => {
    const seen: unknown[] = [];
    const client = await startClient({ onExchange: (exchange) => seen.push(exchange) });
    await client.call("POST", "/apps", { name: "system" });
    await client.rack.close();
    expect(seen).toEqual([
      {
        method: "POST",
        path: "/apps",
        requestBody: "name=system",
        status: 400,
        responseBody: '{"error":"app name is reserved: system"}\n',
      },
    ]);
  });
});
