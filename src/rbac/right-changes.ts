// What two policies say of one right of somebody: held or not, to read or to write, and until when.
import type { Action, Instant, ResourceType, Selector, Subject } from "../manifest/types.ts";
import { coversRacks, type Held } from "./access-index.ts";
import type { HeldRole, InForce } from "./bindings-in-force.ts";
import { isHeldBy, placeRole, type PlacedRole } from "./placed-role.ts";
import { askedOf } from "./role-decision.ts";
import { coverage } from "./scope.ts";

/** A right as one binding gives it: of this type, these names, on these racks. `racks` is null for types without one. */
export interface GivenRight {
  readonly resource: ResourceType;
  readonly names: Selector;
  readonly racks: Selector | null;
}

export interface Difference {
  readonly kind: "gain" | "loss";
  readonly action: Action;
  readonly right: GivenRight;
  /** What gives it now, or gave it. */
  readonly held: Held;
  /** The end of what is gained; null: none. */
  readonly until: Instant | null;
  /** Only the end differs: what it was. */
  readonly insteadOf?: Instant | null;
}

/** What roles give of rights, asked again and again of the same ones. Equal rights have to be the same object. */
export interface RightMemory {
  readonly given: Map<GivenRight, Map<HeldRole["role"]["permissions"], Action | null>>;
  readonly placed: Map<Selector, Map<HeldRole["role"]["permissions"], PlacedRole>>;
  readonly covered: Map<Selector, Map<Selector, boolean>>;
  readonly holds: Map<GivenRight, Map<readonly HeldRole[], Hold | null>>;
}

export function createRightMemory(): RightMemory {
  return { given: new Map(), placed: new Map(), covered: new Map(), holds: new Map() };
}

interface Hold {
  readonly action: Action;
  readonly held: Held;
  readonly until: Instant | null;
}

/** `boundAs`: the subjects that mean somebody. */
export function differenceOf(
  right: GivenRight,
  boundAs: readonly Subject[],
  sides: { readonly before: InForce; readonly after: InForce; readonly memory: RightMemory },
): Difference | null {
  const before = holdOf(right, boundAs, sides.before, sides.memory);
  const after = holdOf(right, boundAs, sides.after, sides.memory);
  if (after === null) return before === null ? null : { kind: "loss", right, ...before, until: null };
  if (before === null || (before.action === "read" && after.action === "write")) {
    return { kind: "gain", right, ...after };
  }
  if (before.action !== after.action) return { kind: "loss", right, ...before, until: null };
  if (before.until === after.until) return null;
  const kind = isLater(after.until, before.until) ? "gain" : "loss";
  return { kind, right, ...after, insteadOf: before.until };
}

/** By any one of their bindings, so by any one of the subjects that mean them: the most of it, the longest. */
export function holdOf(
  right: GivenRight,
  boundAs: readonly Subject[],
  side: InForce,
  memory: RightMemory,
): Hold | null {
  let most: Hold | null = null;
  for (const subject of boundAs) {
    const hold = holdAs(right, side.heldAs(subject), memory);
    if (hold !== null && (most === null || isMore(hold, most))) most = hold;
  }
  return most;
}

/** The first that gives the most of it; where one binding ends another may go on. */
function holdAs(right: GivenRight, bound: readonly HeldRole[], memory: RightMemory): Hold | null {
  const known = memory.holds.get(right) ?? new Map<readonly HeldRole[], Hold | null>();
  memory.holds.set(right, known);
  const hold = known.get(bound);
  if (hold !== undefined) return hold;
  const made = findHold(right, bound, memory);
  known.set(bound, made);
  return made;
}

function findHold(right: GivenRight, bound: readonly HeldRole[], memory: RightMemory): Hold | null {
  const actions = bound.map((held) => givenBy(held, right, memory));
  const action = actions.includes("write") ? "write" : "read";
  const [held, ...others] = bound.filter((_, index) => actions[index] === action);
  if (held === undefined) return null;
  const ends = others.map(({ binding }) => binding.until);
  const until = ends.reduce((last, end) => (isLater(end, last) ? end : last), held.binding.until);
  return { action, held, until };
}

function isMore(hold: Hold, than: Hold): boolean {
  if (hold.action !== than.action) return hold.action === "write";
  return isLater(hold.until, than.until);
}

function isLater(end: Instant | null, other: Instant | null): boolean {
  return other !== null && (end === null || end > other);
}

/** The most that one binding gives of the right, by itself; null: not all of it. */
export function givenBy(held: HeldRole, right: GivenRight, memory: RightMemory): Action | null {
  if (!covers(held, right.racks, memory)) return null;
  const byRole = memory.given.get(right) ?? new Map<HeldRole["role"]["permissions"], Action | null>();
  memory.given.set(right, byRole);
  const known = byRole.get(held.role.permissions);
  if (known !== undefined) return known;
  const placed = placedOn(held, right.racks, memory);
  const made = (["write", "read"] as const).find((action) => isHeldBy(placed, askedOf({ action, ...right }))) ?? null;
  byRole.set(held.role.permissions, made);
  return made;
}

function covers({ binding }: HeldRole, racks: Selector | null, { covered }: RightMemory): boolean {
  if (binding.racks === null || racks === null) return coversRacks(binding, racks);
  const byNarrowing = covered.get(racks) ?? new Map<Selector, boolean>();
  covered.set(racks, byNarrowing);
  const known = byNarrowing.get(binding.racks) ?? coversRacks(binding, racks);
  byNarrowing.set(binding.racks, known);
  return known;
}

function placedOn({ role }: HeldRole, racks: Selector | null, { placed }: RightMemory): PlacedRole {
  if (racks === null) return placeRole(role, null);
  const byRole = placed.get(racks) ?? new Map<HeldRole["role"]["permissions"], PlacedRole>();
  placed.set(racks, byRole);
  const known = byRole.get(role.permissions) ?? placeRole(role, racks);
  byRole.set(role.permissions, known);
  return known;
}

/** Without those that a wider one says as well. */
export function widestOf(differences: readonly Difference[]): readonly Difference[] {
  return differences.filter(
    (one, index) =>
      !differences.some(
        (other, at) => at !== index && saysAsMuch(other, one) && (at < index || !saysAsMuch(one, other)),
      ),
  );
}

function saysAsMuch(whole: Difference, part: Difference): boolean {
  return (
    whole.kind === part.kind &&
    whole.held.binding === part.held.binding &&
    whole.until === part.until &&
    whole.insteadOf === part.insteadOf &&
    (whole.action === "write" || whole.action === part.action) &&
    (whole.right.resource === "all" || whole.right.resource === part.right.resource) &&
    coverage(whole.right.names, part.right.names) === "whole" &&
    isOnRacksOf(whole.right, part.right)
  );
}

function isOnRacksOf({ racks }: GivenRight, part: GivenRight): boolean {
  return racks === null || (part.racks !== null && coverage(racks, part.racks) === "whole");
}
