// A custom guardrail with what it may ask of, what that is in this repo, and what it says there.
import { typeName, type CelType, type Field } from "../cel/cel-type.ts";
import type { CelMap, CelValue } from "../cel/cel-value.ts";
import type { CustomGuardrail, CustomJudgement } from "../guardrail.ts";
import { holdsKnownForm } from "../plain-secrets/known-forms.ts";
import type { AppFolder, ConfigRepo, Rack } from "../types.ts";
import { holdsOf, isJudged } from "./custom-guardrails.ts";
import { judgedOfApp, judgedRack, type Judged } from "./guardrail-values.ts";
import { holdsOfApp, holdsOfRack } from "./guardrail-setting.ts";
import { GUARDRAIL_VARIABLES } from "./variables.ts";

export interface ExplainedVariable {
  /** As an expression writes it, `[]` standing for each item. */
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly isOptional: boolean;
  /** Of what is explained first; null: not given, or one of several. */
  readonly value: CelValue | null;
}

export interface ExplainedResult {
  /** e.g. `service web on racks/staging/apps/web`. */
  readonly of: string;
  /** A text: why there is no answer. */
  readonly holds: boolean | string;
}

export interface ExplainedGuardrail {
  readonly variables: readonly ExplainedVariable[];
  readonly results: readonly ExplainedResult[];
}

/** null: any. */
export interface ExplainedPlace {
  readonly rack: string | null;
  readonly app: string | null;
}

export function explainGuardrail(said: CustomGuardrail, repo: ConfigRepo, place: ExplainedPlace): ExplainedGuardrail {
  const judged = judgedIn(said, repo, place);
  const [first] = judged;
  return {
    variables: variablesOf(said.custom, first?.one.values ?? {}),
    results: judged.map(({ of, one }) => ({ of, holds: holdsOf(said.custom, one, { left: Infinity }) })),
  };
}

interface Placed {
  readonly of: string;
  readonly one: Judged;
}

function judgedIn(
  said: CustomGuardrail,
  { racks }: ConfigRepo,
  { rack: only, app }: ExplainedPlace,
): readonly Placed[] {
  const folders = [...racks.values()].filter(({ rack }) => (only ?? rack.name) === rack.name);
  return folders.flatMap(({ rack, apps }) => {
    const { each } = said.custom;
    if (each === "rack") {
      return holdsOfRack(said, rack.name) ? [{ of: `rack ${rack.name}`, one: judgedRack(rack) }] : [];
    }
    const looked = [...apps.values()].filter((one) => (app ?? one.name) === one.name && holdsOfApp(said, one));
    return looked.flatMap((one) => judgedInApp(said, one, rack));
  });
}

function judgedInApp(said: CustomGuardrail, app: AppFolder, rack: Rack): readonly Placed[] {
  const { each } = said.custom;
  if (each === "rack") return [];
  const where = `racks/${rack.name}/apps/${app.name}`;
  return judgedOfApp(each, app, rack)
    .filter((one) => isJudged(said, one))
    .map((one) => ({ of: each === "app" ? `app ${where}` : `${each} ${one.name} of ${where}`, one }));
}

/** Each object type is written out once. */
function variablesOf({ each }: CustomJudgement, values: CelMap): readonly ExplainedVariable[] {
  const shown = new Set<string>();
  const fieldsOf = (name: string, type: CelType, value: CelValue | null): readonly ExplainedVariable[] => {
    if (type.kind === "list") return fieldsOf(`${name}[]`, type.of, null);
    if (type.kind !== "object" || shown.has(type.name)) return [];
    shown.add(type.name);
    return Object.entries(type.fields).flatMap(([field, about]) => {
      const inner = value === null ? null : ((value as CelMap)[field] ?? null); // an object type's value is a map
      const path = `${name}.${field}`;
      return [explained(path, about, inner), ...fieldsOf(path, about.type, inner)];
    });
  };
  return Object.entries(GUARDRAIL_VARIABLES[each]).flatMap(([name, type]) =>
    fieldsOf(name, type, values[name] ?? null),
  );
}

function explained(name: string, { type, description, isOptional }: Field, value: CelValue | null): ExplainedVariable {
  return { name, type: typeName(type), description, isOptional, value: value === null ? null : shownValue(value) };
}

/** What stands in convox.yml in plain text may be a secret all the same. */
function shownValue(value: CelValue): CelValue {
  if (typeof value === "string") return holdsKnownForm(value) ? NOT_SHOWN : value;
  if (typeof value !== "object") return value;
  if (isList(value)) return value.map(shownValue);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shownValue(inner)]));
}

const NOT_SHOWN = "(not shown: it looks like a secret)";

function isList(value: CelValue): value is readonly CelValue[] {
  return Array.isArray(value);
}
