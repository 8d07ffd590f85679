// What a deploy key may: its role, or the Console's command list, on racks and apps alone and within its own `racks` and `apps`.
import type { Access, DeployKey, Permission, ResourceType, Role } from "../manifest/types.ts";
import { narrowed, rightsOf, type Right } from "./rights.ts";
import { ALL } from "./scope.ts";

const COMMAND_LIST: readonly Permission[] = [
  { resource: "racks", names: ALL, racks: ALL, action: "read" },
  { resource: "applications", names: ALL, racks: ALL, action: "write" },
  { resource: "environment", names: ALL, racks: ALL, action: "write" },
];

const DEPLOY_KEY: Role = { name: "DeployKey", description: "", permissions: COMMAND_LIST, file: null };

/** null: there is no such role. */
export function roleOfKey(access: Access, key: DeployKey): Role | null {
  return key.role === null ? DEPLOY_KEY : (access.roles.get(key.role.toLowerCase()) ?? null);
}

/** What a deploy key reaches at all. */
export const KEY_RESOURCES: readonly ResourceType[] = ["racks", "applications", "environment"];

/** As `rightsOf`. */
export function rightsOfKey(role: Role, key: DeployKey): readonly (readonly Right[])[] {
  return rightsOf(role, key.racks).map((group) => group.flatMap((right) => withinApps(right, key)));
}

function withinApps(right: Right, key: DeployKey): readonly Right[] {
  const { scope } = right;
  if (!KEY_RESOURCES.includes(scope.resource)) return [];
  if (scope.resource === "racks") return [right];
  const names = narrowed(scope.names, key.apps);
  return names === null ? [] : [{ ...right, scope: { ...scope, names } }];
}
