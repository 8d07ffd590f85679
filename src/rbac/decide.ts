// May this subject do this, and why: the decision of spec §2.
import type { Access, Action, Binding, Instant, Login, RackName, ResourceType, Subject } from "../manifest/types.ts";
import type { People } from "./proposal.ts";
import { permissionWords, resourceWords, selectorWords } from "./phrases.ts";
import { belongsToRack } from "./resource-types.ts";
import { decideRole, type RoleDecision } from "./role-decision.ts";
import { oneName, rackCoverage, type Scope } from "./scope.ts";

/** Who asks. `member`: of the organisation that owns the config repo; without it no binding gives anything. */
export interface Asker {
  readonly subject: Subject;
  readonly teams: readonly string[];
  readonly member: boolean;
}

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

/** `reason` is a sentence without a full stop. `binding`, `role`, `permission` say what decided, where something did. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
  readonly binding?: string;
  readonly role?: string;
  readonly permission?: string;
}

/** An App is no member of an organisation: it holds exactly what names it. */
export function askerOf(login: Login, people: People): Asker {
  const bot = /^(.+)\[bot\]$/.exec(login)?.[1];
  if (bot !== undefined) return { subject: `app:${bot}`, teams: [], member: true };
  const teams = [...people.teams].filter(([, logins]) => logins.has(login)).map(([slug]) => slug);
  return { subject: `user:${login}`, teams: teams.sort(), member: people.members.has(login) };
}

/** For a type that belongs to no rack, a rack in the question is without meaning; of `racks`, the name is the rack. */
export function decide(access: Access, asker: Asker, question: Question, at: Instant): Decision {
  return decideScope(access, asker, scopeOf(question), { at, words: resourceWords(question) });
}

/** As `decide`, for what selectors name; `words` is how reasons call it. */
export function decideScope(
  access: Access,
  asker: Asker,
  scope: Scope,
  when: { at: Instant; words: string },
): Decision {
  const asked = `${scope.action} on ${when.words}`;
  if (!asker.member) return denied(`${asker.subject} is not a member of the organisation; bindings give them nothing`);
  // Whoever can push a workflow speaks as this App: it never holds anything (spec §2).
  if (asker.subject === "app:github-actions") {
    return denied("app:github-actions is whoever can push a workflow; it holds nothing");
  }
  let best: Outcome = { rank: -1, decision: denied(`${asker.subject} has no binding; ${asked} is needed`) };
  for (const binding of access.bindings) {
    const holder = binding.subjects.find((subject) => isHeldBy(subject, asker));
    if (holder === undefined) continue;
    const outcome = decideBinding(access, binding, scope, { ...when, asked, who: whoWords(asker, holder) });
    if (outcome.decision.allowed) return outcome.decision;
    if (outcome.rank > best.rank) best = outcome;
  }
  return best.decision;
}

function scopeOf(question: Question): Scope {
  const { action, resource } = question;
  if (!belongsToRack(resource)) return { action, resource, names: oneName(question.name), racks: null };
  if (resource !== "racks") return { action, resource, names: oneName(question.name), racks: oneName(question.rack) };
  const rack = question.name ?? question.rack;
  return { action, resource, names: oneName(rack), racks: oneName(rack) };
}

export function isHeldBy(subject: Subject, asker: Asker): boolean {
  return subject === asker.subject || asker.teams.some((team) => subject === `team:${team}`);
}

function whoWords(asker: Asker, holder: Subject): string {
  return holder === asker.subject ? asker.subject : `${asker.subject} (through ${holder})`;
}

/** The higher the rank, the nearer this binding came, and the more its reason helps. */
interface Outcome {
  readonly rank: number;
  readonly decision: Decision;
}

interface Context {
  readonly at: Instant;
  readonly words: string;
  readonly asked: string;
  readonly who: string;
}

function decideBinding(access: Access, binding: Binding, scope: Scope, context: Context): Outcome {
  const by = `role ${binding.role} (${binding.id})`;
  const role = access.roles.get(binding.role.toLowerCase());
  if (role === undefined) return { rank: 0, decision: denied(`${by} gives nothing: there is no such role`, binding) };
  if (binding.until !== null && context.at >= binding.until) {
    const ended = new Date(binding.until).toISOString();
    return {
      rank: 1,
      decision: denied(`${by} gives nothing since ${ended}, its end; ${context.asked} is needed`, binding),
    };
  }
  if (binding.racks !== null && rackCoverage(binding.racks, scope.racks) !== "whole") {
    return { rank: 2, decision: denied(narrowedReason(by, binding.racks, scope, context), binding) };
  }
  const decided = decideRole(role, scope);
  if (decided.kind !== "allowed") return refusal(decided, binding, context);
  if (needsRack(scope) && decideRole(role, rackPrerequisite(scope)).kind !== "allowed") {
    const reason = `${context.who} holds ${context.asked} by ${by}, but not read on the rack, which it needs as well`;
    return { rank: 5, decision: denied(reason, binding, permissionWords(decided.permission)) };
  }
  const permission = permissionWords(decided.permission);
  const reason = `${context.who} holds ${context.asked} by ${by}`;
  return { rank: 9, decision: { allowed: true, reason, binding: binding.id, role: binding.role, permission } };
}

function narrowedReason(by: string, racks: NonNullable<Binding["racks"]>, scope: Scope, context: Context): string {
  const limit = `${by} is narrowed to the racks ${selectorWords(racks)}`;
  if (scope.racks === null) return `${limit} and gives nothing on ${scope.resource}, which belongs to no rack`;
  return `${limit}; ${context.asked} is needed`;
}

function refusal(decided: Exclude<RoleDecision, { kind: "allowed" }>, binding: Binding, context: Context): Outcome {
  const by = `role ${binding.role} (${binding.id})`;
  switch (decided.kind) {
    case "nothing": {
      const reason = `${context.who} holds nothing on ${context.words} by ${by}`;
      return { rank: 3, decision: denied(`${reason}; ${context.asked} is needed`, binding) };
    }
    case "partly": {
      const permission = permissionWords(decided.permission);
      const reason = `${context.who} holds only "${permission}" by ${by}; ${context.asked} is needed`;
      return { rank: 4, decision: denied(reason, binding, permission) };
    }
    case "denied": {
      const permission = permissionWords(decided.permission);
      return { rank: 6, decision: denied(`${by} denies ${context.words} ("${permission}")`, binding, permission) };
    }
    case "too-little": {
      const permission = permissionWords(decided.permission);
      const held = `${context.who} holds ${decided.permission.action ?? "nothing"} on ${context.words} by ${by}`;
      return { rank: 7, decision: denied(`${held}; ${neededAction(context)} is needed`, binding, permission) };
    }
  }
}

function neededAction(context: Context): string {
  return context.asked.split(" ")[0] ?? context.asked;
}

function needsRack(scope: Scope): boolean {
  return scope.resource === "applications" || scope.resource === "environment";
}

function rackPrerequisite(scope: Scope): Scope {
  return { action: "read", resource: "racks", names: scope.racks ?? { kind: "all" }, racks: scope.racks };
}

function denied(reason: string, binding?: Binding, permission?: string): Decision {
  return {
    allowed: false,
    reason,
    ...(binding === undefined ? {} : { binding: binding.id, role: binding.role }),
    ...(permission === undefined ? {} : { permission }),
  };
}
