import { readdirSync, readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import type { JsonSchema } from "../../src/manifest/schemas/json-schema.ts";

const sources = new URL("../../src/manifest/schemas/", import.meta.url);
const publishedFolder = new URL("../../schemas/", import.meta.url);

const published = new Map<string, JsonSchema>();
for (const file of readdirSync(sources)) {
  const exported = (await import(new URL(file, sources).href)) as Readonly<Record<string, JsonSchema | undefined>>;
  for (const schema of Object.values(exported)) {
    const name = /^urn:signalbox:schema:([a-z-]+)$/.exec(schema?.$id ?? "")?.[1];
    if (name !== undefined && schema !== undefined) published.set(name, schema);
  }
}

/** As an editor does: what is published, in the dialect that it names, without the options of the loader. */
function compilePublished(name: string): ValidateFunction {
  const text = readFileSync(new URL(`${name}.schema.json`, publishedFolder), "utf8");
  return new Ajv({ strict: true, allowUnionTypes: true }).compile(JSON.parse(text) as JsonSchema);
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

interface Property {
  readonly path: string;
  readonly description: string | undefined;
}

function schemasWithin(part: unknown): readonly JsonSchema[] {
  if (typeof part !== "object" || part === null) return [];
  return [part, ...Object.values(part).flatMap(schemasWithin)];
}

/** Every key that somebody may type, wherever it stands; one that is only a name of theirs is none of the schema's properties. */
function propertiesOf(
  schema: JsonSchema,
  root: JsonSchema,
  path = "",
  entered: readonly string[] = [],
): readonly Property[] {
  const { $ref, items, additionalProperties, anyOf = [], properties = {} } = schema;
  if ($ref !== undefined) {
    const target = root.definitions?.[$ref.replace("#/definitions/", "")];
    if (target === undefined) throw new Error(`expected ${$ref} to be defined, found nothing`);
    return entered.includes($ref) ? [] : propertiesOf(target, root, path, [...entered, $ref]);
  }
  const parts = [items, typeof additionalProperties === "object" ? additionalProperties : undefined, ...anyOf];
  return [
    ...parts.flatMap((part) => (part === undefined ? [] : propertiesOf(part, root, `${path}/*`, entered))),
    ...Object.entries(properties).flatMap(([key, property]) => [
      { path: `${path}/${key}`, description: property.description },
      ...propertiesOf(property, root, `${path}/${key}`, entered),
    ]),
  ];
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
    const parts = schemasWithin(schema).filter(({ examples }) => examples !== undefined);
    for (const { $id: __, $schema: ___, ...part } of parts) {
      const isValid = ajv.compile({ ...part, definitions: schema.definitions ?? {} });
      for (const example of part.examples ?? []) {
        expect({ example, isValid: isValid(example) }).toEqual({ example, isValid: true });
      }
    }
  });

  it("are all of draft-07, which the YAML language server knows whole", () => {
    const dialects = [...published.keys()].map((name) => compilePublished(name).schema as JsonSchema);
    expect(new Set(dialects.map((schema) => schema.$schema))).toEqual(
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

  it.each([...published])("%s says of each of its properties what it is", (_, schema) => {
    const properties = propertiesOf(schema, schema);
    expect(properties.filter(({ description }) => description === undefined).map(({ path }) => path)).toEqual([]);
    expect(properties).not.toEqual([]);
  });

  it.each([...published])("%s gives an example of a whole file", (_, { examples }) => {
    expect(examples).toEqual([expect.anything()]);
  });

  it.each([...published])("%s says nothing beside a `$ref`, which draft-07 would pass over", (_, schema) => {
    const references = schemasWithin(schema).filter(({ $ref }) => $ref !== undefined);
    expect(references.filter((reference) => Object.keys(reference).length > 1)).toEqual([]);
  });
});
