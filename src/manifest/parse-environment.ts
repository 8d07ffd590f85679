import { parseStrictFile, type ParsedFile } from "./parsed-file.ts";
import { namedValues } from "./plain-secrets/named-values.ts";
import { readValue, type SecretJson } from "./read-parts.ts";
import { createSchemaCheck } from "./schema-check.ts";
import { environmentSchema } from "./schemas/environment.ts";
import type { ConfiguredValue } from "./types.ts";

type EnvironmentJson = Readonly<Record<string, string | SecretJson>>;

const check = createSchemaCheck<EnvironmentJson>(environmentSchema, { mayQuote: () => false, unknownKeys: "error" });

export function parseEnvironment(text: string): ParsedFile<ReadonlyMap<string, ConfiguredValue>> {
  return parseStrictFile(text, {
    check,
    comparedBy: "key",
    named: namedValues,
    convert: (json, reader) =>
      new Map(Object.entries(json).map(([key, value]) => [key, readValue(value, [key], reader)])),
  });
}
