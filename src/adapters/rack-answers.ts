// The answers of a rack's API, checked field by field and given in our words.
import { WaitError } from "../errors.ts";
import type { AppName } from "../manifest/types.ts";
import type { AppStatus, BuildStatus, LiveBuild, LiveRelease, LiveService } from "../reconcile/ports.ts";
import { createSecret, type Secret } from "../secrets/secret.ts";
import type { RackAnswer } from "./rack-request.ts";

type Fields = Readonly<Record<string, unknown>>;

const APP_STATUSES: readonly AppStatus[] = ["creating", "running", "updating", "rollback", "deleting"];
const BUILD_STATUSES: readonly BuildStatus[] = ["created", "running", "complete", "failed"];

/** What a rack says of one app. */
export interface AppAnswer {
  readonly name: AppName;
  readonly status: AppStatus;
  readonly release: string | null;
  readonly locked: boolean;
  readonly parameters: ReadonlyMap<string, string>;
}

/** `where` names rack and request, for the error of an answer that is none of Convox's. */
export interface Reading {
  readonly where: string;
  readonly answer: RackAnswer;
}

export function readVersion(reading: Reading): string {
  return text(object(parse(reading), reading), "version", reading);
}

export function readAppNames(reading: Reading): readonly AppName[] {
  return list(parse(reading), reading).map((app) => readAppFields(app, reading).name);
}

export function readApp(reading: Reading): AppAnswer {
  return readAppFields(parse(reading), reading);
}

export function readBuild(reading: Reading): LiveBuild {
  return readBuildFields(parse(reading), reading);
}

export function readBuilds(reading: Reading): readonly LiveBuild[] {
  return list(parse(reading), reading).map((build) => readBuildFields(build, reading));
}

export function readRelease(reading: Reading): LiveRelease {
  return readReleaseFields(parse(reading), reading);
}

export function readReleases(reading: Reading): readonly LiveRelease[] {
  return list(parse(reading), reading).map((release) => readReleaseFields(release, reading));
}

export function readServices(reading: Reading): readonly LiveService[] {
  return list(parse(reading), reading).map((value): LiveService => {
    const fields = object(value, reading);
    const count = fields["count"];
    if (typeof count !== "number") throw broken(reading, "a service without a count");
    const name = text(fields, "name", reading);
    return fields["scale-override-active"] === true ? { name, count, pinned: true } : { name, count };
  });
}

export function readObjectUrl(reading: Reading): string {
  return text(object(parse(reading), reading), "Url", reading);
}

function readAppFields(value: unknown, reading: Reading): AppAnswer {
  const fields = object(value, reading);
  const status = text(fields, "status", reading);
  const release = optionalText(fields, "release");
  const parameters = fields["parameters"] ?? {};
  return {
    // A name that the rack lists is used in paths alone, encoded, and compared with those of git.
    name: text(fields, "name", reading) as AppName,
    status: APP_STATUSES.find((known) => known === status) ?? "unknown",
    release: release === "" ? null : release,
    locked: fields["locked"] === true,
    parameters: new Map(
      Object.entries(object(parameters, reading)).flatMap(([name, set]) =>
        typeof set === "string" ? [[name, set] as const] : [],
      ),
    ),
  };
}

function readBuildFields(value: unknown, reading: Reading): LiveBuild {
  const fields = object(value, reading);
  const status = BUILD_STATUSES.find((known) => known === fields["status"]);
  if (status === undefined) throw broken(reading, "a build of an unknown status");
  const release = optionalText(fields, "release");
  return {
    id: text(fields, "id", reading),
    status,
    description: optionalText(fields, "description"),
    release: release === "" ? null : release,
    reason: optionalText(fields, "reason"),
  };
}

function readReleaseFields(value: unknown, reading: Reading): LiveRelease {
  const fields = object(value, reading);
  const created = Date.parse(text(fields, "created", reading));
  if (Number.isNaN(created)) throw broken(reading, "a release without a time");
  return {
    id: text(fields, "id", reading),
    build: optionalText(fields, "build"),
    description: optionalText(fields, "description"),
    manifest: optionalText(fields, "manifest"),
    environment: parseEnvironment(optionalText(fields, "env")),
    created,
  };
}

/** As Convox reads it: the first `=` splits, the value is verbatim, the last duplicate wins. */
function parseEnvironment(dotenv: string): ReadonlyMap<string, Secret> {
  const values = new Map<string, Secret>();
  for (const line of dotenv.split("\n")) {
    const at = line.indexOf("=");
    const key = line.slice(0, Math.max(at, 0)).trim();
    if (key !== "") values.set(key, createSecret(line.slice(at + 1)));
  }
  return values;
}

function parse(reading: Reading): unknown {
  const { contentType, text: body } = reading.answer;
  if (contentType.includes("html")) throw broken(reading, "an HTML page");
  if (body.trim() === "") throw broken(reading, "nothing");
  try {
    return JSON.parse(body);
  } catch {
    throw broken(reading, "half an answer, or none that is JSON");
  }
}

function broken({ where }: Reading, what: string): WaitError {
  return new WaitError(where.replace("{what}", what), 0);
}

function object(value: unknown, reading: Reading): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw broken(reading, "something else");
  return { ...value };
}

function list(value: unknown, reading: Reading): readonly unknown[] {
  // Go writes an empty list as null.
  if (value === null) return [];
  if (!Array.isArray(value)) throw broken(reading, "something that is no list");
  return value;
}

function text(fields: Fields, name: string, reading: Reading): string {
  const value = fields[name];
  if (typeof value !== "string" || value === "") throw broken(reading, `an object without ${name}`);
  return value;
}

function optionalText(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === "string" ? value : "";
}
