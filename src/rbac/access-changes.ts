// Who gains and who loses what by changed roles and bindings, in words: each right that a binding gives before or after is
// decided by both, so that a specific permission that caps a wider one shows as the loss that it is.
import type { Access, Action, Instant, ResourceType, Role, Selector, Subject } from "../manifest/types.ts";
import { boundSubjects, holdingsOf, type Held } from "./access-index.ts";
import { alone, askerOfSubject, type Asker } from "./asker.ts";
import { decideScope, hasEnded, type Decision } from "./decide.ts";
import { selectorWords } from "./phrases.ts";
import type { People } from "./proposal.ts";
import { belongsToRack } from "./resource-types.ts";
import { rightsOf } from "./rights.ts";
import type { Scope } from "./scope.ts";
import type { AccessChange } from "./verdict.ts";

export interface AccessSides {
  readonly before: Access;
  readonly after: Access;
  readonly people: People;
  readonly at: Instant;
}

/** Sorted by subject; subjects for whom nothing differs are left out. A user's teams count as what they hold already. */
export function accessChangesOf(sides: AccessSides): readonly AccessChange[] {
  if (sides.before === sides.after) return [];
  const subjects = new Set([...boundSubjects(sides.before), ...boundSubjects(sides.after)]);
  return [...subjects].sort().flatMap((subject) => {
    if (isBoundAlike(subject, sides)) return [];
    const change = accessChangeOf(subject, sides);
    return change.gains.length + change.loses.length === 0 ? [] : [change];
  });
}

/** Most subjects are bound as they were, by roles that are as they were: they need no closer look. */
function isBoundAlike(subject: Subject, { before, after }: AccessSides): boolean {
  const [own, others] = [before, after].map((access) => holdingsOf(access, alone(subject, { member: true })));
  return (
    own?.length === others?.length &&
    own?.every((held, index) => {
      const other = others?.[index];
      return other !== undefined && bindingText(held) === bindingText(other) && isSameRole(held.role, other.role);
    }) === true
  );
}

function bindingText({ binding: { role, racks, until } }: Held): string {
  return JSON.stringify([role.toLowerCase(), racks, until]);
}

/** Two readings of the same file share the permissions. */
function isSameRole(role: Role | null, other: Role | null): boolean {
  return (
    role?.permissions === other?.permissions || JSON.stringify(role?.permissions) === JSON.stringify(other?.permissions)
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
  const rights = distinct([...rightsAt(sides.before, subject, sides.at), ...rightsAt(sides.after, subject, sides.at)]);
  const differences = rights.flatMap((right) => differencesOf(right, asker, sides));
  return {
    subject,
    gains: wordsOf(differences.filter(({ kind }) => kind === "gain")),
    loses: wordsOf(differences.filter(({ kind }) => kind === "loss")),
  };
}

function rightsAt(access: Access, subject: Subject, at: Instant): readonly Right[] {
  return holdingsOf(access, alone(subject, { member: true })).flatMap((held) => {
    if (held.role === null || hasEnded(held, at)) return [];
    return rightsOf(held.role, held.binding.racks)
      .flat()
      .map(({ scope: { resource, names, racks } }) => ({ resource, names, racks }));
  });
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
