// What destroys data: it is done where app.yml names it, and nowhere else. An app is never deleted.
import { lostData, type LostData } from "../manifest/convox/kept-data.ts";
import { shownWord } from "../manifest/found-words.ts";
import type { DesiredApp, LiveAppForPlan, Refusal } from "./step.ts";

/** What a promotion takes away with its data. */
export function dataThatGoes(desired: DesiredApp, live: LiveAppForPlan): readonly LostData[] {
  return lostData(live.data ?? [], desired.manifest);
}

/** null: nothing goes that app.yml does not name. */
export function unnamedLoss(desired: DesiredApp, live: LiveAppForPlan): Refusal | null {
  if (live.data === null && live.active?.manifest !== desired.manifest?.text) {
    return {
      app: desired.name,
      reason: "the convox.yml that runs cannot be read, so that nobody can tell which data would go",
      next: "Promote a release with a valid convox.yml and the same resources and volumes by hand first.",
    };
  }
  const unnamed = dataThatGoes(desired, live).filter(({ name }) => !desired.mayGo.includes(name));
  if (unnamed.length === 0) return null;
  const names = [...new Set(unnamed.map(({ name }) => shownWord(name)))].join(", ");
  return {
    app: desired.name,
    reason: `${unnamed.map(({ loss }) => loss).join(", ")}, and its data would go`,
    next: `Put it back into convox.yml, or let it go by name in app.yml: \`delete: [${names}]\`.`,
  };
}
