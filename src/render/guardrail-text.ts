// A custom guardrail for a terminal: what it asks, what it may ask of, and what it says in this repo.
import type { CelValue } from "../manifest/cel/cel-value.ts";
import type { CustomGuardrail } from "../manifest/guardrail.ts";
import type {
  ExplainedGuardrail,
  ExplainedResult,
  ExplainedVariable,
} from "../manifest/guardrails/explain-guardrail.ts";
import type { Paint } from "./paint.ts";
import { visible } from "./visible.ts";

const RESULTS_SHOWN = 50;
const VALUE_CHARACTERS = 60;

export function guardrailText(
  { name, level, message, custom }: CustomGuardrail,
  { variables, results }: ExplainedGuardrail,
  paint: Paint,
): string {
  const [first] = results;
  const left = results.length - RESULTS_SHOWN;
  const lines = [
    `${paint.bold(visible(name))}, a custom guardrail (${level ?? "off"}) of each ${custom.each}`,
    "",
    visible(message ?? ""),
    "",
    ...custom.require.split("\n").map((line) => `    ${visible(line)}`),
    "",
    first === undefined ? "It may ask of:" : `It may ask of these; values are those of ${visible(first.of)}:`,
    "",
    ...variableLines(variables, paint),
    "",
    ...(results.length === 0
      ? ["It holds of nothing in this repo."]
      : results.slice(0, RESULTS_SHOWN).map((one) => resultLine(one, paint))),
    ...(left > 0 ? [`and ${left} more; --rack and --app choose among them`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** As other programs read it. */
export function guardrailJson(
  { name, level, message, custom }: CustomGuardrail,
  { variables, results }: ExplainedGuardrail,
): object {
  return {
    rule: `custom/${name}`,
    level: level ?? "off",
    message,
    ...custom,
    variables: variables.map((one) => ({ ...one, value: plainValue(one.value) })),
    results,
  };
}

/** Whole numbers as JSON has them. */
function plainValue(value: CelValue | null): unknown {
  return JSON.parse(JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? Number(inner) : inner)));
}

function variableLines(variables: readonly ExplainedVariable[], paint: Paint): readonly string[] {
  const width = Math.max(0, ...variables.map(({ name }) => name.length));
  const typeWidth = Math.max(0, ...variables.map(({ type }) => type.length));
  return variables.map(({ name, type, value, description, isOptional }) => {
    // An object's fields follow it.
    const given = value === null || /^[A-Z]/.test(type) ? "" : ` ${paint.cyan(valueText(value))}`;
    const about = `${description}${isOptional ? " Optional." : ""}`;
    return `  ${name.padEnd(width)}  ${type.padEnd(typeWidth)}  ${paint.dim(about)}${given}`;
  });
}

function valueText(value: CelValue): string {
  const text = JSON.stringify(plainValue(value));
  const short = text.length > VALUE_CHARACTERS ? `${text.slice(0, VALUE_CHARACTERS)}…` : text;
  return `= ${visible(short)}`;
}

function resultLine({ of, holds }: ExplainedResult, paint: Paint): string {
  if (holds === true) return `${paint.green("holds")} of ${visible(of)}`;
  const said = holds === false ? "is broken by" : "cannot be judged of";
  return `${paint.red(said)} ${visible(of)}${holds === false ? "" : `: ${holds}`}`;
}
