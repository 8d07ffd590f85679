// A question that names no rack, asked of each rack there is.
import type { Access, Instant, RackName } from "../manifest/types.ts";
import type { Asker } from "./asker.ts";
import { decide, type Decision, type Question } from "./decide.ts";
import { belongsToRack } from "./resource-types.ts";

/** One decision, or one that allows it for each rack. */
export type Decisions = readonly [Decision, ...Decision[]];

/**
 * Where the question leaves out the rack of something that belongs to one, it must hold on every one of `racks`, by whichever
 * bindings; the first on which it does not is the decision. Without racks, as for those to come.
 */
export function decideOnRacks(
  access: Access,
  asker: Asker,
  question: Question,
  on: { readonly racks: readonly RackName[]; readonly at: Instant },
): Decisions {
  const everywhere = decide(access, asker, question, on.at);
  if (everywhere.allowed) return [everywhere];
  const each = onEachRack(question, on.racks).map((one) => decide(access, asker, one, on.at));
  const denied = each.find((decision) => !decision.allowed);
  const [first, ...others] = each;
  return denied !== undefined || first === undefined ? [denied ?? everywhere] : [first, ...others];
}

/** The question for each rack; empty: it is whole as it stands. */
export function onEachRack(question: Question, racks: readonly RackName[]): readonly Question[] {
  if (question.rack !== null || !belongsToRack(question.resource)) return [];
  // Of `racks` the name is the rack.
  if (question.resource === "racks" && question.name !== null) return [];
  return racks.map((rack) => ({ ...question, rack }));
}
