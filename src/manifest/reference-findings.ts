// Names, selectors and globs that stand for nothing in the repo. A function of what the files name and of what there is.
import { inFile, warningAt } from "./findings.ts";
import { globFault, globMatcher } from "./glob.ts";
import { nearest } from "./near-miss.ts";
import type { Reference } from "./reference.ts";
import { matchesSelector, type Selector } from "./selector.ts";
import type { Finding } from "./types.ts";

/** What there is to name, what has mistakes in it included: one root cause gives one finding. */
export interface RepoNames {
  /** Names of apps, by rack. */
  readonly apps: ReadonlyMap<string, ReadonlySet<string>>;
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
  const kept = new Map<string, Unmatched | null>();
  return files.flatMap(({ path, references }) =>
    references.flatMap((reference) => {
      const unmatched = unmatchedOnce(reference, names, kept);
      if (unmatched === null) return [];
      const { what, shown, near } = unmatched;
      const message = `expected ${what}, found \`${shown}\`, which matches none`;
      const hint = near === null ? undefined : `did you mean \`${near}\`?`;
      return [inFile(path, warningAt(reference.at, { rule: "matches-nothing", message, hint }))];
    }),
  );
}

interface Unmatched {
  /** To follow "expected". */
  readonly what: string;
  readonly shown: string;
  readonly near: string | null;
}

/** Ten thousand bindings name few different things. */
function unmatchedOnce(reference: Reference, names: RepoNames, kept: Map<string, Unmatched | null>): Unmatched | null {
  const key = JSON.stringify({ ...reference, at: null });
  const known = kept.get(key);
  if (known !== undefined) return known;
  const found = unmatchedOf(reference, names);
  kept.set(key, found);
  return found;
}

function unmatchedOf(reference: Reference, names: RepoNames): Unmatched | null {
  switch (reference.kind) {
    case "role":
    case "order":
      return null;
    case "rack":
      return unmatchedName(reference.selector, "a rack of this repo", [...names.apps.keys()]);
    case "role-names":
      return unmatchedName(reference.selector, "a role of roles/ or a predefined one", names.roles);
    case "key-names":
      return unmatchedName(reference.selector, "a key of deploy-keys/", names.keys);
    case "app":
      return unmatchedApp(reference.selector, reference.racks, names.apps);
    case "glob":
      return unmatchedGlob(reference.glob, names.paths);
  }
}

function unmatchedName(selector: Selector, what: string, names: readonly string[]): Unmatched | null {
  if (names.some((name) => matchesSelector(selector, name))) return null;
  const shown = shownSelector(selector);
  return { what, shown, near: nearest(shown, names) };
}

/** Where the racks match nothing, that is said of them. */
function unmatchedApp(selector: Selector, racks: Selector, apps: RepoNames["apps"]): Unmatched | null {
  const folders = [...apps].filter(([rack]) => matchesSelector(racks, rack));
  if (folders.length === 0) return null;
  const names = [...new Set(folders.flatMap(([, inRack]) => [...inRack]))];
  const what = racks.kind === "all" ? "an app of this repo" : "an app on these racks";
  return unmatchedName(selector, what, names);
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
  return { what: "a glob for files of this repo", shown: glob, near: nearest(glob, paths) };
}
