// What an apply would do to one rack, from looking at it alone: nothing on it is written.
import type { AppFolder, AppName, RackFolder } from "../manifest/types.ts";
import type { Origin } from "./describe.ts";
import { openApp, planOf } from "./open-app.ts";
import { isStalled, messageOf } from "./outcome.ts";
import type { RackConnection, ReconcilePorts } from "./ports.ts";
import type { RackPlan, Refusal } from "./step.ts";
import { unsupportedInRack } from "./unsupported.ts";

export type PlanPorts = Pick<ReconcilePorts, "connect" | "secrets" | "fingerprint">;

/**
 * @param only the apps to plan
 * @throws WaitError or StalledError where the rack as a whole cannot be looked at; what keeps one app from being planned is a refusal
 */
export async function planRack(
  ports: PlanPorts,
  folder: RackFolder,
  only: { readonly apps: readonly AppFolder[]; origin(app: AppFolder): Origin },
): Promise<RackPlan> {
  const connection = ports.connect(folder.rack, await ports.secrets.openPassword(folder.rack));
  const { version } = await connection.overview();
  const ofRack = unsupportedInRack(folder.rack, version);
  // No app can have this name: the config repo's own rules reserve it.
  const refusals: readonly Refusal[] = ofRack === null ? [] : [{ app: "rack" as AppName, ...ofRack }];
  const plans: RackPlan[] = [];
  for (const app of only.apps) plans.push(await planApp(ports, connection, { app, origin: only.origin(app) }));
  return {
    rack: folder.rack.name,
    steps: plans.flatMap(({ steps }) => steps),
    refusals: [...refusals, ...plans.flatMap((planned) => planned.refusals)],
  };
}

async function planApp(
  ports: PlanPorts,
  connection: RackConnection,
  { app, origin }: { readonly app: AppFolder; readonly origin: Origin },
): Promise<RackPlan> {
  const { rack, name } = app;
  try {
    const { desired } = await openApp(ports, app);
    return planOf(ports, { rack, desired, origin }, await connection.readApp(name));
  } catch (error) {
    if (!isStalled(error)) throw error;
    const refusal = {
      app: name,
      reason: messageOf(error),
      next: "Put right what it names; the running release stays.",
    };
    return { rack, steps: [], refusals: [refusal] };
  }
}
