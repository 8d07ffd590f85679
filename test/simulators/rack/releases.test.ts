import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  buildRelease,
  type Client,
  createApp,
  deploy,
  endBuild,
  field,
  list,
  MANIFEST,
  setEnvironment,
  startBuild,
  startClient,
  waitRunning,
} from "./rack-client.ts";

let client: Client;
let app: string;
let made = 0;
beforeAll(async () => void (client = await startClient()));
afterAll(() => client.rack.close());
beforeEach(async () => {
  made += 1;
  app = `web-${made}`;
  await createApp(client, app);
});

async function buildLog(build: string): Promise<string> {
  return (await client.raw(`/apps/${app}/objects/build/${build}/logs`)).text();
}

function promote(release: string, form: Readonly<Record<string, string>> = {}) {
  return client.call("POST", `/apps/${app}/releases/${release}/promote`, form);
}

describe("builds", () => {
  it("read the uploaded source over time and end with a release that forks the newest", async () => {
    const slow = await startClient({ pace: { buildMs: 300_000, promoteMs: 200 } });
    await createApp(slow, app);
    await setEnvironment(slow, app, "A=1");
    const id = await startBuild(slow, app, { "convox.yml": MANIFEST });
    expect(id).toMatch(/^B[A-Z]{10}$/);
    expect(await slow.read(`/apps/${app}/builds/${id}`)).toMatchObject({ status: "running", release: "" });
    await slow.control("POST", "/clock", { advance: "5m" });
    const build = await endBuild(slow, app, id);
    expect(build).toMatchObject({
      status: "complete",
      description: "a build",
      "git-sha": "abc",
      manifest: MANIFEST,
      reason: "",
      logs: `object://${app}/build/${id}/logs`,
    });
    expect(await slow.read(`/apps/${app}/releases/${String(field(build, "release"))}`)).toMatchObject({
      build: id,
      env: "A=1",
      manifest: MANIFEST,
      description: "a build",
    });
    await slow.rack.close();
  });

  it("fail where required environment is not set, and say which in their log", async () => {
    const id = await startBuild(client, app, {
      "convox.yml": "environment: [B, A, C=3]\nservices: {web: {image: x}}\n",
    });
    expect(await endBuild(client, app, id)).toMatchObject({ status: "failed", release: "" });
    expect(await buildLog(id)).toContain("ERROR: required env: A, B\n");
    expect(await client.read(`/apps/${app}/releases`)).toEqual([]);
  });

  it("fail on a source without the manifest, on broken YAML, and on a reference that leads nowhere", async () => {
    const failed = async (files: Readonly<Record<string, string>>) => {
      const id = await startBuild(client, app, files);
      expect(await endBuild(client, app, id)).toMatchObject({ status: "failed" });
      return buildLog(id);
    };
    expect(await failed({ Dockerfile: "FROM x" })).toContain("ERROR: open convox.yml: no such file or directory");
    expect(await failed({ "convox.yml": "services: [" })).toContain("ERROR: yaml: line ");
    expect(await failed({ "convox.yml": "services: {web: {image: x, resources: [db]}}" })).toContain(
      "validation errors:\nservice web references a resource that does not exist: db",
    );
  });

  it("read convox.yml as YAML 1.1 after putting in the environment", async () => {
    await setEnvironment(client, app, "TAG=1.27");
    await deploy(client, app, "services:\n  web:\n    image: nginx:${TAG}\n    agent: yes\n    unknown: 1\n");
    expect(await client.read(`/apps/${app}/services`)).toMatchObject([{ name: "web", agent: true, count: 1 }]);
  });

  it("build a service that has neither an image nor anything to build in the source", async () => {
    const id = await startBuild(client, app, { "convox.yml": "services: {web: {port: 3000}}" });
    expect(await endBuild(client, app, id)).toMatchObject({ status: "complete" });
  });

  it("give the rack's password away when they are external", async () => {
    const { text } = await client.call("POST", `/apps/${app}/builds`, { external: "true", url: "" });
    expect(String(field(JSON.parse(text), "repository"))).toContain("convox:correct-horse@");
  });

  it("go from app to app by export and import, with their manifest and images", async () => {
    const release = await buildRelease(client, app);
    const build = String(field(await client.read(`/apps/${app}/releases/${release}`), "build"));
    const archive = await (await client.raw(`/apps/${app}/builds/${build}.tgz`)).arrayBuffer();
    await createApp(client, `${app}-copy`);
    const imported = await client.raw(`/apps/${app}-copy/builds/import`, { method: "POST", body: archive });
    const copy: unknown = await imported.json();
    expect(copy).toMatchObject({ status: "complete", manifest: MANIFEST, description: "a build" });
    expect(await client.read(`/apps/${app}-copy/releases`)).toMatchObject([{ build: field(copy, "id") }]);
  });

  it("are listed newest first and not found as a 500 of Kubernetes", async () => {
    const first = await startBuild(client, app, { "convox.yml": MANIFEST });
    const second = await startBuild(client, app, { "convox.yml": MANIFEST });
    const builds = list(await client.read(`/apps/${app}/builds`));
    expect(builds.map((build) => field(build, "id"))).toEqual([second, first]);
    expect(await client.call("GET", `/apps/${app}/builds/BAAAAAAAAAA`)).toMatchObject({
      status: 500,
      text: '{"error":"builds.convox.com \\"baaaaaaaaaa\\" not found"}\n',
    });
  });
});

