// Values while an expression is evaluated. Whole numbers are bigints, as CEL has 64 bits of them; doubles are numbers.
import type { CelType } from "./cel-type.ts";

export type Value = bigint | number | string | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** Something that has no value: an error of CEL. `isFinal`: the budget is spent, which no `||` makes up for. */
export interface Fault {
  readonly [FAULT]: string;
  readonly isFinal: boolean;
}

const FAULT = Symbol("fault");

export function fault(message: string): Fault {
  return { [FAULT]: message, isFinal: false };
}

export const SPENT: Fault = { [FAULT]: "it costs more than it may", isFinal: true };

export function isFault(value: Value | Fault): value is Fault {
  return typeof value === "object" && value !== null && FAULT in value;
}

export function faultWords(of: Fault): string {
  return of[FAULT];
}

/** A value of the model, as CEL has it: numbers of the model are doubles in JavaScript. */
export function fromJson(json: unknown, type: CelType): Value {
  if (json === null || json === undefined) return null;
  if (type.kind === "maybe") return fromJson(json, type.of);
  if (type.kind === "int") return BigInt(json as number); // the declared type of the model's field
  if (type.kind === "list" && isInt(type.of) && Array.isArray(json)) {
    return json.map((item) => fromJson(item, type.of));
  }
  return json as Value; // as above
}

function isInt(type: CelType): boolean {
  return type.kind === "int" || (type.kind === "maybe" && isInt(type.of));
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isMap(value: Value): value is { readonly [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the map holds itself: nothing of a prototype is ever reached. */
export function valueAt(map: { readonly [key: string]: Value }, key: string): Value | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

export function isEqual(a: Value, b: Value): boolean {
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index] ?? null));
  }
  if (isMap(a) && isMap(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => isEqual(valueAt(a, key) ?? null, valueAt(b, key) ?? NOT_THERE))
    );
  }
  return typeof a === typeof b ? a === b : compare(a, b) === 0;
}

const NOT_THERE: Value = Number.NaN;

/** -1, 0, 1, or NaN where they have no order. Whole numbers and doubles compare by what they are worth. */
export function compare(a: Value, b: Value): number {
  const isOrdered = isScalar(a) && isScalar(b) && (typeof a === typeof b || (isNumeric(a) && isNumeric(b)));
  if (!isOrdered || Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

function isScalar(value: Value): value is bigint | number | string | boolean {
  return typeof value !== "object";
}

function isNumeric(value: Value): boolean {
  return typeof value === "bigint" || typeof value === "number";
}

/** Of a text it is the text: what it is given was checked when the expression was compiled. */
export function textOf(value: Value | undefined): string {
  return typeof value === "object" || value === undefined ? "" : String(value);
}

/** What is handled with it: items of a list or a map, and the text in steps of 64 characters. */
export function sizeOf(value: Value): number {
  if (typeof value === "string") return 1 + (value.length >> 6);
  if (isList(value)) return 1 + value.length;
  return isMap(value) ? 1 + Object.keys(value).length : 1;
}
