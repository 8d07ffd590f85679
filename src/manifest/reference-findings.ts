// Names, selectors and globs that stand for nothing in the repo. A function of what the files name and of what there is.
import { inFile, warningAt } from "./findings.ts";
import { globFault, globMatcher } from "./glob.ts";
import { LIMITS } from "./limits.ts";
import type { AppNames } from "./load-rack.ts";
import { didYouMean } from "./near-miss.ts";
import type { Reference } from "./reference.ts";
import { matcherOf, matchesSelector, type Selector } from "./selector.ts";
import type { Finding } from "./types.ts";

/** What there is to name, what has mistakes in it included: one root cause gives one finding. */
export interface RepoNames {
  /** By rack. */
  readonly apps: ReadonlyMap<string, readonly AppNames[]>;
  readonly roles: readonly string[];
  readonly keys: readonly string[];
  readonly paths: readonly string[];
}

export interface FileReferences {
  readonly path: string;
  readonly references: readonly Reference[];
}

/** Roles that must exist are not looked at here: what names one of them decides whether its file gives anything. */
export function referenceFindings(files: readonly FileReferences[], names: RepoNames): readonly Finding[] {
  const lookUp: LookUp = { names, kept: new Map(), inScope: new Map() };
  return files.flatMap(({ path, references }) => {
    const unmatched = references.flatMap((reference) => {
      const found = unmatchedOnce(reference, lookUp);
      return found === null ? [] : [{ ...found, at: reference.at }];
    });
    return unmatched.map(({ what, shown, candidates, at }, index) => {
      const message = `expected ${what}, found \`${shown}\`, which matches none`;
      // Of those past the limit none is shown, and looking for what is near is what costs.
      const hint = index < LIMITS.findingsPerFile ? didYouMean(shown, candidates) : undefined;
      return inFile(path, warningAt(at, { rule: "matches-nothing", message, hint }));
    });
  });
}

interface LookUp {
  readonly names: RepoNames;
  /** Ten thousand bindings name few different things. */
  readonly kept: Map<string, Unmatched | null>;
  readonly inScope: Map<string, ReadonlySet<string> | null>;
}

interface Unmatched {
  /** To follow "expected". */
  readonly what: string;
  readonly shown: string;
  /** What it could mean. */
  readonly candidates: Iterable<string>;
}

function unmatchedOnce(reference: Reference, lookUp: LookUp): Unmatched | null {
  const key = JSON.stringify({ ...reference, at: null });
  const known = lookUp.kept.get(key);
  if (known !== undefined) return known;
  const found = unmatchedOf(reference, lookUp);
  lookUp.kept.set(key, found);
  return found;
}

function unmatchedOf(reference: Reference, lookUp: LookUp): Unmatched | null {
  const { names } = lookUp;
  switch (reference.kind) {
    case "role":
    case "order":
      return null;
    case "rack":
      return unmatchedName(reference.selector, "a rack of this repo", new Set(names.apps.keys()));
    case "role-names":
      return unmatchedName(reference.selector, "a role of roles/ or a predefined one", new Set(names.roles));
    case "key-names":
      return unmatchedName(reference.selector, "a key of deploy-keys/", new Set(names.keys));
    case "app":
      return unmatchedApp(reference, lookUp);
    case "service":
      return unmatchedService(reference, lookUp);
    case "glob":
      return unmatchedGlob(reference.glob, names.paths);
  }
}

function unmatchedName(selector: Selector, what: string, names: ReadonlySet<string>): Unmatched | null {
  const shown = shownSelector(selector);
  const isThere = isPlain(selector) ? names.has(shown) : [...names].some(matcherOf(selector));
  return isThere ? null : { what, shown, candidates: names };
}

/** One name, which matches itself and nothing else. */
function isPlain(selector: Selector): boolean {
  return selector.kind === "names" && selector.names.length === 1 && !shownSelector(selector).includes("*");
}

type Scoped<K> = Extract<Reference, { readonly kind: K }>;

/** Where the racks match nothing, that is said of them. */
function unmatchedApp({ selector, racks }: Scoped<"app">, lookUp: LookUp): Unmatched | null {
  const { apps } = lookUp.names;
  const names = inScope(JSON.stringify(racks), lookUp, () => {
    if (![...apps.keys()].some(matcherOf(racks))) return null;
    return new Set(appsOn(racks, apps).map(({ name }) => name));
  });
  const what = racks.kind === "all" ? "an app of this repo" : "an app on these racks";
  return names === null ? null : unmatchedName(selector, what, names);
}

/** Where no app matches, that is said of the apps; where an app's services cannot be told, nothing is. */
function unmatchedService({ selector, racks, apps }: Scoped<"service">, lookUp: LookUp): Unmatched | null {
  const names = inScope(JSON.stringify([racks, apps]), lookUp, () => {
    const meant = appsOn(racks, lookUp.names.apps).filter(({ name }) => matchesSelector(apps, name));
    if (meant.length === 0 || meant.some(({ services }) => services === null)) return null;
    return new Set(meant.flatMap(({ services }) => services ?? []));
  });
  const what = racks.kind === "all" && apps.kind === "all" ? "a service of this repo" : "a service of these apps";
  return names === null ? null : unmatchedName(selector, what, names);
}

/** The names that a selector may mean; null: nothing is said of any. */
function inScope(
  scope: string,
  { inScope: known }: LookUp,
  make: () => ReadonlySet<string> | null,
): ReadonlySet<string> | null {
  const kept = known.get(scope);
  if (kept !== undefined) return kept;
  const made = make();
  known.set(scope, made);
  return made;
}

function appsOn(racks: Selector, apps: RepoNames["apps"]): readonly AppNames[] {
  return [...apps].flatMap(([rack, inRack]) => (matchesSelector(racks, rack) ? inRack : []));
}

function shownSelector(selector: Selector): string {
  if (selector.kind === "names") return selector.names.join(", ");
  return selector.kind === "regex" ? selector.source : selector.kind;
}

function unmatchedGlob(glob: string, paths: readonly string[]): Unmatched | null {
  if (globFault(glob) !== null) return null;
  const prefix = /^[^*?]*/.exec(glob)?.[0] ?? "";
  const matches = globMatcher(glob);
  if (paths.some((path) => path.startsWith(prefix) && matches(path))) return null;
  return { what: "a glob for files of this repo", shown: glob, candidates: paths };
}