describe("releases", () => {
  it("replace the whole environment and name the keys that changed, never their values", async () => {
    await setEnvironment(client, app, "A=1\nB=secret");
    const id = await setEnvironment(client, app, "B=other\nC=new");
    expect(id).toMatch(/^R[A-Z]{10}$/);
    expect(await client.read(`/apps/${app}/releases/${id.toLowerCase()}`)).toMatchObject({
      id,
      env: "B=other\nC=new",
      description: "env add:C change:B remove:A",
    });
  });

  it("are strictly ordered however fast they come, newest first, at most as many as asked", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 12; n += 1) ids.push(await setEnvironment(client, app, `N=${n}`));
    const all = list(await client.read(`/apps/${app}/releases?limit=20`));
    expect(all.map((release) => field(release, "id"))).toEqual(ids.toReversed());
    const times = all.map((release) => Date.parse(String(field(release, "created"))));
    expect(new Set(times).size).toBe(12);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(list(await client.read(`/apps/${app}/releases`))).toHaveLength(10);
    expect(list(await client.read(`/apps/${app}/releases?limit=1`))).toHaveLength(1);
  });

  it("fork the newest release and not the active one, unless a parent is named", async () => {
    const active = await deploy(client, app);
    await setEnvironment(client, app, "A=1");
    const forked = await client.call("POST", `/apps/${app}/releases`, { description: "forked" });
    expect(JSON.parse(forked.text)).toMatchObject({ env: "A=1", description: "forked", manifest: MANIFEST });
    const chosen = await client.call("POST", `/apps/${app}/releases`, {
      "parent-release": active,
      description: "chosen",
    });
    expect(JSON.parse(chosen.text)).toMatchObject({ env: "", description: "chosen", manifest: MANIFEST });
  });
});

describe("a promotion", () => {
  it("is updating with the new release shown, then running, with a process per count", async () => {
    const release = await buildRelease(client, app);
    expect(await promote(release)).toMatchObject({ status: 200, text: "ok\n" });
    expect(await client.read(`/apps/${app}`)).toMatchObject({ status: "updating", release });
    expect(await waitRunning(client, app)).toMatchObject({ release });
    expect(await client.read(`/apps/${app}/services`)).toMatchObject([
      {
        name: "web",
        count: 2,
        cpu: 250,
        memory: 512,
        min: 2,
        max: 2,
        nlb: null,
        ports: [{ balancer: 443, container: 80 }],
      },
    ]);
    const processes = list(await client.read(`/apps/${app}/processes`));
    expect(processes.map((each) => [field(each, "status"), field(each, "release")])).toEqual([
      ["running", release],
      ["running", release],
    ]);
  });

  it("is refused while another one runs, unless forced", async () => {
    const release = await deploy(client, app);
    const next = await setEnvironment(client, app, "A=1");
    await promote(release);
    expect(await promote(next)).toMatchObject({ status: 403, text: '{"error":"app is currently updating"}\n' });
    expect((await promote(next, { force: "true" })).status).toBe(200);
    expect(await waitRunning(client, app)).toMatchObject({ release: next });
  });

  it("is refused for an unknown release before anything of that release is looked at", async () => {
    expect(await promote("RAAAAAAAAAA")).toMatchObject({
      status: 500,
      text: '{"error":"releases.convox.com \\"raaaaaaaaaa\\" not found"}\n',
    });
  });

  it("is refused for a release without a manifest", async () => {
    expect((await promote(await setEnvironment(client, app, "A=1"))).status).toBe(400);
  });

  it("is refused for a release older than the active one, and allowed for the active one itself", async () => {
    const first = await deploy(client, app);
    const second = await deploy(client, app);
    expect(await promote(first)).toMatchObject({
      status: 400,
      text: '{"error":"can not promote an older release, try rollback"}\n',
    });
    expect((await promote(second)).status).toBe(200);
  });

  it("is refused with a 500 where the release misses what its manifest requires", async () => {
    await setEnvironment(client, app, "A=1");
    await buildRelease(client, app, "environment: [A]\nservices: {web: {image: x}}\n");
    expect(await promote(await setEnvironment(client, app, "B=1"))).toMatchObject({
      status: 500,
      text: '{"error":"required env: A"}\n',
    });
  });

  it("keeps the live count of a running service, takes the manifest's of a new one, and its cpu and memory", async () => {
    await deploy(client, app);
    await client.call("PUT", `/apps/${app}/services/web`, { count: "3", cpu: "300" });
    expect(list(await client.read(`/apps/${app}/processes`))).toHaveLength(3);
    await deploy(
      client,
      app,
      "services:\n  web: {image: x, scale: {count: 1, cpu: 400}}\n  worker: {image: y, scale: 2}\n",
    );
    expect(await client.read(`/apps/${app}/services`)).toMatchObject([
      { name: "web", count: 3, cpu: 400, min: 1, max: 1 },
      { name: "worker", count: 2 },
    ]);
  });

  it("moves the count of a range into the range", async () => {
    await deploy(client, app, "services: {web: {image: x, scale: {count: 2-4}}}");
    expect(await client.read(`/apps/${app}/services`)).toMatchObject([{ count: 2, min: 2, max: 4 }]);
    await deploy(client, app, "services: {web: {image: x, scale: {count: 3-4}}}");
    expect(await client.read(`/apps/${app}/services`)).toMatchObject([{ count: 3, min: 3, max: 4 }]);
  });

  it("can be cancelled, which brings back the release before", async () => {
    const before = await deploy(client, app);
    const next = await setEnvironment(client, app, "A=1");
    expect(await client.call("POST", `/apps/${app}/cancel`)).toMatchObject({
      status: 403,
      text: '{"error":"app is not updating"}\n',
    });
    await promote(next);
    expect((await client.call("POST", `/apps/${app}/cancel`)).text).toBe("ok\n");
    expect(await client.read(`/apps/${app}`)).toMatchObject({ status: "rollback" });
    expect(await waitRunning(client, app)).toMatchObject({ release: before });
  });

  it("happens again when parameters change, of the same release", async () => {
    const release = await deploy(client, app);
    await client.call("PUT", `/apps/${app}`, { parameters: "BuildCpu=500" });
    expect(await client.read(`/apps/${app}`)).toMatchObject({ status: "updating", release });
    expect(await waitRunning(client, app)).toMatchObject({ release, parameters: { BuildCpu: "500" } });
  });
});

