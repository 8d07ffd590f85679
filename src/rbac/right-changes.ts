// What two policies say of one right of somebody: held or not, to read or to write, and until when.
import type { Access, Action, Instant, ResourceType, Selector, Subject } from "../manifest/types.ts";
import type { Held } from "./access-index.ts";
import { alone, type Asker } from "./asker.ts";
import { decideScope } from "./decide.ts";
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

/** One policy, asked about the same subjects again and again. */
export interface RightSide {
  readonly access: Access;
  readonly at: Instant;
  readonly known: Map<string, Hold | null>;
}

interface Hold {
  readonly action: Action;
  readonly held: Held;
  readonly until: Instant | null;
}

export function rightSide(access: Access, at: Instant): RightSide {
  return { access, at, known: new Map() };
}

/** null: both say the same of it. */
export function differenceOf(
  right: GivenRight,
  asker: Asker,
  { before: old, after: now }: { readonly before: RightSide; readonly after: RightSide },
): Difference | null {
  const before = holdOf(right, asker, old);
  const after = holdOf(right, asker, now);
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
function holdOf(right: GivenRight, asker: Asker, side: RightSide): Hold | null {
  let most: Hold | null = null;
  for (const subject of asker.boundAs) {
    const hold = holdOfSubject(right, subject, side);
    if (hold !== null && (most === null || isMore(hold, most))) most = hold;
  }
  return most;
}

function isMore(hold: Hold, than: Hold): boolean {
  if (hold.action !== than.action) return hold.action === "write";
  return isLater(hold.until, than.until);
}

function isLater(end: Instant | null, other: Instant | null): boolean {
  return other !== null && (end === null || end > other);
}

function holdOfSubject(right: GivenRight, subject: Subject, side: RightSide): Hold | null {
  const key = JSON.stringify([subject, right.resource, right.names, right.racks]);
  const known = side.known.get(key);
  if (known !== undefined) return known;
  // What a binding says of somebody is told even if they are no member yet.
  const asker = alone(subject, { member: true });
  const hold = holdTo("write", right, asker, side) ?? holdTo("read", right, asker, side);
  side.known.set(key, hold);
  return hold;
}

/** Where one binding ends another may go on: asked again at each end. */
function holdTo(action: Action, right: GivenRight, asker: Asker, { access, at }: RightSide): Hold | null {
  const first = decideScope(access, asker, { action, ...right }, at);
  if (!first.allowed || first.held === null) return null;
  let until = first.held.binding.until;
  while (until !== null) {
    const next = decideScope(access, asker, { action, ...right }, until);
    if (!next.allowed || next.held === null) break;
    until = next.held.binding.until;
  }
  return { action, held: first.held, until };
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
