import { RE2JS } from "re2js";
import { LIMITS } from "./limits.ts";
import { writtenOut } from "./pattern-size.ts";

/** Which names something speaks of. A name in `names` may hold `*`; `regex` is RE2 over the whole name. */
export type Selector =
  | { readonly kind: "all" }
  | { readonly kind: "none" }
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "regex"; readonly source: string };

/** Does the selector speak of this name: the whole name, by RE2, with `*` in a plain name for any run of characters. */
export function matchesSelector(selector: Selector, name: string): boolean {
  return matcherOf(selector)(name);
}

type Matcher = (name: string) => boolean;

const matchers = new WeakMap<Selector, Matcher>();

/** `matchesSelector` for one selector, made once: what asks often keeps it. */
export function matcherOf(selector: Selector): Matcher {
  const known = matchers.get(selector);
  if (known !== undefined) return known;
  const matcher = createMatcher(selector);
  matchers.set(selector, matcher);
  return matcher;
}

function createMatcher(selector: Selector): Matcher {
  switch (selector.kind) {
    case "all":
      return () => true;
    case "none":
      return () => false;
    case "names":
      return namesMatcher(selector.names);
    case "regex": {
      const regex = regexOf(selector.source);
      return (name) => regex?.testExact(name) ?? false;
    }
  }
}

function namesMatcher(names: readonly string[]): Matcher {
  const plain = new Set(names.filter((name) => !name.includes("*")));
  const patterns = names.filter((name) => name.includes("*")).map((name) => name.split("*"));
  if (patterns.length === 0) return (name) => plain.has(name);
  return (name) => plain.has(name) || patterns.some((parts) => matchesParts(parts, name));
}

/** As a plain name in a selector matches, `*` for any run of characters. */
export function matchesPattern(pattern: string, name: string): boolean {
  return pattern.includes("*") ? matchesParts(pattern.split("*"), name) : pattern === name;
}

/** The parts between the `*`, in their order; taking each as early as it comes leaves the most to the rest. */
function matchesParts(parts: readonly string[], name: string): boolean {
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = name.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return from <= name.length - last.length;
}

/** null: fine. Otherwise why it is no regular expression of RE2. */
export function regexFault(source: string): string | null {
  if (source.length > LIMITS.patternCharacters) return `longer than ${LIMITS.patternCharacters} characters`;
  if (writtenOut(source) > LIMITS.patternWrittenOut) {
    return `longer than ${LIMITS.patternWrittenOut} characters once its repeats are written out`;
  }
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
