import type { Position } from "./findings.ts";
import { parseStrictFile, type ParsedFile, type Reader } from "./parsed-file.ts";
import { readApps, readInstant, readRacks, warnIfElided, type SelectorJson } from "./read-parts.ts";
import { createSchemaCheck } from "./schema-check.ts";
import { deployKeySchema } from "./schemas/deploy-key.ts";
import type { DeployKey } from "./types.ts";

interface DeployKeyJson {
  readonly description?: string;
  readonly hash?: string | readonly string[];
  readonly oidc?: { readonly repository: string; readonly ref: string };
  readonly racks: SelectorJson;
  readonly apps: SelectorJson;
  readonly role?: string;
  readonly commands?: readonly string[];
  readonly expires: string;
}

/** A key without its name and file, which are the path's. */
export type DeployKeyFile = Omit<DeployKey, "name" | "file"> & { readonly hashAt: Position };

const check = createSchemaCheck<DeployKeyJson>(deployKeySchema, {
  // Somebody may have put the key itself there.
  mayQuote: (path) => path[0] !== "hash",
  unknownKeys: "error",
});

export function parseDeployKey(text: string): ParsedFile<DeployKeyFile> {
  return parseStrictFile(text, { check, convert: readDeployKey });
}

function readDeployKey(json: DeployKeyJson, reader: Reader): DeployKeyFile {
  const { hash, oidc } = json;
  if ((hash === undefined) === (oidc === undefined) && reader.isWhole(["oidc"])) {
    const found = hash === undefined ? "neither" : "both";
    reader.error(["hash"], {
      rule: "hash-or-oidc",
      message: `expected exactly one of \`hash\` and \`oidc\`, found ${found}`,
    });
  }
  const hashes = hash === undefined ? [] : typeof hash === "string" ? [hash] : hash;
  hashes.forEach((one, index) => warnIfElided(one, typeof hash === "string" ? ["hash"] : ["hash", index], reader));
  if (json.role !== undefined) reader.note(["role"], { kind: "role", name: json.role, orDeployKey: true });
  const racks = readRacks(json.racks, ["racks"], reader);
  return {
    hashes: hashes.filter((one) => !one.endsWith("…")),
    oidc: oidc ?? null,
    racks,
    apps: readApps(json.apps, ["apps"], { racks, reader }),
    role: json.role === undefined || json.role.toLowerCase() === "deploykey" ? null : json.role,
    commands: json.commands ?? null,
    expires: readInstant(json.expires, ["expires"], reader),
    hashAt: reader.at(["hash"]),
  };
}
