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
import type { Rack } from "./types.ts";
import { nodeAt } from "./yaml-tree.ts";

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
  readonly console?: { readonly password: SecretJson };
  readonly suspend?: SuspensionJson;
}

export interface RackFile {
  readonly rack: Omit<Rack, "name">;
  readonly hasConsole: boolean;
}

const MAY_HOLD_SECRETS: ReadonlySet<unknown> = new Set(["password", "parameters", "console", "ca", "endpoint"]);

const check = createSchemaCheck<RackJson>(rackSchema, {
  mayQuote: (path) => !MAY_HOLD_SECRETS.has(path[0]),
  unknownKeys: "error",
});

export function parseRack(text: string): ParsedFile<RackFile> {
  return parseStrictFile(text, {
    check,
    convert: readRack,
    named: (root) => namedValues(nodeAt(root, ["parameters"])),
  });
}

function readRack(json: RackJson, reader: Reader): RackFile {
  checkEndpoint(json.endpoint, reader);
  json.recipients.forEach((recipient, index) => warnIfElided(recipient, ["recipients", index], reader));
  if (json.console !== undefined) readSecret(json.console.password, ["console", "password"], reader);
  const rack = {
    production: json.production ?? false,
    mode: json.mode ?? "apply",
    endpoint: json.endpoint,
    user: json.user ?? "convox",
    password: readSecret(json.password, ["password"], reader),
    recipients: json.recipients,
    version: json.version ?? null,
    parameters: new Map(
      Object.entries(json.parameters ?? {}).map(([name, value]) => [
        name,
        readValue(value, ["parameters", name], reader),
      ]),
    ),
    ca: json.ca ?? null,
    suspend: readSuspension(json.suspend, ["suspend"], reader),
  };
  return { rack, hasConsole: json.console !== undefined };
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
