// What evaluating an expression may cost at most, from its tree and the sizes of what it asks of; no clock is looked at. On the way:
// what is none of ours to let through, with its place. A step is one node evaluated once, one item, or some characters of a text.
import type { ASTNode, BinaryOperator } from "@marcbachmann/cel-js";
import { LIMITS } from "../limits.ts";
import { didYouMean } from "../near-miss.ts";
import { regexFault } from "../selector.ts";
import { costOfCopying, GLOBAL_FUNCTIONS, METHODS, type Effect } from "./effects.ts";
import { either, listShape, sizeOf, SMALL, textShape, type Shape } from "./shape.ts";

/** What is wrong with an expression, and where: an index into its text. */
export interface ExpressionFault {
  readonly offset: number;
  /** "expected …, found …". */
  readonly message: string;
  readonly hint?: string | undefined;
}

type Shapes = Readonly<Record<string, Shape>>;

interface Walk {
  readonly names: Shapes;
  /** Comprehensions around this place. */
  readonly depth: number;
  readonly refuse: (fault: ExpressionFault) => void;
}

export type MethodCall = Extract<ASTNode, { op: "rcall" }>;

/** Above it, an expression is not evaluated. */
export function isTooDear(cost: number): boolean {
  return !(cost <= LIMITS.celSteps);
}

export function effectOf(node: ASTNode, walk: Walk): Effect {
  if (isBinary(node)) return binary(node, walk);
  switch (node.op) {
    case "id":
      return { cost: 1, result: named(node, walk) };
    case ".":
      return field(node, walk);
    case "[]":
      return item(node.args, walk);
    case "call":
      return called(node, walk);
    case "rcall":
      return method(node, walk);
    case "list":
      return literalList(node.args, walk);
    case "map":
      return literalMap(node.args, walk);
    case "value":
      return literal(node.args);
    case "?:":
      return choice(node.args, walk);
    case "!_":
    case "-_":
      return after([effectOf(node.args, walk)], SMALL);
    case ".?":
    case "[?]":
      return OPTIONAL;
  }
}

/** The library reads these only where it is told to. */
const OPTIONAL: Effect = { cost: Infinity, result: SMALL };

function literal(value: unknown): Effect {
  return { cost: 1, result: textShape(typeof value === "string" ? value.length : 0) };
}

type Binary = Extract<ASTNode, { op: BinaryOperator | "||" | "&&" }>;

const OPERATORS: ReadonlySet<string> = new Set<Binary["op"]>([
  "||",
  "&&",
  "==",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "in",
  "+",
  "-",
  "*",
  "/",
  "%",
]);

function isBinary(node: ASTNode): node is Binary {
  return OPERATORS.has(node.op);
}

/** All of them, and one step more. */
function after(effects: readonly Effect[], result: Shape): Effect {
  return { cost: effects.reduce((sum, { cost }) => sum + cost, 1), result };
}

function named({ args: name, start }: Extract<ASTNode, { op: "id" }>, { names, refuse }: Walk): Shape {
  const shape = Object.hasOwn(names, name) ? names[name] : undefined;
  if (shape !== undefined) return shape;
  refuse({ offset: start, ...unknown(name, Object.keys(names)) });
  return SMALL;
}

function unknown(name: string, known: readonly string[]): Pick<ExpressionFault, "message" | "hint"> {
  const message = `expected one of ${known.map((one) => `\`${one}\``).join(", ")}, found \`${name}\``;
  return { message, hint: didYouMean(name, known) };
}

function field({ args: [of, name], pos }: Extract<ASTNode, { op: "." }>, walk: Walk): Effect {
  const effect = effectOf(of, walk);
  const { object, item: entry } = effect.result;
  if (object === null) return after([effect], entry ?? SMALL);
  const shape = Object.hasOwn(object.fields, name) ? object.fields[name] : undefined;
  if (shape === undefined) {
    const message = `expected a field of ${object.type.name}, found \`${name}\``;
    walk.refuse({ offset: pos, message, hint: didYouMean(name, Object.keys(object.fields)) });
  }
  return after([effect], shape ?? SMALL);
}

function item([of, at]: readonly [ASTNode, ASTNode], walk: Walk): Effect {
  const effects = [effectOf(of, walk), effectOf(at, walk)] as const;
  const { object, item: entry } = effects[0].result;
  const inner = object === null ? [] : Object.values(object.fields);
  return after(effects, [entry ?? SMALL, ...inner].reduce(either));
}

function called({ args: [name, args], start }: Extract<ASTNode, { op: "call" }>, walk: Walk): Effect {
  if (name === "has" && args[0]?.op !== ".") {
    walk.refuse({ offset: start, message: "expected `has(a.b)`, found another form" });
  }
  const effects = args.map((arg) => effectOf(arg, walk));
  if (name === "has") return after(effects, SMALL);
  return applied(GLOBAL_FUNCTIONS, { name, effects, offset: start }, walk);
}

