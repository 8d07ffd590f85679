// Which approval rules and guardrails ask for less after a change, in words for comment and terminal alike.
import type { Weakening } from "../manifest/guardrails/weaker-guardrails.ts";
import type { Verdict } from "../rbac/verdict.ts";

export interface Weaker {
  readonly what: "rule" | "guardrail" | "custom guardrail";
  readonly name: string;
  /** Each the end of a sentence that begins with the name. */
  readonly ways: readonly string[];
}

const WAYS: Readonly<Record<Weakening, string>> = {
  removed: "is removed",
  off: "is switched off",
  "warns-only": "only warns",
  scope: "holds of other racks, apps or services",
  judgement: "asks for something else",
};

export function weakerOf({ weakerRules, weakerGuardrails }: Verdict): readonly Weaker[] {
  return [
    ...weakerRules.map(({ rule, ways }): Weaker => ({ what: "rule", name: rule, ways })),
    ...weakerGuardrails.map(({ name, isCustom, ways }): Weaker => ({
      what: isCustom ? "custom guardrail" : "guardrail",
      name,
      ways: ways.map((way) => WAYS[way]),
    })),
  ];
}
