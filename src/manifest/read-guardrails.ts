import { compileExpression } from "./cel/compile.ts";
import { GUARDRAIL_VARIABLES } from "./guardrails/variables.ts";
import { LIMITS } from "./limits.ts";
import { reportLookAlikes } from "./look-alikes.ts";
import type { Reader } from "./parsed-file.ts";
import { readApps, readRacks, readServices, type SelectorJson } from "./read-parts.ts";
import { BUILT_IN_GUARDRAILS, type BuiltInGuardrail, type Guardrail, type GuardrailSubject } from "./guardrail.ts";
import type { Step } from "./yaml-tree.ts";

type LevelJson = "error" | "warn" | "off";

interface ScopeJson {
  readonly level: LevelJson;
  readonly racks?: SelectorJson;
  readonly apps?: SelectorJson;
  readonly services?: SelectorJson;
  readonly message?: string;
}

interface CustomJson extends ScopeJson {
  readonly name: string;
  readonly each: GuardrailSubject;
  readonly require: string;
}

export type GuardrailsJson = { readonly [name in BuiltInGuardrail]?: LevelJson | ScopeJson } & {
  readonly custom?: readonly CustomJson[];
};

export function readGuardrails(json: GuardrailsJson, reader: Reader): readonly Guardrail[] {
  const path = ["guardrails", "custom"];
  const custom = withinLimit(json.custom ?? [], path, reader);
  reportLookAlikes(custom, { path, taken: BUILT_IN_GUARDRAILS }, reader);
  const builtIn = BUILT_IN_GUARDRAILS.flatMap((name) => {
    const said = json[name];
    if (said === undefined) return [];
    const scope = typeof said === "string" ? { level: said } : said;
    return [readScope({ ...scope, name }, ["guardrails", name], reader)];
  });
  return [
    ...builtIn,
    ...custom.map((one, index) => {
      const { each, require } = one;
      if (reader.isWhole([...path, index, "each"])) checkExpression(one, [...path, index, "require"], reader);
      return { ...readScope(one, [...path, index], reader), custom: { each, require } };
    }),
  ];
}

/** Those past the limit are not looked at. */
function withinLimit(custom: readonly CustomJson[], path: readonly Step[], reader: Reader): readonly CustomJson[] {
  const most = LIMITS.customGuardrails;
  if (custom.length <= most) return custom;
  const message = `expected at most ${most} custom guardrails, found ${custom.length}`;
  reader.error([...path, most], { rule: "bad-value", message, hint: "let one ask more, or take some out" });
  return custom.slice(0, most);
}

function checkExpression({ each, require }: CustomJson, path: readonly Step[], reader: Reader): void {
  const { fault } = compileExpression(require, GUARDRAIL_VARIABLES[each]);
  if (fault === null) return;
  const message = `${fault.message} (character ${fault.offset + 1} of the expression)`;
  reader.error(path, { rule: "bad-expression", message, hint: fault.hint });
}

const LEVELS = { error: "error", warn: "warning", off: null } as const;

function readScope(json: ScopeJson & { readonly name: string }, path: readonly Step[], reader: Reader): Guardrail {
  const racks = readRacks(json.racks ?? "all", [...path, "racks"], reader);
  const apps = readApps(json.apps ?? "all", [...path, "apps"], { racks, reader });
  return {
    name: json.name,
    level: LEVELS[json.level],
    racks,
    apps,
    services: readServices(json.services ?? "all", [...path, "services"], { racks, apps, reader }),
    message: json.message ?? null,
    custom: null,
    line: reader.at(path).line,
  };
}
