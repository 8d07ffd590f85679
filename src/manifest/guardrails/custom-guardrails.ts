// Guardrails that a repo writes for itself, in CEL.
import { compileExpression, type CompiledExpression, type Steps } from "../cel/compile.ts";
import { readText, readWords, type ReadPath } from "../cel/reads.ts";
import type { CustomGuardrail, CustomJudgement, Guardrail, GuardrailSubject } from "../guardrail.ts";
import { LIMITS } from "../limits.ts";
import { matchesSelector } from "../selector.ts";
import type { AppFolder, Rack } from "../types.ts";
import type { CustomFault } from "./built-in.ts";
import { judgedOfApp, judgedRack, type Judged } from "./guardrail-values.ts";
import { GUARDRAIL_VARIABLES } from "./variables.ts";

/** Of one app or rack. */
export function createSteps(): Steps {
  return { left: LIMITS.guardrailSteps };
}

/** Of the rack itself; those `each: rack`. */
export function customRackFaults(
  customs: readonly CustomGuardrail[],
  rack: Rack,
  steps: Steps,
): readonly CustomFault[] {
  const ofRack = customs.filter(({ custom }) => custom.each === "rack");
  const judged = ofRack.length === 0 ? [] : [judgedRack(rack)];
  return ofRack.flatMap((said) => faultsOf(said, judged, steps));
}

/** Of the app and of what is in it. */
export function customAppFaults(
  customs: readonly CustomGuardrail[],
  { app, rack }: { readonly app: AppFolder; readonly rack: Rack },
  steps: Steps,
): readonly CustomFault[] {
  const known = new Map<GuardrailSubject, readonly Judged[]>();
  return customs.flatMap((said) => {
    const { each } = said.custom;
    if (each === "rack") return [];
    const judged = known.get(each) ?? judgedOfApp(each, app, rack);
    known.set(each, judged);
    return faultsOf(
      said,
      judged.filter((one) => isJudged(said, one)),
      steps,
    );
  });
}

export function isJudged({ services }: Pick<Guardrail, "services">, { service }: Judged): boolean {
  return service === null || matchesSelector(services, service);
}

/** May what it says of an app change with rack.yml? */
export function asksOfRack({ custom }: Guardrail): boolean {
  return custom !== null && /\brack\b/.test(custom.require);
}

/** What cannot be judged is not let be: nothing passes because of a fault. Once no steps are left, that is said once. */
function faultsOf(said: CustomGuardrail, judged: readonly Judged[], steps: Steps): readonly CustomFault[] {
  const faults: CustomFault[] = [];
  for (const one of judged) {
    const isSpent = steps.left <= 0;
    const held = holdsOf(said.custom, one, steps);
    if (held !== true) faults.push(faultOf({ said, one, isSpent }, held, steps));
    if (isSpent) break;
  }
  return faults;
}

interface Asked {
  readonly said: CustomGuardrail;
  readonly one: Judged;
  /** Whatever the others would say, whom nobody asks, is in what is given here. */
  readonly isSpent: boolean;
}

function faultOf({ said, one, isSpent }: Asked, held: false | string, steps: Steps): CustomFault {
  const { name, custom } = said;
  const reads = compiled(custom).program?.reads ?? [];
  const text = readText(isSpent ? Object.keys(one.values).map((variable) => [variable]) : reads, one.values);
  steps.left -= text.length / CHARACTERS_A_STEP;
  return {
    ...placeOf(custom, one, reads),
    said,
    message: faultWords(held, `the ${custom.each} \`${one.name}\``, readWords(reads, one.values)),
    hint: `\`signalbox explain ${name}\` shows what it asks of and what it found there`,
    about: text,
  };
}

const CHARACTERS_A_STEP = 16;

function faultWords(held: false | string, whose: string, read: readonly string[]): string {
  const found = read.length === 0 ? "" : ` (${read.join(", ")})`;
  return held === false ? `not so of ${whose}${found}` : `it cannot be judged of ${whose}, since ${held}${found}`;
}

/** A text: why it has no answer. */
export function holdsOf(custom: CustomJudgement, { values }: Judged, steps: Steps): boolean | string {
  const { program } = compiled(custom);
  // Settings with a fault in an expression are not used; this is for those made by hand.
  return program === null ? "its expression is faulty" : program.run(values, steps);
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
