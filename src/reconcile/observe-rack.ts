import type { AppName, RackFolder } from "../manifest/types.ts";
import type { ObservedRack, RackConnection, ReconcilePorts } from "./ports.ts";

type ObservedApp = ObservedRack["apps"] extends ReadonlyMap<AppName, infer Seen> ? Seen : never;

/** Looks at every app of the rack and keeps what it saw, without a value, for the plans of checks. */
export async function observeRack(
  ports: ReconcilePorts,
  folder: RackFolder,
  connection: RackConnection,
): Promise<void> {
  const { version, apps } = await connection.overview();
  const seen = new Map<AppName, ObservedApp>();
  for (const name of apps) {
    const app = await lookAt(folder, connection, name);
    if (app !== null) seen.set(name, app);
  }
  await ports.observe(folder.rack.name, { at: ports.clock.now(), version, apps: seen });
}

/** Of an app that git does not have only its state is read: its values are nobody's business here. */
async function lookAt(folder: RackFolder, connection: RackConnection, name: AppName): Promise<ObservedApp | null> {
  if (!folder.apps.has(name)) return { ...(await connection.readStatus(name)), locked: false, services: [] };
  const live = await connection.readApp(name);
  if (live === null) return null;
  const { status, release, locked, services } = live;
  return { status, release, locked, services };
}
