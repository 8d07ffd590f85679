// What would be done on each rack, for a terminal.
import type { AppName, RackName } from "../manifest/types.ts";
import { planJson } from "../reconcile/plan.ts";
import type { RackPlan, Step } from "../reconcile/step.ts";
import { plural } from "./markdown.ts";
import type { Paint } from "./paint.ts";
import { visible } from "./visible.ts";

/** One rack of `signalbox plan`. `error`: it could not be looked at, in words that an operator can act on. */
export type PlannedRack =
  { readonly rack: RackName; readonly error: string } | (RackPlan & { readonly error?: undefined });

export function plansText(racks: readonly PlannedRack[], paint: Paint): string {
  return `${racks.map((rack) => rackText(rack, paint)).join("\n\n")}\n`;
}

export function plansJson(racks: readonly PlannedRack[]): object {
  return {
    racks: racks.map((rack) =>
      rack.error === undefined ? planJson(rack) : { rack: rack.rack, error: rack.error, steps: [] },
    ),
  };
}

function rackText(rack: PlannedRack, paint: Paint): string {
  const name = paint.bold(rack.rack);
  if (rack.error !== undefined) return `${name}: ${paint.red("not planned")}. ${visible(rack.error)}`;
  const refusals = rack.refusals.map(
    ({ app, reason, next }) => `  ${app}: ${paint.yellow("left as it is")}. ${visible(reason)}. ${visible(next)}`,
  );
  if (rack.steps.length === 0) return [`${name}: nothing to do`, ...refusals].join("\n");
  const apps = new Map<AppName, Step[]>();
  for (const step of rack.steps) apps.set(step.app, [...(apps.get(step.app) ?? []), step]);
  const lines = [...apps].flatMap(([app, steps]) => [
    `  ${paint.bold(app)}`,
    ...steps.flatMap((step) => stepLines(step, paint)),
  ]);
  return [`${name}: ${plural(rack.steps.length, "step")}`, ...lines, ...refusals].join("\n");
}

function stepLines(step: Step, paint: Paint): readonly string[] {
  const summary = visible(step.summary);
  return [
    `    ${step.destructive ? paint.red(`! ${summary}`) : `- ${summary}`}`,
    ...step.details.map((detail) => `        ${visible(detail)}`),
  ];
}
