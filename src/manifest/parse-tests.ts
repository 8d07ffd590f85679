import { parseStrictFile, type ParsedFile, type Reader } from "./parsed-file.ts";
import { createSchemaCheck } from "./schema-check.ts";
import { testsSchema } from "./schemas/tests.ts";

interface TestJson {
  readonly as?: string;
  readonly may?: object;
  readonly mayNot?: object;
  readonly change?: object;
  readonly expect?: string;
}

const check = createSchemaCheck<readonly TestJson[]>(testsSchema, { mayQuote: () => true, unknownKeys: "error" });

/** How many policy tests the file holds; running them is not here yet. */
export function parseTests(text: string): ParsedFile<number> {
  return parseStrictFile(text, {
    check,
    convert: (json, reader) => {
      json.forEach((test, index) => checkForm(test, index, reader));
      return json.length;
    },
  });
}

function checkForm({ as, may, mayNot, change, expect }: TestJson, index: number, reader: Reader): void {
  const asksRights = as !== undefined && (may !== undefined || mayNot !== undefined);
  const asksVerdict = change !== undefined && expect !== undefined;
  const isMixed = (as ?? may ?? mayNot) !== undefined && (change ?? expect) !== undefined;
  if (asksRights !== asksVerdict && !isMixed) return;
  const message = "expected either `as` with `may` or `mayNot`, or `change` with `expect`, found another mixture";
  reader.error([index], { rule: "test-form", message });
}
