// The types of CEL as far as guardrails use them. Keys of maps are texts.

export type CelType =
  | { readonly kind: "bool" | "int" | "double" | "string" | "null" | "any" }
  | { readonly kind: "list" | "map"; readonly of: CelType }
  /** Null where nothing is given; asked for otherwise, it is a fault then. */
  | { readonly kind: "maybe"; readonly of: CelType }
  | ObjectType;

export interface ObjectType {
  readonly kind: "object";
  /** As a sentence calls it, e.g. `a service`. */
  readonly name: string;
  readonly fields: Readonly<Record<string, Field>>;
}

export interface Field {
  readonly type: CelType;
  /** Unit, default, what null means. */
  readonly description: string;
}

export const BOOL: CelType = { kind: "bool" };
export const INT: CelType = { kind: "int" };
export const DOUBLE: CelType = { kind: "double" };
export const STRING: CelType = { kind: "string" };
export const NULL: CelType = { kind: "null" };
/** Of what is faulty or empty: fits everything, so that one mistake is said once. */
export const ANY: CelType = { kind: "any" };

export function listOf(of: CelType): CelType {
  return { kind: "list", of };
}

export function mapOf(of: CelType): CelType {
  return { kind: "map", of };
}

export function maybe(of: CelType): CelType {
  return { kind: "maybe", of };
}

/** What is there where it is not null. */
export function given(type: CelType): CelType {
  return type.kind === "maybe" ? type.of : type;
}

export function isNumber({ kind }: CelType): boolean {
  return kind === "int" || kind === "double";
}

/** May a value of `type` stand where one of `wanted` is asked for? */
export function fits(type: CelType, wanted: CelType): boolean {
  const [from, to] = [given(type), given(wanted)];
  if (from.kind === "any" || to.kind === "any") return true;
  if (from.kind === "object" && to.kind === "object") return from.name === to.name;
  if ("of" in from && "of" in to) return from.kind === to.kind && fits(from.of, to.of);
  return from.kind === to.kind;
}

export function typeWords(type: CelType): string {
  if (type.kind === "object") return type.name;
  if (type.kind === "maybe") return typeWords(type.of);
  return "of" in type ? `${type.kind}(${typeWords(type.of)})` : type.kind;
}
