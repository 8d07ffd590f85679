import type { Service } from "../convox/service-model.ts";
import type { Manifest } from "../types.ts";
import type { GuardrailFault, ServiceGuardrail } from "./built-in.ts";

export const internalService: ServiceGuardrail = {
  name: "internal-service",
  each: "service",
  check,
};

/** A service that nothing is routed to is reached by nobody; a balancer opens it whatever `internal` says. */
function check(service: Service, { balancers }: Manifest): readonly GuardrailFault[] {
  const { name, port, internal } = service;
  const path = ["services", name];
  const isRouted = port !== null && !internal;
  return [
    ...(isRouted
      ? [
          {
            path: [...path, "internal"],
            message: `expected \`internal: true\` for the service \`${name}\`, which has a port, found none`,
            hint: "add `internal: true`: then it is reached from within the rack only",
            about: JSON.stringify(waysTo(service)),
          },
        ]
      : []),
    ...balancers
      .filter((balancer) => balancer.service === name)
      .map((balancer) => ({
        path: ["balancers", balancer.name],
        message: `expected no balancer for the service \`${name}\`, found \`${balancer.name}\`, which opens it to the world`,
        hint: "take the balancer away",
        about: JSON.stringify({ ...balancer, line: null }),
      })),
  ];
}

/** How it is reached, and by whom: open in another way is another opening. */
function waysTo({ port, internalRouter, domain, whitelist, ingressAnnotations }: Service): readonly unknown[] {
  return [port, internalRouter, [...domain].sort(), whitelist, ingressAnnotations];
}
