// What stands in for a mistake must be taken by the schema, or the mistake hides what is around it.
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import type { JsonSchema } from "../../src/manifest/schemas/json-schema.ts";
import { appSchema } from "../../src/manifest/schemas/app.ts";
import { bindingsSchema } from "../../src/manifest/schemas/bindings.ts";
import { deployKeySchema } from "../../src/manifest/schemas/deploy-key.ts";
import { environmentSchema } from "../../src/manifest/schemas/environment.ts";
import { rackSchema } from "../../src/manifest/schemas/rack.ts";
import { roleSchema } from "../../src/manifest/schemas/role.ts";
import { settingsSchema } from "../../src/manifest/schemas/settings.ts";
import { standIn } from "../../src/manifest/schemas/stand-in.ts";
import { testsSchema } from "../../src/manifest/schemas/tests.ts";
import type { Json, Step } from "../../src/manifest/yaml-tree.ts";

const FILES: readonly (readonly [file: string, schema: JsonSchema])[] = [
  ["app.yml", appSchema],
  ["bindings.yml", bindingsSchema],
  ["ci-web.yml", deployKeySchema],
  ["env.yml", environmentSchema],
  ["rack.yml", rackSchema],
  ["web-developer.yml", roleSchema],
  ["signalbox.yml", settingsSchema],
  ["tests.yml", testsSchema],
];

/** Of everything below the root. */
function pathsIn(value: Json, path: readonly Step[] = []): readonly (readonly Step[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key]));
  return path.length === 0 ? below : [path, ...below];
}

function withPut(value: Json, [step, ...rest]: readonly Step[], put: Json): Json {
  if (step === undefined) return put;
  if (Array.isArray(value)) {
    return value.map((item: Json, index) => (index === Number(step) ? withPut(item, rest, put) : item));
  }
  const map = value as { readonly [key: string]: Json };
  return { ...map, [step]: withPut(map[step] ?? null, rest, put) };
}

describe("what stands in for a mistake", () => {
  it.each(FILES)("is taken wherever something stands in the spec's %s", (file, schema) => {
    const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);
    const text = readFileSync(new URL(`fixtures/spec/${file}`, import.meta.url), "utf8");
    const whole = parse(text) as Json;
    const paths = pathsIn(whole);
    const refused = paths.filter((path) => {
      const put = standIn(schema, path);
      return put === undefined || !validate(withPut(whole, path, put));
    });
    expect(paths.length).toBeGreaterThan(2);
    expect(refused.map((path) => path.join("."))).toEqual([]);
  });

  it("is nothing where the schema knows of nothing", () => {
    expect(standIn(appSchema, ["nothing"])).toBeUndefined();
    expect(standIn(appSchema, ["build", "images", "0"])).toBeUndefined();
    expect(standIn(appSchema, ["__proto__"])).toBeUndefined();
  });
});
