// Roles, bindings and deploy keys: who holds what, and whether what they name exists.
import { addAll, errorAt, FILE_START, hasErrors, inFile, type Position } from "./findings.ts";
import type { ParsedTree } from "./parsed-tree.ts";
import { didYouMean } from "./near-miss.ts";
import { findingsIn, parseRepoFile } from "./parse-repo-file.ts";
import type { Access, Binding, DeployKey, Finding, RepoFile, Role } from "./types.ts";

export interface LoadedAccess {
  readonly access: Access;
  readonly findings: readonly Finding[];
  /** Names of roles in the repo, those with mistakes in them included, and the predefined ones; in lower case. */
  readonly roleNames: ReadonlyMap<string, string>;
}

export function loadAccess(tree: ParsedTree, predefined: readonly Role[]): LoadedAccess {
  const findings: Finding[] = [];
  const roles = new Map(predefined.map((role) => [role.name.toLowerCase(), role]));
  const roleNames = new Map(predefined.map(({ name }) => [name.toLowerCase(), name]));
  const predefinedNames = new Set(roleNames.keys());
  for (const file of tree.ofKind("role")) {
    const parsed = parseRepoFile(file, "role", tree.cache);
    addAll(findings, findingsIn(file, parsed));
    const name = nameOf(file);
    const key = name.toLowerCase();
    const other = roleNames.get(key);
    if (other !== undefined) {
      const isPredefined = predefinedNames.has(key);
      const found = isPredefined ? `that of the predefined role \`${other}\`` : `that of \`${other}\`, but for case`;
      findings.push(nameTaken(file.path, "a role's name that is not taken", found));
      // Which of two is meant cannot be known, so neither gives anything; a predefined one stays what it is.
      if (!isPredefined) roles.delete(key);
      continue;
    }
    roleNames.set(key, name);
    if (parsed.value !== null) roles.set(key, { name, ...parsed.value, file: file.path });
  }
  const bindings = loadBindings(tree, roleNames, findings);
  const keys = loadDeployKeys(tree, roleNames, findings);
  return { access: { roles, bindings, keys }, findings, roleNames };
}

function nameTaken(path: string, expected: string, found: string): Finding {
  return inFile(
    path,
    errorAt(FILE_START, {
      rule: "duplicate-name",
      message: `expected ${expected}, found ${found}`,
      hint: "rename the file",
    }),
  );
}

function nameOf({ path }: RepoFile): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.yml$/, "");
}

function loadBindings(
  tree: ParsedTree,
  roleNames: ReadonlyMap<string, string>,
  findings: Finding[],
): readonly Binding[] {
  return tree.ofKind("bindings").flatMap((file) => {
    const parsed = parseRepoFile(file, "bindings", tree.cache);
    addAll(findings, findingsIn(file, parsed));
    const local = parsed.value ?? [];
    const unknown = local.flatMap(({ role, roleAt }) => {
      const finding = unknownRole({ name: role, at: roleAt, file: file.path }, roleNames);
      return finding === null ? [] : [finding];
    });
    addAll(findings, unknown);
    if (hasErrors(unknown)) return [];
    return local.map(({ role, subjects, racks, until, line }, index): Binding => ({
      id: `${file.path}#${index}`,
      file: file.path,
      line,
      role,
      subjects,
      racks,
      until,
    }));
  });
}

/** Of two of one name, neither is known: which is meant cannot be. */
function loadDeployKeys(
  tree: ParsedTree,
  roleNames: ReadonlyMap<string, string>,
  findings: Finding[],
): ReadonlyMap<string, DeployKey> {
  const keys = new Map<string, DeployKey>();
  const names = new Map<string, string>();
  const hashes = new Map<string, string>();
  for (const file of tree.ofKind("deploy-key")) {
    const parsed = parseRepoFile(file, "deploy-key", tree.cache);
    addAll(findings, findingsIn(file, parsed));
    const key = nameOf(file).toLowerCase();
    const other = names.get(key);
    if (other !== undefined) {
      findings.push(nameTaken(file.path, "a key's name that is not taken", `that of ${other}`));
      keys.delete(key);
    }
    names.set(key, file.path);
    if (parsed.value === null) continue;
    const { roleAt, hashAt, racksAt: _, ...read } = parsed.value;
    const role = read.role?.toLowerCase() === DEFAULT_KEY_ROLE ? null : read.role;
    if (other === undefined) keys.set(key, { ...read, name: nameOf(file), file: file.path, role });
    if (role !== null) {
      const finding = unknownRole({ name: role, at: roleAt, file: file.path }, roleNames);
      if (finding !== null) findings.push(finding);
    }
    for (const hash of parsed.value.hashes) {
      const holder = hashes.get(hash);
      if (holder !== undefined) {
        const message = `expected a hash of its own for each key, found that of ${holder}`;
        findings.push(inFile(file.path, errorAt(hashAt, { rule: "duplicate-hash", message })));
      }
      hashes.set(hash, file.path);
    }
  }
  return keys;
}

/** The Console's command list (spec §6): no role of roles/. */
const DEFAULT_KEY_ROLE = "deploykey";

interface RoleReference {
  readonly name: string;
  readonly at: Position;
  readonly file: string;
}

export function unknownRole({ name, at, file }: RoleReference, roleNames: ReadonlyMap<string, string>): Finding | null {
  if (roleNames.has(name.toLowerCase())) return null;
  const message = `expected a role of roles/ or a predefined one, found \`${name}\`, which is neither`;
  return inFile(file, errorAt(at, { rule: "unknown-role", message, hint: didYouMean(name, roleNames.values()) }));
}
