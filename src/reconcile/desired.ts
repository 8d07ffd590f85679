import type { AppFolder } from "../manifest/types.ts";
import type { DesiredApp } from "./step.ts";
import type { Fingerprint } from "./ports.ts";

/** An app's folder as the plan compares it; the environment comes as fingerprints. */
export function desiredApp(folder: AppFolder, environment: ReadonlyMap<string, Fingerprint>): DesiredApp {
  const { app } = folder;
  return {
    name: folder.name,
    build: app.build,
    manifest: folder.manifest,
    environment,
    parameters: app.parameters,
    lock: app.lock,
    hooks: [...(app.before === null ? [] : ["before" as const]), ...(app.after === null ? [] : ["after" as const])],
    delete: app.delete === true,
    mayGo: app.delete === true || app.delete === null ? [] : app.delete,
  };
}
