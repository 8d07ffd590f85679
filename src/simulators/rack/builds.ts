import { createHash } from "node:crypto";
import { readTar, readTarGzip, writeTar, writeTarGzip } from "./archive.ts";
import { parseDotenv } from "./dotenv.ts";
import { createLogStream } from "./log-stream.ts";
import { loadManifest, type Manifest, validateManifest } from "./manifest.ts";
import { ManifestError } from "./manifest-error.ts";
import { type App, type Build, findApp, newId, type Rack } from "./rack-state.ts";
import { createRelease, newestRelease } from "./releases.ts";
import { errorMessage, RackError } from "./reply.ts";
import { buildJson } from "./wire-objects.ts";

export interface BuildRequest {
  readonly url: string;
  readonly description: string;
  readonly gitSha: string;
  readonly manifestPath: string;
  readonly buildArgs: readonly string[];
  readonly isExternal: boolean;
}

function addBuild(rack: Rack, app: App, fields: Pick<Build, "description" | "gitSha" | "status">): Build {
  const build: Build = {
    ...fields,
    id: newId("B"),
    app: app.name,
    entrypoint: "",
    manifest: "",
    release: "",
    repository: "",
    reason: "",
    logs: "",
    startedMs: rack.clock.stamp(),
    endedMs: 0,
    output: createLogStream(),
    images: new Map(),
  };
  app.builds.push(build);
  return build;
}

function say(rack: Rack, build: Build, message: string): void {
  for (const line of message.split("\n")) build.output.append({ atMs: rack.clock.now(), source: "", message: line });
}

/** The object that a URL names; its host is the app it is read from, which need not be the app that builds. */
export function readObject(rack: Rack, url: string): Buffer {
  const match = /^object:\/\/([^/]+)\/(.+)$/.exec(url);
  if (match === null) throw new ManifestError("unknown source type");
  const [, app = "", key = ""] = match;
  const bytes = findApp(rack, app).objects.get(key);
  if (bytes === undefined) throw new ManifestError(`object not found: ${key}`);
  return bytes;
}

/** Starts a build; its pod reads the source when the build's time is over, and the release is made then. */
export function startBuild(rack: Rack, app: App, request: BuildRequest): Build {
  const { description, gitSha } = request;
  if (request.isExternal) {
    const build = addBuild(rack, app, { description, gitSha, status: "created" });
    // A real rack gives its own password away here.
    build.repository = `https://convox:${rack.password}@${rack.domain}/${rack.name}/${app.name}`;
    return build;
  }
  const build = addBuild(rack, app, { description, gitSha, status: "running" });
  say(rack, build, "Authenticating rack: successful");
  rack.clock.after(rack.pace.buildMs, () => runBuild(rack, app, { build, request }));
  return build;
}

function runBuild(rack: Rack, app: App, { build, request }: { build: Build; request: BuildRequest }): void {
  if (app.status === "deleting" || build.status !== "running") return;
  try {
    const source = readObject(rack, request.url);
    const file = readTarGzip(source).get(request.manifestPath);
    if (file === undefined) throw new ManifestError(`open ${request.manifestPath}: no such file or directory`);
    build.manifest = file.toString("utf8");
    const env = new Map([...parseDotenv(newestRelease(app)?.env ?? ""), ...parseDotenv(request.buildArgs.join("\n"))]);
    const manifest = loadManifest(build.manifest, env);
    validateManifest(manifest);
    build.images = buildImages(manifest, source);
    for (const service of manifest.services) say(rack, build, buildLine(service));
    completeBuild(rack, app, build);
  } catch (error) {
    // Whatever is wrong with the source fails the build, as in a build pod; the reason stands in its log only.
    say(rack, build, `ERROR: ${errorMessage(error)}`);
    endBuild(rack, app, { build, status: "failed" });
  }
}

function buildLine(service: Manifest["services"][number]): string {
  return service.image === undefined
    ? `Running: docker build -t ${service.name} -f Dockerfile ${service.buildPath ?? "."}`
    : `Running: docker pull ${service.image}`;
}

