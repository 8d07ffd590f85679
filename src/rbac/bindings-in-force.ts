// What some subjects are bound to at one instant. For a few of them it is cheaper than the index of everybody.
import type { Access, Instant, Role, Subject } from "../manifest/types.ts";
import type { Held } from "./access-index.ts";
import { speaksForAnybody } from "./asker.ts";

/** A binding that gives what its role says: the role exists, and the binding has not ended. */
export interface HeldRole extends Held {
  readonly role: Role;
}

export interface InForce {
  /** In the order of the bindings; nothing of a subject that was not asked for. */
  heldAs(subject: Subject): readonly HeldRole[];
}

const NONE: readonly HeldRole[] = [];

/** @param subjects null: everybody */
export function bindingsInForce(access: Access, subjects: ReadonlySet<Subject> | null, at: Instant): InForce {
  const lists = new Map<Subject, HeldRole[]>();
  for (const binding of access.bindings) {
    for (const holder of binding.subjects) {
      if (subjects?.has(holder) === false || (binding.until !== null && at >= binding.until)) continue;
      const role = access.roles.get(binding.role.toLowerCase());
      const list = lists.get(holder) ?? [];
      lists.set(holder, list);
      if (role !== undefined && list.at(-1)?.binding !== binding) list.push({ binding, holder, role });
    }
  }
  return { heldAs: (subject) => (speaksForAnybody(subject) ? NONE : (lists.get(subject) ?? NONE)) };
}
