import type { CelType } from "./cel-type.ts";

export type CelValue = bigint | string | boolean | readonly CelValue[] | CelMap;

export interface CelMap {
  readonly [key: string]: CelValue;
}

/** A value of ours as CEL has it: what the type names and nothing else, whole numbers as bigints, what is not given left out. */
export function celValue(value: unknown, type: CelType): CelValue {
  // The type says what the value is: guardrails/variables.ts holds one to the other.
  const entries = value as Readonly<Record<string, unknown>>;
  switch (type.kind) {
    case "int":
      return BigInt(Math.trunc(value as number));
    case "bool":
    case "string":
      return value as boolean | string;
    case "list":
      return (value as readonly unknown[]).map((item) => celValue(item, type.of));
    case "map":
      return celMap(Object.entries(entries).map(([key, entry]) => [key, entry, type.of]));
    case "object":
      return celMap(Object.entries(type.fields).map(([key, field]) => [key, entries[key], field.type]));
  }
}

/** Without a prototype: an expression reaches what is given and nothing else. */
function celMap(entries: readonly (readonly [key: string, value: unknown, type: CelType])[]): CelMap {
  const map = Object.create(null) as Record<string, CelValue>; // an empty object is a Record
  for (const [key, value, type] of entries) {
    if (value !== null && value !== undefined) map[key] = celValue(value, type);
  }
  return map;
}
