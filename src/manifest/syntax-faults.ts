import type { ErrorCode } from "yaml";
import type { Fault } from "./findings.ts";

/** The parser's errors in our words: its own quote the source, which may be a secret. */
export function syntaxFault({ code, message }: { readonly code: ErrorCode; readonly message: string }): Fault {
  // One code for two mistakes: of a bracket that is never closed the next line is said to stand too far out.
  return code === "BAD_INDENT" && message.startsWith("Flow ") ? OPEN_BRACKET : FAULTS[code];
}

function syntax(message: string, hint?: string): Fault {
  return { rule: "yaml-syntax", message, hint };
}

export const MERGE_CONFLICT: Fault = syntax(
  "expected YAML, found a merge conflict that git left here",
  "settle it, and delete the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`",
);
const OPEN_BRACKET = syntax(
  "expected `]` or `}` for a bracket that is open, or deeper indentation, found neither",
  "close it above, or indent what belongs to it",
);
const KEY_IN_VALUE = syntax(
  "expected one `key: value` a line, found another key within the value",
  "put a space after each `:`, a value that holds `: ` in quotes, and check the indentation",
);
const MISFIT = syntax("expected YAML, found something that does not fit here", "check indentation, quotes and colons");
const ALIAS: Fault = {
  rule: "alias",
  message: "expected an alias (`*…`) to an anchor that stands before it, found another",
  hint: "put a value that begins with `*` or `&` in quotes",
};
const TAG: Fault = { rule: "tag", message: "expected no YAML tag (`!…`), found one" };

const FAULTS: Readonly<Record<ErrorCode, Fault>> = {
  TAB_AS_INDENT: syntax("expected spaces as indentation, found a tab"),
  BAD_INDENT: syntax("expected indentation that fits the lines above, found another", "align it with its neighbours"),
  MISSING_CHAR: syntax("expected a closing quote, bracket or `:`, found none"),
  BLOCK_AS_IMPLICIT_KEY: KEY_IN_VALUE,
  MULTILINE_IMPLICIT_KEY: KEY_IN_VALUE,
  BLOCK_IN_FLOW: KEY_IN_VALUE,
  BAD_SCALAR_START: syntax("expected a value, found a character that cannot begin one", "put the value in quotes"),
  BAD_DQ_ESCAPE: syntax(
    "expected an escape that YAML knows, found another in double quotes",
    "double the backslash, or use single quotes",
  ),
  KEY_OVER_1024_CHARS: syntax("expected a key of at most 1024 characters, found a longer one"),
  DUPLICATE_KEY: { rule: "duplicate-key", message: "expected each key once, found it again" },
  NON_STRING_KEY: { rule: "non-string-key", message: "expected a key that is text, found something else" },
  MULTIPLE_DOCS: { rule: "multiple-documents", message: "expected one YAML document, found another" },
  TAG_RESOLVE_FAILED: TAG,
  MULTIPLE_TAGS: TAG,
  BAD_COLLECTION_TYPE: TAG,
  BAD_ALIAS: ALIAS,
  ALIAS_PROPS: ALIAS,
  MULTIPLE_ANCHORS: ALIAS,
  BAD_PROP_ORDER: MISFIT,
  UNEXPECTED_TOKEN: MISFIT,
  IMPOSSIBLE: MISFIT,
  BAD_DIRECTIVE: { rule: "directive", message: "expected no YAML directive (`%…`), found one" },
  RESOURCE_EXHAUSTION: { rule: "too-deep", message: "expected less nesting, found more than can be read" },
};
