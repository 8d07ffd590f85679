// JSON Schema through ajv, its errors put into words on the right line. One mistake gives one finding.
import { Ajv, type ErrorObject, type Options, type ValidateFunction } from "ajv";
import { errorAt, warningAt, type Fault, type LocalFinding } from "./findings.ts";
import { nearest } from "./near-miss.ts";
import type { YamlReading } from "./read-yaml.ts";
import type { SchemaFault } from "./sound-parts.ts";
import { keyHint, valueHint, wordHint } from "./schema-hints.ts";
import type { JsonSchema } from "./schemas/json-schema.ts";
import { keyOffsetAt, nodeAt, offsetAt, toJson, type Json, type Step, type YamlNode } from "./yaml-tree.ts";
import { keyOfForeign } from "./foreign-words.ts";
import { foundWords, shownWord } from "./found-words.ts";

export interface SchemaRules {
  /** May what stands at this path be quoted in a message? Never where a secret may stand. */
  mayQuote(path: readonly Step[]): boolean;
  /** Convox ignores what it does not know; elsewhere a typo must not be a silent no-op. */
  readonly unknownKeys: "error" | "warning";
}

export interface SchemaResult<T> {
  /** null where the schema refuses it. */
  readonly value: T | null;
  readonly findings: readonly LocalFinding[];
  /** Where the mistakes are. */
  readonly faults: readonly SchemaFault[];
}

export interface SchemaCheck<T> {
  (root: YamlNode, reading: YamlReading): SchemaResult<T>;
  readonly schema: JsonSchema;
}

// That the schemas are schemas is tested, not looked at in every process.
// Without ajv's optimizer a schema is compiled in half the time, and judges as fast.
const STRICT: Options = {
  strict: true,
  allowUnionTypes: true,
  logger: false,
  validateSchema: false,
  code: { optimize: false },
};
/** Says what is wrong. */
const ajv = new Ajv({ ...STRICT, allErrors: true, verbose: true });
/** Says whether something is wrong, in a third of the time: nearly no file has a mistake. */
const quick = new Ajv(STRICT);

/** Of all checks that were created. */
const compilations: (() => void)[] = [];

/** For a process that answers others meanwhile: all schemas at once take a third of a second that nobody should wait for later. */
export function compileSchemas(): void {
  for (const compile of compilations) compile();
}

/** Compiles at the first use: a command that reads no file of a kind does not pay for its schema. */
export function createSchemaCheck<T>(schema: JsonSchema, rules: SchemaRules): SchemaCheck<T> {
  let isValid: ValidateFunction<T> | null = null;
  let compiled: ValidateFunction<T> | null = null;
  const compile = (): ValidateFunction<T> => (isValid ??= quick.compile<T>(schema));
  compilations.push(compile);
  const check = (root: YamlNode, reading: YamlReading): SchemaResult<T> => {
    const value = toJson(root);
    if (compile()(value)) return { value, findings: [], faults: [] };
    compiled ??= ajv.compile<T>(schema);
    compiled(value);
    const context: Context = { root, reading, rules, defs: schema.definitions };
    const said = explain(compiled.errors ?? [], [], context);
    const findings = said.map(({ finding }) => finding);
    // Unknown keys of convox.yml are the one thing that a schema refuses and Convox does not.
    const faults = said.flatMap(({ finding, fault }) => (finding.level === "warning" ? [] : [fault]));
    // Nothing reads a key that is not known, so the value is what the schema describes.
    if (said.length > 0 && faults.length === 0) return { value: value as T, findings, faults };
    return { value: null, findings, faults };
  };
  return Object.assign(check, { schema });
}

interface Said {
  readonly finding: LocalFinding;
  readonly fault: SchemaFault;
}

interface Context {
  readonly root: YamlNode;
  readonly reading: YamlReading;
  readonly rules: SchemaRules;
  readonly defs: JsonSchema["definitions"];
}

interface Place {
  readonly error: ErrorObject;
  readonly schema: JsonSchema;
  readonly path: readonly Step[];
}

function explain(errors: readonly ErrorObject[], base: readonly Step[], context: Context): Said[] {
  const places = errors.map((error) => placeOf(error, base));
  const choices = places.filter(({ error }) => error.keyword === "anyOf");
  const chosen = new Set(choices.map(({ path }) => keyOf(path)));
  const isWithin = (path: readonly Step[]): boolean =>
    path.some((_, length) => chosen.has(keyOf(path.slice(0, length))));
  const outermost = choices.filter(({ path }) => !isWithin(path));
  const direct = places.filter(
    ({ error, path }) => error.keyword !== "anyOf" && !isWithin(path) && !chosen.has(keyOf(path)),
  );
  return [
    ...onePerPlace(direct, context).map((place) => ({
      finding: findingOf(place, context),
      fault: faultOf(place, context),
    })),
    ...outermost.flatMap((place) => explainChoice(place, context)),
  ];
}

