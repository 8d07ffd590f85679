// Checks the types of an expression and makes it runnable, in one walk: what does not fit is said when the file is loaded.
import { didYouMean } from "../near-miss.ts";
import {
  ANY,
  BOOL,
  fits,
  given,
  INT,
  listOf,
  mapOf,
  maybe,
  NULL,
  STRING,
  typeWords,
  type CelType,
  type ObjectType,
} from "./cel-type.ts";
import { compileBinary } from "./compile-binary.ts";
import { compileCall } from "./compile-call.ts";
import { compileEach } from "./compile-each.ts";
import type { Expression, ExpressionFault } from "./expression.ts";
import { parseExpression } from "./parse-expression.ts";
import type { Scope, Variables } from "./scope.ts";
import { pays, strict, type Compiled, type RunContext } from "./run.ts";
import { fault, fromJson, isFault, isList, isMap, SPENT, textOf, valueAt, type Fault, type Value } from "./value.ts";

export type CompiledExpression =
  { readonly run: Compiled["run"]; readonly fault: null } | { readonly run: null; readonly fault: ExpressionFault };

/** An expression that must be true or false. */
export function compileExpression(text: string, variables: Variables): CompiledExpression {
  const parsed = parseExpression(text);
  if (parsed.fault !== null) return { run: null, fault: parsed.fault };
  const faults: ExpressionFault[] = [];
  const refuse = (found: ExpressionFault): Compiled => {
    faults.push(found);
    return { type: ANY, run: () => fault(found.message) };
  };
  const { type, run } = compile(parsed.expression, { variables, locals: {}, depth: 0, compile, refuse });
  if (!fits(type, BOOL)) {
    refuse({
      offset: 0,
      message: `expected an expression that is true or false, found one of type ${typeWords(type)}`,
    });
  }
  const [first] = faults;
  return first === undefined ? { run, fault: null } : { run: null, fault: first };
}

function compile(expression: Expression, scope: Scope): Compiled {
  switch (expression.kind) {
    case "literal":
      return compileLiteral(expression.value, expression.offset, scope);
    case "name":
      return compileName(expression.name, expression.offset, scope);
    case "list":
      return compileList(expression, scope);
    case "map":
      return compileMap(expression, scope);
    case "select":
      return compileSelect(expression, scope);
    case "has":
      return compileHas(expression, scope);
    case "index":
      return compileIndex(expression, scope);
    case "not":
    case "negate":
      return compileSign(expression, scope);
    case "choice":
      return compileChoice(expression, scope);
    case "binary":
      return compileBinary(expression, scope);
    case "call":
      return compileCall(expression, scope);
    case "each":
      return compileEach(expression, scope);
  }
}

type Node<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

function compileLiteral(value: Node<"literal">["value"], offset: number, { refuse }: Scope): Compiled {
  if (typeof value === "bigint" && BigInt.asIntN(64, value) !== value) {
    return refuse({ offset, message: "expected a number of 64 bits, found a larger one" });
  }
  return { type: LITERAL_TYPES[typeof value] ?? NULL, run: () => value };
}

const LITERAL_TYPES: Readonly<Record<string, CelType>> = {
  bigint: INT,
  number: { kind: "double" },
  string: STRING,
  boolean: BOOL,
};

function compileName(name: string, offset: number, { variables, locals, refuse }: Scope): Compiled {
  const local = Object.hasOwn(locals, name) ? locals[name] : undefined;
  if (local !== undefined) return { type: local, run: (context) => localOf(name, context) };
  const type = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (type === undefined) {
    const known = [...Object.keys(variables), ...Object.keys(locals)];
    const message = `expected one of ${known.map((one) => `\`${one}\``).join(", ")}, found \`${name}\``;
    return refuse({ offset, message, hint: didYouMean(name, known) });
  }
  return { type, run: ({ variables: values, budget }) => (pays(budget, 1) ? fromJson(values[name], type) : SPENT) };
}

function localOf(name: string, { locals, budget }: RunContext): Value | Fault {
  if (!pays(budget, 1)) return SPENT;
  for (let local = locals; local !== null; local = local.outer) {
    if (local.name === name) return local.value;
  }
  return fault(`\`${name}\` is not there`);
}

function compileList({ items, offset }: Node<"list">, scope: Scope): Compiled {
  const parts = items.map((item) => scope.compile(item, scope));
  const of = commonType(parts.map(({ type }) => type));
  if (of === null) return scope.refuse({ offset, message: "expected a list of one type, found several" });
  return { type: listOf(of), run: strict(parts, (values) => values) };
}

function compileMap({ entries, offset }: Node<"map">, scope: Scope): Compiled {
  const keys = entries.map(([key]) => scope.compile(key, scope));
  const values = entries.map(([, value]) => scope.compile(value, scope));
  const of = commonType(values.map(({ type }) => type));
  if (of === null || keys.some(({ type }) => !fits(type, STRING))) {
    return scope.refuse({ offset, message: "expected a map of texts to values of one type, found another" });
  }
  const made = (flat: readonly Value[]): Value => {
    const map = Object.create(null) as Record<string, Value>; // an empty object is a Record
    keys.forEach((_, index) => (map[textOf(flat[index])] = flat[keys.length + index] ?? null));
    return map;
  };
  return { type: mapOf(of), run: strict([...keys, ...values], made) };
}

