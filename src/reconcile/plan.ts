// The one plan: what would bring a rack to the desired state, in order. The check, `signalbox plan` and the apply all ask it.
import { fixedCountOf } from "../manifest/convox/fixed-count.ts";
import { planRelease } from "./plan-release.ts";
import type { DesiredApp, DesiredRack, LiveAppForPlan, LiveRackForPlan, RackPlan, Refusal, Step } from "./step.ts";
import { unnamedLoss } from "./guard.ts";
import { unsupportedInApp } from "./unsupported.ts";

const NOTHING_LIVE: LiveAppForPlan = {
  locked: false,
  parameters: new Map(),
  services: [],
  data: [],
  active: null,
  newest: null,
  begun: { build: null, release: null },
};

/** Steps per app in the order in which they are carried out; none where nothing differs. */
export function plan(desired: DesiredRack, live: LiveRackForPlan): RackPlan {
  const steps: Step[] = [];
  const refusals: Refusal[] = [];
  for (const app of desired.apps) {
    const found = live.apps.get(app.name);
    const refusal = unsupportedInApp(app) ?? (found === undefined ? null : unnamedLoss(app, found));
    if (refusal === null) steps.push(...planApp(app, found));
    else refusals.push(refusal);
  }
  return { rack: desired.rack, steps, refusals };
}

/** The shape of `signalbox plan --format json`, for one rack. */
export function planJson(plan: RackPlan): object {
  const error = plan.refusals.map((refusal) => `${refusal.app}: ${refusal.reason}. ${refusal.next}`).join("\n");
  return {
    rack: plan.rack,
    ...(error === "" ? {} : { error }),
    steps: plan.steps.map(({ kind, app, summary, destructive, details }) => ({
      kind,
      app,
      summary,
      destructive,
      details,
    })),
  };
}

function planApp(desired: DesiredApp, found: LiveAppForPlan | undefined): readonly Step[] {
  const live = found ?? NOTHING_LIVE;
  const app = desired.name;
  const steps: Step[] = [];
  const release = planRelease(desired, live);
  if (found === undefined) {
    steps.push({ kind: "create-app", app, summary: "create the app", destructive: false, details: [] });
  }
  steps.push(...planParameters(desired, live), ...release, ...planScale(desired, live, release));
  if (desired.lock !== live.locked) {
    const summary = desired.lock ? "lock the app against deletion" : "unlock the app";
    const details = promotesAgain(live);
    steps.push({ kind: "lock", app, locked: desired.lock, summary, destructive: false, details });
  }
  return steps;
}

function planParameters(desired: DesiredApp, live: LiveAppForPlan): readonly Step[] {
  const values = new Map([...desired.parameters].filter(([name, value]) => live.parameters.get(name) !== value));
  if (values.size === 0) return [];
  const details = [...values].map(([name, value]) => {
    const before = live.parameters.get(name);
    return before === undefined ? `${name} becomes ${value}` : `${name} from ${before} to ${value}`;
  });
  return [
    {
      kind: "parameters",
      app: desired.name,
      values,
      summary: `set ${[...values.keys()].join(", ")}`,
      destructive: false,
      details: [...details, ...promotesAgain(live)],
    },
  ];
}

function promotesAgain(live: LiveAppForPlan): readonly string[] {
  return live.active === null ? [] : ["Convox promotes the running release once more for it"];
}

/** Convox keeps the live count of a service that runs, whatever a fixed count in convox.yml says. */
function planScale(desired: DesiredApp, live: LiveAppForPlan, release: readonly Step[]): readonly Step[] {
  const counts = new Map(live.services.filter((service) => service.pinned !== true).map((s) => [s.name, s.count]));
  return (desired.manifest?.services ?? []).flatMap((service): readonly Step[] => {
    const count = counts.get(service.name);
    // At zero a promotion takes the manifest's count by itself.
    const isKept = count !== undefined && (count !== 0 || release.length === 0);
    const wanted = fixedCountOf(service);
    if (wanted === null || !isKept || count === wanted) return [];
    return [
      {
        kind: "scale",
        app: desired.name,
        service: service.name,
        count: wanted,
        summary: `scale ${service.name} from ${String(count)} to ${String(wanted)}`,
        destructive: false,
        details: [`Convox keeps the ${String(count)} that run at a promotion; so this is done after it`],
      },
    ];
  });
}
