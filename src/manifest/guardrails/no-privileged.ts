import type { Service } from "../convox/service-model.ts";
import type { GuardrailFault, ServiceGuardrail } from "./built-in.ts";

export const noPrivileged: ServiceGuardrail = { name: "no-privileged", each: "service", check };

function check({ name, privileged }: Service): readonly GuardrailFault[] {
  if (!privileged) return [];
  const message = `expected no \`privileged: true\` for the service \`${name}\`, found it`;
  const hint = "take it out: a privileged container has all rights on its node";
  return [{ path: ["services", name, "privileged"], message, hint, about: String(privileged) }];
}
