import { BOOL, fits, given, isNumber, STRING, typeWords, type CelType } from "./cel-type.ts";
import type { Scope } from "./scope.ts";
import type { BinaryOperator, Expression } from "./expression.ts";
import { strict, type Compiled, type RunContext } from "./run.ts";
import { compare, fault, isEqual, isFault, isList, isMap, textOf, valueAt, type Fault, type Value } from "./value.ts";

type Binary = Extract<Expression, { kind: "binary" }>;

export function compileBinary({ operator, left: first, right: second, offset }: Binary, scope: Scope): Compiled {
  const left = scope.compile(first, scope);
  const right = scope.compile(second, scope);
  const type = resultOf(operator, left.type, right.type);
  if (type === null) {
    const found = `${typeWords(left.type)} ${operator} ${typeWords(right.type)}`;
    return scope.refuse({ offset, message: `expected ${EXPECTED[operator] ?? "values of one type"}, found ${found}` });
  }
  if (operator === "||" || operator === "&&") return { type, run: logical(operator, left, right) };
  return { type, run: strict([left, right], ([a, b]) => operate(operator, a ?? null, b ?? null)) };
}

const EXPECTED: { readonly [operator in BinaryOperator]?: string } = {
  "||": "true or false on both sides of `||`",
  "&&": "true or false on both sides of `&&`",
  in: "a value in a list of its type, or a text in a map",
  "%": "whole numbers around `%`",
};

/** null: these do not go together. */
function resultOf(operator: BinaryOperator, left: CelType, right: CelType): CelType | null {
  const [a, b] = [given(left), given(right)];
  const kinds = CALCULATED[operator];
  if (kinds !== undefined) return fits(a, b) && (a.kind === "any" || kinds.includes(a.kind)) ? a : null;
  return isAsked(operator, left, right) ? BOOL : null;
}

function isAsked(operator: BinaryOperator, left: CelType, right: CelType): boolean {
  const [a, b] = [given(left), given(right)];
  if (operator === "||" || operator === "&&") return fits(a, BOOL) && fits(b, BOOL);
  if (operator === "==" || operator === "!=") return isComparable(left, right);
  return operator === "in" ? isLookedIn(left, b) : isOrdered(a, b);
}

const CALCULATED: { readonly [operator in BinaryOperator]?: readonly CelType["kind"][] } = {
  "+": ["int", "double", "string", "list"],
  "-": ["int", "double"],
  "*": ["int", "double"],
  "/": ["int", "double"],
  "%": ["int"],
};

function isOrdered(a: CelType, b: CelType): boolean {
  if (isNumber(a) && isNumber(b)) return true;
  return fits(a, b) && [a, b].every(({ kind }) => ["string", "bool", "int", "double", "any"].includes(kind));
}

function isLookedIn(item: CelType, range: CelType): boolean {
  if (range.kind === "map") return fits(item, STRING);
  return range.kind === "any" || (range.kind === "list" && isComparable(item, range.of));
}

/** Null is asked for only where there may be null: elsewhere the answer would never change. */
function isComparable(left: CelType, right: CelType): boolean {
  if (left.kind === "null" || right.kind === "null") {
    const other = left.kind === "null" ? right : left;
    return other.kind === "null" || other.kind === "maybe" || other.kind === "any";
  }
  const [a, b] = [given(left), given(right)];
  if (a.kind === "object" || b.kind === "object") return false;
  return (isNumber(a) && isNumber(b)) || fits(a, b);
}

/** As CEL has it: a side that decides makes up for a fault of the other. */
function logical(operator: "||" | "&&", left: Compiled, right: Compiled): Compiled["run"] {
  const deciding = operator === "||";
  return (context: RunContext) => {
    const first = truthOf(left.run(context));
    if (first === deciding || (isFault(first) && first.isFinal)) return first;
    const second = truthOf(right.run(context));
    if (second === deciding || isFault(second)) return isFault(first) && second !== deciding ? first : second;
    return first;
  };
}

function truthOf(value: Value | Fault): boolean | Fault {
  if (isFault(value)) return value;
  return typeof value === "boolean" ? value : fault("it is null, neither true nor false");
}

function operate(operator: BinaryOperator, a: Value, b: Value): Value | Fault {
  if (operator === "==") return isEqual(a, b);
  if (operator === "!=") return !isEqual(a, b);
  if (operator === "in") return isIn(a, b);
  if (a === null || b === null) return fault(`it is null, beside \`${operator}\``);
  const holds = ORDERS[operator];
  return holds === undefined ? calculate(operator, a, b) : holds(compare(a, b));
}

const ORDERS: { readonly [operator in BinaryOperator]?: (order: number) => boolean } = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

function isIn(a: Value, b: Value): Value | Fault {
  if (isList(b)) return b.some((item) => isEqual(item, a));
  return isMap(b) ? valueAt(b, textOf(a)) !== undefined : fault("what `in` looks in is null");
}

function calculate(operator: BinaryOperator, a: Value, b: Value): Value | Fault {
  if (typeof a === "bigint" && typeof b === "bigint") return whole(operator, a, b);
  if (typeof a === "number" && typeof b === "number") return DOUBLES[operator]?.(a, b) ?? Number.NaN;
  if (typeof a === "string" && typeof b === "string") return a + b;
  return isList(a) && isList(b) ? [...a, ...b] : fault(`\`${operator}\` has nothing to reckon with`);
}

const DOUBLES: { readonly [operator in BinaryOperator]?: (a: number, b: number) => number } = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};

const WHOLES: { readonly [operator in BinaryOperator]?: (a: bigint, b: bigint) => bigint } = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

function whole(operator: BinaryOperator, a: bigint, b: bigint): Value | Fault {
  if (b === 0n && (operator === "/" || operator === "%")) return fault("a number is divided by 0");
  const made = WHOLES[operator]?.(a, b) ?? 0n;
  return BigInt.asIntN(64, made) === made ? made : fault("the number overflows");
}
