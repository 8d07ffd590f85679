// May this subject do this, and why: the decision of spec §2. Everything that says who may what asks here.
import type { Access, Action, Instant, Permission, RackName, ResourceType } from "../manifest/types.ts";
import { holdingsOnRacks, type Held } from "./access-index.ts";
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
 * nothing here; gives a part; gives no read on the rack; denies; gives less; gives it. The nearer, the more its reason helps.
 */
const NEARNESS = {
  "no-role": 0,
  ended: 1,
  narrowed: 2,
  nothing: 3,
  partly: 4,
  "no-rack": 5,
  denied: 6,
  "too-little": 7,
  held: 8,
};
type Bound = keyof typeof NEARNESS;

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
  let held: Held | null = null;
  let because: Bound = "no-role";
  let permission: Permission | null = null;
  for (const one of here) {
    const decided = hasEnded(one.held, at) ? ENDED : decideRole(one.on, scope);
    const kind = decided.kind === "held" && needsRack(scope.resource) && !one.readsRacks ? "no-rack" : decided.kind;
    if (held !== null && NEARNESS[kind] <= NEARNESS[because]) continue;
    held = one.held;
    because = kind;
    permission = decided.permission;
    if (kind === "held") break;
  }
  if (held === null || because === "ended") return decideElsewhere(asker, scope, [...elsewhere, held], at);
  return { allowed: because === "held", because, asker, scope, held, permission };
}

const ENDED = { kind: "ended", permission: null } as const;

/** Where no binding speaks of these racks: the nearest of those that speak of others, that have ended, or whose role is gone. */
function decideElsewhere(asker: Asker, scope: Scope, all: readonly (Held | null)[], at: Instant): Decision {
  let held: Held | null = null;
  let because: Bound = "no-role";
  for (const one of all) {
    if (one === null) continue;
    const kind = one.role === null ? "no-role" : hasEnded(one, at) ? "ended" : "narrowed";
    if (held !== null && NEARNESS[kind] <= NEARNESS[because]) continue;
    held = one;
    because = kind;
    if (kind === "narrowed") break;
  }
  if (held === null) return refused("no-binding", asker, scope);
  return { allowed: false, because, asker, scope, held, permission: null };
}

function scopeOf(question: Question): Scope {
  const { action, resource } = question;
  if (!belongsToRack(resource)) return { action, resource, names: oneName(question.name), racks: null };
  if (resource !== "racks") return { action, resource, names: oneName(question.name), racks: oneName(question.rack) };
  const rack = oneName(question.name ?? question.rack);
  return { action, resource, names: rack, racks: rack };
}

export function hasEnded({ binding }: Held, at: Instant): boolean {
  return binding.until !== null && at >= binding.until;
}

/** By the same binding (spec §2). */
export function needsRack(resource: ResourceType): boolean {
  return resource === "applications" || resource === "environment";
}

function refused(because: Unbound, asker: Asker, scope: Scope): Decision {
  return { allowed: false, because, asker, scope, held: null, permission: null };
}
