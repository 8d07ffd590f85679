// How large a value may be, without its content: what the bound on an expression's cost is reckoned from.
import type { CelType, ObjectType } from "./cel-type.ts";
import type { CelMap, CelValue } from "./cel-value.ts";

export interface Shape {
  /** Characters of the longest text that it may be; of a map, of its longest key. */
  readonly text: number;
  /** Items of the longest list, entries of the largest map. */
  readonly count: number;
  /** The largest item or entry; null: there is none. */
  readonly item: Shape | null;
  /** Of an object whose type is known. */
  readonly object: { readonly type: ObjectType; readonly fields: Readonly<Record<string, Shape>> } | null;
}

/** A number, a truth, or what is not there. */
export const SMALL: Shape = { text: 0, count: 0, item: null, object: null };

export function textShape(text: number): Shape {
  return { ...SMALL, text };
}

export function listShape(count: number, item: Shape | null): Shape {
  return { ...SMALL, count, item };
}

const known = new WeakMap<object, Shape>();

/**
 * Of one value once: each service of an app is judged beside the whole app.
 * @param value undefined: the smallest that there may be
 */
export function shapeOf(value: CelValue | undefined, type: CelType): Shape {
  if (typeof value !== "object") return shapeOfNew(value, type);
  const shape = known.get(value) ?? shapeOfNew(value, type);
  known.set(value, shape);
  return shape;
}

function shapeOfNew(value: CelValue | undefined, type: CelType): Shape {
  switch (type.kind) {
    case "bool":
    case "int":
      return SMALL;
    case "string":
      return textShape(value === undefined ? 0 : (value as string).length); // celValue made it by the same type
    case "list": {
      const items = value === undefined ? [] : (value as readonly CelValue[]); // as above
      return listShape(items.length, largest([undefined, ...items], type.of));
    }
    case "map": {
      const map = value === undefined ? {} : (value as CelMap); // as above
      const text = Math.max(0, ...Object.keys(map).map(({ length }) => length));
      return {
        ...SMALL,
        text,
        count: Object.keys(map).length,
        item: largest([undefined, ...Object.values(map)], type.of),
      };
    }
    case "object": {
      const map = value === undefined ? {} : (value as CelMap); // as above
      const fields = Object.entries(type.fields).map(
        ([name, field]) => [name, shapeOf(map[name], field.type)] as const,
      );
      return { ...SMALL, object: { type, fields: Object.fromEntries(fields) } };
    }
  }
}

function largest(values: readonly (CelValue | undefined)[], type: CelType): Shape {
  return values.map((value) => shapeOf(value, type)).reduce(either);
}

/** What is either of them, at its largest. */
export function either(a: Shape, b: Shape): Shape {
  return {
    text: Math.max(a.text, b.text),
    count: Math.max(a.count, b.count),
    item: a.item === null || b.item === null ? (a.item ?? b.item) : either(a.item, b.item),
    object: eitherObject(a.object, b.object),
  };
}

function eitherObject(a: Shape["object"], b: Shape["object"]): Shape["object"] {
  if (a === null || b === null) return a ?? b;
  const fields = Object.entries(a.fields).map(
    ([name, shape]) => [name, either(shape, b.fields[name] ?? SMALL)] as const,
  );
  return { type: a.type, fields: Object.fromEntries(fields) };
}

/** Everything in it: characters, items and the values themselves. */
export function sizeOf({ text, count, item, object }: Shape): number {
  const items = item === null || count === 0 ? 0 : count * (sizeOf(item) + text);
  const fields = object === null ? [] : Object.values(object.fields).map(sizeOf);
  return 1 + text + items + fields.reduce((sum, size) => sum + size, 0);
}
