// Who gains and who loses what by changed roles and bindings, in words: each right that a binding gives before or after is
// decided by both, so that a specific permission that caps a wider one shows as the loss that it is.
import { matchesSelector } from "../manifest/selector.ts";
import {
  RESOURCE_TYPES,
  type Access,
  type Action,
  type Binding,
  type Instant,
  type Permission,
  type ResourceType,
  type Selector,
  type Subject,
} from "../manifest/types.ts";
import { boundSubjects } from "./access-index.ts";
import { askerOfSubject, type Asker } from "./asker.ts";
import { decideScope, type Decision } from "./decide.ts";
import { selectorWords } from "./phrases.ts";
import type { People } from "./proposal.ts";
import { belongsToRack, fallbackOf } from "./resource-types.ts";
import { ALL, type Scope } from "./scope.ts";
import type { AccessChange } from "./verdict.ts";

export interface AccessSides {
  readonly before: Access;
  readonly after: Access;
  readonly people: People;
  readonly at: Instant;
}

/** Sorted by subject; subjects for whom nothing differs are left out. A user's teams count as what they hold already. */
export function accessChangesOf(sides: AccessSides): readonly AccessChange[] {
  const subjects = new Set([...boundSubjects(sides.before), ...boundSubjects(sides.after)]);
  return [...subjects].sort().flatMap((subject) => {
    if (grantsText(sides.before, subject) === grantsText(sides.after, subject)) return [];
    const change = accessChangeOf(subject, sides);
    return change.gains.length + change.loses.length === 0 ? [] : [change];
  });
}

/** Equal texts give equal rights: most subjects need no closer look. */
function grantsText(access: Access, subject: Subject): string {
  const own = access.bindings.filter((binding) => binding.subjects.includes(subject));
  return JSON.stringify(
    own.map(({ role, racks, until }) => [racks, until, access.roles.get(role.toLowerCase())?.permissions ?? null]),
  );
}

/** A right as one binding gives it: of these types, these names, on these racks. `racks` is null for types without one. */
interface Right {
  readonly resource: ResourceType;
  readonly names: Selector;
  readonly racks: Selector | null;
}

function accessChangeOf(subject: Subject, sides: AccessSides): AccessChange {
  // What a binding says of somebody is told even if they are no member yet.
  const asker: Asker = { ...askerOfSubject(subject, sides.people), member: true };
  const rights = distinct([...rightsOf(sides.before, subject, sides.at), ...rightsOf(sides.after, subject, sides.at)]);
  const differences = rights.flatMap((right) => differencesOf(right, asker, sides));
  return {
    subject,
    gains: wordsOf(differences.filter(({ kind }) => kind === "gain")),
    loses: wordsOf(differences.filter(({ kind }) => kind === "loss")),
  };
}

function rightsOf(access: Access, subject: Subject, at: Instant): readonly Right[] {
  return access.bindings
    .filter((binding) => binding.subjects.includes(subject) && (binding.until === null || at < binding.until))
    .flatMap((binding) => {
      const permissions = access.roles.get(binding.role.toLowerCase())?.permissions ?? [];
      return permissions.flatMap((permission) => rightsBy(permission, binding));
    });
}

/** A denial speaks of all that it denies; a permission also of the type that falls back to it. */
function rightsBy(permission: Permission, binding: Binding): readonly Right[] {
  const names = permission.names.kind === "none" ? ALL : permission.names;
  const racks = narrow(permission.racks.kind === "none" ? ALL : permission.racks, binding.racks);
  return [permission.resource, ...typesUnder(permission.resource)].flatMap((resource): readonly Right[] => {
    if (belongsToRack(resource)) return racks === null ? [] : [{ resource, names, racks }];
    return binding.racks === null || binding.racks.kind === "all" ? [{ resource, names, racks: null }] : [];
  });
}

