// What an expression asks of: the paths that it reads, and what stands there. So that its answer about a thing can be told from its
// answer about the same thing with other values.
import type { ASTNode } from "@marcbachmann/cel-js";
import type { CelMap, CelValue } from "./cel-value.ts";
import { MACROS } from "./cost.ts";

/** From a variable down. null: each item of a list, or each entry of a map. */
export type ReadPath = readonly (string | null)[];

/** Paths of `null` variables are read by what makes them. */
type Names = ReadonlyMap<string, ReadPath | null>;

/** In the order of the expression, each once. */
export function readsOf(ast: ASTNode): readonly ReadPath[] {
  const found = new Map<string, ReadPath>();
  const note = (path: ReadPath | null): void => {
    if (path !== null) found.set(JSON.stringify(path), path);
  };
  note(pathOf(ast, new Map(), note));
  return [...found.values()];
}

/** The path of what the node is, as far as it is one; everything else that is read below it is noted. */
function pathOf(node: ASTNode, names: Names, note: (path: ReadPath | null) => void): ReadPath | null {
  if (node.op === "id") return names.has(node.args) ? (names.get(node.args) ?? null) : [node.args];
  if (node.op === ".") return below(pathOf(node.args[0], names, note), node.args[1]);
  if (node.op === "[]") return itemPath(node.args, names, note);
  if (node.op === "rcall" && MACROS.has(node.args[0])) return overItems(node.args, names, note);
  for (const inner of nodesIn(node.args)) note(pathOf(inner, names, note));
  return null;
}

function below(path: ReadPath | null, step: string | null): ReadPath | null {
  return path === null ? null : [...path, step];
}

function itemPath(
  [of, at]: readonly [ASTNode, ASTNode],
  names: Names,
  note: (path: ReadPath | null) => void,
): ReadPath | null {
  const path = pathOf(of, names, note);
  if (at.op === "value" && typeof at.args === "string") return below(path, at.args);
  note(pathOf(at, names, note));
  return below(path, null);
}

/** How many items there are is read as well: a field that none has, of each. */
const COUNT = "";

function overItems(
  [macro, range, [variable, ...bodies]]: Extract<ASTNode, { op: "rcall" }>["args"],
  names: Names,
  note: (path: ReadPath | null) => void,
): ReadPath | null {
  const path = pathOf(range, names, note);
  const item = below(path, null);
  note(below(item, COUNT));
  const inside = new Map(names).set(variable?.op === "id" ? variable.args : "", item);
  for (const body of bodies) note(pathOf(body, inside, note));
  return macro === "filter" ? path : null;
}

export function nodesIn(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  return typeof args === "object" && args !== null && "op" in args ? [args as ASTNode] : []; // nothing else in it has an `op`
}

export function sizeOfTree(node: ASTNode): number {
  return nodesIn(node.args).reduce((sum, inner) => sum + sizeOfTree(inner), 1);
}

/** As JSON; what is not given is null. */
export function readText(reads: readonly ReadPath[], values: CelMap): string {
  return JSON.stringify(
    reads.map((path) => valueAt(values, path)),
    (_, value: unknown) => (typeof value === "bigint" ? String(value) : value),
  );
}

type Read = CelValue | null | readonly Read[];

function valueAt(value: CelValue | undefined, [step, ...rest]: ReadPath): Read {
  if (step === undefined || value === undefined) return value ?? null;
  if (typeof value !== "object") return null;
  if (step !== null) return valueAt(fieldOf(value, step), rest);
  if (isList(value)) return value.map((item) => valueAt(item, rest));
  return Object.entries(value).map(([key, entry]) => [key, valueAt(entry, rest)]);
}

function fieldOf(value: readonly CelValue[] | CelMap, step: string): CelValue | undefined {
  return !isList(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

function isList(value: readonly CelValue[] | CelMap): value is readonly CelValue[] {
  return Array.isArray(value);
}

const READS_SHOWN = 4;

/** In words, "`service.internal` is false": what is no text and no list, since a text may be a secret. */
export function readWords(reads: readonly ReadPath[], values: CelMap): readonly string[] {
  const words = reads.flatMap((path) => {
    if (path.includes(null)) return [];
    const value = valueAt(values, path);
    if (value === null) return [`\`${path.join(".")}\` is not given`];
    return typeof value === "bigint" || typeof value === "boolean" ? [`\`${path.join(".")}\` is ${String(value)}`] : [];
  });
  return words.slice(0, READS_SHOWN);
}