/** null: there is none. */
function commonType(types: readonly CelType[]): CelType | null {
  const known = types.find(({ kind }) => kind !== "null" && kind !== "any");
  if (known === undefined) return types[0] ?? ANY;
  const isNullable = types.some(({ kind }) => kind === "null" || kind === "maybe");
  const isOne = types.every((type) => type.kind === "null" || fits(type, known));
  if (!isOne) return null;
  return isNullable && known.kind !== "maybe" ? maybe(known) : known;
}

function compileSelect({ of: source, field, offset }: Node<"select">, scope: Scope): Compiled {
  const of = scope.compile(source, scope);
  const type = given(of.type);
  if (type.kind === "map") return { type: type.of, run: strict([of], ([map]) => entryOf(map, field)) };
  const known = fieldType(type, field, offset, scope);
  const words = pathOf(source);
  return {
    type: known ?? ANY,
    run: strict([of], ([value]) => {
      if (value === undefined || !isMap(value)) return fault(`\`${words}\` is null`);
      return fromJson(valueAt(value, field), known ?? ANY);
    }),
  };
}

function entryOf(map: Value | undefined, key: string): Value | Fault {
  const value = map !== undefined && isMap(map) ? valueAt(map, key) : undefined;
  return value === undefined ? fault(`the map has no \`${key}\``) : value;
}

/** null: none, which is said, unless what went before was none already. */
function fieldType(type: CelType, field: string, offset: number, { refuse }: Scope): CelType | null {
  if (type.kind === "object") {
    const known = Object.hasOwn(type.fields, field) ? type.fields[field] : undefined;
    if (known !== undefined) return known.type;
    refuse({ offset, message: `expected a field of ${type.name}, found \`${field}\``, hint: fieldHint(field, type) });
  } else if (type.kind !== "any") {
    refuse({ offset, message: `expected something with fields before \`.${field}\`, found ${typeWords(type)}` });
  }
  return null;
}

function fieldHint(field: string, { fields }: ObjectType): string | undefined {
  return didYouMean(field, Object.keys(fields));
}

function pathOf(expression: Expression): string {
  if (expression.kind === "name") return expression.name;
  return expression.kind === "select" ? `${pathOf(expression.of)}.${expression.field}` : "it";
}

function compileHas({ of: source, field, offset }: Node<"has">, scope: Scope): Compiled {
  const of = scope.compile(source, scope);
  const type = given(of.type);
  if (type.kind !== "map") fieldType(type, field, offset, scope);
  const run = strict([of], ([value]) => {
    const found = value !== undefined && isMap(value) ? valueAt(value, field) : null;
    return found !== undefined && found !== null;
  });
  return { type: BOOL, run };
}

function compileIndex({ of: source, at: asked, offset }: Node<"index">, scope: Scope): Compiled {
  const of = scope.compile(source, scope);
  const at = scope.compile(asked, scope);
  const type = given(of.type);
  const run = strict([of, at], ([value, index]) => itemAt(value, index));
  if (type.kind === "list" && fits(at.type, INT)) return { type: type.of, run };
  if (type.kind === "map" && fits(at.type, STRING)) return { type: type.of, run };
  if (type.kind === "any" || at.type.kind === "any") return { type: ANY, run };
  const message = `expected a list with a number or a map with a text in \`[…]\`, found ${typeWords(type)} with ${typeWords(at.type)}`;
  return scope.refuse({ offset, message });
}

function itemAt(value: Value | undefined, index: Value | undefined): Value | Fault {
  if (value !== undefined && isList(value)) {
    return value[Number(index)] ?? fault(`the list has no item ${textOf(index)}`);
  }
  return entryOf(value, textOf(index));
}

type Signed = Extract<Expression, { kind: "not" | "negate" }>;

function compileSign({ kind, of: source, offset }: Signed, scope: Scope): Compiled {
  const of = scope.compile(source, scope);
  const type = given(of.type);
  if (kind === "not") {
    if (!fits(type, BOOL)) {
      return scope.refuse({ offset, message: `expected true or false after \`!\`, found ${typeWords(type)}` });
    }
    return { type: BOOL, run: strict([of], ([value]) => (value === null ? NULL_FAULT : value !== true)) };
  }
  if (type.kind !== "int" && type.kind !== "double" && type.kind !== "any") {
    return scope.refuse({ offset, message: `expected a number after \`-\`, found ${typeWords(type)}` });
  }
  return { type, run: strict([of], ([value]) => negated(value)) };
}

const NULL_FAULT = fault("it is null");

function negated(value: Value | undefined): Value | Fault {
  if (typeof value === "bigint") return BigInt.asIntN(64, -value) === -value ? -value : fault("the number overflows");
  return typeof value === "number" ? -value : NULL_FAULT;
}

function compileChoice({ test, yes, no, offset }: Node<"choice">, scope: Scope): Compiled {
  const condition = scope.compile(test, scope);
  const first = scope.compile(yes, scope);
  const second = scope.compile(no, scope);
  if (!fits(condition.type, BOOL)) {
    const message = `expected true or false before \`?\`, found ${typeWords(condition.type)}`;
    return scope.refuse({ offset, message });
  }
  const type = commonType([first.type, second.type]);
  if (type === null) {
    const message = `expected one type on both sides of \`:\`, found ${typeWords(first.type)} and ${typeWords(second.type)}`;
    return scope.refuse({ offset, message });
  }
  const run = (context: RunContext): Value | Fault => {
    const value = condition.run(context);
    if (isFault(value)) return value;
    return value === null ? NULL_FAULT : value === true ? first.run(context) : second.run(context);
  };
  return { type, run };
}
