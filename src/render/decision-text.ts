import type { Decisions } from "../rbac/decide-on-racks.ts";
import { reasonsWords } from "../rbac/decision-words.ts";
import type { KeyDecision } from "../rbac/key-decision.ts";
import { permissionWords } from "../rbac/phrases.ts";
import type { Grant } from "../rbac/who-may.ts";
import type { Missing } from "../rbac/smallest-binding.ts";
import { columns } from "./columns.ts";
import { missingJson, missingWords, missingYaml } from "./missing-text.ts";
import type { Paint } from "./paint.ts";
import { visible } from "./visible.ts";

/** "yes: reason" or "no: reason", and what would make it a yes. */
export function decisionText(decisions: Decisions, missing: Missing | null, paint: Paint): string {
  const word = decisions[0].allowed ? paint.green("yes") : paint.red("no");
  const reason = `${word}: ${visible(reasonsWords(decisions))}\n`;
  if (missing === null) return reason;
  const lines = missingYaml(missing).split("\n");
  return [`${reason}    ${missingWords(missing)}`, ...lines.map((line) => `    ${visible(line)}`), ""].join("\n");
}

/** What decided stands beside the reason, where something did; what is missing where it is a no. */
export function decisionJson(decisions: Decisions, missing: Missing | null): object {
  const [{ allowed, held, permission }] = decisions;
  return {
    allowed,
    reason: reasonsWords(decisions),
    ...(held === null ? {} : { binding: held.binding.id, role: held.binding.role }),
    ...(permission === null ? {} : { permission: permissionWords(permission) }),
    ...(missing === null ? {} : { missing: missingJson(missing) }),
  };
}

/** As `decisionText`, of a deploy key. */
export function keyDecisionText(decision: KeyDecision, paint: Paint): string {
  if ("decisions" in decision) return decisionText(decision.decisions, null, paint);
  return `${paint.red("no")}: ${visible(decision.limit)}\n`;
}

/** As `decisionJson`; the binding of a deploy key is its own file. */
export function keyDecisionJson(decision: KeyDecision): object {
  return "decisions" in decision ? decisionJson(decision.decisions, null) : { allowed: false, reason: decision.limit };
}

/** Everybody who may, each with the binding and the role that give it. */
export function grantsText(grants: readonly Grant[]): string {
  const rows = grants.map(({ subject, via }) => [subject, via.role, via.binding].map(visible));
  return columns(rows)
    .map((line) => `${line}\n`)
    .join("");
}
