// Everybody who may do one thing. What a binding gives is decided once, however many people hold it.
import {
  RESOURCE_TYPES,
  type Access,
  type Binding,
  type Instant,
  type RackName,
  type Role,
  type Subject,
} from "../manifest/types.ts";
import { boundSubjects, coversRacks } from "./access-index.ts";
import { askerOfSubject, type Asker } from "./asker.ts";
import { onEachRack } from "./decide-on-racks.ts";
import { decide, hasEnded, scopeOf, unboundBecause, type Decision, type Question } from "./decide.ts";
import { isHeldBy, placeRole } from "./placed-role.ts";
import type { People } from "./proposal.ts";
import { askedOf } from "./role-decision.ts";
import type { Scope } from "./scope.ts";

export interface Grant {
  readonly subject: Subject;
  readonly via: { readonly binding: string; readonly role: string };
}

export interface WhoAsked {
  readonly access: Access;
  readonly question: Question;
  /** As of `decideOnRacks`. */
  readonly racks: readonly RackName[];
  readonly at: Instant;
}

/**
 * Every bound subject that may, sorted, each with the binding that allows it. Teams stand for their people; one that is
 * known to have no member of the organisation is left out.
 */
export function whoMay(access: Access, people: People, question: Question, at: Instant): readonly Grant[] {
  return grantsTo(boundSubjects(access), people, { access, question, racks: [], at });
}

/** Those of the subjects that may, in their order, by the binding that `decideOnRacks` names first. */
export function grantsTo(subjects: readonly Subject[], people: People, asked: WhoAsked): readonly Grant[] {
  const askers = new Map(subjects.map((subject) => [subject, askerOfSubject(subject, people)]));
  const held = inForce(asked);
  const bound = [...askers.values()].filter((asker) => unboundBecause(asker) === null);
  const everywhere = allowing(held, bound, asked.question);
  const others = bound.filter((asker) => !everywhere.has(asker));
  const [first, ...more] = onEachRack(asked.question, asked.racks);
  const onEach = more.reduce<Allowing>(
    (left, question) => {
      const also = allowing(held, [...left.keys()], question);
      return new Map([...left].filter(([asker]) => also.has(asker)));
    },
    first === undefined ? new Map() : allowing(held, others, first),
  );
  return [...askers].flatMap(([subject, asker]) => {
    const binding = everywhere.get(asker) ?? onEach.get(asker);
    return binding === undefined ? [] : [{ subject, via: { binding: binding.id, role: binding.role } }];
  });
}

interface Bound {
  readonly binding: Binding;
  /** Its place among all bindings. */
  readonly number: number;
}

/** By role: most roles say nothing of what is asked. */
type InForce = ReadonlyMap<Role, readonly Bound[]>;

function inForce({ access, at }: WhoAsked): InForce {
  const byRole = new Map<Role, Bound[]>();
  access.bindings.forEach((binding, number) => {
    const role = access.roles.get(binding.role.toLowerCase());
    if (role === undefined || hasEnded({ binding }, at)) return;
    const bound = byRole.get(role);
    if (bound === undefined) byRole.set(role, [{ binding, number }]);
    else bound.push({ binding, number });
  });
  return byRole;
}

type Allowing = ReadonlyMap<Asker, Binding>;

/** By the first binding that gives it, of all by which somebody is bound. */
function allowing(held: InForce, askers: readonly Asker[], question: Question): Allowing {
  const made = new Map<Asker, Binding>();
  if (askers.length === 0) return made;
  const giving = firstGiving(held, scopeOf(question));
  for (const asker of askers) {
    let first: Bound | undefined;
    for (const subject of asker.boundAs) first = earlier(first, giving.get(subject));
    if (first !== undefined) made.set(asker, first.binding);
  }
  return made;
}

/** For each subject the first binding of it that gives all of the scope. */
function firstGiving(held: InForce, scope: Scope): ReadonlyMap<Subject, Bound> {
  const asked = askedOf(scope);
  const first = new Map<Subject, Bound>();
  for (const [role, bound] of held) {
    if (!isHeldBy(placeRole(role, scope.racks), asked)) continue;
    for (const one of bound) {
      if (!coversRacks(one.binding, scope.racks)) continue;
      for (const subject of one.binding.subjects) first.set(subject, earlier(one, first.get(subject)));
    }
  }
  return first;
}

function earlier<T extends Bound | undefined>(one: T, other: Bound | undefined): T | Bound {
  if (one === undefined || other === undefined) return other ?? one;
  return one.number < other.number ? one : other;
}

/** May they write every type, every name, on every rack. The first type that they may not write gives the reason. */
export function decideEverything(access: Access, asker: Asker, at: Instant): Decision {
  const all: Question = { action: "write", resource: "all", name: null, rack: null };
  const inAll = decide(access, asker, all, at);
  if (!inAll.allowed) return inAll;
  for (const resource of RESOURCE_TYPES) {
    const decision = decide(access, asker, { ...all, resource }, at);
    if (!decision.allowed) return decision;
  }
  return inAll;
}
