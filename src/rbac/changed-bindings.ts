// Which bindings differ between two policies by what they give: most are as they were, by roles that are as they were.
import type { Access, Binding, Role, Selector, Subject } from "../manifest/types.ts";

/** What a subject is bound to on one side alone. */
export interface ChangedBindings {
  readonly before: readonly Binding[];
  readonly after: readonly Binding[];
}

/** By subject. A binding that only moved is no change; one whose role says something else is one on both sides. */
export function changedBindings(before: Access, after: Access): ReadonlyMap<Subject, ChangedBindings> {
  const roles = changedRoles(before, after);
  const lists = withoutShared({ before: before.bindings, after: after.bindings }, roles);
  const left = new Map(lists.before.map((binding) => [binding.id, binding]));
  const added = lists.after.filter((binding) => {
    const known = left.get(binding.id);
    if (known === undefined || !isSameBinding(known, binding) || isOf(roles, binding)) return true;
    left.delete(binding.id);
    return false;
  });
  const sides = { before: bySubject(left.values()), after: bySubject(added) };
  const subjects = new Set([...sides.before.keys(), ...sides.after.keys()]);
  return new Map(
    [...subjects].flatMap((subject) => {
      const own = { before: sides.before.get(subject) ?? [], after: sides.after.get(subject) ?? [] };
      const changed = withoutMoved(own, roles);
      return changed.before.length + changed.after.length === 0 ? [] : [[subject, changed] as const];
    }),
  );
}

interface BindingLists {
  readonly before: readonly Binding[];
  readonly after: readonly Binding[];
}

/** Of thousands all but a few are the same objects in the same order: these are left out, and the others compared. */
function withoutShared({ before, after }: BindingLists, roles: ReadonlySet<string>): BindingLists {
  const left: { readonly before: Binding[]; readonly after: Binding[] } = { before: [], after: [] };
  let at = 0;
  let other = 0;
  while (at < before.length || other < after.length) {
    const one = before[at];
    const two = after[other];
    if (one === undefined || one !== two || isOf(roles, one)) {
      // One that came or went shifts those behind it by one.
      const came = after[other + 1] === one && before[at + 1] !== two;
      const went = before[at + 1] === two && after[other + 1] !== one;
      if (one !== undefined && !came) left.before.push(one);
      if (two !== undefined && !went) left.after.push(two);
      if (came) at -= 1;
      if (went) other -= 1;
    }
    at += 1;
    other += 1;
  }
  return left;
}

/** In lower case: those that only one side has, or whose permissions are others. */
function changedRoles({ roles: before }: Access, { roles: after }: Access): ReadonlySet<string> {
  const names = new Set([...before.keys(), ...after.keys()]);
  return new Set([...names].filter((name) => !isSameRole(before.get(name), after.get(name))));
}

/** Two readings of the same file share the permissions. */
function isSameRole(role: Role | undefined, other: Role | undefined): boolean {
  return (
    role?.permissions === other?.permissions || JSON.stringify(role?.permissions) === JSON.stringify(other?.permissions)
  );
}

function isOf(roles: ReadonlySet<string>, { role }: Binding): boolean {
  return roles.size > 0 && roles.has(role.toLowerCase());
}

function isSameBinding(binding: Binding, other: Binding): boolean {
  return (
    binding === other ||
    (isSameSubjects(binding.subjects, other.subjects) &&
      binding.until === other.until &&
      isSameSelector(binding.racks, other.racks) &&
      (binding.role === other.role || binding.role.toLowerCase() === other.role.toLowerCase()))
  );
}

function isSameSubjects(subjects: readonly Subject[], others: readonly Subject[]): boolean {
  return (
    subjects === others ||
    (subjects.length === others.length && subjects.every((subject, index) => subject === others[index]))
  );
}

function isSameSelector(selector: Selector | null, other: Selector | null): boolean {
  return selector === other || JSON.stringify(selector) === JSON.stringify(other);
}

function bySubject(bindings: Iterable<Binding>): ReadonlyMap<Subject, readonly Binding[]> {
  const lists = new Map<Subject, Binding[]>();
  for (const binding of bindings) {
    for (const subject of new Set(binding.subjects)) {
      const list = lists.get(subject);
      if (list === undefined) lists.set(subject, [binding]);
      else list.push(binding);
    }
  }
  return lists;
}

/** What stands elsewhere now, or with other subjects, gives this one what it gave. */
function withoutMoved({ before, after }: ChangedBindings, roles: ReadonlySet<string>): ChangedBindings {
  const left = new Map<string, Binding[]>();
  for (const binding of before) left.set(textOf(binding), [...(left.get(textOf(binding)) ?? []), binding]);
  const added = after.filter((binding) => isOf(roles, binding) || left.get(textOf(binding))?.shift() === undefined);
  return { before: [...left.values()].flat(), after: added };
}

function textOf({ role, racks, until }: Binding): string {
  return JSON.stringify([role.toLowerCase(), racks, until]);
}
