import type { Service } from "./service-model.ts";

/** How many processes are wanted where that is fixed; null: a range, an autoscaler or an agent, whose count Convox moves or ignores. */
export function fixedCountOf({ agent, scale }: Pick<Service, "agent" | "scale">): number | null {
  const { count, autoscale, keda } = scale;
  return agent || autoscale !== null || keda !== null || count.min !== count.max ? null : count.min;
}
