// What signalbox.yml says of guardrails. What they judge, and how, is in guardrails/.
import type { Selector } from "./selector.ts";

export const BUILT_IN_GUARDRAILS = [
  "private-rack",
  "internal-service",
  "image-pinned",
  "no-privileged",
  "health-check",
  "minimum-scale",
  "no-plaintext-secret",
  "domain-owner",
  "dangerous-parameter",
] as const;
export type BuiltInGuardrail = (typeof BUILT_IN_GUARDRAILS)[number];

/** What a custom guardrail judges, one at a time. */
export const GUARDRAIL_SUBJECTS = ["service", "app", "rack", "timer", "resource"] as const;
export type GuardrailSubject = (typeof GUARDRAIL_SUBJECTS)[number];

/** Of a custom guardrail: what it judges, and the CEL expression that must hold. */
export interface CustomJudgement {
  readonly each: GuardrailSubject;
  readonly require: string;
}

export type CustomGuardrail = Guardrail & { readonly custom: CustomJudgement };

export function isCustom(guardrail: Guardrail): guardrail is CustomGuardrail {
  return guardrail.custom !== null;
}

/** What signalbox.yml says of one guardrail. Where a selector is left out, it is `all`. */
export interface Guardrail {
  /** A built-in guardrail's, or that of a custom one. */
  readonly name: string;
  /** null: off. */
  readonly level: "error" | "warning" | null;
  readonly racks: Selector;
  readonly apps: Selector;
  readonly services: Selector;
  /** Said before what was found, or null. */
  readonly message: string | null;
  readonly custom: CustomJudgement | null;
  /** Where it stands in signalbox.yml. */
  readonly line: number;
}
