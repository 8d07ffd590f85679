// The functions that an expression may call: those of CEL's standard and its strings extension whose cost grows with their input.
import { RE2JS } from "re2js";
import { ANY, BOOL, DOUBLE, INT, listOf, mapOf, STRING, type CelType } from "./cel-type.ts";
import { fault, isList, isMap, textOf, type Fault, type Value } from "./value.ts";

export interface CelFunction {
  readonly name: string;
  /** Called as `a.f(b)`; the receiver is the first parameter. */
  readonly isMethod: boolean;
  readonly parameters: readonly CelType[];
  readonly result: CelType;
  readonly run: (args: readonly Value[]) => Value | Fault;
}

const LIST = listOf(ANY);
const MAP = mapOf(ANY);

export const FUNCTIONS: readonly CelFunction[] = [
  ...[STRING, LIST, MAP].flatMap((of) => [fn("size", [of], INT, size), method("size", [of], INT, size)]),
  method(
    "contains",
    [STRING, STRING],
    BOOL,
    onTexts((text, part) => text.includes(part)),
  ),
  method(
    "startsWith",
    [STRING, STRING],
    BOOL,
    onTexts((text, part) => text.startsWith(part)),
  ),
  method(
    "endsWith",
    [STRING, STRING],
    BOOL,
    onTexts((text, part) => text.endsWith(part)),
  ),
  method(
    "matches",
    [STRING, STRING],
    BOOL,
    onTexts((text, pattern) => RE2JS.compile(pattern).matcher(text).find()),
  ),
  method(
    "lowerAscii",
    [STRING],
    STRING,
    onTexts((text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())),
  ),
  method(
    "upperAscii",
    [STRING],
    STRING,
    onTexts((text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase())),
  ),
  method(
    "trim",
    [STRING],
    STRING,
    onTexts((text) => text.trim()),
  ),
  method(
    "split",
    [STRING, STRING],
    listOf(STRING),
    onTexts((text, separator) => text.split(separator)),
  ),
  method(
    "replace",
    [STRING, STRING, STRING],
    STRING,
    onTexts((text, from, to) => text.split(from).join(to)),
  ),
  method("indexOf", [STRING, STRING], INT, onTexts(indexOf)),
  method("substring", [STRING, INT], STRING, ([text, from]) => substring(text, from)),
  method("substring", [STRING, INT, INT], STRING, ([text, from, to]) => substring(text, from, to)),
  method("join", [listOf(STRING)], STRING, ([items]) => join(items, "")),
  method("join", [listOf(STRING), STRING], STRING, ([items, separator]) => join(items, separator)),
  fn("int", [INT], INT, same),
  fn("int", [DOUBLE], INT, ([value]) => wholeOf(Number(value))),
  fn("int", [STRING], INT, ([text]) => parsedWhole(text)),
  fn("double", [DOUBLE], DOUBLE, same),
  fn("double", [INT], DOUBLE, ([value]) => Number(value)),
  fn("double", [STRING], DOUBLE, ([text]) => parsedDouble(text)),
  ...[STRING, INT, DOUBLE, BOOL].map((of) => fn("string", [of], STRING, ([value]) => textOf(value))),
];

function fn(name: string, parameters: readonly CelType[], result: CelType, run: CelFunction["run"]): CelFunction {
  return { name, isMethod: false, parameters, result, run };
}

function method(name: string, parameters: readonly CelType[], result: CelType, run: CelFunction["run"]): CelFunction {
  return { name, isMethod: true, parameters, result, run };
}

/** The types of what comes in were checked when the expression was compiled. */
function onTexts(of: (a: string, b: string, c: string) => Value): CelFunction["run"] {
  return ([a, b, c]) => of(textOf(a), textOf(b), textOf(c));
}

function same([value]: readonly Value[]): Value {
  return value ?? null;
}

/** Texts are counted in characters, as CEL does, not in units of UTF-16. */
function characters(text: string): number {
  return Array.from(text).length;
}

function size([value]: readonly Value[]): Value {
  if (typeof value === "string") return BigInt(characters(value));
  if (value === undefined || isList(value)) return BigInt(value?.length ?? 0);
  return BigInt(isMap(value) ? Object.keys(value).length : 0);
}

function indexOf(text: string, part: string): Value {
  const index = text.indexOf(part);
  return index < 0 ? -1n : BigInt(characters(text.slice(0, index)));
}

function substring(value: Value | undefined, from: Value | undefined, to?: Value): Value | Fault {
  const text = Array.from(textOf(value));
  const [start, end] = [Number(from), to === undefined ? text.length : Number(to)];
  const isWithin = start >= 0 && start <= end && end <= text.length;
  return isWithin ? text.slice(start, end).join("") : fault("`substring` asks for more than the text has");
}

function join(items: Value | undefined, separator: Value | undefined): Value {
  return items !== undefined && isList(items) ? items.map(textOf).join(textOf(separator)) : "";
}

function wholeOf(value: number): Value | Fault {
  const isWithin = Number.isFinite(value) && Math.abs(value) < 2 ** 63;
  return isWithin ? BigInt(Math.trunc(value)) : fault("`int` is given a number that 64 bits do not hold");
}

function parsedWhole(text: Value | undefined): Value | Fault {
  const isWhole = typeof text === "string" && /^-?[0-9]{1,18}$/.test(text);
  return isWhole ? BigInt(text) : fault("`int` is given a text that is no whole number");
}

function parsedDouble(text: Value | undefined): Value | Fault {
  const isNumber = typeof text === "string" && /^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(text);
  return isNumber ? Number(text) : fault("`double` is given a text that is no number");
}
