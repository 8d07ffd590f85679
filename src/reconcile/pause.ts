import type { Instant, Suspension } from "../manifest/types.ts";
import type { AppTask } from "./app-work.ts";
import type { Ending } from "./record-outcome.ts";

/** Why nothing is written to the app for now; null where nothing stands against it. */
export function pauseOf({ rack, folder }: AppTask, now: Instant): Ending | null {
  if (rack.rack.mode === "observe") {
    return {
      result: "noop",
      paused: "observe",
      detail: `rack ${rack.rack.name} is in mode observe: nothing is written to it`,
      next: "It is applied once rack.yml says `mode: apply`.",
    };
  }
  return suspended(rack.rack.suspend, "rack.yml", now) ?? suspended(folder.app.suspend, "app.yml", now);
}

function suspended(suspend: Suspension | null, file: string, now: Instant): Ending | null {
  if (suspend === null || (suspend.until !== null && suspend.until <= now)) return null;
  const until = suspend.until === null ? "" : ` until ${new Date(suspend.until).toISOString()}`;
  return {
    result: "noop",
    paused: "suspended",
    detail: `suspended in ${file}${until}: ${suspend.reason}`,
    next: `It is applied once \`suspend\` leaves ${file}${suspend.until === null ? "" : ", or its time is over"}.`,
  };
}
