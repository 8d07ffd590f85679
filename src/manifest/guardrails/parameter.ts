import type { Rack } from "../types.ts";

/** null: not given, or not to be read. */
export function plainParameter(rack: Rack, name: string): string | null {
  const value = rack.parameters.get(name);
  return value?.kind === "plain" ? value.text : null;
}

/** As Go's ParseBool has it, by which Convox reads these. */
export function saysYes(value: string): boolean {
  return /^(?:1|t|T|TRUE|true|True)$/.test(value);
}

/** As written, whatever it is. */
export function parameterText({ parameters }: Rack, name: string): string {
  return JSON.stringify(parameters.get(name) ?? null);
}
