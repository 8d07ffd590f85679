// The types that the parsers read what a schema has accepted as are written beside it by hand: here they are held to it.
import { readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "@jest/globals";
import { appSchema } from "../../src/manifest/schemas/app.ts";
import { bindingsSchema } from "../../src/manifest/schemas/bindings.ts";
import { convoxSchema } from "../../src/manifest/schemas/convox.ts";
import { deployKeySchema } from "../../src/manifest/schemas/deploy-key.ts";
import type { JsonSchema } from "../../src/manifest/schemas/json-schema.ts";
import { from, suspend } from "../../src/manifest/schemas/parts.ts";
import { rackSchema } from "../../src/manifest/schemas/rack.ts";
import { roleSchema } from "../../src/manifest/schemas/role.ts";
import { settingsSchema } from "../../src/manifest/schemas/settings.ts";
import { testsSchema } from "../../src/manifest/schemas/tests.ts";

const sources = new URL("../../src/manifest/", import.meta.url);

/** The keys of an interface as they are written, `?` included; those that it extends are not among them. */
function keysOfType(file: string, name: string): readonly string[] {
  const source = ts.createSourceFile(file, readFileSync(new URL(file, sources), "utf8"), ts.ScriptTarget.Latest);
  const found = source.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  const keys = found?.members.map((member) => {
    const key = member.name === undefined || !ts.isIdentifier(member.name) ? "" : member.name.text;
    return ts.isPropertySignature(member) && member.questionToken !== undefined ? `${key}?` : key;
  });
  return [...(keys ?? [])].sort();
}

function keysOfSchema({ properties = {}, required = [] }: JsonSchema): readonly string[] {
  return Object.keys(properties)
    .map((key) => (required.includes(key) ? key : `${key}?`))
    .sort();
}

/** What stands under these keys; `*` is the items of a list or the values of a map, a number one of several forms. */
function within(schema: JsonSchema, ...steps: readonly (string | number)[]): JsonSchema {
  const [step, ...rest] = steps;
  if (step === undefined) return schema;
  return within(under(schema, step), ...rest);
}

function under({ items, additionalProperties, anyOf, properties }: JsonSchema, step: string | number): JsonSchema {
  const values = typeof additionalProperties === "object" ? additionalProperties : undefined;
  const found = step === "*" ? (items ?? values) : typeof step === "number" ? anyOf?.[step] : properties?.[step];
  if (found === undefined) throw new Error(`expected a schema under ${step}, found none`);
  return found;
}

const JSON_TYPES: readonly (readonly [file: string, type: string, schema: JsonSchema])[] = [
  ["parse-app.ts", "AppJson", appSchema],
  ["parse-app.ts", "BuildJson", within(appSchema, "build")],
  ["parse-bindings.ts", "BindingJson", within(bindingsSchema, "*")],
  ["parse-deploy-key.ts", "DeployKeyJson", deployKeySchema],
  ["parse-rack.ts", "RackJson", rackSchema],
  ["parse-rack.ts", "ConsoleJson", within(rackSchema, "console")],
  ["parse-role.ts", "RoleJson", roleSchema],
  ["parse-role.ts", "PermissionJson", within(roleSchema, "permissions", "*")],
  ["parse-settings.ts", "SettingsJson", settingsSchema],
  ["parse-settings.ts", "SyncJson", within(settingsSchema, "sync")],
  ["parse-settings.ts", "FreezeJson", within(settingsSchema, "freezes", "*")],
  ["parse-tests.ts", "TestJson", within(testsSchema, "*")],
  ["parse-tests.ts", "ChangeJson", within(testsSchema, "*", "change")],
  ["read-approvals.ts", "ApprovalJson", within(settingsSchema, "approvals", "*")],
  ["read-approvals.ts", "ConditionJson", within(settingsSchema, "approvals", "*", "when")],
  ["read-approvals.ts", "RequirementJson", settingsSchema.definitions?.["requirement"] ?? {}],
  ["read-guardrails.ts", "ScopeJson", within(settingsSchema, "guardrails", "image-pinned", 1)],
  ["read-parts.ts", "FromJson", from],
  ["read-parts.ts", "SuspensionJson", suspend],
];

/** The model of convox.yml has every key of the file, and what it adds: where a thing stands and what it is called. */
const MODEL_TYPES: readonly (readonly [file: string, type: string, schema: JsonSchema, added: readonly string[]])[] = [
  ["convox/service-model.ts", "Service", within(convoxSchema, "services", "*"), ["line", "name"]],
  ["convox/model.ts", "Resource", within(convoxSchema, "resources", "*"), ["line", "name"]],
  ["convox/model.ts", "Timer", within(convoxSchema, "timers", "*"), ["line", "name"]],
  ["convox/model.ts", "Balancer", within(convoxSchema, "balancers", "*"), ["line", "name"]],
  ["convox/model.ts", "Config", within(convoxSchema, "configs", "*"), []],
  ["convox/model.ts", "Budget", within(convoxSchema, "budget"), []],
];

describe("the types that the parsers read files as", () => {
  it.each(JSON_TYPES)(
    "%s: %s has the keys of its schema, and demands those that are required",
    (file, type, schema) => {
      expect(keysOfType(file, type)).toEqual(keysOfSchema(schema));
      expect(keysOfType(file, type)).not.toEqual([]);
    },
  );

  it.each(MODEL_TYPES)("%s: %s has the keys of its schema", (file, type, schema, added) => {
    const keys = Object.keys(schema.properties ?? {});
    expect(keysOfType(file, type)).toEqual([...keys, ...added].sort());
    expect(keys).not.toEqual([]);
  });
});