function completeBuild(rack: Rack, app: App, build: Build): void {
  const release = createRelease(rack, app, { build: build.id });
  build.release = release.id;
  endBuild(rack, app, { build, status: "complete" });
}

export function endBuild(rack: Rack, app: App, end: { build: Build; status: "complete" | "failed" }): void {
  const { build, status } = end;
  build.status = status;
  build.endedMs = rack.clock.now();
  build.logs = `object://${app.name}/build/${build.id}/logs`;
  app.objects.set(`build/${build.id}/logs`, Buffer.from(outputText(build)));
  build.output.end();
}

function outputText(build: Build): string {
  return build.output.lines.map((line) => `${line.message}\n`).join("");
}

function sha256(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** One OCI archive per service, equal for equal sources. */
function buildImages(manifest: Manifest, source: Buffer): ReadonlyMap<string, Buffer> {
  return new Map(
    manifest.services.map((service) => {
      const origin = service.image ?? `${service.name} of ${sha256(source)}`;
      return [service.name, ociArchive(origin)] as const;
    }),
  );
}

function ociArchive(origin: string): Buffer {
  const layer = writeTar(new Map([["origin", Buffer.from(`${origin}\n`)]]));
  const diffIds = [`sha256:${sha256(layer)}`];
  const config = Buffer.from(
    JSON.stringify({ architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: diffIds } }),
  );
  const describe = (mediaType: string, blob: Buffer): object => ({
    mediaType,
    digest: `sha256:${sha256(blob)}`,
    size: blob.length,
  });
  const image = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: describe("application/vnd.oci.image.config.v1+json", config),
      layers: [describe("application/vnd.oci.image.layer.v1.tar", layer)],
    }),
  );
  const index = { schemaVersion: 2, manifests: [describe("application/vnd.oci.image.manifest.v1+json", image)] };
  return writeTar(
    new Map([
      ["oci-layout", Buffer.from(JSON.stringify({ imageLayoutVersion: "1.0.0" }))],
      ["index.json", Buffer.from(JSON.stringify(index))],
      ...[layer, config, image].map((blob) => [`blobs/sha256/${sha256(blob)}`, blob] as const),
    ]),
  );
}

export function exportBuild(build: Build): Buffer {
  const files = new Map<string, Buffer>([["build.json", Buffer.from(JSON.stringify(buildJson(build)))]]);
  for (const [service, image] of build.images) files.set(`${service}.${build.id}.tar`, image);
  return writeTarGzip(files);
}

function parseBuildJson(file: Buffer | undefined): Readonly<Record<string, unknown>> {
  if (file === undefined) throw new RackError(500, "invalid build archive: no build.json");
  const parsed: unknown = JSON.parse(file.toString("utf8"));
  if (typeof parsed !== "object" || parsed === null) throw new RackError(500, "invalid build archive: bad build.json");
  return { ...parsed };
}

function word(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A complete build with a release, from an archive: only `Load` runs on its manifest, no `Validate`. */
export function importBuild(rack: Rack, app: App, archive: Buffer): Build {
  try {
    const files = readTarGzip(archive);
    const exported = parseBuildJson(files.get("build.json"));
    const manifest = word(exported["manifest"]);
    loadManifest(manifest, parseDotenv(newestRelease(app)?.env ?? ""));
    const build = addBuild(rack, app, {
      description: word(exported["description"]),
      gitSha: word(exported["git-sha"]),
      status: "running",
    });
    build.manifest = manifest;
    const suffix = `.${word(exported["id"])}.tar`;
    const images = [...files].filter(([name]) => name.endsWith(suffix));
    build.images = new Map(images.map(([name, image]) => [name.slice(0, -suffix.length), image]));
    for (const [, image] of build.images) readTar(image);
    completeBuild(rack, app, build);
    return build;
  } catch (error) {
    if (error instanceof RackError) throw error;
    throw new RackError(500, errorMessage(error));
  }
}
