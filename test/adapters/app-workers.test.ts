import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createAppWorkers } from "../../src/adapters/app-workers.ts";
import type { AppWorkers } from "../../src/handlers/ports.ts";
import type { AppSource } from "../../src/manifest/load-app.ts";

/** Says how many apps it was sent, after a while; the app `dies` ends its thread, `hangs` never answers. */
const WORKER = `
export async function loadApps(sources) {
  if (sources.some(({ app }) => app === "dies")) process.exit(1);
  while (sources.some(({ app }) => app === "hangs"));
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { apps: [], contents: new Uint8Array(0), ends: sources.map((_, index) => index) };
}
`;

let folder: string;
let worker: URL;
let workers: AppWorkers;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-workers-"));
  writeFileSync(join(folder, "worker.mjs"), WORKER);
  worker = pathToFileURL(join(folder, "worker.mjs"));
  workers = createAppWorkers({ worker });
});

afterEach(async () => {
  await workers.close();
  rmSync(folder, { recursive: true, force: true });
});

const anApp = (app: string): AppSource => ({ rack: "prod", app, id: app, files: [] });
const MANY = Array.from({ length: 30 }, (_, index) => [anApp(`web-${String(index)}`)]);
const ANSWER = { apps: [], contents: new Uint8Array(0), ends: [0] };

describe("threads that load apps", () => {
  it("end once what they were asked is answered", async () => {
    const asked = Promise.all(MANY.map((sources) => workers.load(sources)));
    await workers.close();
    expect(await asked).toEqual(MANY.map(() => ANSWER));
  });

  it("leave nobody waiting where all of them die, and others take their place", async () => {
    const deadly = Array.from({ length: availableParallelism() }, () => [anApp("dies")]);
    const asked = await Promise.allSettled([...deadly, ...MANY].map((sources) => workers.load(sources)));
    expect(asked[0]).toMatchObject({ status: "rejected" });
    expect(await workers.load([anApp("web")])).toEqual(ANSWER);
  });

  it("are left when one of them does not answer in time", async () => {
    const impatient = createAppWorkers({ worker, graceMs: 20 });
    const asked = Promise.allSettled([impatient.load([anApp("hangs")])]);
    await impatient.close();
    expect(await asked).toMatchObject([{ status: "rejected" }]);
  });

  it("start again after an end", async () => {
    await workers.load([anApp("web")]);
    await workers.close();
    expect(await workers.load([anApp("web"), anApp("api")])).toEqual({ ...ANSWER, ends: [0, 1] });
  });
});
