// Tokens to tree, by CEL's own grammar: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
import { MACROS, type BinaryOperator, type Expression, type ExpressionFault, type Macro } from "./expression.ts";
import { LIMITS } from "../limits.ts";
import { tokenize, type Token } from "./tokens.ts";

export type Parsed =
  | { readonly expression: Expression; readonly fault: null }
  | { readonly expression: null; readonly fault: ExpressionFault };

export function parseExpression(text: string): Parsed {
  const { tokens, fault } = tokenize(text);
  if (fault !== null) return { expression: null, fault };
  const parser: Parser = { tokens, next: 0, depth: 0, fault: null };
  const expression = choice(parser);
  const after = peek(parser);
  if (after.kind !== "end") refuse(parser, "the end of the expression");
  return parser.fault === null ? { expression, fault: null } : { expression: null, fault: parser.fault };
}

/** After a fault everything reads as the end, so that the descent ends by itself. */
interface Parser {
  readonly tokens: readonly Token[];
  next: number;
  depth: number;
  fault: ExpressionFault | null;
}

const END: Token = { kind: "end", offset: 0 };
const NOTHING: Expression = { kind: "literal", value: null, offset: 0 };

function peek(parser: Parser): Token {
  return parser.fault === null ? (parser.tokens[parser.next] ?? END) : END;
}

function refuse(parser: Parser, expected: string): Expression {
  const { offset } = peek(parser);
  parser.fault ??= { offset, message: `expected ${expected}, found ${shown(peek(parser))}` };
  return NOTHING;
}

function shown(token: Token): string {
  if (token.kind === "end") return "the end";
  return token.kind === "literal" ? "a value" : `\`${token.text}\``;
}

function isNext(parser: Parser, symbol: string): boolean {
  const token = peek(parser);
  return token.kind === "symbol" && token.text === symbol;
}

function take(parser: Parser, symbol: string): boolean {
  const isThere = isNext(parser, symbol);
  if (isThere) parser.next += 1;
  return isThere;
}

function expectSymbol(parser: Parser, symbol: string): void {
  if (!take(parser, symbol)) refuse(parser, `\`${symbol}\``);
}

function choice(parser: Parser): Expression {
  parser.depth += 1;
  if (parser.depth > LIMITS.celDepth) {
    parser.fault ??= {
      offset: peek(parser).offset,
      message: `expected at most ${LIMITS.celDepth} levels of nesting, found more`,
    };
    return NOTHING;
  }
  const test = binary(parser, 0);
  let whole = test;
  if (take(parser, "?")) {
    const yes = binary(parser, 0);
    expectSymbol(parser, ":");
    whole = { kind: "choice", test, yes, no: choice(parser), offset: test.offset };
  }
  parser.depth -= 1;
  return whole;
}

const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ["||"],
  ["&&"],
  ["==", "!=", "<", "<=", ">", ">=", "in"],
  ["+", "-"],
  ["*", "/", "%"],
];

function binary(parser: Parser, level: number): Expression {
  const operators = LEVELS[level];
  if (operators === undefined) return unary(parser);
  let left = binary(parser, level + 1);
  for (;;) {
    const { offset } = peek(parser);
    const operator = operators.find((one) => isNext(parser, one));
    if (operator === undefined) return left;
    parser.next += 1;
    left = { kind: "binary", operator, left, right: binary(parser, level + 1), offset };
  }
}

function unary(parser: Parser): Expression {
  const signs: { readonly kind: "not" | "negate"; readonly offset: number }[] = [];
  for (;;) {
    const { offset } = peek(parser);
    if (take(parser, "!")) signs.push({ kind: "not", offset });
    else if (take(parser, "-")) signs.push({ kind: "negate", offset });
    else break;
  }
  return signs.reduceRight<Expression>(signed, member(parser));
}

/** The smallest whole number has no positive twin, so a minus belongs to its digits. */
function signed(
  of: Expression,
  { kind, offset }: { readonly kind: "not" | "negate"; readonly offset: number },
): Expression {
  const isWhole = kind === "negate" && of.kind === "literal" && typeof of.value === "bigint" && of.value >= 0n;
  return isWhole ? { kind: "literal", value: -of.value, offset } : { kind, of, offset };
}

