import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  type Client,
  createApp,
  deploy,
  field,
  list,
  MANIFEST,
  openStream,
  startBuild,
  startClient,
} from "./rack-client.ts";

const MARKER = "F1E49A85-0AD7-4AEF-A618-C249C6E6568D:";
const END = { text: "", binary: true };

let client: Client;
beforeAll(async () => {
  client = await startClient();
  await createApp(client, "web");
  await deploy(client, "web");
});
afterAll(() => client.rack.close());

async function frames(path: string, headers: Readonly<Record<string, string>> = {}) {
  const stream = openStream(client, path, headers);
  await stream.closed;
  return stream.frames;
}

describe("a websocket of a simulated rack", () => {
  it("opens before it authenticates, and says the refusal inside", async () => {
    expect(await frames("/apps/web/logs", { Authorization: "Basic eDp5" })).toEqual([
      { text: "ERROR: invalid authentication\n", binary: false },
      END,
    ]);
  });

  it("says inside what cannot be found", async () => {
    expect(await frames("/apps/none/logs")).toEqual([{ text: "ERROR: app not found: none\n", binary: false }, END]);
  });

  it("is a plain 404 on an unknown path, and without an upgrade", async () => {
    expect(await frames("/apps/web/none")).toEqual([
      { text: "refused: Unexpected server response: 404", binary: false },
    ]);
    expect((await client.raw("/apps/web/logs")).status).toBe(404);
  });

  it("refuses the origin of another host", async () => {
    expect(await frames("/apps/web/logs", { Origin: "https://elsewhere.example" })).toEqual([
      { text: "refused: Unexpected server response: 403", binary: false },
    ]);
    expect((await frames("/apps/web/logs", { Origin: client.rack.url, Follow: "false" })).at(-1)).toEqual(END);
  });
});

describe("logs of an app", () => {
  it("carry time and source with Prefix, system lines among them, and end with an empty binary frame", async () => {
    const seen = await frames("/apps/web/logs", { Prefix: "true", Follow: "false" });
    expect(seen.at(-1)).toEqual(END);
    const lines = seen.slice(0, -1).map(({ text }) => text);
    for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z (system|service)\/\S+ .*\n$/);
    expect(
      lines.filter((line) => line.includes(" system/k8s/atom/app ")).map((line) => line.split(" ").slice(2).join(" ")),
    ).toEqual(["Status: Running => Pending\n", "Status: Pending => Updating\n", "Status: Updating => Running\n"]);
  });

  it("are the messages alone without Prefix, and only those of one service where it is named", async () => {
    expect(await frames("/apps/web/services/web/logs", { Follow: "false" })).toEqual([
      { text: "started\n", binary: false },
      { text: "started\n", binary: false },
      END,
    ]);
  });

  it("go back as far as Since says", async () => {
    await client.control("POST", "/clock", { advance: "10m" });
    expect(await frames("/apps/web/logs", { Follow: "false" })).toEqual([END]);
    expect((await frames("/apps/web/logs", { Follow: "false", Since: "1h" })).length).toBeGreaterThan(3);
  });

  it("are followed while a promotion goes on", async () => {
    const stream = openStream(client, "/apps/web/logs", { Prefix: "true" });
    await deploy(client, "web");
    await client.until(
      () => Promise.resolve(stream.frames),
      (seen) => seen.some(({ text }) => text.endsWith("Status: Updating => Running\n")),
    );
    stream.close();
    await stream.closed;
  });
});

describe("logs of a build", () => {
  it("are followed to the end of the build", async () => {
    const build = await startBuild(client, "web", { "convox.yml": MANIFEST });
    expect(await frames(`/apps/web/builds/${build}/logs`)).toEqual([
      { text: "Authenticating rack: successful\n", binary: false },
      { text: "Running: docker pull nginx:1.27\n", binary: false },
      END,
    ]);
  });
});

describe("exec", () => {
  async function runningProcess(): Promise<string> {
    return String(field(list(await client.read("/apps/web/processes"))[0], "id"));
  }

  it("prints the command and ends with the marker in a frame of its own", async () => {
    expect(await frames(`/apps/web/processes/${await runningProcess()}/exec`, { command: "bin/migrate" })).toEqual([
      { text: "bin/migrate\n", binary: false },
      { text: `${MARKER}0\n`, binary: false },
      END,
    ]);
  });

  it("takes the name of a service for a process, and ends as the command says", async () => {
    const seen = await frames("/apps/web/processes/web/exec", { command: "sh -c 'exit 3'" });
    expect(seen.slice(-2)).toEqual([{ text: `${MARKER}3\n`, binary: false }, END]);
  });

  it("sends the marker first and the error after it where the process is unknown", async () => {
    expect(await frames("/apps/web/processes/none/exec", { command: "x" })).toEqual([
      { text: `${MARKER}0\n`, binary: false },
      { text: "ERROR: process not found: none\n", binary: false },
      END,
    ]);
  });

  it("needs the right to write", async () => {
    const made = await client.call("POST", "/system/jwt/token", { role: "read", durationInHour: "1" });
    const Authorization = `Basic ${Buffer.from(`jwt:${String(field(JSON.parse(made.text), "token"))}`).toString("base64")}`;
    expect(await frames("/apps/web/processes/web/exec", { Authorization, command: "x" })).toEqual([
      { text: "ERROR: you are unauthorized to access this\n", binary: false },
      END,
    ]);
  });
});
