// Guardrails that a repo writes for itself, in CEL.
import { compileExpression, type CompiledExpression } from "../cel/compile.ts";
import type { CustomJudgement, Guardrail } from "../guardrail.ts";
import { matchesSelector } from "../selector.ts";
import type { AppFolder, Rack } from "../types.ts";
import type { Step } from "../yaml-tree.ts";
import type { GuardrailFault } from "./built-in.ts";
import { judgedOfApp, judgedRack, type Judged } from "./guardrail-values.ts";
import { GUARDRAIL_VARIABLES } from "./variables.ts";

/** Of the rack itself; one `each: rack`. */
export function customRackFaults({ name, custom }: Guardrail, rack: Rack): readonly GuardrailFault[] {
  return custom?.each === "rack" ? faultsOf({ name, custom }, [judgedRack(rack)]) : [];
}

/** Of the app or of what is in it. `path`: [] for the app. */
export function customAppFaults(
  { name, custom, services }: Guardrail,
  app: AppFolder,
  rack: Rack,
): readonly GuardrailFault[] {
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
function faultsOf({ name, custom }: Custom, judged: readonly Judged[]): readonly GuardrailFault[] {
  return judged.flatMap((one) => {
    const held = holdsOf(custom, one);
    if (held === true) return [];
    const whose = `the ${custom.each} \`${one.name}\``;
    const message = held === false ? `not so of ${whose}` : `it cannot be judged of ${whose}, since ${held}`;
    const hint = `\`signalbox explain ${name}\` shows what it asks of and what it found there`;
    return [{ path: pathOf(custom, one), message, hint }];
  });
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

function pathOf({ each }: CustomJudgement, { name }: Judged): readonly Step[] {
  return each === "app" || each === "rack" ? [] : [PLACES[each], name];
}
