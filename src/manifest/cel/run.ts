// What an expression becomes once it is compiled: a function from variables to a value, which pays for each step.
import type { CelType } from "./cel-type.ts";
import { isFault, sizeOf, SPENT, type Fault, type Value } from "./value.ts";

export interface Compiled {
  readonly type: CelType;
  readonly run: (context: RunContext) => Value | Fault;
}

export interface RunContext {
  /** As the model has them, by name. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly locals: Local | null;
  readonly budget: Budget;
}

export interface Local {
  readonly name: string;
  readonly value: Value;
  readonly outer: Local | null;
}

/** Steps that are left. One is a node of the expression, an item of a list, or 64 characters of a text. */
export interface Budget {
  left: number;
}

/** false: nothing is left. */
export function pays(budget: Budget, steps: number): boolean {
  budget.left -= steps;
  return budget.left >= 0;
}

/** What the parts give, to `combine`; the first fault among them otherwise. Pays for what goes in and what comes out. */
export function strict(
  parts: readonly Compiled[],
  combine: (values: readonly Value[]) => Value | Fault,
): Compiled["run"] {
  return (context) => {
    const values: Value[] = [];
    let steps = 1;
    for (const part of parts) {
      const value = part.run(context);
      if (isFault(value)) return value;
      steps += sizeOf(value);
      values.push(value);
    }
    if (!pays(context.budget, steps)) return SPENT;
    const made = combine(values);
    if (isFault(made)) return made;
    return pays(context.budget, sizeOf(made)) ? made : SPENT;
  };
}
