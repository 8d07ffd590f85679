// Roles, bindings and deploy keys: who holds what, and whether what they name exists.
import { addAll, errorAt, hasErrors, inFile, type Position } from "./findings.ts";
import { fileNameFindings, type TakenName } from "./look-alikes.ts";
import type { ParsedTree } from "./parsed-tree.ts";
import { isRoleOrKeyName } from "./names.ts";
import { didYouMean } from "./near-miss.ts";
import { findingsIn, parseRepoFile } from "./parse-repo-file.ts";
import type { Reference } from "./reference.ts";
import { fileKindOf } from "./repo-paths.ts";
import type { Access, Binding, DeployKey, Finding, RepoFile, Role } from "./types.ts";

export interface LoadedAccess {
  readonly access: Access;
  readonly findings: readonly Finding[];
  /** Names of roles in the repo, those with mistakes in them included, and the predefined ones; by lower case. */
  readonly roleNames: ReadonlyMap<string, string>;
}

interface Loading {
  readonly tree: ParsedTree;
  readonly findings: Finding[];
  readonly roleNames: Map<string, string>;
  readonly predefined: readonly TakenName[];
}

export function loadAccess(tree: ParsedTree, predefined: readonly Role[]): LoadedAccess {
  const loading: Loading = {
    tree,
    findings: [],
    roleNames: new Map(predefined.map(({ name }) => [name.toLowerCase(), name])),
    predefined: predefined.map(({ name }) => ({ name, holder: `the predefined role \`${name}\`` })),
  };
  const own = loadRoles(loading);
  const roles = new Map([...own, ...predefined.map((role) => [role.name.toLowerCase(), role] as const)]);
  const bindings = loadBindings(loading);
  const keys = loadDeployKeys(loading);
  addAll(loading.findings, fileNameFindings(named(tree.ofKind("tests")), "a file's name", []).findings);
  return { access: { roles, bindings, keys }, findings: loading.findings, roleNames: loading.roleNames };
}

function named(files: readonly RepoFile[]): readonly { readonly path: string; readonly name: string }[] {
  return files.map((file) => ({ path: file.path, name: nameOf(file) }));
}

function nameOf({ path }: Pick<RepoFile, "path">): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.yml$/, "");
}

/** A key without a role has the Console's list of commands under this name, so no role may have it. */
const KEY_DEFAULT: TakenName = { name: "DeployKey", holder: "the list of commands of deploy keys" };

function loadRoles({ tree, findings, roleNames, predefined }: Loading): ReadonlyMap<string, Role> {
  const files = tree.ofKind("role");
  const names = fileNameFindings(named(files), "a role's name", [...predefined, KEY_DEFAULT]);
  addAll(findings, names.findings);
  const roles = new Map<string, Role>();
  for (const file of files) {
    const parsed = parseRepoFile(file, "role", tree.cache);
    addAll(findings, findingsIn(file, parsed));
    const name = nameOf(file);
    const key = name.toLowerCase();
    // A name that is refused stands there all the same: what names it is no mistake of its own.
    if (!roleNames.has(key)) roleNames.set(key, name);
    if (names.refused.has(file.path)) {
      // Which of two is meant cannot be known, so neither gives anything.
      roles.delete(key);
      continue;
    }
    if (parsed.value !== null) roles.set(key, { name, ...parsed.value, file: file.path });
  }
  noteFaulty(tree, roleNames);
  return roles;
}

/** A role whose file cannot be read, or is misnamed, is there all the same: its file says so, and nothing that names it. */
function noteFaulty({ faulty }: ParsedTree, roleNames: Map<string, string>): void {
  for (const path of faulty) {
    const name = nameOf({ path });
    if (fileKindOf(path) !== "role" || !isRoleOrKeyName(name) || roleNames.has(name.toLowerCase())) continue;
    roleNames.set(name.toLowerCase(), name);
  }
}

function loadBindings({ tree, findings, roleNames }: Loading): readonly Binding[] {
  const files = tree.ofKind("bindings");
  addAll(findings, fileNameFindings(named(files), "a file's name", []).findings);
  return files.flatMap((file) => {
    const parsed = parseRepoFile(file, "bindings", tree.cache);
    const unknown = unknownRoles(file.path, parsed.references, roleNames);
    addAll(findings, [...findingsIn(file, parsed), ...unknown]);
    if (hasErrors(unknown)) return [];
    return (parsed.value ?? []).map((binding, index): Binding => ({
      id: `${file.path}#${index}`,
      file: file.path,
      ...binding,
    }));
  });
}

function loadDeployKeys({ tree, findings, roleNames, predefined }: Loading): ReadonlyMap<string, DeployKey> {
  const files = tree.ofKind("deploy-key");
  const names = fileNameFindings(named(files), "a key's name", predefined);
  addAll(findings, names.findings);
  const keys = new Map<string, DeployKey>();
  const hashes = new Map<string, string>();
  for (const file of files) {
    const parsed = parseRepoFile(file, "deploy-key", tree.cache);
    const unknown = unknownRoles(file.path, parsed.references, roleNames);
    addAll(findings, [...findingsIn(file, parsed), ...unknown]);
    if (parsed.value === null) continue;
    const { hashAt, ...key } = parsed.value;
    addAll(findings, repeatedHashes(key.hashes, { file, at: hashAt }, hashes));
    // Of two of one name, neither is known: which is meant cannot be.
    if (names.refused.has(file.path)) keys.delete(nameOf(file).toLowerCase());
    else keys.set(nameOf(file).toLowerCase(), { name: nameOf(file), file: file.path, ...key });
  }
  return keys;
}

function repeatedHashes(
  own: readonly string[],
  { file, at }: { readonly file: RepoFile; readonly at: Position },
  holders: Map<string, string>,
): readonly Finding[] {
  return own.flatMap((hash) => {
    const holder = holders.get(hash);
    holders.set(hash, file.path);
    if (holder === undefined) return [];
    const message = `expected a hash of its own for each key, found that of ${holder}`;
    return [inFile(file.path, errorAt(at, { rule: "duplicate-hash", message }))];
  });
}

/** What a file names as a role, and no role is. */
export function unknownRoles(
  file: string,
  references: readonly Reference[],
  roleNames: ReadonlyMap<string, string>,
): readonly Finding[] {
  return references.flatMap((reference) => {
    if (reference.kind !== "role") return [];
    const { name, at } = reference;
    const isKeyDefault = reference.orDeployKey === true && name.toLowerCase() === KEY_DEFAULT.name.toLowerCase();
    if (roleNames.has(name.toLowerCase()) || isKeyDefault) return [];
    const message = `expected a role of roles/ or a predefined one, found \`${name}\`, which is neither`;
    return [inFile(file, errorAt(at, { rule: "unknown-role", message, hint: didYouMean(name, roleNames.values()) }))];
  });
}
