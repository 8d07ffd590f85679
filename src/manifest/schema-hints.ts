// What to do about what a schema refuses: the key or word that is meant, quotes, another form, an example.
import { codePointName } from "./characters.ts";
import { hintOfPlace, keyOfForeign, wordOfForeign } from "./foreign-words.ts";
import { didYouMean } from "./near-miss.ts";
import type { JsonSchema } from "./schemas/json-schema.ts";
import type { Scalar, Step, YamlNode } from "./yaml-tree.ts";

export function keyHint(key: string, known: readonly string[]): string | undefined {
  const odd = oddCharacter(key);
  if (odd !== null) return odd;
  const ours = keyOfForeign(key, known);
  if (ours !== null) return `\`${ours}\` says that here`;
  return didYouMean(key, known) ?? hintOfPlace(key, known);
}

export function wordHint(value: Scalar, schema: JsonSchema): string | undefined {
  if (typeof value !== "string") return undefined;
  const words = [schema, ...(schema.anyOf ?? [])].flatMap((one) => one.enum ?? []).map(String);
  const ours = wordOfForeign(value, words);
  return ours === null ? didYouMean(value, words) : `\`${ours}\` says that here`;
}

export function valueHint(schema: JsonSchema, node: YamlNode | null, path: readonly Step[]): string | undefined {
  if (node?.kind !== "scalar") return formHint(schema, node) ?? exampleHint(schema);
  if (node.value === null) return acceptsText(schema, "") ? 'write `""` for an empty text' : undefined;
  if (typeof node.value !== "string" && acceptsText(schema, node.source)) return "put it in quotes";
  const odd = schema.pattern === undefined ? null : oddCharacter(node.source);
  return (
    odd ??
    (typeof node.value === "string" ? unquoteHint(schema) : undefined) ??
    shapeHint(schema, path) ??
    exampleHint(schema)
  );
}

function unquoteHint(schema: JsonSchema): string | undefined {
  if (schema.type === "boolean") return "use true or false, without quotes";
  return isNumber(schema) ? "write a number, without quotes" : undefined;
}

/** Where a list or a map was expected. */
function shapeHint({ type }: JsonSchema, path: readonly Step[]): string | undefined {
  if (type === "array") return "put it in a list: `[…]`";
  if (type !== "object") return undefined;
  return path.length === 0
    ? "write `key: value`, with a space after the colon"
    : "check the indentation: it may belong to what stands above";
}

/** Of a list where a map must be, and the other way round. */
function formHint({ type }: JsonSchema, node: YamlNode | null): string | undefined {
  if (type === "array" && node?.kind === "map") return "make it a list: each of it begins with `- `";
  if (type === "object" && node?.kind === "list") return "make it a map: `key: value`, without `- ` before it";
  return undefined;
}

const EXAMPLE_CHARACTERS = 70;

/** The first that the schema gives, if it is short. */
function exampleHint({ examples = [], anyOf = [] }: JsonSchema): string | undefined {
  const example = examples[0] ?? anyOf.find((one) => one.examples !== undefined)?.examples?.[0];
  const text = example === undefined ? null : flowOf(example);
  return text === null || text.length > EXAMPLE_CHARACTERS ? undefined : `for example \`${text}\``;
}

/** As YAML, on one line. */
function flowOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowOf).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, inner]) => `${key}: ${flowOf(inner)}`)
    .join(", ")} }`;
}

function acceptsText(schema: JsonSchema, text: string): boolean {
  return [schema, ...(schema.anyOf ?? [])].some(({ type, pattern, minLength = 0, enum: words, const: word = text }) => {
    const isText = type === "string" || (Array.isArray(type) && type.includes("string"));
    if (!isText || text.length < minLength) return false;
    return (
      (pattern === undefined || new RegExp(pattern).test(text)) && (words?.includes(text) ?? true) && word === text
    );
  });
}

function isNumber(schema: JsonSchema): boolean {
  if (typeof schema.const === "number") return true;
  return [schema, ...(schema.anyOf ?? [])].some(({ type }) => type === "integer" || type === "number");
}

/** Line ends are seen well enough. */
function oddCharacter(text: string): string | null {
  const odd = /[^\x20-\x7e\r\n]/u.exec(text)?.[0].codePointAt(0);
  return odd === undefined ? null : `it holds ${codePointName(odd)}, which may look like another character`;
}
