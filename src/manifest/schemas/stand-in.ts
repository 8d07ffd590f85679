// A value that a schema takes, for a place where there is none that it would.
import type { Json, Step } from "../yaml-tree.ts";
import type { JsonSchema } from "./json-schema.ts";

/** Nearly always; undefined where nothing is known of that place. */
export function standIn(schema: JsonSchema, path: readonly Step[]): Json | undefined {
  const { definitions } = schema;
  const [found] = path.reduce<readonly JsonSchema[]>(
    (schemas, step) => schemas.flatMap((one) => below(one, String(step), definitions)),
    [schema],
  );
  return found === undefined ? undefined : valueOf(found, definitions);
}

type Definitions = JsonSchema["definitions"];

function below(schema: JsonSchema, step: string, definitions: Definitions): readonly JsonSchema[] {
  const { properties = {}, additionalProperties, items, anyOf = [] } = resolved(schema, definitions);
  const named = Object.hasOwn(properties, step) ? properties[step] : undefined;
  const others = typeof additionalProperties === "object" ? additionalProperties : undefined;
  return [named ?? others ?? items ?? [], ...anyOf.map((branch) => below(branch, step, definitions))].flat();
}

function resolved(schema: JsonSchema, definitions: Definitions): JsonSchema {
  const name = schema.$ref?.replace("#/definitions/", "");
  return name === undefined ? schema : (definitions?.[name] ?? schema);
}

function valueOf(schema: JsonSchema, definitions: Definitions): Json | undefined {
  const { const: only, enum: words, examples, default: usual, anyOf, ...form } = resolved(schema, definitions);
  const [said] = [only, words?.[0], examples?.[0], usual].filter((one) => one !== undefined);
  if (said !== undefined) return said as Json; // a schema is JSON
  if (anyOf?.[0] !== undefined) return valueOf(anyOf[0], definitions);
  switch (form.type) {
    case "string":
      return "stand-in";
    case "integer":
    case "number":
      return form.minimum ?? 1;
    case "boolean":
      return true;
    case "array":
      return listOf(form, definitions);
    case "object":
      return mapOf(form, definitions);
    case "null":
    case undefined:
    default:
      return undefined;
  }
}

function listOf({ items, minItems = 0 }: JsonSchema, definitions: Definitions): Json | undefined {
  if (minItems === 0) return [];
  const item = items === undefined ? undefined : valueOf(items, definitions);
  return item === undefined ? undefined : [item];
}

function mapOf({ properties = {}, required = [] }: JsonSchema, definitions: Definitions): Json | undefined {
  const entries = required.map((key) => [key, valueOf(properties[key] ?? {}, definitions)] as const);
  const made = entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  return made.length < entries.length ? undefined : Object.fromEntries(made);
}
