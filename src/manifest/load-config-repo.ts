// A whole tree to a ConfigRepo: every file by itself, then what they say of each other, all findings in one pass.
import { fileFault } from "./file-faults.ts";
import { arrangeFindings, errorAt, FILE_START, inFile, warningAt } from "./findings.ts";
import { loadAccess, unknownRoles, type LoadedAccess } from "./load-access.ts";
import { loadRacks, type LoadedRacks } from "./load-racks.ts";
import { comparableFile, findingsIn, parseRepoFile, secretsOfUnread, type ParseCache } from "./parse-repo-file.ts";
import { DEFAULT_SETTINGS } from "./parse-settings.ts";
import type { LocalTest } from "./parse-tests.ts";
import type { ParsedTree } from "./parsed-tree.ts";
import { orderFindings } from "./rack-order.ts";
import type { Reference } from "./reference.ts";
import { referenceFindings, type FileReferences } from "./reference-findings.ts";
import { fileKindOf, isSignalboxPath, SETTINGS_PATH, type FileKind } from "./repo-paths.ts";
import { sealedTwice } from "./sealed-places.ts";
import type { ComparableFile, ConfigRepo, Finding, PolicyTest, RepoFile, RepoTree, Role, Settings } from "./types.ts";

export interface LoadOptions {
  readonly predefinedRoles: readonly Role[];
  /** Without one, everything is parsed anew. */
  readonly cache?: ParseCache;
}

export function loadConfigRepo(
  repoTree: RepoTree,
  { predefinedRoles, cache = new Map<string, unknown>() }: LoadOptions,
): ConfigRepo {
  const paths = [...repoTree.keys()].filter(isSignalboxPath).sort();
  const faults = new Map<string, readonly Finding[]>();
  const byKind = new Map<FileKind, RepoFile[]>();
  const files = new Map<string, ComparableFile>();
  for (const path of paths) {
    const file = repoTree.get(path);
    if (file === undefined) continue;
    const fault = fileFault(file);
    files.set(path, comparableFile(file, { isReadable: fault === null, cache }));
    if (fault !== null) faults.set(path, [fault, ...secretsOfUnread(file, cache)]);
    else addTo(byKind, fileKindOf(path), file);
  }
  const tree: ParsedTree = {
    cache,
    paths,
    ofKind: (kind) => byKind.get(kind) ?? [],
    file: (path) => (faults.has(path) ? "faulty" : (repoTree.get(path) ?? null)),
  };
  const access = loadAccess(tree, predefinedRoles);
  const racks = loadRacks(tree);
  const settings = loadSettings(tree);
  const tests = loadTests(tree);
  const findings = [
    ...[...faults.values()].flat(),
    ...access.findings,
    ...racks.findings,
    ...settings.findings,
    ...tests.findings,
    ...sealedTwice(files),
    ...crossFindings(tree, { access, racks, settings }),
    ...notUsedYet(tree, { access, racks, settings }),
  ];
  return {
    access: access.access,
    settings: settings.value ?? DEFAULT_SETTINGS,
    racks: racks.racks,
    files,
    tests: tests.tests,
    findings: arrangeFindings(findings),
  };
}

function addTo(byKind: Map<FileKind, RepoFile[]>, kind: FileKind | null, file: RepoFile): void {
  if (kind === null) return;
  const known = byKind.get(kind);
  if (known === undefined) byKind.set(kind, [file]);
  else known.push(file);
}

interface LoadedSettings {
  /** null where signalbox.yml cannot be used. */
  readonly value: Settings | null;
  readonly references: readonly Reference[];
  readonly findings: readonly Finding[];
}

function loadSettings(tree: ParsedTree): LoadedSettings {
  const file = tree.file(SETTINGS_PATH);
  if (file === "faulty") return { value: null, references: [], findings: [] };
  if (file === null) {
    const message = "expected the file signalbox.yml at the root of the repo, found none";
    const fault = errorAt(FILE_START, { rule: "missing-file", message, hint: "add it; `version: 1` is enough" });
    return { value: null, references: [], findings: [inFile(SETTINGS_PATH, fault)] };
  }
  const parsed = parseRepoFile(file, "settings", tree.cache);
  return { ...parsed, findings: findingsIn(file, parsed) };
}

function loadTests(tree: ParsedTree): Pick<ConfigRepo, "tests" | "findings"> {
  const files = tree.ofKind("tests").map((file) => ({ file, parsed: parseRepoFile(file, "tests", tree.cache) }));
  return {
    tests: files.flatMap(({ file, parsed }) => (parsed.value ?? []).map((test) => testInFile(test, file.path))),
    findings: files.flatMap(({ file, parsed }) => findingsIn(file, parsed)),
  };
}

function testInFile(test: LocalTest, file: string): PolicyTest {
  if (test.kind === "verdict") return { ...test, file };
  return { ...test, file, asked: test.asked.map((asked) => ({ ...asked, file })) };
}

interface LoadedParts {
  readonly access: LoadedAccess;
  readonly racks: LoadedRacks;
  readonly settings: LoadedSettings;
}

/** What files say of each other. */
function crossFindings(tree: ParsedTree, { access, racks, settings }: LoadedParts): readonly Finding[] {
  const order = settings.references.flatMap((reference) => (reference.kind === "order" ? [reference] : []));
  return [
    ...unknownRoles(SETTINGS_PATH, settings.references, access.roleNames),
    ...referenceFindings([{ path: SETTINGS_PATH, references: settings.references }, ...accessReferences(tree)], {
      apps: racks.folders,
      roles: [...access.roleNames.values()],
      keys: tree.ofKind("deploy-key").map(({ path }) => path.replace(/^.*\/|\.yml$/g, "")),
      paths: tree.paths,
    }),
    ...orderFindings(order, [...racks.folders.keys()]),
  ];
}

function accessReferences(tree: ParsedTree): readonly FileReferences[] {
  const kinds = ["role", "bindings", "deploy-key"] as const;
  return kinds.flatMap((kind) =>
    tree.ofKind(kind).map((file) => ({
      path: file.path,
      references: parseRepoFile(file, kind, tree.cache).references,
    })),
  );
}

/** Nothing is passed over in silence: what is checked and has no effect yet is named once. */
function notUsedYet(tree: ParsedTree, { racks, settings }: LoadedParts): readonly Finding[] {
  const { value } = settings;
  const named = [
    ...((value?.guardrails.length ?? 0) > 0 ? ["guardrails"] : []),
    ...(tree.ofKind("deploy-key").length > 0 ? ["deploy keys"] : []),
    ...((value?.freezes.length ?? 0) > 0 ? ["freezes"] : []),
    ...((value?.sync.order.length ?? 0) > 0 ? ["sync.order"] : []),
    ...(value?.sync.drift === "heal" ? ["sync.drift: heal"] : []),
    ...[...racks.unused].sort(),
  ];
  if (named.length === 0) return [];
  const message = `checked, but without effect in this version of Signalbox: ${named.join(", ")}`;
  const hint = "do not rely on them yet";
  return [inFile(SETTINGS_PATH, warningAt(FILE_START, { rule: "not-used-yet", message, hint }))];
}
