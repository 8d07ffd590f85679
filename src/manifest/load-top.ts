// What stands outside racks/: roles, bindings, deploy keys, tests and signalbox.yml, as one.
import { addAll, errorAt, FILE_START, inFile } from "./findings.ts";
import { loadAccess, unknownRoles, type LoadedAccess } from "./load-access.ts";
import type { ParseCache } from "./kept.ts";
import { findingsIn, parseRepoFile } from "./parse-repo-file.ts";
import { DEFAULT_SETTINGS } from "./parse-settings.ts";
import { LIMITS } from "./limits.ts";
import type { LocalTest } from "./parse-tests.ts";
import type { ParsedTree } from "./parsed-tree.ts";
import { comparableFiles, readFolder, type ReadFolder } from "./read-folder.ts";
import type { FileReferences } from "./reference-findings.ts";
import { fileKindOf, SETTINGS_PATH } from "./repo-paths.ts";
import type { Finding, PolicyTest, RepoFile, Role, Settings } from "./types.ts";
import type { ComparableFile, FolderFiles } from "./compared-files.ts";

export interface TopSource {
  readonly id: string;
  readonly files: readonly RepoFile[];
}

export interface TopPart {
  readonly id: string;
  readonly files: FolderFiles;
  readonly access: LoadedAccess["access"];
  readonly settings: Settings;
  readonly tests: readonly PolicyTest[];
  readonly findings: readonly Finding[];
  /** What its files name elsewhere; those of signalbox.yml first. */
  readonly references: readonly FileReferences[];
  readonly roleNames: readonly string[];
  readonly keyNames: readonly string[];
  /** What it says and Signalbox does not use yet. */
  readonly unused: readonly string[];
}

export interface TopOptions {
  readonly predefinedRoles: readonly Role[];
  readonly cache: ParseCache;
}

export function loadTop({ id, files }: TopSource, { predefinedRoles, cache }: TopOptions): TopPart {
  const read = readFolder(files, cache);
  const tree: ParsedTree = {
    cache,
    ofKind: (kind) => read.readable.filter(({ path }) => fileKindOf(path) === kind),
    faulty: read.faulty,
  };
  const { access, findings: inAccess, roleNames } = loadAccess(tree, predefinedRoles);
  const settings = loadSettings(read, cache);
  const tests = loadTests(tree);
  const findings: Finding[] = [...read.faults];
  for (const more of [inAccess, settings.findings, tests.findings]) addAll(findings, more);
  addAll(findings, unknownRoles(SETTINGS_PATH, settings.references, roleNames));
  return {
    id,
    files: topFiles(id, comparableFiles(read, cache)),
    access,
    settings: settings.value ?? DEFAULT_SETTINGS,
    tests: tests.tests,
    findings,
    references: [{ path: SETTINGS_PATH, references: settings.references }, ...accessReferences(tree)],
    roleNames: [...roleNames.values()],
    keyNames: tree.ofKind("deploy-key").map(({ path }) => path.replace(/^.*\/|\.yml$/g, "")),
    unused: unusedOf(tree, settings.value),
  };
}

export function topFiles(id: string, files: readonly ComparableFile[]): FolderFiles {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return { id, paths: [...byPath.keys()], sealed: [], get: (path) => byPath.get(path) };
}

interface LoadedSettings {
  /** null where signalbox.yml cannot be used. */
  readonly value: Settings | null;
  readonly references: FileReferences["references"];
  readonly findings: readonly Finding[];
}

function loadSettings(read: ReadFolder, cache: ParseCache): LoadedSettings {
  const file = read.file(SETTINGS_PATH);
  if (file === "faulty") return { value: null, references: [], findings: [] };
  if (file === null) {
    const message = "expected the file signalbox.yml at the root of the repo, found none";
    const fault = errorAt(FILE_START, { rule: "missing-file", message, hint: "add it; `version: 1` is enough" });
    return { value: null, references: [], findings: [inFile(SETTINGS_PATH, fault)] };
  }
  const parsed = parseRepoFile(file, "settings", cache);
  return { ...parsed, findings: findingsIn(file, parsed) };
}

function loadTests(tree: ParsedTree): Pick<TopPart, "tests" | "findings"> {
  const files = tree.ofKind("tests").map((file) => ({ file, parsed: parseRepoFile(file, "tests", tree.cache) }));
  const tests = files.flatMap(({ file, parsed }) => (parsed.value ?? []).map((test) => testInFile(test, file.path)));
  const findings = files.flatMap(({ file, parsed }) => findingsIn(file, parsed));
  const past = tests[LIMITS.policyTests];
  if (past === undefined) return { tests, findings };
  const message = `expected at most ${LIMITS.policyTests} policy tests in the repo, found ${tests.length}`;
  const hint = "let one test ask more, or take some out; none is run until then";
  const fault = errorAt(past, { rule: "bad-value", message, hint });
  return { tests: [], findings: [...findings, inFile(past.file, fault)] };
}

function testInFile(test: LocalTest, file: string): PolicyTest {
  if (test.kind === "verdict") return { ...test, file };
  return { ...test, file, asked: test.asked.map((asked) => ({ ...asked, file })) };
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

function unusedOf(tree: ParsedTree, settings: Settings | null): readonly string[] {
  return [
    ...(tree.ofKind("deploy-key").length > 0 ? ["deploy keys"] : []),
    ...((settings?.freezes.length ?? 0) > 0 ? ["freezes"] : []),
    ...((settings?.sync.order.length ?? 0) > 0 ? ["sync.order"] : []),
    ...(settings?.sync.drift === "heal" ? ["sync.drift: heal"] : []),
  ];
}
