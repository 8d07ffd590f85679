import { RE2JS } from "re2js";
import { LIMITS } from "./limits.ts";
import type { Selector } from "./types.ts";

/** Does the selector speak of this name: the whole name, by RE2, with `*` in a plain name for any run of characters. */
export function matchesSelector(selector: Selector, name: string): boolean {
  switch (selector.kind) {
    case "all":
      return true;
    case "none":
      return false;
    case "names":
      return selector.names.some((pattern) => matchesPattern(pattern, name));
    case "regex":
      return regexOf(selector.source)?.testExact(name) ?? false;
  }
}

function matchesPattern(pattern: string, name: string): boolean {
  if (!pattern.includes("*")) return pattern === name;
  return (
    regexOf(
      pattern
        .split("*")
        .map((part) => RE2JS.quote(part))
        .join(".*"),
    )?.testExact(name) ?? false
  );
}

/** null: fine. Otherwise why it is no regular expression of RE2. */
export function regexFault(source: string): string | null {
  if (source.length > LIMITS.patternCharacters) return `longer than ${LIMITS.patternCharacters} characters`;
  return regexOf(source) === null ? "not RE2 (look-around, back-references and repeats over 1000 are not in it)" : null;
}

const COMPILED_KEPT = 10_000;
const compiled = new Map<string, RE2JS | null>();

/** A source that does not compile matches nothing; loading has refused it with a finding. */
function regexOf(source: string): RE2JS | null {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const regex = compile(source);
  if (compiled.size >= COMPILED_KEPT) compiled.clear();
  compiled.set(source, regex);
  return regex;
}

function compile(source: string): RE2JS | null {
  try {
    return RE2JS.compile(source, RE2JS.DOTALL);
  } catch {
    // re2js throws for bad syntax alone; the caller reports it as a mistake of the user.
    return null;
  }
}
