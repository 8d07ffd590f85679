// A policy of any number of bindings, the same for the same numbers: 50 roles × 8 permissions, 2,000 people, 100 nested teams.
import type {
  Access,
  Action,
  AppName,
  Binding,
  Permission,
  RackName,
  ResourceType,
  Role,
  Selector,
  Subject,
} from "../src/manifest/types.ts";
import { askerOf, type Asker } from "../src/rbac/asker.ts";
import type { Question } from "../src/rbac/decide.ts";
import type { People } from "../src/rbac/proposal.ts";
import { oneOf, seeded, whole, type Chance } from "./chance.ts";

/** Broad: wide selectors, so that nearly all is allowed. Tight: least privilege, so that most is not. */
export type Breadth = "broad" | "tight";

export interface AccessWorld {
  readonly access: Access;
  readonly people: People;
  readonly racks: ReadonlyMap<RackName, readonly AppName[]>;
}

const PEOPLE = 2_000;
const TEAMS = 100;
const ROLES = 50;
const PERMISSIONS = 8;

export function accessWorld(breadth: Breadth, bindings: number, size: { racks: number; apps: number }): AccessWorld {
  const chance = seeded(bindings + (breadth === "broad" ? 1 : 2));
  const roles = Array.from({ length: ROLES }, (_, index) => someRole(chance, breadth, index, size));
  const access: Access = {
    roles: new Map(roles.map((role) => [role.name, role])),
    bindings: Array.from({ length: bindings }, (_, index) => someBinding(chance, breadth, index, size)),
    keys: new Map(),
  };
  const apps = Array.from({ length: size.apps }, (_, app) => appName(app));
  const racks = new Map(Array.from({ length: size.racks }, (_, rack) => [rackName(rack), apps]));
  return { access, people: somePeople(chance), racks };
}

function rackName(rack: number): RackName {
  return `${rack % 3 === 0 ? "prod" : "staging"}-${String(rack).padStart(3, "0")}` as RackName; // a valid one
}

const AREAS = ["web", "payments", "platform", "data", "mobile", "search", "security", "growth"] as const;

function appName(app: number): AppName {
  return `${AREAS[app % AREAS.length] ?? "web"}-${String(app).padStart(3, "0")}` as AppName; // a valid one
}

const ALL: Selector = { kind: "all" };

function names(...list: readonly string[]): Selector {
  return { kind: "names", names: list };
}

interface Size {
  readonly racks: number;
  readonly apps: number;
}

function someRole(chance: Chance, breadth: Breadth, index: number, size: Size): Role {
  const permissions = Array.from({ length: PERMISSIONS }, (_, at) => somePermission(chance, breadth, at, size));
  return { name: `role-${String(index)}`, description: "", permissions, file: `roles/role-${String(index)}.yml` };
}

function somePermission(chance: Chance, breadth: Breadth, at: number, size: Size): Permission {
  const resource: ResourceType =
    at === 0 ? "racks" : oneOf(chance, ["applications", "applications", "environment", "racks", "users", "all"]);
  const action: Action = chance() < 0.5 ? "write" : "read";
  const isDenial = chance() < 0.03;
  if (breadth === "broad") {
    const wide = oneOf<Selector>(chance, [ALL, ALL, { kind: "regex", source: `${oneOf(chance, AREAS)}-.*` }]);
    const racks = oneOf<Selector>(chance, [ALL, ALL, names("staging-*")]);
    return { resource, names: resource === "racks" ? ALL : wide, racks, action };
  }
  const app = oneOf<Selector>(chance, [
    names(appName(whole(chance, 0, size.apps - 1)), appName(whole(chance, 0, size.apps - 1))),
    names(`${oneOf(chance, AREAS)}-*`),
    { kind: "regex", source: `(${oneOf(chance, AREAS)}|${oneOf(chance, AREAS)})-0.*` },
  ]);
  const rack = oneOf<Selector>(chance, [
    names(rackName(whole(chance, 0, size.racks - 1)), rackName(whole(chance, 0, size.racks - 1))),
    names(`prod-0${String(whole(chance, 0, 9))}*`),
    names(`staging-0${String(whole(chance, 0, 9))}*`, "staging-001"),
  ]);
  // Of `all` narrow names give next to nothing; least privilege does not use it.
  const type = resource === "all" ? "applications" : resource;
  if (type === "racks") return { resource: type, names: ALL, racks: at === 0 ? ALL : rack, action: "read" };
  return { resource: type, names: isDenial ? { kind: "none" } : app, racks: rack, action: isDenial ? null : action };
}

function someBinding(chance: Chance, breadth: Breadth, index: number, size: Size): Binding {
  const subject: Subject =
    chance() < 0.2 ? `team:team-${String(whole(chance, 0, TEAMS - 1))}` : `user:${login(whole(chance, 0, PEOPLE - 1))}`;
  const narrow = chance() < (breadth === "broad" ? 0.2 : 0.5);
  const racks = narrow
    ? oneOf<Selector>(chance, [
        names(rackName(whole(chance, 0, size.racks - 1))),
        names("staging-*"),
        names(`prod-0${String(whole(chance, 0, 9))}*`),
      ])
    : null;
  return {
    id: `bindings/${String(index)}.yml#0`,
    file: `bindings/${String(index)}.yml`,
    line: 1,
    role: `role-${String(whole(chance, 0, ROLES - 1))}`,
    subjects: [subject],
    racks,
    until: null,
  };
}

function login(person: number): string {
  return `person-${String(person)}`;
}

/** Teams nested three deep: a person of a team is one of the teams above it. */
function somePeople(chance: Chance): People {
  const teams = new Map(Array.from({ length: TEAMS }, (_, team) => [`team-${String(team)}`, new Set<string>()]));
  for (let person = 0; person < PEOPLE; person += 1) {
    let team = whole(chance, 0, TEAMS - 1);
    for (let depth = 0; depth < 3; depth += 1) {
      teams.get(`team-${String(team)}`)?.add(login(person));
      team = Math.floor(team / 5);
    }
  }
  const members = new Set(Array.from({ length: PEOPLE }, (_, person) => login(person)));
  return { members, teams, changed: new Map() };
}

export function everybodyIn({ people }: AccessWorld): readonly Asker[] {
  return Array.from(people.members, (one) => askerOf(one, people));
}

export interface Asked {
  readonly asker: Asker;
  readonly question: Question;
}

export function someQuestions(world: AccessWorld, count: number): readonly Asked[] {
  const chance = seeded(count);
  const askers = everybodyIn(world);
  const racks = [...world.racks.keys()];
  return Array.from({ length: count }, () => {
    const asker = askers[whole(chance, 0, askers.length - 1)];
    const rack = racks[whole(chance, 0, racks.length - 1)];
    const apps = rack === undefined ? [] : (world.racks.get(rack) ?? []);
    if (asker === undefined || rack === undefined) throw new Error("a world without people or racks");
    const resource = oneOf(chance, ["applications", "environment"] as const);
    const action = oneOf(chance, ["read", "write"] as const);
    return { asker, question: { action, resource, name: apps[whole(chance, 0, apps.length - 1)] ?? "web", rack } };
  });
}

/** The same roles and bindings as a tree read anew has them: nothing is remembered of them. */
export function readAnew({ roles, bindings, keys }: Access): Access {
  const fresh = [...roles].map(([name, role]) => [name, { ...role, permissions: [...role.permissions] }] as const);
  return { roles: new Map(fresh), bindings: [...bindings], keys };
}
