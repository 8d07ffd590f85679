// The best model of casbin that gives the same answers: roles by domain, each rack a domain, selectors of racks spelled out. What a
// role gives is asked of a function of ours, since no effect of casbin's says that a specific permission caps `all`.
import { newEnforcer, newModelFromString, type Enforcer } from "casbin";
import { matchesSelector } from "../src/manifest/selector.ts";
import type { Action, RackName, ResourceType } from "../src/manifest/types.ts";
import { isHeldBy, placeRole } from "../src/rbac/placed-role.ts";
import { askedOf } from "../src/rbac/role-decision.ts";
import { oneName } from "../src/rbac/scope.ts";
import type { AccessWorld, Asked } from "./access-world.ts";

const MODEL = `
[request_definition]
r = sub, dom, type, obj, act
[policy_definition]
p = role
[role_definition]
g = _, _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.role, r.dom) && roleGives(p.role, r.dom, r.type, r.obj, r.act)
`;

/** Answers as `decide` does, for applications and environment of one name on one rack. */
export async function openCasbin(world: AccessWorld): Promise<(asked: Asked) => boolean> {
  const enforcer = await newEnforcer(newModelFromString(MODEL));
  await enforcer.addPolicies([...world.access.roles.keys()].map((role) => [role]));
  await enforcer.addFunction("roleGives", roleGivesIn(world));
  // It clears all links, and lets the matcher ask the manager that they are then added to.
  await enforcer.buildRoleLinks();
  await addLinks(enforcer, world);
  return ({ asker, question: { resource, name, rack, action } }) =>
    enforcer.enforceSync(asker.subject, rack, resource, name, action);
}

function roleGivesIn({ access }: AccessWorld): (...words: string[]) => boolean {
  return (...words) => {
    const [name = "", rack = "", resource, app = "", action] = words;
    const role = access.roles.get(name);
    if (role === undefined) return false;
    const scope = { action: action as Action, resource: resource as ResourceType, names: oneName(app) }; // the questions' own words
    return isHeldBy(placeRole(role, oneName(rack)), askedOf(scope));
  };
}

async function addLinks(enforcer: Enforcer, { access, people, racks }: AccessWorld): Promise<void> {
  const links = enforcer.getRoleManager();
  const names: readonly RackName[] = [...racks.keys()];
  for (const rack of names) {
    for (const [team, logins] of people.teams) {
      for (const login of logins) await links.addLink(`user:${login}`, `team:${team}`, rack);
    }
  }
  for (const { role, subjects, racks: narrowing } of access.bindings) {
    for (const rack of names.filter((one) => narrowing === null || matchesSelector(narrowing, one))) {
      for (const subject of subjects) await links.addLink(subject, role, rack);
    }
  }
}