describe("one-off processes", () => {
  it("start in a service of the active release, run, and are stopped", async () => {
    const release = await deploy(client, app);
    const headers = { Command: "sleep 3600" };
    const started: unknown = await (
      await client.raw(`/apps/${app}/services/web/processes`, { method: "POST", headers })
    ).json();
    expect(started).toMatchObject({ name: "web", command: "sleep 3600", status: "pending", release });
    const path = `/apps/${app}/processes/${String(field(started, "id"))}`;
    await client.until(
      () => client.read(path),
      (process) => field(process, "status") === "running",
    );
    expect((await client.call("DELETE", path)).text).toBe("ok\n");
    expect((await client.call("GET", path)).status).toBe(404);
  });

  it("end as their command says", async () => {
    await deploy(client, app);
    const headers = { Command: "exit 3" };
    const started: unknown = await (
      await client.raw(`/apps/${app}/services/web/processes`, { method: "POST", headers })
    ).json();
    const path = `/apps/${app}/processes/${String(field(started, "id"))}`;
    await client.until(
      () => client.read(path),
      (process) => field(process, "status") === "failed",
    );
  });

  it("need a service", async () => {
    await deploy(client, app);
    expect((await client.call("POST", `/apps/${app}/services/none/processes`)).text).toBe(
      '{"error":"service not found: none"}\n',
    );
  });
});

describe("objects", () => {
  it("are stored under their key, read, asked for and deleted", async () => {
    const stored = await client.raw(`/apps/${app}/objects/tmp/a/b.tgz`, { method: "POST", body: "bytes" });
    expect(await stored.json()).toEqual({ Url: `object://${app}/tmp/a/b.tgz` });
    expect((await client.call("GET", `/apps/${app}/objects/tmp/a/b.tgz`)).text).toBe("bytes");
    expect((await client.raw(`/apps/${app}/objects/tmp/a/b.tgz`, { method: "HEAD" })).status).toBe(200);
    expect(await client.read(`/apps/${app}/objects?prefix=tmp/`)).toEqual(["tmp/a/b.tgz"]);
    expect((await client.call("DELETE", `/apps/${app}/objects/tmp/a/b.tgz`)).text).toBe("ok\n");
    expect((await client.call("GET", `/apps/${app}/objects/tmp/a/b.tgz`)).status).toBe(404);
  });

  it("get a name of their own where none is given, and cannot climb out", async () => {
    const stored: unknown = await (await client.raw(`/apps/${app}/objects/`, { method: "POST", body: "x" })).json();
    expect(field(stored, "Url")).toMatch(new RegExp(`^object://${app}/tmp/[0-9a-f]{30}$`));
    const climbing = await client.raw(`/apps/${app}/objects/a%2f..%2fb`, { method: "POST", body: "x" });
    expect(climbing.status).toBe(400);
  });
});

describe("resources", () => {
  it("have an address with credentials", async () => {
    await deploy(client, app, "resources: {db: {type: postgres}}\nservices: {web: {image: x, resources: [db]}}");
    const [resource] = list(await client.read(`/apps/${app}/resources`));
    expect(resource).toMatchObject({ name: "db", type: "postgres", status: "running" });
    expect(field(resource, "url")).toMatch(/^postgres:\/\/app:[0-9a-f]{30}@resource-db\./);
  });
});
