// Whether people may write everything that a rule caught: thousands of apps are asked about of thousands of people, as bits.
import type { Access, AppName, Instant, RackName } from "../manifest/types.ts";
import { accessMatrix, cellAt, placesOf, type CellPlace } from "./access-matrix.ts";
import { heldAs } from "./access-index.ts";
import { speaksForAnybody, type Asker } from "./asker.ts";
import type { HeldRole, InForce } from "./bindings-in-force.ts";
import { decide, hasEnded, unboundBecause, type Decision, type Question } from "./decide.ts";

export interface WriteCheck {
  /** Whether all of the questions are allowed them. */
  mayAll(asker: Asker): boolean;
  /** The first that is denied them; null: none is. */
  firstDenied(asker: Asker): Decision | null;
}

/** Of thousands who are asked about few want to know why not: a decision is made for these, and of what the matrix does not hold. */
export function createWriteCheck(access: Access, questions: readonly Question[], at: Instant): WriteCheck {
  const places = placesOf(appsAsked(questions));
  const matrix = accessMatrix(heldIn(access, at), places);
  const asked = questions.map((question) => ({ question, cell: cellAt(question, places) }));
  const firstMissing = (asker: Asker): Question | null => {
    const row = matrix.rowOf(unboundBecause(asker) === null ? asker.boundAs : []);
    const missing = asked.find(({ question, cell }) => {
      return cell === null ? !decide(access, asker, question, at).allowed : !isSet(row, cell);
    });
    return missing?.question ?? null;
  };
  const may = new Map<Asker, boolean>();
  return {
    mayAll: (asker) => {
      // Asked of the same person for every part of a rule.
      const known = may.get(asker) ?? firstMissing(asker) === null;
      may.set(asker, known);
      return known;
    },
    firstDenied: (asker) => {
      const missing = firstMissing(asker);
      return missing === null ? null : decide(access, asker, missing, at);
    },
  };
}

/** Of the index that is kept with the access: making lists of everybody costs what all bindings do, each time. */
function heldIn(access: Access, at: Instant): InForce {
  return {
    heldAs: (subject) => {
      if (speaksForAnybody(subject)) return [];
      return heldAs(access, subject).filter((held): held is HeldRole => held.role !== null && !hasEnded(held, at));
    },
  };
}

function isSet(row: Uint32Array, { word, bit }: CellPlace): boolean {
  return ((row[word] ?? 0) & bit) !== 0;
}

function appsAsked(questions: readonly Question[]): ReadonlyMap<RackName, readonly AppName[]> {
  const apps = new Map<RackName, Set<AppName>>();
  for (const { rack, name } of questions) {
    if (rack === null || name === null) continue;
    const onRack = apps.get(rack) ?? new Set<AppName>();
    apps.set(rack, onRack);
    onRack.add(name as AppName); // whatever it is, it is only compared
  }
  return new Map([...apps].map(([rack, names]) => [rack, [...names]]));
}
