import type { ErrorCode } from "yaml";
import type { Fault } from "./findings.ts";

/** The parser's errors in our words: its own quote the source, which may be a secret. */
export function syntaxFault(code: ErrorCode): Fault {
  switch (code) {
    case "TAB_AS_INDENT":
      return syntax("expected spaces as indentation, found a tab");
    case "BAD_INDENT":
      return syntax("expected indentation that fits the lines above, found another", "align it with its neighbours");
    case "MISSING_CHAR":
      return syntax(
        "expected a closing quote, bracket or `:`, found none",
        "a quote, bracket or colon is missing here",
      );
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      return syntax(
        "expected one `key: value` a line, found another key within the value",
        "put a value that holds `: ` in quotes, and check the indentation",
      );
    case "BAD_SCALAR_START":
      return syntax("expected a value, found a character that cannot begin one", "put the value in quotes");
    case "BAD_DQ_ESCAPE":
      return syntax(
        'expected an escape that YAML knows, found another in "…"',
        "double the backslash, or use single quotes",
      );
    case "DUPLICATE_KEY":
      return { rule: "duplicate-key", message: "expected each key once, found it again" };
    case "MULTIPLE_DOCS":
      return { rule: "multiple-documents", message: "expected one YAML document, found another" };
    case "TAG_RESOLVE_FAILED":
    case "MULTIPLE_TAGS":
      return { rule: "tag", message: "expected no YAML tag (`!…`), found one" };
    case "BAD_ALIAS":
    case "ALIAS_PROPS":
    case "MULTIPLE_ANCHORS":
      return { rule: "alias", message: "expected an alias (`*…`) to an anchor that stands before it, found another" };
    case "BAD_DIRECTIVE":
      return { rule: "directive", message: "expected no YAML directive (`%…`), found one" };
    case "KEY_OVER_1024_CHARS":
      return syntax("expected a key of at most 1024 characters, found a longer one");
    case "RESOURCE_EXHAUSTION":
      return { rule: "too-deep", message: "expected less nesting, found more than can be read" };
    default:
      return syntax("expected YAML, found something that does not fit here", "check indentation, quotes and colons");
  }
}

function syntax(message: string, hint?: string): Fault {
  return { rule: "yaml-syntax", message, hint };
}
