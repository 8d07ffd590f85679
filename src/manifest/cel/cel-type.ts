// The types of what expressions may ask of, with the words that explain them.

export type CelType =
  | { readonly kind: "bool" | "int" | "string" }
  /** Keys of maps are texts. */
  | { readonly kind: "list" | "map"; readonly of: CelType }
  | ObjectType;

export interface ObjectType {
  readonly kind: "object";
  /** As errors and `explain` call it, e.g. `Service`. */
  readonly name: string;
  readonly fields: Readonly<Record<string, Field>>;
}

export interface Field {
  readonly type: CelType;
  /** Unit, default. */
  readonly description: string;
  /** Left out where nothing is given: `has(service.image)` asks for it. */
  readonly isOptional: boolean;
}

/** By name. */
export type Variables = Readonly<Record<string, CelType>>;

export const BOOL: CelType = { kind: "bool" };
export const INT: CelType = { kind: "int" };
export const STRING: CelType = { kind: "string" };

export function listOf(of: CelType): CelType {
  return { kind: "list", of };
}

export function mapOf(of: CelType): CelType {
  return { kind: "map", of };
}

/** As CEL writes it. */
export function typeName(type: CelType): string {
  if (type.kind === "object") return type.name;
  if (type.kind === "list") return `list<${typeName(type.of)}>`;
  return type.kind === "map" ? `map<string, ${typeName(type.of)}>` : type.kind;
}

/** Every object type that values of these types may hold, the inner ones first. */
export function objectTypes(types: readonly CelType[]): readonly ObjectType[] {
  const found = types.flatMap((type) => {
    if (type.kind === "object") return [...objectTypes(Object.values(type.fields).map((field) => field.type)), type];
    return "of" in type ? objectTypes([type.of]) : [];
  });
  return [...new Set(found)];
}