function faultOf(place: Place, context: Context): SchemaFault {
  const { error, path } = place;
  const { additionalProperty, propertyName, missingProperty } = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case "additionalProperties": {
      const meant = keyMeant(place, context);
      return { kind: "unknown", path: [...path, String(additionalProperty)], meant: meant ?? undefined };
    }
    case "propertyNames":
      return { kind: "unknown", path: [...path, String(propertyName)] };
    case "required":
      return { kind: "missing", path: [...path, String(missingProperty)] };
    default:
      return { kind: "value", path };
  }
}

function placeOf(error: ErrorObject, base: readonly Step[]): Place {
  const steps = error.instancePath
    .split("/")
    .slice(1)
    .map((step) => step.replace(/~1/g, "/").replace(/~0/g, "~"));
  return { error, schema: schemaOf(error.parentSchema), path: [...base, ...steps] };
}

/** ajv hands back the very objects that it was given. */
function schemaOf(parent: unknown): JsonSchema {
  return typeof parent === "object" && parent !== null ? parent : {};
}

function keyOf(path: readonly Step[]): string {
  return JSON.stringify(path);
}

/** Of a value that is wrong in several ways the first is said; keys that are missing or unknown are mistakes of their own. */
function onePerPlace(places: readonly Place[], context: Context): readonly Place[] {
  const seen = new Set<string>();
  const mistyped = new Set<string>();
  for (const place of places) {
    const meant = place.error.keyword === "additionalProperties" ? keyMeant(place, context) : null;
    if (meant !== null) mistyped.add(keyOf(meant));
  }
  return places.filter(({ error, path }) => {
    if (error.propertyName !== undefined && error.keyword !== "propertyNames") return false;
    if (error.keyword === "additionalProperties" || error.keyword === "propertyNames") return true;
    if (error.keyword === "required") return !mistyped.has(keyOf([...path, String(error.params["missingProperty"])]));
    const key = keyOf(path);
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
}

/** Where the key would stand that an unknown one seems to be. */
function keyMeant({ error, schema, path }: Place, context: Context): readonly Step[] | null {
  const key = String(error.params["additionalProperty"]);
  const missing = missingKeys(schema, path, context);
  const meant = keyOfForeign(key, missing) ?? nearest(key, missing);
  return meant === null ? null : [...path, meant];
}

function missingKeys(schema: JsonSchema, path: readonly Step[], context: Context): readonly string[] {
  const node = nodeAt(context.root, path);
  const present = new Set(node?.kind === "map" ? node.entries.map(({ key }) => key) : []);
  return Object.keys(schema.properties ?? {}).filter((key) => !present.has(key));
}

function findingOf(place: Place, context: Context): LocalFinding {
  const { error, schema, path } = place;
  const { reading, root } = context;
  const expected = schema.title ?? defaultTitle(schema);
  switch (error.keyword) {
    case "additionalProperties":
      return unknownKey(String(error.params["additionalProperty"]), place, context);
    case "propertyNames": {
      const key = String(error.params["propertyName"]);
      const at = reading.positionAt(keyOffsetAt(root, path, key));
      const title = schema.propertyNames?.title ?? "another key";
      return errorAt(at, { rule: "bad-name", message: `expected ${title}, found \`${shownWord(key)}\`` });
    }
    case "required": {
      const key = String(error.params["missingProperty"]);
      const at = reading.positionAt(offsetAt(root, path));
      const wanted = schema.properties?.[key]?.title;
      const what = wanted === undefined ? "" : ` (${wanted})`;
      return errorAt(at, { rule: "missing-key", message: `expected the key \`${key}\`${what}, found none here` });
    }
    default:
      return badValue(expected, place, context);
  }
}

function unknownKey(key: string, { schema, path }: Place, context: Context): LocalFinding {
  const at = context.reading.positionAt(keyOffsetAt(context.root, path, key));
  const known = Object.keys(schema.properties ?? {});
  const message =
    known.length > 0 && known.length <= 12
      ? `expected one of ${known.map((name) => `\`${name}\``).join(", ")}, found \`${shownWord(key)}\``
      : `expected a key that is known here, found \`${shownWord(key)}\``;
  const fault: Fault = { rule: "unknown-key", message, hint: keyHint(key, known) };
  if (context.rules.unknownKeys === "error") return errorAt(at, fault);
  return warningAt(at, {
    ...fault,
    message: `Convox ignores the key \`${shownWord(key)}\`: it knows none of this name here`,
  });
}

