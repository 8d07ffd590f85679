// One app as the plan wants it: its values opened, and beside them the plan that brings it there. The apply and `signalbox plan`
// both come by here.
import type { AppFolder, AppName, RackName } from "../manifest/types.ts";
import type { Secret } from "../secrets/secret.ts";
import type { Origin } from "./describe.ts";
import { desiredApp } from "./desired.ts";
import { liveAppForPlan } from "./live-app.ts";
import { plan } from "./plan.ts";
import type { LiveApp, ReconcilePorts } from "./ports.ts";
import type { DesiredApp, RackPlan } from "./step.ts";

type Opening = Pick<ReconcilePorts, "secrets" | "fingerprint">;

export interface OpenApp {
  readonly desired: DesiredApp;
  readonly environment: ReadonlyMap<string, Secret>;
}

/** @throws StalledError where a value cannot be opened */
export async function openApp(ports: Opening, folder: AppFolder): Promise<OpenApp> {
  const environment = new Map<string, Secret>();
  for (const [key, value] of folder.environment) {
    environment.set(key, await ports.secrets.openEnvironment({ rack: folder.rack, app: folder.name, key }, value));
  }
  const prints = new Map([...environment].map(([key, value]) => [key, ports.fingerprint(value.reveal())]));
  return { environment, desired: desiredApp(folder, prints) };
}

/** @param live null: the rack does not have the app */
export function planOf(
  ports: Pick<Opening, "fingerprint">,
  of: { readonly rack: RackName; readonly desired: DesiredApp; readonly origin: Origin },
  live: LiveApp | null,
): RackPlan {
  const { rack, desired, origin } = of;
  const found = live === null ? null : liveAppForPlan(live, origin, (value) => ports.fingerprint(value));
  return plan(
    { rack, apps: [desired] },
    { apps: new Map<AppName, NonNullable<typeof found>>(found === null ? [] : [[desired.name, found]]) },
  );
}
