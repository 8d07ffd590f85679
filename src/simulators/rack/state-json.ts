import { parseDotenv } from "./dotenv.ts";
import type { Rack } from "./rack-state.ts";
import { activeServices, appJson, buildJson, processJson, releaseJson, serviceJson } from "./wire-objects.ts";

/** All that the rack holds, in the shape that the control port promises; releases and builds in the order of their making. */
export function stateJson(rack: Rack): object {
  const apps = [...rack.apps.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    apps: apps.map(appJson),
    releases: apps.flatMap((app) =>
      app.releases.map((release) => ({ ...releaseJson(release), env: Object.fromEntries(parseDotenv(release.env)) })),
    ),
    builds: apps.flatMap((app) => app.builds.map(buildJson)),
    services: apps.flatMap((app) =>
      activeServices(app).map((service) => ({ app: app.name, ...serviceJson(rack, app, service) })),
    ),
    processes: apps.flatMap((app) => app.processes.map((process) => processJson(app, process))),
  };
}
