// Selectors, globs and names of roles that stand for nothing in the repo.
import { inFile, warningAt, type Position } from "./findings.ts";
import { globFault, matchesGlob } from "./glob.ts";
import { unknownRole, type LoadedAccess } from "./load-access.ts";
import type { LoadedRacks } from "./load-racks.ts";
import type { ParsedTree } from "./parsed-tree.ts";
import type { SettingsFile } from "./parse-settings.ts";
import { didYouMean } from "./near-miss.ts";
import { parseRepoFile } from "./parse-repo-file.ts";
import { SETTINGS_PATH } from "./repo-paths.ts";
import type { SettingsReference } from "./settings-reader.ts";
import { matchesSelector } from "./selector.ts";
import type { Finding, Selector } from "./types.ts";

export interface LoadedParts {
  readonly access: LoadedAccess;
  readonly racks: LoadedRacks;
  readonly settings: SettingsFile | null;
}

export function referenceFindings(tree: ParsedTree, parts: LoadedParts): readonly Finding[] {
  const { rackNames } = parts.racks;
  const ofRacks = (file: string, selector: Selector, at: Position): readonly Finding[] =>
    unmatchedRacks({ file, selector, at }, rackNames);
  const inBindings = tree
    .ofKind("bindings")
    .flatMap((file) =>
      (parseRepoFile(file, "bindings", tree.cache).value ?? []).flatMap(({ racks, racksAt }) =>
        racks === null ? [] : ofRacks(file.path, racks, racksAt),
      ),
    );
  const inKeys = tree.ofKind("deploy-key").flatMap((file) => {
    const key = parseRepoFile(file, "deploy-key", tree.cache).value;
    return key === null ? [] : ofRacks(file.path, key.racks, key.racksAt);
  });
  return [...inBindings, ...inKeys, ...settingsFindings(tree, parts)];
}

function settingsFindings(tree: ParsedTree, parts: LoadedParts): readonly Finding[] {
  return (parts.settings?.references ?? []).flatMap((reference) => settingsFinding(reference, tree, parts));
}

function settingsFinding(reference: SettingsReference, tree: ParsedTree, parts: LoadedParts): readonly Finding[] {
  const { at } = reference;
  switch (reference.kind) {
    case "role": {
      const unknown = unknownRole({ name: reference.name, at, file: SETTINGS_PATH }, parts.access.roleNames);
      return unknown === null ? [] : [unknown];
    }
    case "racks":
      return unmatchedRacks({ file: SETTINGS_PATH, selector: reference.selector, at }, parts.racks.rackNames);
    case "glob":
      return unmatchedGlob(reference.glob, at, tree.paths);
  }
}

interface SelectorPlace {
  readonly file: string;
  readonly selector: Selector;
  readonly at: Position;
}

function unmatchedRacks({ file, selector, at }: SelectorPlace, rackNames: readonly string[]): readonly Finding[] {
  const parts = partsOf(selector).filter((part) => !rackNames.some((name) => matchesSelector(part, name)));
  return parts.map((part) => {
    const shown = part.kind === "names" ? (part.names[0] ?? "") : part.kind === "regex" ? part.source : part.kind;
    const message = `expected a rack of this repo, found \`${shown}\`, which matches none`;
    const hint = didYouMean(shown, rackNames);
    return inFile(file, warningAt(at, { rule: "matches-nothing", message, hint }));
  });
}

/** Each name of a list by itself: one that is mistyped must not hide behind its neighbours. */
function partsOf(selector: Selector): readonly Selector[] {
  if (selector.kind === "names") return selector.names.map((name) => ({ kind: "names", names: [name] }));
  return selector.kind === "regex" ? [selector] : [];
}

function unmatchedGlob(glob: string, at: Position, paths: readonly string[]): readonly Finding[] {
  if (globFault(glob) !== null) return [];
  const prefix = /^[^*?]*/.exec(glob)?.[0] ?? "";
  if (paths.some((path) => path.startsWith(prefix) && matchesGlob(glob, path))) return [];
  const message = `expected a glob for files of this repo, found \`${glob}\`, which matches none`;
  const hint = didYouMean(glob, paths);
  return [inFile(SETTINGS_PATH, warningAt(at, { rule: "matches-nothing", message, hint }))];
}
