// Roles and bindings written as short as a test reads them.
import type { Asker } from "../../src/rbac/asker.ts";
import type { Question } from "../../src/rbac/decide.ts";
import type { ChangedName } from "../../src/rbac/proposal.ts";
import type {
  Access,
  Action,
  Binding,
  Permission,
  RackName,
  ResourceType,
  Role,
  Selector,
  Subject,
} from "../../src/manifest/types.ts";

type Written = "all" | "none" | readonly string[] | { readonly regex: string };

function selector(written: Written): Selector {
  if (written === "all") return { kind: "all" };
  if (written === "none") return { kind: "none" };
  return "regex" in written ? { kind: "regex", source: written.regex } : { kind: "names", names: written };
}

export function permission(
  resource: ResourceType,
  action: Action | null,
  limits: { names?: Written; racks?: Written } = {},
): Permission {
  return { resource, action, names: selector(limits.names ?? "all"), racks: selector(limits.racks ?? "all") };
}

export function role(name: string, ...permissions: readonly Permission[]): Role {
  return { name, description: name, permissions, file: `roles/${name}.yml` };
}

export const ADMINISTRATOR: Role = role("Administrator", permission("all", "write"));

export interface WrittenBinding {
  readonly role: string;
  readonly subjects: readonly Subject[];
  readonly racks?: Written;
  readonly until?: string;
}

export function access(roles: readonly Role[], bindings: readonly WrittenBinding[]): Access {
  return {
    roles: new Map(roles.map((one) => [one.name.toLowerCase(), one])),
    bindings: bindings.map(toBinding),
    keys: new Map(),
  };
}

function toBinding(written: WrittenBinding, index: number): Binding {
  return {
    id: `bindings/all.yml#${index}`,
    file: "bindings/all.yml",
    line: index + 1,
    role: written.role,
    subjects: written.subjects,
    racks: written.racks === undefined ? null : selector(written.racks),
    until: written.until === undefined ? null : Date.parse(written.until),
  };
}

export function rackName(name: string): RackName {
  return name as RackName; // tests write names that are valid
}

/** `write environment web on prod-eu`; `*` is every name or every rack. */
export function question(words: string): Question {
  const match = /^(read|write) (\S+)(?: (?!on )(\S+))?(?: on (\S+))?$/.exec(words);
  if (match === null) throw new Error(`no question: ${words}`);
  const [, action, resource, name, rack] = match;
  return {
    action: action === "write" ? "write" : "read",
    resource: (resource ?? "all") as ResourceType, // tests write types that exist
    name: name === undefined || name === "*" ? null : name,
    rack: rack === undefined || rack === "*" ? null : rackName(rack),
  };
}

/** Ana holds one role with these permissions. */
export function holding(...permissions: Role["permissions"]): Access {
  return access([role("tested", ...permissions)], [{ role: "tested", subjects: ["user:ana"] }]);
}

export function ana(teams: readonly string[], { member }: { readonly member: boolean } = { member: true }): Asker {
  const boundAs: readonly Subject[] = ["user:ana", ...teams.map((team): Subject => `team:${team}`)];
  return { subject: "user:ana", teams, member, boundAs, replaced: [] };
}

/** A name that these have now, who are not whom it was given to. */
export function anothersNow(name: Subject, ...logins: readonly string[]): [Subject, ChangedName] {
  return [name, { name, then: { id: 9, now: null }, now: { id: 1, logins: new Set(logins) }, files: [] }];
}
