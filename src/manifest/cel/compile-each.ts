import { LIMITS } from "../limits.ts";
import { ANY, BOOL, fits, given, listOf, STRING, typeWords, type CelType } from "./cel-type.ts";
import type { Scope } from "./scope.ts";
import type { Comprehension } from "./expression.ts";
import { pays, type Compiled, type RunContext } from "./run.ts";
import { fault, fromJson, isFault, isList, isMap, SPENT, type Fault, type Value } from "./value.ts";

/** `all`, `exists`, `exists_one`, `filter` and `map`: over the items of a list, or the keys of a map. */
export function compileEach(each: Comprehension & { readonly offset: number }, scope: Scope): Compiled {
  const { macro, offset, variable } = each;
  if (scope.depth >= LIMITS.celComprehensions) {
    const message = `expected at most ${LIMITS.celComprehensions} of \`all\`, \`exists\`, \`filter\` and \`map\` within each other, found more`;
    return scope.refuse({ offset, message });
  }
  const range = scope.compile(each.range, scope);
  const item = itemType(range.type);
  if (item === null) {
    const message = `expected a list or a map before \`.${macro}\`, found ${typeWords(range.type)}`;
    return scope.refuse({ offset, message });
  }
  const inner: Scope = { ...scope, depth: scope.depth + 1, locals: { ...scope.locals, [variable]: item } };
  const test = each.test === null ? null : inner.compile(each.test, inner);
  const body = inner.compile(each.body, inner);
  const asked = macro === "map" ? test : body;
  if (asked !== null && !fits(asked.type, BOOL)) {
    const message = `expected true or false for each item of \`${macro}\`, found ${typeWords(asked.type)}`;
    return scope.refuse({ offset, message });
  }
  const gather = { macro, test, body };
  const type = macro === "map" ? listOf(body.type) : macro === "filter" ? listOf(item) : BOOL;
  return { type, run: (context) => runEach({ range, item, variable, ...gather }, context) };
}

function itemType(type: CelType): CelType | null {
  const range = given(type);
  if (range.kind === "list") return range.of;
  if (range.kind === "map") return STRING;
  return range.kind === "any" ? ANY : null;
}

interface Each {
  readonly macro: Comprehension["macro"];
  readonly range: Compiled;
  readonly item: CelType;
  readonly variable: string;
  readonly test: Compiled | null;
  readonly body: Compiled;
}

function runEach(each: Each, context: RunContext): Value | Fault {
  const range = each.range.run(context);
  if (isFault(range)) return range;
  const items = isList(range) ? range : isMap(range) ? Object.keys(range) : null;
  if (items === null) return fault(`what \`${each.macro}\` goes through is null`);
  if (each.macro === "all" || each.macro === "exists") return quantified(each, items, context);
  return gathered(each, items, context);
}

function gathered(each: Each, items: readonly Value[], context: RunContext): Value | Fault {
  const isMapped = each.macro === "map";
  const made: Value[] = [];
  for (const item of items) {
    const inner = within(each, item, context);
    if (inner === null) return SPENT;
    const kept = (isMapped ? each.test : each.body)?.run(inner) ?? true;
    if (isFault(kept)) return kept;
    const value = isMapped && kept === true ? each.body.run(inner) : item;
    if (isFault(value)) return value;
    if (kept === true) made.push(value);
  }
  return each.macro === "exists_one" ? made.length === 1 : made;
}

/** An item that decides makes up for the faults of others, as with `&&` and `||`. */
function quantified(each: Each, items: readonly Value[], context: RunContext): Value | Fault {
  const deciding = each.macro === "exists";
  let first: Fault | null = null;
  for (const item of items) {
    const inner = within(each, item, context);
    const value = inner === null ? SPENT : each.body.run(inner);
    if (value === deciding || (isFault(value) && value.isFinal)) return value;
    if (isFault(value)) first ??= value;
    else if (typeof value !== "boolean") first ??= fault("it is null, neither true nor false");
  }
  return first ?? !deciding;
}

/** null: the budget is spent. */
function within({ variable, item: type }: Each, item: Value, context: RunContext): RunContext | null {
  if (!pays(context.budget, 1)) return null;
  return { ...context, locals: { name: variable, value: fromJson(item, type), outer: context.locals } };
}
