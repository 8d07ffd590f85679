import { readdirSync, readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";

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

/** As an editor does: what is published, in the dialect that it names, without the options of the loader. */
function compilePublished(name: string): ValidateFunction {
  const text = readFileSync(new URL(`${name}.schema.json`, publishedFolder), "utf8");
  return new Ajv({ strict: true, allowUnionTypes: true }).compile(JSON.parse(text) as Schema);
}

const SPEC_EXAMPLES: Readonly<Record<string, string>> = {
  "signalbox.yml": "signalbox",
  "web-developer.yml": "role",
  "bindings.yml": "bindings",
  "ci-web.yml": "deploy-key",
  "rack.yml": "rack",
  "app.yml": "app",
  "env.yml": "env",
  "tests.yml": "tests",
};

/** The kind that a path of a config repo has, told apart here by other means than the loader's. */
const KIND_OF_PATH: readonly (readonly [RegExp, string])[] = [
  [/^signalbox\.yml$/, "signalbox"],
  [/^roles\//, "role"],
  [/^bindings\//, "bindings"],
  [/^deploy-keys\//, "deploy-key"],
  [/^tests\//, "tests"],
  [/\/rack\.yml$/, "rack"],
  [/\/app\.yml$/, "app"],
  [/\/env\.yml$/, "env"],
  [/\/convox\.yml$/, "convox"],
];

const acme = new URL("../../examples/acme/", import.meta.url);
const ACME = readdirSync(acme, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".yml"))
  .map(
    (path) => [`../../examples/acme/${path}`, KIND_OF_PATH.find(([pattern]) => pattern.test(path))?.[1] ?? ""] as const,
  );

/** Every schema within a schema that gives examples, with the `definitions` that it may refer to. */
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
    const ajv = new Ajv({ strict: true, allowUnionTypes: true });
    const parts = withExamples(schema);
    for (const { $id: __, $schema: ___, ...part } of parts) {
      const isValid = ajv.compile({ ...part, definitions: schema["definitions"] ?? {} });
      for (const example of part["examples"] as readonly unknown[]) {
        expect({ example, isValid: isValid(example) }).toEqual({ example, isValid: true });
      }
    }
  });

  it("are all of draft-07, which the YAML language server knows whole", () => {
    const dialects = [...published.keys()].map((name) => compilePublished(name).schema as Schema);
    expect(new Set(dialects.map((schema) => schema["$schema"]))).toEqual(
      new Set(["http://json-schema.org/draft-07/schema#"]),
    );
    expect(dialects.filter((schema) => JSON.stringify(schema).includes("$defs"))).toEqual([]);
  });

  it("are each asked by an example of the specification or of acme", () => {
    const asked = new Set([...Object.values(SPEC_EXAMPLES), ...ACME.map(([, kind]) => kind)]);
    expect([...asked].sort()).toEqual([...published.keys()].sort());
  });

  it.each([...Object.entries(SPEC_EXAMPLES).map(([file, kind]) => [`fixtures/spec/${file}`, kind] as const), ...ACME])(
    "accept %s, as %s",
    (path, kind) => {
      const validate = compilePublished(kind);
      const value: unknown = parse(readFileSync(new URL(path, import.meta.url), "utf8"), {
        version: kind === "convox" ? "1.1" : "1.2",
      });
      validate(value);
      expect(validate.errors).toBeNull();
    },
  );
});