/** A narrowed `all` gives what belongs to a rack, and nothing else: it is told type by type. */
function typesUnder(resource: ResourceType): readonly ResourceType[] {
  if (resource === "all") return RESOURCE_TYPES.filter((type) => type !== "all");
  return RESOURCE_TYPES.filter((type) => fallbackOf(type) === resource);
}

/** Racks of a permission within those of its binding; null: none are left. */
function narrow(racks: Selector, within: Selector | null): Selector | null {
  if (within === null || within.kind === "all") return racks;
  if (racks.kind === "all") return within;
  if (racks.kind !== "names") return racks;
  const names = racks.names.filter((name) => matchesSelector(within, name));
  if (names.length > 0) return { kind: "names", names };
  return within.kind === "names" ? narrowNames(within, racks) : null;
}

function narrowNames(within: Extract<Selector, { kind: "names" }>, racks: Selector): Selector | null {
  const names = within.names.filter((name) => matchesSelector(racks, name));
  return names.length === 0 ? null : { kind: "names", names };
}

interface Difference {
  readonly kind: "gain" | "loss";
  readonly action: Action;
  readonly right: Right;
  readonly by: string;
}

function differencesOf(right: Right, asker: Asker, sides: AccessSides): readonly Difference[] {
  const before = strongest(right, asker, sides.before, sides.at);
  const after = strongest(right, asker, sides.after, sides.at);
  if (before?.action === after?.action) return [];
  const gains = after !== null && before?.action !== "write";
  const held = gains ? after : before;
  if (held === null) return [];
  return [{ kind: gains ? "gain" : "loss", action: held.action, right, by: sourceWords(held.decision) }];
}

function strongest(
  right: Right,
  asker: Asker,
  access: Access,
  at: Instant,
): { action: Action; decision: Decision } | null {
  for (const action of ["write", "read"] as const) {
    const scope: Scope = { action, ...right };
    const decision = decideScope(access, asker, scope, at);
    if (decision.allowed) return { action, decision };
  }
  return null;
}

function sourceWords(decision: Decision): string {
  return `role ${decision.held?.binding.role ?? ""}, ${decision.held?.binding.file ?? ""}`;
}

/** One line for each right, types that differ alike joined; what `all` says, no type repeats. */
function wordsOf(differences: readonly Difference[]): readonly string[] {
  const lines = new Map<string, { types: ResourceType[]; difference: Difference }>();
  for (const difference of differences) {
    const { action, right, by } = difference;
    const line = JSON.stringify([action, right.names, belongsToRack(right.resource) ? right.racks : null, by]);
    const known = lines.get(line) ?? { types: [], difference };
    if (!known.types.includes(right.resource)) known.types.push(right.resource);
    lines.set(line, known);
  }
  const everything = [...lines.values()]
    .filter(({ types }) => types.includes("all"))
    .map(({ difference }) => difference);
  return [...lines.values()]
    .filter(
      ({ types, difference }) => types.includes("all") || !everything.some((whole) => isSaidBy(difference, whole)),
    )
    .map(({ types, difference }) => lineWords(types.includes("all") ? ["all"] : types, difference));
}

function isSaidBy(difference: Difference, whole: Difference): boolean {
  const { names, racks } = difference.right;
  const same = JSON.stringify(names) === JSON.stringify(whole.right.names) && (racks === null || racks.kind === "all");
  return same && difference.action === whole.action && difference.by === whole.by;
}

function lineWords(types: readonly ResourceType[], { action, right, by }: Difference): string {
  const names = right.names.kind === "all" ? "" : ` ${selectorWords(right.names)}`;
  const racks = right.racks === null || right.racks.kind === "all" ? "" : ` on ${selectorWords(right.racks)}`;
  return `${action} ${types.join(", ")}${names}${racks} (${by})`;
}

function distinct(rights: readonly Right[]): readonly Right[] {
  return [...new Map(rights.map((right) => [JSON.stringify(right), right])).values()];
}
