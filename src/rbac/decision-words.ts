// A decision in words: which binding, role and permission decided, or what is missing. Without a full stop.
import type { Selector } from "../manifest/types.ts";
import type { Held } from "./access-index.ts";
import type { Decision, HeldDecision } from "./decide.ts";
import { changedWords } from "./recorded-ids.ts";
import { permissionWords, resourceWords, selectorWords } from "./phrases.ts";
import type { Scope } from "./scope.ts";

export function reasonWords(decision: Decision): string {
  return listed([plainReason(decision), neededWords(decision), ...replacedNames(decision)]);
}

/** The same where what is needed stands beside it. */
export function deniedWords(decision: Decision): string {
  return listed([plainReason(decision), ...replacedNames(decision)]);
}

function listed(words: readonly string[]): string {
  return words.filter((word) => word !== "").join("; ");
}

function replacedNames({ allowed, asker: { replaced, member } }: Decision): readonly string[] {
  return allowed || !member ? [] : [changedWords(replaced)];
}

/** "" where the reason says it, or where no more of the same would help. */
function neededWords({ because, scope }: Decision): string {
  switch (because) {
    case "too-little":
      return `${scope.action} is needed`;
    case "narrowed":
      return scope.racks === null ? "" : `${askedWords(scope)} is needed`;
    case "no-binding":
    case "ended":
    case "partly":
    case "nothing":
      return `${askedWords(scope)} is needed`;
    case "not-a-member":
    case "github-actions":
    case "no-role":
    case "no-rack":
    case "denied":
    case "held":
      return "";
  }
}

function plainReason(decision: Decision): string {
  if (decision.held !== null) return heldWords(decision);
  const { asker, because } = decision;
  switch (because) {
    case "not-a-member":
      return `${asker.subject} is not a member of the organisation; bindings give them nothing`;
    case "github-actions":
      return "app:github-actions is whoever can push a workflow; it holds nothing";
    case "no-binding":
      return `${asker.subject} has no binding`;
  }
}

/** Of decisions that hold together, each reason once. */
export function reasonsWords(decisions: readonly Decision[]): string {
  return [...new Set(decisions.map(reasonWords))].join("; ");
}

function heldWords({ because, asker, scope, held, permission }: HeldDecision): string {
  const asked = askedWords(scope);
  const by = `role ${held.binding.role} (${held.binding.id})`;
  const who = held.holder === asker.subject ? asker.subject : `${asker.subject} (through ${held.holder})`;
  const through = permission === null ? "" : permissionWords(permission);
  switch (because) {
    case "no-role":
      return `${by} gives nothing: there is no such role`;
    case "ended":
      return `${by} gives nothing since ${endWords(held)}, its end`;
    case "narrowed":
      return narrowedWords(by, held, scope);
    case "partly":
      return `${who} holds only "${through}" by ${by}`;
    case "no-rack":
      return `${who} holds ${asked} by ${by}, but not read on the rack, which it needs as well`;
    case "denied":
      return `${by} denies ${scopeWords(scope)} ("${through}")`;
    case "too-little":
      return `${who} holds ${permission?.action ?? "nothing"} on ${scopeWords(scope)} by ${by}`;
    case "held":
      return `${who} holds ${asked} by ${by}`;
    case "nothing":
      return `${who} holds nothing on ${scopeWords(scope)} by ${by}`;
  }
}

function askedWords(scope: Scope): string {
  return `${scope.action} on ${scopeWords(scope)}`;
}

function endWords({ binding }: Held): string {
  return binding.until === null ? "" : new Date(binding.until).toISOString();
}

function narrowedWords(by: string, { binding }: Held, scope: Scope): string {
  const limit = `${by} is narrowed to the racks ${binding.racks === null ? "all" : selectorWords(binding.racks)}`;
  if (scope.racks === null) return `${limit} and gives nothing on ${scope.resource}, which belongs to no rack`;
  return limit;
}

/** As `resourceWords`. */
export function scopeWords({ resource, names, racks }: Scope): string {
  return resourceWords({ resource, name: nameWords(names), rack: racks === null ? null : nameWords(racks) });
}

function nameWords(selector: Selector): string | null {
  return selector.kind === "all" ? null : selectorWords(selector);
}
