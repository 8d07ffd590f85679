import type { Position } from "./findings.ts";
import { warnOfAppParameters } from "./known-parameters.ts";
import { parseAppName, parseCommitSha, parseRackName } from "./names.ts";
import { parseStrictFile, type ParsedFile, type Reader } from "./parsed-file.ts";
import { readDuration, readSuspension, warnIfElided, type SuspensionJson } from "./read-parts.ts";
import { namedValues } from "./plain-secrets/named-values.ts";
import { createSchemaCheck } from "./schema-check.ts";
import { appSchema } from "./schemas/app.ts";
import type { App, Build, Hook } from "./types.ts";
import { nodeAt } from "./yaml-tree.ts";

interface BuildJson {
  readonly images?: true;
  readonly pushed?: true;
  readonly repository?: string;
  readonly commit?: string;
  readonly branch?: string;
  readonly from?: string;
  readonly build?: string;
  readonly digest?: string;
}

interface AppJson {
  readonly build: BuildJson;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly release?: { readonly before?: Hook; readonly after?: Hook; readonly timeout?: string };
  readonly lock?: boolean;
  readonly suspend?: SuspensionJson;
  readonly delete?: true | readonly string[];
}

export interface AppFile {
  readonly app: App;
  readonly fromAt: Position;
  /** The services that hooks name. */
  readonly hookServices: readonly { readonly service: string; readonly at: Position }[];
}

const check = createSchemaCheck<AppJson>(appSchema, { mayQuote: () => true, unknownKeys: "error" });

export function parseApp(text: string): ParsedFile<AppFile> {
  return parseStrictFile(text, { check, convert: readApp, named: (root) => namedValues(nodeAt(root, ["parameters"])) });
}

function readApp(json: AppJson, reader: Reader): AppFile {
  const { release, parameters = {} } = json;
  warnOfAppParameters(Object.keys(parameters), reader);
  const app: App = {
    build: readBuild(json.build, reader),
    parameters: new Map(Object.entries(parameters)),
    before: release?.before ?? null,
    after: release?.after ?? null,
    timeoutMs: release?.timeout === undefined ? null : readDuration(release.timeout, ["release", "timeout"], reader),
    lock: json.lock ?? false,
    suspend: readSuspension(json.suspend, ["suspend"], reader),
    delete: json.delete ?? null,
  };
  const hookServices = HOOKS.flatMap((hook) => {
    const service = release?.[hook]?.service;
    return service === undefined ? [] : [{ service, at: reader.at(["release", hook, "service"]) }];
  });
  return { app, fromAt: reader.at(["build", "from"]), hookServices };
}

const HOOKS = ["before", "after"] as const;

const KINDS = ["images", "pushed", "repository", "from"] as const;
const KEYS_OF: Readonly<Record<(typeof KINDS)[number], readonly string[]>> = {
  images: ["images"],
  pushed: ["pushed", "build", "digest"],
  repository: ["repository", "commit", "branch"],
  from: ["from", "build", "digest"],
};
/** Stands in for a build that a finding refuses; the file is not used then. */
const REFUSED: Build = { kind: "images" };

function readBuild(json: BuildJson, reader: Reader): Build {
  const [kind, ...others] = KINDS.filter((name) => json[name] !== undefined);
  if (kind === undefined || others.length > 0) {
    const found = kind === undefined ? "none of them" : [kind, ...others].map((name) => `\`${name}\``).join(" and ");
    const message = `expected exactly one of \`images\`, \`pushed\`, \`repository\` and \`from\`, found ${found}`;
    reader.error(["build"], { rule: "one-build", message });
    return REFUSED;
  }
  for (const key of Object.keys(json).filter((name) => !KEYS_OF[kind].includes(name))) {
    const message = `expected no \`${key}\` with \`${kind}\`, found one`;
    reader.error(["build", key], { rule: "one-build", message });
  }
  checkBuildId(json, kind, reader);
  const { build = null, digest = null } = json;
  switch (kind) {
    case "images":
      return { kind: "images" };
    case "pushed":
      return { kind: "pushed", build, digest };
    case "repository":
      return readRepositoryBuild(json, reader);
    case "from":
      return readFromBuild(json, reader);
  }
}

function checkBuildId({ build, digest }: BuildJson, kind: string, reader: Reader): void {
  if (kind !== "pushed" && kind !== "from") return;
  if (build !== undefined) warnIfElided(build, ["build", "build"], reader);
  if (digest !== undefined) warnIfElided(digest, ["build", "digest"], reader);
  if ((build === undefined) === (digest === undefined)) return;
  const missing = build === undefined ? "build" : "digest";
  const message = `expected \`build\` and \`digest\` together, found no \`${missing}\``;
  reader.error(["build"], { rule: "missing-key", message, hint: "`signalbox promote` writes both" });
}

function readRepositoryBuild({ repository, commit, branch }: BuildJson, reader: Reader): Build {
  const sha = parseCommitSha(commit ?? "");
  if (repository === undefined || sha === null) {
    const message = "expected the key `commit` (40 lower-case hex digits) with `repository`, found none here";
    reader.error(["build"], { rule: "missing-key", message });
    return REFUSED;
  }
  return { kind: "repository", repository, commit: sha, branch: branch ?? null };
}

function readFromBuild({ from, build, digest }: BuildJson, reader: Reader): Build {
  const [rackText = "", appText = ""] = (from ?? "").split("/");
  const rack = parseRackName(rackText);
  const app = rack === null ? null : parseAppName(rack, appText);
  if (rack === null || app === null) {
    reader.error(["build", "from"], {
      rule: "bad-value",
      message: "expected an app on a rack (rack/app), found another",
    });
    return REFUSED;
  }
  return { kind: "from", rack, app, build: build ?? null, digest: digest ?? null };
}
