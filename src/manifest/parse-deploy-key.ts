import type { Position } from "./findings.ts";
import { parseStrictFile, type ParsedFile, type Reader } from "./parsed-file.ts";
import { readInstant, readSelector, warnIfElided, type SelectorJson } from "./read-parts.ts";
import { createSchemaCheck } from "./schema-check.ts";
import { deployKeySchema } from "./schemas/deploy-key.ts";
import type { Selector } from "./types.ts";

interface DeployKeyJson {
  readonly hash?: string | readonly string[];
  readonly oidc?: object;
  readonly racks: SelectorJson;
  readonly apps: SelectorJson;
  readonly role?: string;
  readonly expires: string;
}

/** What its neighbours are checked against; the gateway, which uses keys, reads the rest when it comes. */
export interface DeployKeyFile {
  readonly hashes: readonly string[];
  readonly racks: Selector;
  readonly racksAt: Position;
  readonly role: string | null;
  readonly roleAt: Position;
  readonly hashAt: Position;
}

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
  if ((hash === undefined) === (oidc === undefined)) {
    const found = hash === undefined ? "neither" : "both";
    reader.error([], {
      rule: "hash-or-oidc",
      message: `expected exactly one of \`hash\` and \`oidc\`, found ${found}`,
    });
  }
  const hashes = hash === undefined ? [] : typeof hash === "string" ? [hash] : hash;
  hashes.forEach((one, index) => warnIfElided(one, typeof hash === "string" ? ["hash"] : ["hash", index], reader));
  readInstant(json.expires, ["expires"], reader);
  readSelector(json.apps, ["apps"], reader);
  return {
    hashes: hashes.filter((one) => !one.endsWith("…")),
    racks: readSelector(json.racks, ["racks"], reader),
    racksAt: reader.at(["racks"]),
    role: json.role ?? null,
    roleAt: reader.at(["role"]),
    hashAt: reader.at(["hash"]),
  };
}