function member(parser: Parser): Expression {
  let of = primary(parser);
  for (;;) {
    const { offset } = peek(parser);
    if (take(parser, "[")) {
      of = { kind: "index", of, at: choice(parser), offset };
      expectSymbol(parser, "]");
    } else if (take(parser, ".")) {
      of = selected(of, parser);
    } else if (isNext(parser, "{")) {
      return refuse(parser, "an operator");
    } else {
      return of;
    }
  }
}

function selected(of: Expression, parser: Parser): Expression {
  const token = peek(parser);
  if (token.kind !== "name") return refuse(parser, "a name after `.`");
  parser.next += 1;
  const { text: name, offset } = token;
  if (!isNext(parser, "(")) return { kind: "select", of, field: name, offset };
  const args = argumentsOf(parser);
  return (
    macroCall(of, { name, args, offset }, parser) ?? { kind: "call", name, isMethod: true, args: [of, ...args], offset }
  );
}

interface Call {
  readonly name: string;
  readonly args: readonly Expression[];
  readonly offset: number;
}

/** null: no macro. */
function macroCall(range: Expression, { name, args, offset }: Call, parser: Parser): Expression | null {
  if (!isMacro(name)) return null;
  const [variable, ...rest] = args;
  const hasTest = name === "map" && rest.length === 2;
  const body = rest.at(-1);
  if (variable?.kind !== "name" || body === undefined || (rest.length !== 1 && !hasTest)) {
    parser.fault ??= { offset, message: `expected \`${name}(name, expression)\`, found another form` };
    return NOTHING;
  }
  const test = hasTest ? (rest[0] ?? null) : null;
  return { kind: "each", macro: name, range, variable: variable.name, test, body, offset };
}

function isMacro(name: string): name is Macro {
  return (MACROS as readonly string[]).includes(name);
}

function argumentsOf(parser: Parser): readonly Expression[] {
  expectSymbol(parser, "(");
  return listed(parser, ")");
}

function listed(parser: Parser, end: string): readonly Expression[] {
  const items: Expression[] = [];
  while (parser.fault === null && !isNext(parser, end)) {
    items.push(choice(parser));
    if (!take(parser, ",")) break;
  }
  expectSymbol(parser, end);
  return items;
}

function primary(parser: Parser): Expression {
  const token = peek(parser);
  const { offset } = token;
  if (token.kind === "literal") {
    parser.next += 1;
    return { kind: "literal", value: token.value, offset };
  }
  if (token.kind === "name") {
    parser.next += 1;
    return isNext(parser, "(") ? call(token.text, offset, parser) : { kind: "name", name: token.text, offset };
  }
  if (take(parser, "(")) {
    const inner = choice(parser);
    expectSymbol(parser, ")");
    return inner;
  }
  if (take(parser, "[")) return { kind: "list", items: listed(parser, "]"), offset };
  if (take(parser, "{")) return { kind: "map", entries: mapEntries(parser), offset };
  return refuse(parser, "a value, a name or `(`");
}

function call(name: string, offset: number, parser: Parser): Expression {
  const args = argumentsOf(parser);
  if (name !== "has") return { kind: "call", name, isMethod: false, args, offset };
  const [asked] = args;
  if (asked?.kind === "select" && args.length === 1) return { kind: "has", of: asked.of, field: asked.field, offset };
  parser.fault ??= { offset, message: "expected `has(a.b)`, found another form" };
  return NOTHING;
}

function mapEntries(parser: Parser): readonly (readonly [Expression, Expression])[] {
  const entries: (readonly [Expression, Expression])[] = [];
  while (parser.fault === null && !isNext(parser, "}")) {
    const key = choice(parser);
    expectSymbol(parser, ":");
    entries.push([key, choice(parser)]);
    if (!take(parser, ",")) break;
  }
  expectSymbol(parser, "}");
  return entries;
}
