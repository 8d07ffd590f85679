// What must not be carried out, although it was planned.
import type { RackPlan, Refusal } from "./step.ts";

/** The first reason to leave the app as it is; null: go on. No step may delete until deletion is built whole, with its own guard. */
export function refusalOf(plan: RackPlan): Refusal | null {
  const refused = plan.refusals[0];
  if (refused !== undefined) return refused;
  const destructive = plan.steps.find((step) => step.destructive);
  if (destructive === undefined) return null;
  return {
    app: destructive.app,
    reason: `to ${destructive.summary} would destroy data, and is not supported yet`,
    next: "Nothing was changed. Revert the change that asks for it.",
  };
}
