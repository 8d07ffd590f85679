import { parseStrictFile, type ParsedFile, type Reader } from "./parsed-file.ts";
import { noteNames, readRacks, readSelector, type SelectorJson } from "./read-parts.ts";
import { createSchemaCheck } from "./schema-check.ts";
import { roleSchema } from "./schemas/role.ts";
import type { Action, Permission, ResourceType, Role } from "./types.ts";
import type { Step } from "./yaml-tree.ts";

interface PermissionJson {
  readonly resource: ResourceType;
  readonly names?: SelectorJson;
  readonly racks?: SelectorJson;
  readonly action?: Action;
}

interface RoleJson {
  readonly description?: string;
  readonly permissions: readonly PermissionJson[];
}

/** A role without its name and file, which are the path's. */
export type RoleFile = Pick<Role, "description" | "permissions">;

const check = createSchemaCheck<RoleJson>(roleSchema, { mayQuote: () => true, unknownKeys: "error" });

export function parseRole(text: string): ParsedFile<RoleFile> {
  return parseStrictFile(text, { check, convert: readRole });
}

function readRole({ description, permissions }: RoleJson, reader: Reader): RoleFile {
  return {
    description: description ?? "",
    permissions: permissions.map((json, index) => readPermission(json, ["permissions", index], reader)),
  };
}

const OF_A_RACK: ReadonlySet<ResourceType> = new Set(["all", "racks", "applications", "environment", "kubectl-access"]);

function readPermission(json: PermissionJson, path: readonly Step[], reader: Reader): Permission {
  const names = readSelector(json.names ?? "all", [...path, "names"], reader);
  const racks = readRacks(json.racks ?? "all", [...path, "racks"], reader);
  noteSubject({ resource: json.resource, names, racks }, [...path, "names"], reader);
  const isDenial = names.kind === "none" || racks.kind === "none";
  if (json.action === undefined && !isDenial) {
    const message = "expected the key `action` (`read` or `write`), found none here";
    reader.error(path, { rule: "missing-key", message, hint: "only a denial (`names: none`) goes without" });
  }
  if (json.racks !== undefined && !OF_A_RACK.has(json.resource) && reader.isWhole([...path, "resource"])) {
    const message = `expected no \`racks\` here, found one: \`${json.resource}\` belongs to no rack`;
    reader.error([...path, "racks"], { rule: "racks-without-rack", message, hint: "delete it" });
  }
  return { resource: json.resource, names, racks, action: json.action ?? null };
}

/** Only of what the repo holds itself: workflows, for one, are the Console's. */
function noteSubject(
  { resource, names, racks }: Pick<Permission, "resource" | "names" | "racks">,
  path: readonly Step[],
  reader: Reader,
): void {
  noteNames(names, path, (selector, at) => {
    if (resource === "applications" || resource === "environment") reader.note(at, { kind: "app", selector, racks });
    const kind = NAMED_KIND[resource];
    if (kind !== undefined) reader.note(at, { kind, selector });
  });
}

const NAMED_KIND: { readonly [resource in ResourceType]?: "rack" | "role-names" | "key-names" } = {
  racks: "rack",
  roles: "role-names",
  "deploy-keys": "key-names",
};
