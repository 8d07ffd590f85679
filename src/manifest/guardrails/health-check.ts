import type { Service } from "../convox/service-model.ts";
import type { GuardrailFault, ServiceGuardrail } from "./built-in.ts";

export const healthCheck: ServiceGuardrail = { name: "health-check", each: "service", check };

/** Convox asks for `/` where nothing is said, so that only one that is switched off is missing. */
function check({ name, port, health }: Service): readonly GuardrailFault[] {
  if (port === null || !health.disable) return [];
  const message = `expected a health check for the service \`${name}\`, which has a port, found it switched off`;
  const hint = "take `disable` out, or give it a `path` that answers";
  return [{ path: ["services", name, "health", "disable"], message, hint, about: JSON.stringify(port) }];
}
