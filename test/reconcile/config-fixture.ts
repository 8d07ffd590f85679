// Config repos made of values, as a reader would give them.
import { createHash } from "node:crypto";
import { groupFiles } from "../../src/manifest/repo-files.ts";
import type {
  App,
  AppFolder,
  AppName,
  CommitSha,
  ConfigRepo,
  ConfiguredValue,
  Rack,
  RackFolder,
  RackName,
  Settings,
} from "../../src/manifest/types.ts";
import { aService, countedAs, NO_MANIFEST_PARTS } from "../manifest/a-service.ts";
import type { ComparableFile } from "../../src/manifest/compared-files.ts";

export const RACK = "staging" as RackName;
export const WEB = "web" as AppName;
export const REPOSITORY = "acme/config";

export function commit(digit: string): CommitSha {
  return digit.repeat(40) as CommitSha;
}

/** `fixedCount` null, or not given: the count is Convox's. */
interface ServiceSketch {
  readonly name: string;
  readonly image?: string;
  readonly fixedCount?: number | null;
}

export interface AppSketch {
  readonly manifest?: string;
  readonly services?: readonly ServiceSketch[];
  readonly requiredKeys?: readonly string[];
  readonly interpolatedKeys?: readonly string[];
  readonly environment?: Readonly<Record<string, string | ConfiguredValue>>;
  readonly app?: Partial<App>;
}

const PLAIN_APP: App = {
  build: { kind: "images" },
  parameters: new Map(),
  before: null,
  after: null,
  timeoutMs: null,
  lock: false,
  suspend: null,
  delete: null,
};

export const MANIFEST = "services:\n  web:\n    image: nginx:1.27\n    port: 80\n";

export function appFolder(rack: RackName, name: AppName, sketch: AppSketch = {}): AppFolder {
  const environment = Object.entries(sketch.environment ?? {}).map(
    ([key, value]): readonly [string, ConfiguredValue] => [
      key,
      typeof value === "string" ? { kind: "plain", text: value } : value,
    ],
  );
  const sketches: readonly ServiceSketch[] = sketch.services ?? [{ name: "web", image: "nginx:1.27" }];
  const services = sketches.map(({ name, image = null, fixedCount = null }, index) =>
    aService({ name, image, line: index + 2, ...countedAs(fixedCount) }),
  );
  return {
    rack,
    name,
    app: { ...PLAIN_APP, ...sketch.app },
    manifest: {
      text: sketch.manifest ?? MANIFEST,
      ...NO_MANIFEST_PARTS,
      services,
      requiredKeys: sketch.requiredKeys ?? [],
      interpolatedKeys: sketch.interpolatedKeys ?? [],
      reachingKeys: [],
    },
    environment: new Map(environment),
  };
}

export function rackOf(name: RackName, fields: Partial<Rack> = {}): Rack {
  return {
    name,
    production: false,
    mode: "apply",
    endpoint: "https://api.staging.acme.example",
    user: "convox",
    password: { kind: "reference", uri: "env://STAGING_PASSWORD" },
    recipients: [],
    version: null,
    parameters: new Map(),
    parameterPlaces: new Map(),
    ca: null,
    console: null,
    suspend: null,
    ...fields,
  };
}

const SETTINGS: Settings = {
  approvals: [],
  sync: { drift: "report", intervalMs: 60_000, concurrency: 4, order: [] },
  freezes: [],
  guardrails: [],
};

/** A repo of one rack; each app's files get blobs made of its content. */
export function repoOf(rack: Rack, apps: Readonly<Record<string, AppSketch>>): ConfigRepo {
  const folders = Object.entries(apps).map(([name, sketch]) => appFolder(rack.name, name as AppName, sketch));
  const files = folders.flatMap((folder) => [
    comparable(`racks/${rack.name}/apps/${folder.name}/convox.yml`, folder.manifest?.text ?? ""),
    comparable(`racks/${rack.name}/apps/${folder.name}/env.yml`, JSON.stringify([...folder.environment])),
    comparable(
      `racks/${rack.name}/apps/${folder.name}/app.yml`,
      JSON.stringify({ ...folder.app, parameters: [...folder.app.parameters] }),
    ),
  ]);
  const folder: RackFolder = { rack, apps: new Map(folders.map((app) => [app.name, app])) };
  return {
    access: { roles: new Map(), bindings: [], keys: new Map() },
    settings: SETTINGS,
    racks: new Map([[rack.name, folder]]),
    files: groupFiles(files),
    sharedDomains: [],
    tests: [],
    findings: [],
  };
}

function comparable(path: string, text: string): ComparableFile {
  const blob = createHash("sha1").update(text).digest("hex");
  return { path, blob, kind: "app", fields: null, lines: new Map() };
}
