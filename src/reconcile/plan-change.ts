// The plan of a pull request: the same `plan`, from what the base says to what the head says, on a rack as it was last seen.
import { fixedCountOf } from "../manifest/convox/fixed-count.ts";
import { keptData } from "../manifest/convox/kept-data.ts";
import type { AppFolder, AppName, ConfigRepo, ConfiguredValue, RackFolder, RackName } from "../manifest/types.ts";
import { desiredApp } from "./desired.ts";
import { plan } from "./plan.ts";
import type { LiveAppForPlan, PlannedRelease, Step } from "./step.ts";
import type { Fingerprint, ObservedRack } from "./ports.ts";

export interface RackChangePlan {
  readonly rack: RackName;
  readonly steps: readonly Step[];
  /** What to know of it: how old the knowledge of the rack is, that nothing is written to it. */
  readonly note?: string;
  /** What of it cannot be done, and why. */
  readonly error?: string;
}

export interface ChangePlan {
  readonly racks: readonly RackChangePlan[];
}

/** Racks and apps that do not differ are not in it. Opens nothing: values are compared as they stand in the files. */
export function planChange(
  base: ConfigRepo,
  head: ConfigRepo,
  observed: ReadonlyMap<RackName, ObservedRack>,
): ChangePlan {
  const names = [...new Set([...base.racks.keys(), ...head.racks.keys()])].sort();
  const racks = names.flatMap((name) => {
    const changed = planRack({ base, head, seen: observed.get(name) }, name);
    return changed === null ? [] : [changed];
  });
  return { racks };
}

interface Comparison {
  readonly base: ConfigRepo;
  readonly head: ConfigRepo;
  readonly seen: ObservedRack | undefined;
}

function planRack({ base, head, seen }: Comparison, rack: RackName): RackChangePlan | null {
  const before = base.racks.get(rack);
  const after = head.racks.get(rack);
  if (after === undefined) {
    return before === undefined
      ? null
      : { rack, steps: [], note: "leaves git: its apps run on as they are, unmanaged" };
  }
  const [was, is] = [base.files.racks.get(rack), head.files.racks.get(rack)];
  if (before === after && was === is) return null;
  const changed = [...after.apps.values()].filter(({ name }) => was?.apps.get(name)?.id !== is?.apps.get(name)?.id);
  const left = [...(before?.apps.keys() ?? [])].filter((name) => is?.apps.has(name) !== true);
  const live = new Map(
    changed.flatMap((app) => {
      const projected = projectedApp(before?.apps.get(app.name), seen, app.name);
      return projected === null ? [] : [[app.name, projected] as const];
    }),
  );
  const desired = changed.map((app) => desiredApp(app, asWritten(app)));
  const planned = plan({ rack, apps: desired }, { apps: live });
  if (planned.steps.length === 0 && planned.refusals.length === 0 && left.length === 0) return null;
  const error = planned.refusals.map(({ app, reason, next }) => `${app}: ${reason}. ${next}`).join(" ");
  return { rack, steps: planned.steps, note: noteOn(after, seen, left), ...(error === "" ? {} : { error }) };
}

/** The base taken as what runs. null: the app is on no rack yet. */
function projectedApp(
  base: AppFolder | undefined,
  seen: ObservedRack | undefined,
  name: AppName,
): LiveAppForPlan | null {
  const found = seen?.apps.get(name);
  const isThere = seen === undefined ? base !== undefined : found !== undefined;
  if (!isThere) return null;
  const release = projectedRelease(base, found?.release ?? "");
  return {
    ...(found ?? { locked: base?.app.lock ?? false, services: servicesOf(base) }),
    parameters: base?.app.parameters ?? new Map(),
    data: base?.manifest ? keptData(base.manifest) : [],
    active: found?.release === null ? null : release,
    newest: release,
    begun: { build: null, release: null },
  };
}

/** null: the base does not say what runs. */
function projectedRelease(base: AppFolder | undefined, id: string): PlannedRelease | null {
  if (base === undefined || base.manifest === null) return null;
  return { id, build: "the running build", manifest: base.manifest.text, environment: asWritten(base) };
}

function servicesOf(base: AppFolder | undefined): LiveAppForPlan["services"] {
  return (base?.manifest?.services ?? []).map((service) => ({ name: service.name, count: fixedCountOf(service) ?? 1 }));
}

function asWritten(folder: AppFolder): ReadonlyMap<string, Fingerprint> {
  return new Map([...folder.environment].map(([key, value]) => [key, canonical(value)]));
}

function canonical(value: ConfiguredValue): Fingerprint {
  // The brand is given here and by the apply's key alone: both make equal texts of equal values, in one comparison never mixed.
  return JSON.stringify(value, Object.keys(value).sort()) as Fingerprint;
}

function noteOn(rack: RackFolder, seen: ObservedRack | undefined, left: readonly AppName[]): string {
  const notes: string[] = [];
  if (rack.rack.mode === "observe") notes.push("The rack is in mode observe: nothing is written to it.");
  if (rack.rack.suspend !== null) notes.push(`The rack is suspended: ${rack.rack.suspend.reason}.`);
  notes.push(
    seen === undefined
      ? "The rack was not seen yet: taken to be as the base says."
      : `As seen at ${new Date(seen.at).toISOString().slice(0, 16).replace("T", " ")} UTC.`,
  );
  if (left.length > 0) notes.push(`${left.join(", ")}: leaves git and runs on unmanaged; nothing is deleted.`);
  return notes.join(" ");
}
