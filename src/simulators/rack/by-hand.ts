// Changes behind git's back, as another person makes them through the API; they are done when the call returns.
import { formatDotenv, parseDotenv } from "./dotenv.ts";
import { promoteAtOnce } from "./promotion.ts";
import { type App, findRelease, type Rack } from "./rack-state.ts";
import { createRelease, newestRelease } from "./releases.ts";
import { type ScaleRequest, scaleService } from "./service-routes.ts";

export interface ByHandChange {
  /** Keys to set; null removes one. */
  readonly env?: ReadonlyMap<string, string | null>;
  readonly scale?: ReadonlyMap<string, ScaleRequest>;
  /** The release to promote; one older than the active one is rolled back to, by a new release. */
  readonly release?: string;
}

export function changeByHand(rack: Rack, app: App, change: ByHandChange): void {
  if (change.env !== undefined) setEnvironment(rack, app, change.env);
  for (const [service, scale] of change.scale ?? []) scaleService(rack, app, { ...scale, service });
  if (change.release !== undefined) promoteOrRollBack(rack, app, change.release);
}

function setEnvironment(rack: Rack, app: App, change: ReadonlyMap<string, string | null>): void {
  const env = new Map(parseDotenv(newestRelease(app)?.env ?? ""));
  for (const [key, value] of change) {
    if (value === null) env.delete(key);
    else env.set(key, value);
  }
  const release = createRelease(rack, app, { env: formatDotenv(env) });
  // Without a build there is nothing that could run with it.
  if (release.manifest !== "") promoteAtOnce(rack, app, release.id);
}

function promoteOrRollBack(rack: Rack, app: App, id: string): void {
  const wanted = findRelease(app, id);
  const active = app.release === "" ? undefined : findRelease(app, app.release);
  const isOlder = active !== undefined && wanted.createdMs < active.createdMs;
  const { build, env } = wanted;
  promoteAtOnce(rack, app, isOlder ? createRelease(rack, app, { build, env }).id : wanted.id);
}
