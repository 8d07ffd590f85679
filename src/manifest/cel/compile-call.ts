import { didYouMean } from "../near-miss.ts";
import { regexFault } from "../selector.ts";
import { fits, typeWords } from "./cel-type.ts";
import type { Scope } from "./scope.ts";
import type { Expression } from "./expression.ts";
import { FUNCTIONS } from "./functions.ts";
import { strict, type Compiled } from "./run.ts";
import { fault } from "./value.ts";

type Call = Extract<Expression, { kind: "call" }>;

export function compileCall(call: Call, scope: Scope): Compiled {
  const { name, isMethod, args, offset } = call;
  const parts = args.map((arg) => scope.compile(arg, scope));
  const named = FUNCTIONS.filter((one) => one.name === name && one.isMethod === isMethod);
  if (named.length === 0) return scope.refuse({ offset, ...unknown(call) });
  const fitting = named.find(
    ({ parameters }) =>
      parameters.length === parts.length && parts.every(({ type }, index) => fits(type, parameters[index] ?? type)),
  );
  if (fitting === undefined) {
    const wanted = named.map(({ parameters }) => `(${parameters.map(typeWords).join(", ")})`).join(" or ");
    const found = `(${parts.map(({ type }) => typeWords(type)).join(", ")})`;
    return scope.refuse({ offset, message: `expected \`${name}\` of ${wanted}, found ${found}` });
  }
  const patternFault = name === "matches" ? faultOfPattern(call) : null;
  if (patternFault !== null) return scope.refuse({ offset: args[1]?.offset ?? offset, message: patternFault });
  const run = strict(parts, (values) =>
    values.some((value) => value === null) ? fault(`\`${name}\` is asked of null`) : fitting.run(values),
  );
  return { type: fitting.result, run };
}

/** A pattern that is written down can be looked at when the file is loaded; one that is put together could cost anything. */
function faultOfPattern({ args }: Call): string | null {
  const pattern = args[1];
  if (pattern?.kind !== "literal" || typeof pattern.value !== "string") {
    return "expected a regular expression in quotes in `matches`, found an expression";
  }
  const found = regexFault(pattern.value);
  return found === null ? null : `expected a regular expression of RE2, found one that is ${found}`;
}

function unknown({ name, isMethod }: Call): { readonly message: string; readonly hint?: string | undefined } {
  const known = [...new Set(FUNCTIONS.filter((one) => one.isMethod === isMethod).map((one) => one.name))];
  const shown = known.map((one) => `\`${one}\``).join(", ");
  return { message: `expected one of ${shown}, found \`${name}\``, hint: didYouMean(name, known) };
}
