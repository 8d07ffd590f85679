import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "@jest/globals";

const sources = new URL("../../src/manifest/schemas/", import.meta.url);
const publishedFolder = new URL("../../schemas/", import.meta.url);

interface Schema {
  readonly [key: string]: unknown;
  readonly $id?: string;
}

const published = new Map<string, Schema>();
for (const file of readdirSync(sources)) {
  const exported = (await import(new URL(file, sources).href)) as Readonly<Record<string, Schema | undefined>>;
  for (const schema of Object.values(exported)) {
    const name = /^urn:signalbox:schema:([a-z-]+)$/.exec(schema?.$id ?? "")?.[1];
    if (name !== undefined && schema !== undefined) published.set(name, schema);
  }
}

/** Every schema within a schema that gives examples, with the `$defs` that it may refer to. */
function withExamples(schema: unknown, found: Schema[] = []): readonly Schema[] {
  if (typeof schema !== "object" || schema === null) return found;
  if ("examples" in schema && Array.isArray(schema.examples)) found.push(schema);
  for (const value of Object.values(schema)) withExamples(value, found);
  return found;
}

describe("published schemas", () => {
  it("are one a file kind, none more", () => {
    expect([...published.keys()].sort()).toEqual([
      "app",
      "bindings",
      "convox",
      "deploy-key",
      "env",
      "rack",
      "role",
      "signalbox",
      "tests",
    ]);
    expect(readdirSync(publishedFolder).sort()).toEqual(
      [...published.keys()].sort().map((name) => `${name}.schema.json`),
    );
  });

  it.each([...published])("schemas/%s.schema.json is what the loader checks with", (name, schema) => {
    const file: unknown = JSON.parse(readFileSync(new URL(`${name}.schema.json`, publishedFolder), "utf8"));
    expect(file).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it.each([...published])("the examples in %s are valid by the schema that they explain", (_, schema) => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    const parts = withExamples(schema);
    for (const { $id: __, $schema: ___, ...part } of parts) {
      const isValid = ajv.compile({ ...part, $defs: schema["$defs"] ?? {} });
      for (const example of part["examples"] as readonly unknown[]) {
        expect({ example, isValid: isValid(example) }).toEqual({ example, isValid: true });
      }
    }
  });
});
