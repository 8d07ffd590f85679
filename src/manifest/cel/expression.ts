// An expression of CEL as a tree. Macros stand as what they mean; message literals, bytes and unsigned numbers are not read.

export type Expression = { readonly offset: number } & Shape;

type Shape =
  | { readonly kind: "literal"; readonly value: bigint | number | string | boolean | null }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "select"; readonly of: Expression; readonly field: string }
  /** `has(of.field)`. */
  | { readonly kind: "has"; readonly of: Expression; readonly field: string }
  | { readonly kind: "index"; readonly of: Expression; readonly at: Expression }
  | { readonly kind: "not"; readonly of: Expression }
  | { readonly kind: "negate"; readonly of: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "choice"; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  /** `f(a, b)`, and `a.f(b)` with its receiver first. */
  | { readonly kind: "call"; readonly name: string; readonly isMethod: boolean; readonly args: readonly Expression[] }
  | Comprehension;

export interface Comprehension {
  readonly kind: "each";
  readonly macro: Macro;
  /** A list, or a map, whose keys are gone through. */
  readonly range: Expression;
  readonly variable: string;
  /** Of `map` with three arguments: which items. */
  readonly test: Expression | null;
  readonly body: Expression;
}

export const MACROS = ["all", "exists", "exists_one", "filter", "map"] as const;
export type Macro = (typeof MACROS)[number];

export type BinaryOperator = "||" | "&&" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "+" | "-" | "*" | "/" | "%";

/** What is wrong with an expression, and where: an index into its text. */
export interface ExpressionFault {
  readonly offset: number;
  /** "expected …, found …". */
  readonly message: string;
  readonly hint?: string | undefined;
}
