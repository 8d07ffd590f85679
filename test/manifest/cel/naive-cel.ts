// CEL once more, written down from its definition and counting as it goes: what the library answers, and what it is reckoned to cost,
// is held against it. Only what has a value for every operand.
import { Environment, type ASTNode } from "@marcbachmann/cel-js";
import type { CelMap, CelValue } from "../../../src/manifest/cel/cel-value.ts";

export interface Naive {
  readonly value: CelValue;
  /** Nodes evaluated, items gone through, and a sixteenth of the characters that were made or looked at. */
  readonly steps: number;
}

export function evaluateNaively(text: string, values: CelMap): Naive {
  const counted = { steps: 0 };
  const value = evaluate(new Environment().parse(text).ast, values, counted);
  return { value, steps: counted.steps };
}

interface Counted {
  steps: number;
}

function evaluate(node: ASTNode, names: CelMap, counted: Counted): CelValue {
  counted.steps += 1;
  const on = (inner: ASTNode): CelValue => evaluate(inner, names, counted);
  if (node.op === "value") return node.args as CelValue; // literals of these kinds alone
  if (node.op === "id") return given(names[node.args]);
  if (node.op === ".") return given((on(node.args[0]) as CelMap)[node.args[1]]);
  if (node.op === "!_") return on(node.args) !== true;
  if (node.op === "&&") return on(node.args[0]) === true && on(node.args[1]) === true;
  if (node.op === "||") return on(node.args[0]) === true || on(node.args[1]) === true;
  if (node.op === "?:") return on(node.args[0]) === true ? on(node.args[1]) : on(node.args[2]);
  if (node.op === "list") return node.args.map(on);
  if (node.op === "rcall") return called(node.args, names, counted);
  if (node.op === "call") return sizeOf(on(given(node.args[1][0])), counted);
  return operated(node.op, (node.args as [ASTNode, ASTNode]).map(on) as [CelValue, CelValue], counted); // two sides
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("only what is given is asked of");
  return value;
}

function sizeOf(value: CelValue, counted: Counted): bigint {
  if (typeof value === "string") return BigInt(seen(value, counted).length);
  return BigInt(Object.keys(value as CelMap).length); // a list or a map
}

function seen(text: string, counted: Counted): string {
  counted.steps += text.length / 16;
  return text;
}

function operated(operator: string, [a, b]: readonly [CelValue, CelValue], counted: Counted): CelValue {
  switch (operator) {
    case "==":
      return isEqual(a, b, counted);
    case "!=":
      return !isEqual(a, b, counted);
    case "in":
      return Array.isArray(b)
        ? b.some((item: CelValue) => isEqual(a, item, counted))
        : Object.hasOwn(b as CelMap, a as string);
    case "<":
      return a < b;
    case ">=":
      return a >= b;
    case "*":
      return (a as bigint) * (b as bigint);
    case "+":
      if (Array.isArray(a)) {
        counted.steps += a.length + (b as readonly CelValue[]).length;
        return [...(a as readonly CelValue[]), ...(b as readonly CelValue[])];
      }
      return typeof a === "string" ? seen(`${a}${b as string}`, counted) : (a as bigint) + (b as bigint);
    default:
      throw new Error(`no ${operator} here`);
  }
}

function isEqual(a: CelValue, b: CelValue, counted: Counted): boolean {
  if (typeof a === "string" && typeof b === "string") seen(a.length < b.length ? a : b, counted);
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  if (a.length !== b.length) return false;
  const other: readonly CelValue[] = b;
  return a.every((item: CelValue, index) => {
    counted.steps += 1;
    return isEqual(item, given(other[index]), counted);
  });
}

type Call = Extract<ASTNode, { op: "rcall" }>["args"];

function called([name, receiver, args]: Call, names: CelMap, counted: Counted): CelValue {
  const of = evaluate(receiver, names, counted);
  if (typeof of === "string") {
    return ofText(
      name,
      of,
      args.map((one) => evaluate(one, names, counted)),
      counted,
    );
  }
  if (name === "join") {
    return seen((of as readonly string[]).join(evaluate(given(args[0]), names, counted) as string), counted);
  }
  const items: readonly CelValue[] = Array.isArray(of) ? of : Object.keys(of as CelMap);
  const [variable, ...bodies] = args;
  const held = items.map((item) => {
    counted.steps += 1;
    const inside = { ...names, [(given(variable) as Extract<ASTNode, { op: "id" }>).args]: item };
    return evaluate(given(bodies.at(-1)), inside, counted);
  });
  if (name === "map") return held;
  if (name === "filter") return items.filter((_, index) => held[index] === true);
  if (name === "exists_one") return held.filter((one) => one === true).length === 1;
  return name === "all" ? held.every((one) => one === true) : held.includes(true);
}

function ofText(name: string, text: string, [first = ""]: readonly CelValue[], counted: Counted): CelValue {
  seen(text, counted);
  const part = first as string;
  switch (name) {
    case "contains":
      return text.includes(part);
    case "startsWith":
      return text.startsWith(part);
    case "upperAscii":
      return text.toUpperCase();
    case "split": {
      const parts = text.split(part);
      counted.steps += parts.length;
      return parts;
    }
    case "indexOf":
      return BigInt(text.indexOf(part));
    default:
      throw new Error(`no ${name} here`);
  }
}
