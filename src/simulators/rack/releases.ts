import { describeDifference } from "./dotenv.ts";
import { type App, findBuild, findRelease, newId, type Rack, type Release } from "./rack-state.ts";

export interface ReleaseRequest {
  readonly build?: string | undefined;
  readonly env?: string | undefined;
  readonly description?: string | undefined;
  readonly parentRelease?: string | undefined;
}

export function newestRelease(app: App): Release | undefined {
  return app.releases.at(-1);
}

/** The newest release, not the active one, unless a parent is named. */
function fork(app: App, parentRelease: string | undefined): Pick<Release, "build" | "env"> {
  const parent = parentRelease ? findRelease(app, parentRelease) : newestRelease(app);
  return parent ?? { build: "", env: "" };
}

/** A release on top of the newest or a named one; the manifest is always the build's. Throws where ids are unknown. */
export function createRelease(rack: Rack, app: App, request: ReleaseRequest): Release {
  const parent = fork(app, request.parentRelease);
  const { build: wanted = parent.build, env = parent.env } = request;
  const build = wanted === "" ? undefined : findBuild(app, wanted);
  const difference = describeDifference(parent.env, env);
  const implied = difference === "" ? build?.description : `env ${difference}`;
  const release: Release = {
    id: newId("R"),
    app: app.name,
    build: build?.id ?? "",
    env,
    manifest: build?.manifest ?? "",
    description: request.description ?? implied ?? "",
    createdMs: rack.clock.stamp(),
  };
  app.releases.push(release);
  return release;
}
