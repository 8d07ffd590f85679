import { shownWord } from "./found-words.ts";
import { parseStrictFile, type ParsedFile, type Reader } from "./parsed-file.ts";
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
    convert: (json, reader) => {
      warnOfCase(Object.keys(json), reader);
      return new Map(Object.entries(json).map(([key, value]) => [key, readValue(value, [key], reader)]));
    },
  });
}

/** To a process they are two variables; to whoever sets one of them, most often one. */
function warnOfCase(keys: readonly string[], reader: Reader): void {
  const seen = new Map<string, string>();
  for (const key of keys) {
    const other = seen.get(key.toUpperCase());
    if (other === undefined) {
      seen.set(key.toUpperCase(), key);
      continue;
    }
    const message = `expected keys that differ by more than case, found \`${shownWord(key)}\` beside \`${shownWord(other)}\``;
    reader.warnOfKey([key], { rule: "look-alike-name", message, hint: "delete the one that nothing reads" });
  }
}
