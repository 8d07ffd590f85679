// May this subject do this, and why: the decision of spec §2. Everything that says who may what asks here.
import type { Access, Action, Instant, Permission, RackName, ResourceType } from "../manifest/types.ts";
import { holdingsOnRacks, type Held, type HeldOnRacks } from "./access-index.ts";
import type { Asker } from "./asker.ts";
import { belongsToRack } from "./resource-types.ts";
import { decideRole } from "./role-decision.ts";
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

/**
 * What a binding says, the farthest first: its role does not exist; it has ended; it is narrowed to other racks; its role gives
 * nothing here; gives a part; gives no read on the rack; denies; gives less; gives it.
 */
const BOUND = ["no-role", "ended", "narrowed", "nothing", "partly", "no-rack", "denied", "too-little", "held"] as const;
type Bound = (typeof BOUND)[number];

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
  if (!asker.member) return refused("not-a-member", asker, scope);
  // Whoever can push a workflow speaks as this App: it never holds anything (spec §2).
  if (asker.subject === "app:github-actions") return refused("github-actions", asker, scope);
  const { here, elsewhere } = holdingsOnRacks(access, asker, scope.racks);
  let best: Outcome | null = null;
  for (const one of here) {
    const outcome = outcomeOf(one, scope, at);
    if (outcome.because === "held") return decision(asker, scope, outcome);
    if (best === null || isNearer(outcome, best)) best = outcome;
  }
  if (best !== null && best.because !== "ended") return decision(asker, scope, best);
  for (const held of elsewhere) {
    const outcome = outcomeElsewhere(held, at);
    if (best === null || isNearer(outcome, best)) best = outcome;
    if (outcome.because === "narrowed") break;
  }
  return best === null ? refused("no-binding", asker, scope) : decision(asker, scope, best);
}

function scopeOf(question: Question): Scope {
  const { action, resource } = question;
  if (!belongsToRack(resource)) return { action, resource, names: oneName(question.name), racks: null };
  if (resource !== "racks") return { action, resource, names: oneName(question.name), racks: oneName(question.rack) };
  const rack = oneName(question.name ?? question.rack);
  return { action, resource, names: rack, racks: rack };
}

/** Of one binding: the nearer it came, the more its reason helps. */
interface Outcome {
  readonly because: Bound;
  readonly held: Held;
  readonly permission: Permission | null;
}

function isNearer(outcome: Outcome, best: Outcome): boolean {
  return BOUND.indexOf(outcome.because) > BOUND.indexOf(best.because);
}

function outcomeOf({ held, on, readsRacks }: HeldOnRacks, scope: Scope, at: Instant): Outcome {
  if (hasEnded(held, at)) return { because: "ended", held, permission: null };
  const decided = decideRole(on, scope);
  if (decided.kind === "nothing") return { because: "nothing", held, permission: null };
  if (decided.kind !== "allowed") return { because: decided.kind, held, permission: decided.permission };
  const because = needsRack(scope.resource) && !readsRacks ? "no-rack" : "held";
  return { because, held, permission: decided.permission };
}

function outcomeElsewhere(held: Held, at: Instant): Outcome {
  if (held.role === null) return { because: "no-role", held, permission: null };
  return { because: hasEnded(held, at) ? "ended" : "narrowed", held, permission: null };
}

export function hasEnded({ binding }: Held, at: Instant): boolean {
  return binding.until !== null && at >= binding.until;
}

/** By the same binding (spec §2). */
function needsRack(resource: ResourceType): boolean {
  return resource === "applications" || resource === "environment";
}

function decision(asker: Asker, scope: Scope, { because, held, permission }: Outcome): Decision {
  return { allowed: because === "held", because, asker, scope, held, permission };
}

function refused(because: Unbound, asker: Asker, scope: Scope): Decision {
  return { allowed: false, because, asker, scope, held: null, permission: null };
}
