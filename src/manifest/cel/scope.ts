import type { CelType } from "./cel-type.ts";
import type { Expression, ExpressionFault } from "./expression.ts";
import type { Compiled } from "./run.ts";

export type Variables = Readonly<Record<string, CelType>>;

/** What a walk has at hand. */
export interface Scope {
  readonly variables: Variables;
  readonly locals: Readonly<Record<string, CelType>>;
  /** Comprehensions around this place. */
  readonly depth: number;
  readonly compile: (expression: Expression, scope: Scope) => Compiled;
  /** Notes the first fault alone: what follows from it is none of its own. */
  readonly refuse: (fault: ExpressionFault) => Compiled;
}
