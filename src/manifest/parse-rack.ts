import { X509Certificate } from "node:crypto";
import type { Position } from "./findings.ts";
import { parseStrictFile, type ParsedFile, type Reader } from "./parsed-file.ts";
import {
  readSecret,
  readSuspension,
  readValue,
  warnIfElided,
  type SecretJson,
  type SuspensionJson,
} from "./read-parts.ts";
import { namedValues } from "./plain-secrets/named-values.ts";
import { createSchemaCheck } from "./schema-check.ts";
import { rackSchema } from "./schemas/rack.ts";
import { isSecretParameter, warnOfRackParameters } from "./known-parameters.ts";
import type { ConfiguredValue, ConsoleAccess, Rack } from "./types.ts";
import { nodeAt } from "./yaml-tree.ts";

interface ConsoleJson {
  readonly host: string;
  readonly rack: string;
  readonly password: SecretJson;
}

interface RackJson {
  readonly production?: boolean;
  readonly mode?: "apply" | "observe";
  readonly endpoint: string;
  readonly user?: "convox" | "jwt";
  readonly password: SecretJson;
  readonly ca?: string;
  readonly recipients: readonly string[];
  readonly version?: string;
  readonly parameters?: Readonly<Record<string, string | SecretJson>>;
  readonly console?: ConsoleJson;
  readonly suspend?: SuspensionJson;
}

/** A rack without its name, which is its folder's. */
export type RackFile = Omit<Rack, "name"> & { readonly endpointAt: Position };

const MAY_HOLD_SECRETS: ReadonlySet<unknown> = new Set(["password", "parameters", "console", "ca", "endpoint"]);

const check = createSchemaCheck<RackJson>(rackSchema, {
  mayQuote: (path) => !MAY_HOLD_SECRETS.has(path[0]),
  unknownKeys: "error",
});

export function parseRack(text: string): ParsedFile<RackFile> {
  return parseStrictFile(text, {
    check,
    convert: readRack,
    // A plain value of what Convox keeps as a secret is refused below, whatever it looks like.
    named: (root) => namedValues(nodeAt(root, ["parameters"])).filter(({ name }) => !isSecretParameter(name)),
  });
}

function readRack(json: RackJson, reader: Reader): RackFile {
  checkEndpoint(json.endpoint, reader);
  checkAuthority(json.ca ?? "", reader);
  json.recipients.forEach((recipient, index) => warnIfElided(recipient, ["recipients", index], reader));
  return {
    production: json.production ?? false,
    mode: json.mode ?? "apply",
    endpoint: json.endpoint,
    user: json.user ?? "convox",
    password: readSecret(json.password, ["password"], reader),
    recipients: json.recipients,
    version: json.version ?? null,
    parameters: readParameters(json.parameters ?? {}, reader),
    parameterPlaces: new Map(Object.keys(json.parameters ?? {}).map((name) => [name, reader.at(["parameters", name])])),
    ca: json.ca ?? null,
    console: json.console === undefined ? null : readConsole(json.console, reader),
    suspend: readSuspension(json.suspend, ["suspend"], reader),
    endpointAt: reader.at(["endpoint"]),
  };
}

function readParameters(
  json: Readonly<Record<string, string | SecretJson>>,
  reader: Reader,
): ReadonlyMap<string, ConfiguredValue> {
  warnOfRackParameters(Object.keys(json), reader);
  const parameters = new Map<string, ConfiguredValue>();
  for (const [name, text] of Object.entries(json)) {
    const path = ["parameters", name];
    const value = readValue(text, path, reader);
    if (value.kind === "plain" && value.text !== "" && isSecretParameter(name)) {
      const message = `expected a sealed value or a reference, since Convox keeps \`${name}\` as a secret, found plain text`;
      reader.error(path, { rule: "plain-secret", message, hint: "seal it, or name where it is kept: `{ ref: … }`" });
    }
    parameters.set(name, value);
  }
  return parameters;
}

function readConsole({ host, rack, password }: ConsoleJson, reader: Reader): ConsoleAccess {
  return { host, rack, password: readSecret(password, ["console", "password"], reader) };
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function checkEndpoint(endpoint: string, reader: Reader): void {
  const fault = endpointFault(endpoint);
  if (fault === null) return;
  const message = `expected the address of the rack's API (https://host, or http:// on loopback), found one ${fault}`;
  reader.error(["endpoint"], { rule: "bad-endpoint", message });
}

/** The address is never quoted: a password may stand in it. */
function endpointFault(endpoint: string): string | null {
  if (!URL.canParse(endpoint)) return "that is none";
  const url = new URL(endpoint);
  if (url.username !== "" || url.password !== "") {
    return "with a user or password in it; they belong to `user` and `password`";
  }
  if (url.protocol !== "https:" && !(url.protocol === "http:" && LOOPBACK.test(url.hostname))) return "without https";
  const hasMore = (url.pathname !== "/" && url.pathname !== "") || url.search !== "" || url.hash !== "";
  return hasMore ? "with more than host and port" : null;
}

/** Node says so only when it connects, and takes what stands after the first for nothing. */
function checkAuthority(ca: string, reader: Reader): void {
  const bad = (ca.match(PEM) ?? []).findIndex((pem) => !isCertificate(pem));
  if (bad < 0) return;
  const message = `expected certificates in PEM form, found a part (no. ${bad + 1}) that is no certificate`;
  reader.error(["ca"], { rule: "bad-value", message });
}

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    // Node throws for a text that it cannot read, and for nothing else.
    return false;
  }
}
