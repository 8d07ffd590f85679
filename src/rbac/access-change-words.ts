// How a gain or a loss reads: `write applications web-* on prod-eu until 2027-03-31, through team payments (role …, bindings/…)`.
import type { ResourceType, Subject } from "../manifest/types.ts";
import { instantWords, selectorWords } from "./phrases.ts";
import { belongsToRack } from "./resource-types.ts";
import type { Difference } from "./right-changes.ts";

interface Line {
  readonly types: ResourceType[];
  readonly difference: Difference;
}

/** One line for each right, types that differ alike joined. */
export function differenceWords(differences: readonly Difference[], subject: Subject): readonly string[] {
  const lines = new Map<string, Line>();
  for (const difference of differences) {
    const { right } = difference;
    const line = lineWords([], difference, subject);
    const known = lines.get(line) ?? { types: [], difference };
    if (!known.types.includes(right.resource)) known.types.push(right.resource);
    lines.set(line, known);
  }
  return [...lines.values()].map(({ types, difference }) => lineWords(types, difference, subject));
}

function lineWords(types: readonly ResourceType[], difference: Difference, subject: Subject): string {
  const { action, right, held } = difference;
  const names = right.names.kind === "all" ? "" : ` ${selectorWords(right.names)}`;
  const isEverywhere = right.racks === null || right.racks.kind === "all" || !belongsToRack(right.resource);
  const racks = isEverywhere ? "" : ` on ${selectorWords(right.racks)}`;
  const through = held.holder === subject ? "" : `, through ${held.holder.replace(":", " ")}`;
  return `${action} ${types.join(", ")}${names}${racks}${endWords(difference)}${through} (${sourceWords(difference)})`;
}

function sourceWords({ held }: Difference): string {
  return `role ${held.binding.role}, ${held.binding.file}`;
}

function endWords({ until, insteadOf }: Difference): string {
  if (insteadOf === undefined) return until === null ? "" : ` until ${instantWords(until)}`;
  const before = insteadOf === null ? "without end" : `until ${instantWords(insteadOf)}`;
  return ` ${until === null ? "without end" : `until ${instantWords(until)}`} instead of ${before}`;
}
