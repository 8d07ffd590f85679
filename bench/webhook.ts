// How soon a webhook is answered while everything is read for the first time and pull requests are checked.
import type { Measure } from "./measure.ts";
import { openWebhookWorld } from "./webhook-world.ts";

const P99 = 0.99;

export const webhookMeasures: readonly Measure[] = [
  {
    name: "a webhook's answer, from the start of a process that has read nothing, checks in flight: the 99th percentile",
    unit: "ms",
    goal: { atMost: 50 },
    rounds: 1,
    prepare: async (world) => {
      const { deliverFromStart, close } = await openWebhookWorld(world);
      return { ours: async () => percentile(await deliverFromStart(), P99), close };
    },
  },
];

function percentile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}
