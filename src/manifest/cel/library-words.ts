// What the library says of an expression, in our words: "expected …, found …" when it is loaded, why it has no value afterwards.
import { LIMITS } from "../limits.ts";
import type { ExpressionFault } from "./cost.ts";

/** Of the library's errors: their `code`, their message on one line, and what they are about. */
export interface LibraryError {
  readonly code: string;
  readonly summary: string;
  readonly range?: { readonly start: number; readonly end: number } | undefined;
}

export function loadFault({ code, summary, range }: LibraryError, text: string): ExpressionFault {
  const start = range?.start ?? 0;
  const written = text.slice(start, range?.end ?? start);
  const [first = "another", second = ""] = quotedIn(summary);
  const types = second === "" ? first : `${first} and ${second}`;
  const found = written === "" ? "the end" : `\`${written}\``;
  const words: Readonly<Record<string, string>> = {
    unexpected_token: `expected a value, a name or \`(\`, found ${found}`,
    unexpected_character: `expected an operator or the end of the expression, found ${found}`,
    expected_token: `expected ${signIn(summary)}, found ${found}`,
    unterminated_string: "expected the end of the text in quotes, found none",
    unterminated_triple_quoted_string: "expected the end of the text in quotes, found none",
    invalid_escape_sequence: `expected an escape that CEL knows, found ${found}`,
    reserved_identifier: `expected another name, found ${found}, which CEL reserves`,
    no_such_overload: `expected values that go together, found ${summary.replace(/^.*?overload: /, "")}`,
    no_matching_overload: `expected arguments of its types, found \`${first}\``,
    invalid_condition_type: `expected true or false, found ${quotedIn(summary).at(-1) ?? found}`,
    incompatible_ternary_branches: `expected one type on both sides of \`:\`, found ${types}`,
    heterogeneous_list_element: `expected a list of one type, found ${types}`,
    cannot_index_type: `expected something with fields or items, found ${first}`,
    invalid_index_type: `expected a number in \`[…]\`, found ${first}`,
    invalid_macro_argument: `expected a name before the first comma, found ${found}`,
    limit_exceeded: limitWords(summary),
  };
  return { offset: start, message: words[code] ?? `expected an expression of CEL, found one that is none at ${found}` };
}

function limitWords(summary: string): string {
  return summary.includes("maxDepth")
    ? `expected at most ${LIMITS.celDepth} levels of nesting, found more`
    : `expected at most ${LIMITS.celNodes} values, names and operators, found more`;
}

function quotedIn(summary: string): readonly string[] {
  return Array.from(summary.matchAll(/'([^']*)'/g), ([, quoted = ""]) => quoted);
}

const SIGNS: Readonly<Record<string, string>> = {
  RPAREN: "`)`",
  RBRACKET: "`]`",
  RBRACE: "`}`",
  COLON: "`:`",
  IDENTIFIER: "a name",
};

function signIn(summary: string): string {
  const sign = /^Expected (\w+)/.exec(summary)?.[1] ?? "";
  return SIGNS[sign] ?? "another sign";
}

/** Without any value: it may be one of the repo. */
export function runFault({ code, summary }: LibraryError): string {
  switch (code) {
    case "no_such_key":
      return summary.includes("out of bounds")
        ? "the list has no such item"
        : "something that it asks for is not given";
    case "index_out_of_bounds":
      return "the list has no such item";
    case "division_by_zero":
    case "modulo_by_zero":
      return "a number is divided by 0";
    case "numeric_overflow":
      return "a number is larger than 64 bits";
    default:
      return "it has no value";
  }
}
