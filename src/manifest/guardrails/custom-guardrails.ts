// Guardrails that a repo writes for itself, in CEL.
import { createHash } from "node:crypto";
import { compileExpression, type CompiledExpression } from "../cel/compile.ts";
import { readText, readWords, type ReadPath } from "../cel/reads.ts";
import type { CustomJudgement, Guardrail } from "../guardrail.ts";
import { matchesSelector } from "../selector.ts";
import type { AppFolder, Rack } from "../types.ts";
import type { CustomFault } from "./built-in.ts";
import { judgedOfApp, judgedRack, type Judged } from "./guardrail-values.ts";
import { GUARDRAIL_VARIABLES } from "./variables.ts";

/** Of the rack itself; one `each: rack`. */
export function customRackFaults({ name, custom }: Guardrail, rack: Rack): readonly CustomFault[] {
  return custom?.each === "rack" ? faultsOf({ name, custom }, [judgedRack(rack)]) : [];
}

/** Of the app or of what is in it. */
export function customAppFaults(
  { name, custom, services }: Guardrail,
  app: AppFolder,
  rack: Rack,
): readonly CustomFault[] {
  if (custom === null || custom.each === "rack") return [];
  const judged = judgedOfApp(custom.each, app, rack);
  return faultsOf(
    { name, custom },
    judged.filter((one) => isJudged({ services }, one)),
  );
}

export function isJudged({ services }: Pick<Guardrail, "services">, { service }: Judged): boolean {
  return service === null || matchesSelector(services, service);
}

/** May what it says of an app change with rack.yml? */
export function asksOfRack({ custom }: Guardrail): boolean {
  return custom !== null && /\brack\b/.test(custom.require);
}

interface Custom {
  readonly name: string;
  readonly custom: CustomJudgement;
}

/** What cannot be judged is not let be: nothing passes because of a fault. */
function faultsOf({ name, custom }: Custom, judged: readonly Judged[]): readonly CustomFault[] {
  const reads = compiled(custom).program?.reads ?? [];
  const hint = `\`signalbox explain ${name}\` shows what it asks of and what it found there`;
  return judged.flatMap((one) => {
    const held = holdsOf(custom, one);
    if (held === true) return [];
    const message = faultWords(held, `the ${custom.each} \`${one.name}\``, readWords(reads, one.values));
    const about = createHash("sha256").update(readText(reads, one.values)).digest("base64url");
    return [{ ...placeOf(custom, one, reads), message, hint, about }];
  });
}

function faultWords(held: false | string, whose: string, read: readonly string[]): string {
  const found = read.length === 0 ? "" : ` (${read.join(", ")})`;
  return held === false ? `not so of ${whose}${found}` : `it cannot be judged of ${whose}, since ${held}${found}`;
}

/** A text: why it has no answer. */
export function holdsOf(custom: CustomJudgement, { values }: Judged): boolean | string {
  const { program } = compiled(custom);
  // Settings with a fault in an expression are not used; this is for those made by hand.
  return program === null ? "its expression is faulty" : program.run(values);
}

const kept = new WeakMap<CustomJudgement, CompiledExpression>();

function compiled(custom: CustomJudgement): CompiledExpression {
  const made = kept.get(custom) ?? compileExpression(custom.require, GUARDRAIL_VARIABLES[custom.each]);
  kept.set(custom, made);
  return made;
}

const PLACES = { service: "services", timer: "timers", resource: "resources" } as const;

/** What is in convox.yml stands there; of an app or rack itself, the first thing that is asked of it. */
function placeOf(
  { each }: CustomJudgement,
  { name }: Judged,
  reads: readonly ReadPath[],
): Pick<CustomFault, "file" | "path"> {
  if (each !== "app" && each !== "rack") return { file: "convox.yml", path: [PLACES[each], name] };
  const asked = reads.find(([variable, field]) => variable === each && field !== "name")?.slice(1) ?? [];
  const path = asked.slice(0, asked.includes(null) ? asked.indexOf(null) : undefined).filter((step) => step !== null);
  if (each === "rack") return { file: "rack.yml", path };
  const [field = "", ...below] = path;
  if (field === "environment") return { file: "env.yml", path: below };
  return IN_MANIFEST.has(field) ? { file: "convox.yml", path: [field] } : { file: "app.yml", path };
}

const IN_MANIFEST: ReadonlySet<string> = new Set(Object.values(PLACES));
