// The text of an expression to its tokens.
import type { ExpressionFault } from "./expression.ts";

export type Token = { readonly offset: number } & (
  | { readonly kind: "name"; readonly text: string }
  | { readonly kind: "symbol"; readonly text: string }
  | { readonly kind: "literal"; readonly value: bigint | number | string | boolean | null }
  | { readonly kind: "end" }
);

export type Tokens =
  | { readonly tokens: readonly Token[]; readonly fault: null }
  | { readonly tokens: null; readonly fault: ExpressionFault };

const SPACE = /(?:[ \t\r\n\f]|\/\/[^\n]*)+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const FLOAT = /(?:[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?)/y;
const INTEGER = /0x[0-9a-fA-F]+|[0-9]+/y;
const STRING = /"""(?:[^\\]|\\[^])*?"""|'''(?:[^\\]|\\[^])*?'''|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'/y;
const RAW_STRING = /[rR](?:"""[^]*?"""|'''[^]*?'''|"[^"\r\n]*"|'[^'\r\n]*')/y;
const SYMBOL = /\|\||&&|[=!<>]=|[<>!?:+\-*/%.,()[\]{}]/y;

const RESERVED: ReadonlySet<string> = new Set(
  "as break const continue else for function if import let loop package namespace return var void while".split(" "),
);
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

export function tokenize(text: string): Tokens {
  const tokens: Token[] = [];
  let offset = 0;
  for (;;) {
    offset += match(SPACE, text, offset)?.length ?? 0;
    if (offset >= text.length) return { tokens: [...tokens, { kind: "end", offset }], fault: null };
    const read = readToken(text, offset);
    if (typeof read === "string") return { tokens: null, fault: { offset, message: read } };
    tokens.push(read.token);
    offset += read.length;
  }
}

interface ReadToken {
  readonly token: Token;
  readonly length: number;
}

/** The fault, in words, where nothing of CEL begins here. */
function readToken(text: string, offset: number): ReadToken | string {
  const raw = match(RAW_STRING, text, offset);
  if (raw !== null) return literal(offset, raw, unquoted(raw.slice(1)));
  const quoted = match(STRING, text, offset);
  if (quoted !== null) {
    const value = unescaped(unquoted(quoted));
    return value === null ? "expected an escape that CEL knows, found another" : literal(offset, quoted, value);
  }
  if (/^[bB][rR]?["']/.test(text.slice(offset, offset + 3))) return 'expected no bytes (b"…"), which are not used here';
  const number = readNumber(text, offset);
  if (number !== null) return number;
  const name = match(NAME, text, offset);
  if (name !== null) return readWord(name, offset);
  const symbol = match(SYMBOL, text, offset);
  if (symbol !== null) return { token: { kind: "symbol", text: symbol, offset }, length: symbol.length };
  const found = text[offset] ?? "";
  return /["']/.test(found)
    ? "expected the end of the text in quotes, found none"
    : `expected an expression of CEL, found \`${found}\``;
}

function readWord(name: string, offset: number): ReadToken | string {
  const word = WORDS.get(name);
  if (word !== undefined) return literal(offset, name, word);
  if (RESERVED.has(name)) return `expected another name, found \`${name}\`, which CEL reserves`;
  const kind = name === "in" ? "symbol" : "name";
  return { token: { kind, text: name, offset }, length: name.length };
}

const INT_LIMIT = 2n ** 63n;

function readNumber(text: string, offset: number): ReadToken | string | null {
  const float = match(FLOAT, text, offset);
  const source = float ?? match(INTEGER, text, offset);
  if (source === null) return null;
  if (/^[A-Za-z0-9_]/.test(text.slice(offset + source.length, offset + source.length + 1))) {
    return "expected a number, found letters after its digits";
  }
  if (float !== null) return literal(offset, source, Number(source));
  const value = BigInt(source);
  // The smallest number is one further from zero; it is written with a minus in front.
  return value > INT_LIMIT ? "expected a number of 64 bits, found a larger one" : literal(offset, source, value);
}

function literal(offset: number, source: string, value: bigint | number | string | boolean | null): ReadToken {
  return { token: { kind: "literal", value, offset }, length: source.length };
}

/** Patterns are sticky: they match at the offset or not at all. */
function match(pattern: RegExp, text: string, offset: number): string | null {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0] ?? null;
}

function unquoted(source: string): string {
  const quotes = /^("""|''')/.test(source) ? 3 : 1;
  return source.slice(quotes, -quotes);
}

const ESCAPE = /\\(x[0-9a-fA-F]{2}|X[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|[abfnrtv\\?"'`]|[^])/g;
const SIMPLE: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "?": "?",
  '"': '"',
  "'": "'",
  "`": "`",
};

/** null: an escape that CEL does not know. */
function unescaped(source: string): string | null {
  const escapes = Array.from(source.matchAll(ESCAPE), ([, escape = ""]) => escape);
  if (escapes.some((escape) => characterOf(escape) === null)) return null;
  return source.replace(ESCAPE, (_, escape: string) => characterOf(escape) ?? "");
}

function characterOf(escape: string): string | null {
  const simple = SIMPLE[escape];
  if (simple !== undefined || escape.length < 3) return simple ?? null;
  const code = /^[xXuU]/.test(escape) ? Number.parseInt(escape.slice(1), 16) : Number.parseInt(escape, 8);
  const isCharacter = code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000);
  return isCharacter ? String.fromCodePoint(code) : null;
}
