import type { Outcome } from "./verdict.ts";

const WORST_FIRST: readonly Outcome[] = ["blocked", "waiting", "ready", "untouched"];

export function worseOf(a: Outcome, b: Outcome): Outcome {
  return WORST_FIRST.indexOf(a) <= WORST_FIRST.indexOf(b) ? a : b;
}
