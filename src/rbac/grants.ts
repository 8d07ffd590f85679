// What a change gives, and to whom: by new or wider bindings, by roles that give more, by later ends, by deploy keys, and by
// bindings to roles that may approve (spec §2, "Escalation guard").
import type { Access, Binding, DeployKey, Instant, Role, Selector, Settings, Subject } from "../manifest/types.ts";
import { coversRacks, holdingsOf } from "./access-index.ts";
import { alone, type Asker } from "./asker.ts";
import { hasEnded } from "./decide.ts";
import { rightsOfKey, roleOfKey } from "./key-role.ts";
import { fromsOf } from "./requirement.ts";
import { holdsRight, mayGive, rightsOf, type Right } from "./rights.ts";
import { coverage } from "./scope.ts";

/** What is given: a right, or the power to approve where rules name the role. */
export type Gift =
  { readonly kind: "right"; readonly right: Right } | { readonly kind: "approving"; readonly role: string };

export interface Grant {
  readonly to: Subject | `key:${string}`;
  readonly role: string;
  readonly racks: Selector | null;
  readonly file: string;
  readonly until: Instant | null;
  /** Of one permission each: its own type first, then those that fold into it. */
  readonly gifts: readonly (readonly Gift[])[];
  /** Whether the base gives it already, at that instant. */
  readonly isHad: (gift: Gift, at: Instant) => boolean;
}

export interface Giving {
  readonly base: Access;
  readonly head: Access;
  /** Names of roles that approval rules name, in lower case. */
  readonly approving: ReadonlySet<string>;
}

/** Every binding and key of the head that says more than the base does of the same subject, or key. */
export function grantsOf(giving: Giving): readonly Grant[] {
  return [...giving.head.bindings.flatMap((binding) => bindingGrants(binding, giving)), ...keyGrants(giving)];
}

export function rolesThatApprove(...settings: readonly Settings[]): ReadonlySet<string> {
  const froms = settings.flatMap(({ approvals }) => approvals.flatMap(({ require }) => fromsOf(require)));
  return new Set(froms.flatMap(({ roles }) => roles.map((role) => role.toLowerCase())));
}

function bindingGrants(binding: Binding, giving: Giving): readonly Grant[] {
  const role = giving.head.roles.get(binding.role.toLowerCase());
  if (role === undefined) return [];
  const { racks, file, until } = binding;
  return binding.subjects.flatMap((to): readonly Grant[] => {
    const had = alone(to, { member: true });
    if (holdsSame(giving.base, had, { binding, role })) return [];
    const rights = rightsOf(role, racks).map((group) => group.filter(mayGive).map(rightGift));
    const approving: readonly Gift[] = giving.approving.has(role.name.toLowerCase())
      ? [{ kind: "approving", role: role.name }]
      : [];
    const gifts = [...rights, approving].filter((group) => group.length > 0);
    const isHad = (gift: Gift, at: Instant): boolean => isHeld(gift, { access: giving.base, asker: had, racks, at });
    return [{ to, role: role.name, racks, file, until, gifts, isHad }];
  });
}

function rightGift(right: Right): Gift {
  return { kind: "right", right };
}

/** Most bindings are as they were: these need no closer look. */
function holdsSame(base: Access, subject: Asker, { binding, role }: { binding: Binding; role: Role }): boolean {
  return holdingsOf(base, subject).some(
    (held) =>
      held.role?.permissions === role.permissions &&
      held.binding.role.toLowerCase() === binding.role.toLowerCase() &&
      isNoLater(binding.until, held.binding.until) &&
      coversRacks(held.binding, binding.racks),
  );
}

function isNoLater(end: Instant | null, other: Instant | null): boolean {
  return other === null || (end !== null && end <= other);
}

export interface Holding {
  readonly access: Access;
  readonly asker: Asker;
  readonly racks: Selector | null;
  readonly at: Instant;
}

/** Does somebody hold what is given. To approve as a role is held by who is bound to it, as widely. */
export function isHeld(gift: Gift, { access, asker, racks, at }: Holding): boolean {
  if (gift.kind === "right") return holdsRight(access, asker, gift.right, at);
  return holdingsOf(access, asker).some(
    (held) =>
      asker.member &&
      held.binding.role.toLowerCase() === gift.role.toLowerCase() &&
      !hasEnded(held, at) &&
      (held.binding.racks === null || coversRacks(held.binding, racks)),
  );
}

function keyGrants({ base, head }: Giving): readonly Grant[] {
  return [...head.keys].flatMap(([name, key]): readonly Grant[] => {
    const role = roleOfKey(head, key);
    const known = base.keys.get(name);
    if (role === null || (known !== undefined && isNoWider(key, known) && isSameRole(role, roleOfKey(base, known)))) {
      return [];
    }
    const gifts = rightsOfKey(role, key).map((group) => group.filter(mayGive).map(rightGift));
    const given = gifts.filter((group) => group.length > 0);
    const { racks, file, expires } = key;
    return [{ to: `key:${name}`, role: role.name, racks, file, until: expires, gifts: given, isHad: () => false }];
  });
}

function isSameRole(role: Role, other: Role | null): boolean {
  return JSON.stringify(role.permissions) === JSON.stringify(other?.permissions);
}

/** A hash that goes, fewer racks, apps or commands and an earlier end give nothing. */
function isNoWider(key: DeployKey, than: DeployKey): boolean {
  return (
    key.hashes.every((hash) => than.hashes.includes(hash)) &&
    JSON.stringify(key.oidc) === JSON.stringify(than.oidc) &&
    coverage(than.racks, key.racks) === "whole" &&
    coverage(than.apps, key.apps) === "whole" &&
    (than.commands === null || (key.commands?.every((command) => than.commands?.includes(command)) ?? false)) &&
    key.expires <= than.expires
  );
}
