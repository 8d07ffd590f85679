// CEL, by a library: parsing, types and evaluation are its own. Ours are the bound on what an expression costs, RE2 for `matches`,
// and the words.
import { Environment, type ASTNode, type ParseResult } from "@marcbachmann/cel-js";
import { RE2JS } from "re2js";
import { LIMITS } from "../limits.ts";
import { objectTypes, typeName, type Variables } from "./cel-type.ts";
import type { CelMap } from "./cel-value.ts";
import { effectOf, isTooDear, type ExpressionFault, type MethodCall } from "./cost.ts";
import { loadFault, runFault, type LibraryError } from "./library-words.ts";
import { nodesIn, readsOf, sizeOfTree, type ReadPath } from "./reads.ts";
import { shapeOf, type Shape } from "./shape.ts";

/** What may still be taken by all evaluations that share it: each takes what it is reckoned to cost, and the reckoning. */
export interface Steps {
  left: number;
}

export interface Program {
  /** Whether it holds of these; a text: why it can be neither. Never throws, and says no value. */
  readonly run: (values: CelMap, steps: Steps) => boolean | string;
  readonly reads: readonly ReadPath[];
}

export type CompiledExpression =
  { readonly program: Program; readonly fault: null } | { readonly program: null; readonly fault: ExpressionFault };

/** An expression that must be true or false. */
export function compileExpression(text: string, variables: Variables): CompiledExpression {
  const environment = environmentOf(variables);
  try {
    const { ast } = environment.parse(text);
    const expression = environment.parse(text);
    const fault = faultOf(ast, variables) ?? faultOfTypes(withRe2(expression), text);
    if (fault !== null) return { program: null, fault: withFields(fault, variables) };
    const compiled = { ast, expression, variables, size: sizeOfTree(ast) };
    const run: Program["run"] = (values, steps) => evaluate(compiled, values, steps);
    return { program: { run, reads: readsOf(ast) }, fault: null };
  } catch (error) {
    return { program: null, fault: loadFault(error as LibraryError, text) }; // parsing throws nothing else
  }
}

/** Who compares an object most often means something in it. */
function withFields(fault: ExpressionFault, variables: Variables): ExpressionFault {
  const words = new Set(fault.message.match(/\w+/g));
  const meant =
    fault.hint === undefined ? objectTypes(Object.values(variables)).find(({ name }) => words.has(name)) : undefined;
  if (meant === undefined) return fault;
  const fields = Object.keys(meant.fields)
    .slice(0, FIELDS_NAMED)
    .map((field) => `\`${field}\``);
  return { ...fault, hint: `a ${meant.name} has ${fields.join(", ")}` };
}

const FIELDS_NAMED = 8;

function faultOf(ast: ASTNode, variables: Variables): ExpressionFault | null {
  const faults: ExpressionFault[] = [];
  const { cost } = effectOf(ast, {
    names: shapesOf(variables, {}),
    depth: 0,
    refuse: (fault) => void faults.push(fault),
  });
  if (isTooDear(cost)) faults.push({ offset: 0, message: TOO_DEAR });
  return faults[0] ?? null;
}

const TOO_DEAR = `expected an expression of at most ${LIMITS.celSteps} steps, found one that always takes more`;
const RE2_MATCHES = "re2matches";

/** The library's own `matches` takes forever where a pattern is made for it. */
function withRe2(expression: ParseResult): ParseResult {
  for (const { args } of methodCalls(expression.ast)) {
    if (args[0] === "matches") args[0] = RE2_MATCHES;
  }
  return expression;
}

function methodCalls(node: ASTNode): readonly MethodCall[] {
  const inner = nodesIn(node.args).flatMap(methodCalls);
  return node.op === "rcall" ? [node, ...inner] : inner;
}

function faultOfTypes(expression: ParseResult, text: string): ExpressionFault | null {
  const { valid, type, error } = expression.check();
  if (!valid) return loadFault(error as LibraryError, text); // where it is not valid there is one
  if (type === "bool") return null;
  return { offset: 0, message: `expected an expression that is true or false, found one of type ${type ?? "dyn"}` };
}

interface Compiled {
  /** As it is written. */
  readonly ast: ASTNode;
  /** With RE2 in it. */
  readonly expression: ParseResult;
  readonly variables: Variables;
  readonly size: number;
}

function evaluate({ ast, expression, variables, size }: Compiled, values: CelMap, steps: Steps): boolean | string {
  const { cost } = effectOf(ast, { names: shapesOf(variables, values), depth: 0, refuse: () => undefined });
  steps.left -= size;
  if (isTooDear(cost)) return `it would take more than ${LIMITS.celSteps} steps`;
  steps.left -= cost;
  if (steps.left < 0) return "those before it took all the steps that custom guardrails may take of one app or rack";
  try {
    return expression({ ...values }) === true;
  } catch (error) {
    return runFault(error as LibraryError); // evaluating throws nothing else
  }
}

function shapesOf(variables: Variables, values: CelMap): Readonly<Record<string, Shape>> {
  return Object.fromEntries(Object.entries(variables).map(([name, type]) => [name, shapeOf(values[name], type)]));
}

const environments = new WeakMap<Variables, Environment>();

function environmentOf(variables: Variables): Environment {
  const known = environments.get(variables);
  if (known !== undefined) return known;
  const limits = { maxAstNodes: LIMITS.celNodes, maxDepth: LIMITS.celDepth };
  const environment = new Environment({ limits });
  for (const { name, fields } of objectTypes(Object.values(variables))) {
    const types = Object.entries(fields).map(([field, { type }]) => [field, typeName(type)] as const);
    environment.registerType(name, { fields: Object.fromEntries(types) });
  }
  for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, typeName(type));
  environment.registerFunction(`string.${RE2_MATCHES}(string): bool`, matches);
  environments.set(variables, environment);
  return environment;
}

const PATTERNS_KEPT = 1_000;
const patterns = new Map<string, RE2JS>();

/** @param pattern compiled without a fault when the expression was loaded */
function matches(text: string, pattern: string): boolean {
  const known = patterns.get(pattern) ?? RE2JS.compile(pattern);
  if (patterns.size >= PATTERNS_KEPT) patterns.clear();
  patterns.set(pattern, known);
  return known.matcher(text).find();
}