function badValue(expected: string, { error, schema, path }: Place, context: Context): LocalFinding {
  const node = nodeAt(context.root, path);
  const at = context.reading.positionAt(offsetAt(context.root, path));
  const mayQuote = context.rules.mayQuote(path);
  const found = node === null ? "nothing" : foundWords(node, { mayQuote });
  const wordMeant = mayQuote && node?.kind === "scalar" ? wordHint(node.value, schema) : undefined;
  const problem = sizeWords(error);
  const message = `expected ${expected}${problem === null ? "" : ` ${problem}`}, found ${found}`;
  return errorAt(at, { rule: "bad-value", message, hint: wordMeant ?? valueHint(schema, node, path) });
}

function sizeWords({ keyword, params }: ErrorObject): string | null {
  const limit = String(params["limit"]);
  switch (keyword) {
    case "minItems":
      return `with at least ${limit} in it`;
    case "maxItems":
      return `with at most ${limit} in it`;
    case "uniqueItems":
      return "with each only once";
    case "minProperties":
      return "with at least one key";
    case "maxLength":
      return `of at most ${limit} characters`;
    default:
      return null;
  }
}

function defaultTitle({ type }: JsonSchema): string {
  const words: Readonly<Record<string, string>> = {
    object: "a map",
    array: "a list",
    string: "text",
    number: "a number",
    integer: "a whole number",
    boolean: "true or false",
    null: "nothing",
  };
  const types = type === undefined ? [] : [type].flat();
  return types.length === 0 ? "another value" : types.map((name) => words[name] ?? name).join(" or ");
}

/** Judges a value by the one alternative that it seems to mean; where it fits none, the whole choice is what was expected. */
function explainChoice(place: Place, context: Context): readonly Said[] {
  const node = nodeAt(context.root, place.path);
  const branches = (place.schema.anyOf ?? []).map((branch) => resolveRef(branch, context));
  const meant = node === null ? null : branchMeant(branches, node);
  const unlike = (): readonly Said[] => [
    {
      finding: badValue(place.schema.title ?? "another value", place, context),
      fault: { kind: "value", path: place.path },
    },
  ];
  if (node === null || meant === null) return unlike();
  const validate = compileBranch(meant, context.defs);
  const json: Json = toJson(node);
  if (validate(json)) return unlike();
  return explain(validate.errors ?? [], place.path, context);
}

function resolveRef(schema: JsonSchema, { defs }: Context): JsonSchema {
  const name = schema.$ref?.replace("#/definitions/", "");
  return name === undefined ? schema : (defs?.[name] ?? schema);
}

const branchChecks = new WeakMap<JsonSchema, ValidateFunction>();

function compileBranch(branch: JsonSchema, defs: JsonSchema["definitions"]): ValidateFunction {
  const known = branchChecks.get(branch);
  if (known !== undefined) return known;
  const made = ajv.compile(defs === undefined ? { ...branch } : { ...branch, definitions: defs });
  branchChecks.set(branch, made);
  return made;
}

function branchMeant(branches: readonly JsonSchema[], node: YamlNode): JsonSchema | null {
  const fitting = branches.filter((branch) => branch.const === undefined && fitsType(branch, node));
  if (fitting.length <= 1 || node.kind !== "map") return fitting.length === 1 ? (fitting[0] ?? null) : null;
  const keys = node.entries.map(({ key }) => key);
  const sharing = fitting.filter((branch) => keys.some((key) => branch.properties?.[key] !== undefined));
  return sharing.length === 1 ? (sharing[0] ?? null) : null;
}

function fitsType({ type }: JsonSchema, node: YamlNode): boolean {
  const types = type === undefined ? [] : [type].flat();
  if (node.kind === "map") return types.includes("object");
  if (node.kind === "list") return types.includes("array");
  const { value } = node;
  if (typeof value === "number") {
    return types.includes("number") || (types.includes("integer") && Number.isInteger(value));
  }
  return types.includes(value === null ? "null" : typeof value === "boolean" ? "boolean" : "string");
}
