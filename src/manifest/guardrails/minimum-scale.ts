import type { Service } from "../convox/service-model.ts";
import type { GuardrailFault, ServiceGuardrail } from "./built-in.ts";

export const minimumScale: ServiceGuardrail = { name: "minimum-scale", each: "service", check };

const ENOUGH = 2;

/** An agent runs once on each node, whatever its count. */
function check({ name, agent, scale }: Service): readonly GuardrailFault[] {
  const { min } = scale.count;
  if (agent || min >= ENOUGH) return [];
  const message = `expected at least ${ENOUGH} processes of the service \`${name}\`, found ${min}`;
  const hint = `set \`scale: { count: ${ENOUGH} }\`, or a range that begins there`;
  return [{ path: ["services", name, "scale", "count"], message, hint, about: String(min) }];
}
