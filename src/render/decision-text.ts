import type { Decision } from "../rbac/decide.ts";
import type { Grant } from "../rbac/who-may.ts";
import { columns } from "./columns.ts";
import type { Paint } from "./paint.ts";
import { visible } from "./visible.ts";

/** "yes: reason" or "no: reason". */
export function decisionText(decision: Decision, paint: Paint): string {
  const word = decision.allowed ? paint.green("yes") : paint.red("no");
  return `${word}: ${visible(decision.reason)}\n`;
}

/** Everybody who may, each with the binding and the role that give it. */
export function grantsText(grants: readonly Grant[]): string {
  const rows = grants.map(({ subject, via }) => [subject, via.role, via.binding].map(visible));
  return columns(rows)
    .map((line) => `${line}\n`)
    .join("");
}
