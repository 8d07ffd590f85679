// May this subject do this, and why: the decision of spec §2. Everything that says who may what asks here.
import type { Access, Action, Instant, Permission, RackName, ResourceType } from "../manifest/types.ts";
import {
  NEARNESS,
  holdingsOnRacks,
  speakingOf,
  type Bound,
  type Held,
  type HoldingsOnRacks,
  type Nearest,
} from "./access-index.ts";
import { speaksForAnybody, type Asker } from "./asker.ts";
import { belongsToRack } from "./resource-types.ts";
import { kindOf } from "./placed-role.ts";
import { askedOf, decideAsked, type Asked } from "./role-decision.ts";
import { oneName, type Scope } from "./scope.ts";

/**
 * `name` null asks about every name, `rack` null about every rack (of a type that belongs to one): allowed only where one
 * binding gives it for all of them, those to come included; a permission for some names that gives less, denies it.
 */
export interface Question {
  readonly action: Action;
  readonly resource: ResourceType;
  readonly name: string | null;
  readonly rack: RackName | null;
}

/** Why nobody's binding was looked at. */
type Unbound = "not-a-member" | "github-actions" | "no-binding";

/** `held` and `permission`: what decided, or came nearest. decision-words.ts puts it in words. */
export type Decision = {
  readonly allowed: boolean;
  readonly asker: Asker;
  readonly scope: Scope;
} & (
  | { readonly because: Unbound; readonly held: null; readonly permission: null }
  | { readonly because: Bound; readonly held: Held; readonly permission: Permission | null }
);

export type HeldDecision = Extract<Decision, { held: Held }>;

/** For a type that belongs to no rack, a rack in the question is without meaning; of `racks`, the name is the rack. */
export function decide(access: Access, asker: Asker, question: Question, at: Instant): Decision {
  return decideScope(access, asker, scopeOf(question), at);
}

/** As `decide`, for what selectors name. */
export function decideScope(access: Access, asker: Asker, scope: Scope, at: Instant): Decision {
  const unbound = unboundBecause(asker);
  if (unbound !== null) return refused(unbound, asker, scope);
  const nearest = nearestOf(holdingsOnRacks(access, asker, scope.racks), scope, at);
  if (nearest === null) return refused("no-binding", asker, scope);
  const { because, held, permission } = nearest;
  return { allowed: because === "held", because, asker, scope, held, permission };
}

/** Why no binding gives them anything; null: bindings do. */
export function unboundBecause(asker: Asker): "not-a-member" | "github-actions" | null {
  if (!asker.member) return "not-a-member";
  return speaksForAnybody(asker.subject) ? "github-actions" : null;
}

const DECIDED_KEPT = 1_000;

function nearestOf(holdings: HoldingsOnRacks, scope: Scope, at: Instant): Nearest | null {
  const asked = askedOf(scope);
  if (asked.name === null || !holdings.isEndless) return findNearest(holdings, asked, at);
  const known = holdings.decided.get(asked.key);
  if (known !== undefined) return known;
  const found = findNearest(holdings, asked, at);
  if (holdings.decided.size >= DECIDED_KEPT) holdings.decided.clear();
  if (found !== null) holdings.decided.set(asked.key, found);
  return found;
}

function findNearest(holdings: HoldingsOnRacks, asked: Asked, at: Instant): Nearest | null {
  let nearest: Nearest | null = null;
  for (const placed of speakingOf(holdings, asked.scope.resource)) {
    if (hasEnded(placed.held, at)) continue;
    const decided = decideAsked(placed.on, asked);
    const because = kindOf(decided, placed, asked);
    if (nearest !== null && NEARNESS[because] <= NEARNESS[nearest.because]) continue;
    nearest = { because, held: placed.held, permission: decided.permission };
    if (because === "held") return nearest;
  }
  return nearest === null || nearest.because === "nothing" ? nearestSilent(holdings, at) : nearest;
}

/** Where no role says anything of it: the first that is in force on these racks, else the nearest of all others. */
function nearestSilent({ here, elsewhere }: HoldingsOnRacks, at: Instant): Nearest | null {
  const silent = here.find(({ held }) => !hasEnded(held, at));
  if (silent !== undefined) return { because: "nothing", held: silent.held, permission: null };
  const narrowed = elsewhere.find((held) => held.role !== null && !hasEnded(held, at));
  if (narrowed !== undefined) return { because: "narrowed", held: narrowed, permission: null };
  const ended = elsewhere.find((held) => held.role !== null) ?? here[0]?.held;
  if (ended !== undefined) return { because: "ended", held: ended, permission: null };
  const [none] = elsewhere;
  return none === undefined ? null : { because: "no-role", held: none, permission: null };
}

export function scopeOf(question: Question): Scope {
  const { action, resource } = question;
  if (!belongsToRack(resource)) return { action, resource, names: oneName(question.name), racks: null };
  if (resource !== "racks") return { action, resource, names: oneName(question.name), racks: oneName(question.rack) };
  const rack = oneName(question.name ?? question.rack);
  return { action, resource, names: rack, racks: rack };
}

export function hasEnded({ binding }: Pick<Held, "binding">, at: Instant): boolean {
  return binding.until !== null && at >= binding.until;
}

function refused(because: Unbound, asker: Asker, scope: Scope): Decision {
  return { allowed: false, because, asker, scope, held: null, permission: null };
}