function method(call: MethodCall, walk: Walk): Effect {
  const [name, receiver, args] = call.args;
  if (MACROS.has(name)) return comprehension(call, walk);
  const effects = [receiver, ...args].map((arg) => effectOf(arg, walk));
  if (name === "matches") checkPattern(call, walk);
  return applied(METHODS, { name, effects, offset: nameOffset(call) }, walk);
}

interface Applied {
  readonly name: string;
  readonly effects: readonly Effect[];
  readonly offset: number;
}

/** What is not in the table could cost anything. */
function applied(table: typeof METHODS, { name, effects, offset }: Applied, { refuse }: Walk): Effect {
  const effect = Object.hasOwn(table, name) ? table[name] : undefined;
  if (effect === undefined) {
    refuse({ offset, ...unknown(name, Object.keys(table)) });
    return after(effects, SMALL);
  }
  const [a = SMALL, b = SMALL, c = SMALL] = effects.map(({ result }) => result);
  const made = effect(a, b, c);
  return after([...effects, made], made.result);
}

/** A pattern that is written down can be looked at when the file is loaded; one that is put together could cost anything. */
function checkPattern(call: MethodCall, { refuse }: Walk): void {
  const [, receiver, [pattern]] = call.args;
  if (pattern?.op !== "value" || typeof pattern.args !== "string") {
    const message = "expected a regular expression in quotes in `matches`, found an expression";
    refuse({ offset: pattern?.start ?? receiver.end, message });
    return;
  }
  const found = regexFault(pattern.args);
  if (found === null) return;
  refuse({ offset: pattern.start, message: `expected a regular expression of RE2, found one that is ${found}` });
}

/** Of CEL: they go over the items of a list, or the keys of a map. */
export const MACROS: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "filter", "map"]);

function comprehension(call: MethodCall, walk: Walk): Effect {
  const [macro, range, [variable, ...bodies]] = call.args;
  const isWhole = bodies.length === 1 || (macro === "map" && bodies.length === 2);
  if (variable?.op !== "id" || !isWhole) {
    const message = `expected \`${macro}(name, expression)\`, found another form`;
    walk.refuse({ offset: nameOffset(call), message });
    return after([], SMALL);
  }
  if (walk.depth >= LIMITS.celComprehensions) {
    const message = `expected at most ${LIMITS.celComprehensions} of \`all\`, \`exists\`, \`filter\` and \`map\` within each other, found more`;
    walk.refuse({ offset: nameOffset(call), message });
    return after([], SMALL);
  }
  const over = effectOf(range, walk);
  const { count, item: entry, text } = over.result;
  const each = text > 0 || entry === null ? textShape(text) : entry;
  const names = { ...walk.names, [variable.args]: each };
  const effects = bodies.map((body) => effectOf(body, { ...walk, names, depth: walk.depth + 1 }));
  const made = macro === "map" ? (effects.at(-1)?.result ?? SMALL) : each;
  return {
    cost: over.cost + 1 + count * after(effects, SMALL).cost,
    result: macro === "map" || macro === "filter" ? listShape(count, made) : SMALL,
  };
}

function nameOffset({ args: [name, receiver], input }: MethodCall): number {
  return input.indexOf(name, receiver.end);
}

function literalList(items: readonly ASTNode[], walk: Walk): Effect {
  const effects = items.map((one) => effectOf(one, walk));
  return after(effects, listShape(items.length, largestOf(effects)));
}

function literalMap(entries: readonly (readonly [ASTNode, ASTNode])[], walk: Walk): Effect {
  const keys = entries.map(([key]) => effectOf(key, walk));
  const values = entries.map(([, value]) => effectOf(value, walk));
  const text = keys.reduce((longest, { result }) => Math.max(longest, result.text), 0);
  return after([...keys, ...values], { ...listShape(entries.length, largestOf(values)), text });
}

function largestOf(effects: readonly Effect[]): Shape | null {
  return effects.length === 0 ? null : effects.map(({ result }) => result).reduce(either);
}

function choice(nodes: readonly [ASTNode, ASTNode, ASTNode], walk: Walk): Effect {
  const [test, yes, no] = [effectOf(nodes[0], walk), effectOf(nodes[1], walk), effectOf(nodes[2], walk)];
  return after([test, yes, no], either(yes.result, no.result));
}

/** Comparing costs what the smaller side holds; `in` does it with every item. */
function binary({ op: operator, args: nodes }: Binary, walk: Walk): Effect {
  const [left, right] = [effectOf(nodes[0], walk), effectOf(nodes[1], walk)];
  const [a, b] = [left.result, right.result];
  const done = (cost: number, result: Shape): Effect => after([left, right, { cost, result }], result);
  if (operator === "||" || operator === "&&") return done(0, SMALL);
  if (operator === "in") return done(Math.min(sizeOf(b), 1 + b.count * sizeOf(a)), SMALL);
  if (operator !== "+") return done(Math.min(sizeOf(a), sizeOf(b)), SMALL);
  const items = [a.item, b.item].filter((one) => one !== null);
  const sum = {
    ...listShape(a.count + b.count, items.length === 0 ? null : items.reduce(either)),
    text: a.text + b.text,
  };
  return done(costOfCopying(sum), sum);
}
