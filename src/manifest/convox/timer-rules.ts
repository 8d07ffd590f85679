// What Convox and its cluster demand of a timer (convox.md §4.5).
import { neverRuns, runsEveryMinute, scheduleFault } from "./cron.ts";
import { get, textOf, type ManifestNode } from "./manifest-node.ts";
import type { ManifestReader } from "./manifest-reader.ts";
import type { Timer } from "./model.ts";

/** Convox takes any schedule; the cluster refuses what its cron cannot read, and with it the release. */
export function checkTimer({ schedule, concurrency }: Timer, node: ManifestNode, reader: ManifestReader): void {
  const place = get(node, "schedule");
  if (place !== undefined) checkSchedule(schedule, place, reader);
  const policy = get(node, "concurrency");
  if (
    policy !== undefined &&
    (concurrency ?? "") !== "" &&
    !/^([Aa]llow|[Ff]orbid|[Rr]eplace)$/.test(concurrency ?? "")
  ) {
    const message = "expected `Allow`, `Forbid` or `Replace`, found another";
    reader.error(policy, { rule: "convox-rule", message });
  }
}

function checkSchedule(schedule: string, place: ManifestNode, reader: ManifestReader): void {
  const fault = schedule.includes("?")
    ? "`?` to stand alone in its field, found more with it"
    : scheduleFault(schedule);
  if (fault !== null) {
    reader.error(place, { rule: "convox-schedule", message: `expected ${fault}` });
    return;
  }
  const written = (textOf(place) ?? "").split(/\s+/).filter((field) => field !== "");
  if (written.length > 5) {
    const message = `expected a cron schedule of 5 fields, found ${written.length}: Convox cuts the ${written.length === 6 ? "sixth" : "others"}`;
    reader.warn(place, { rule: "convox-ignored", message });
  } else if (neverRuns(schedule)) {
    const message = "expected a day that one of the months has, found a schedule that never comes";
    reader.warn(place, { rule: "convox-schedule", message });
  } else if (runsEveryMinute(schedule)) {
    const message = "expected a schedule that leaves time between runs, found one of every minute";
    reader.warn(place, { rule: "convox-schedule", message });
  }
}
