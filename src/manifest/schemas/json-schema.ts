/**
 * The part of JSON Schema that the schemas here use: draft-07, since the YAML language server knows the later ones in part only.
 * `title` is a noun phrase that follows "expected"; `description` and `examples` help in an editor.
 */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly type?: JsonType | readonly JsonType[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

export type JsonType = "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";

/** A closed map. */
export function closed(
  properties: Readonly<Record<string, JsonSchema>>,
  more: Omit<JsonSchema, "type" | "properties" | "additionalProperties"> = {},
): JsonSchema {
  return { type: "object", additionalProperties: false, properties, ...more };
}

export function listOf(items: JsonSchema, more: Omit<JsonSchema, "type" | "items"> = {}): JsonSchema {
  return { type: "array", items, ...more };
}

/** What an editor says of it; without examples those of the form stay. */
export function about(form: JsonSchema, description: string, ...examples: readonly unknown[]): JsonSchema {
  return examples.length === 0 ? { ...form, description } : { ...form, description, examples };
}

export function published(name: string, schema: JsonSchema): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: `urn:signalbox:schema:${name}`,
    ...schema,
  };
}
