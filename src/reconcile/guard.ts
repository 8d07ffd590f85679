// What destroys data: it is done where app.yml names it, and nowhere else. An app is never deleted.
import { resourceTypes } from "../manifest/convox/resource-types.ts";
import type { DesiredApp, LiveAppForPlan, Refusal } from "./step.ts";

/** Resources that a promotion takes away with their data: gone from convox.yml, or of another type there. */
export function resourcesThatGo(desired: DesiredApp, live: LiveAppForPlan): readonly string[] {
  const wanted = resourceTypes(desired.manifest?.resources ?? []);
  return [...(live.resources ?? [])].filter(([name, type]) => wanted.get(name) !== type).map(([name]) => name);
}

/** null: nothing goes that app.yml does not name. */
export function unnamedLoss(desired: DesiredApp, live: LiveAppForPlan): Refusal | null {
  if (live.resources === null && live.active?.manifest !== desired.manifest?.text) {
    return {
      app: desired.name,
      reason: "the convox.yml that runs has resources and cannot be read, so that nobody can tell which data would go",
      next: "Promote a release with a valid convox.yml and the same resources by hand first.",
    };
  }
  const unnamed = resourcesThatGo(desired, live).filter((name) => !desired.mayGo.includes(name));
  if (unnamed.length === 0) return null;
  const names = unnamed.join(", ");
  return {
    app: desired.name,
    reason: `${names} would go with all data: gone from convox.yml, or of another type there`,
    next: `Put it back into convox.yml, or let it go by name in app.yml: \`delete: [${names}]\`.`,
  };
}
