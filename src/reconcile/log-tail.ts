import type { AppWork } from "./app-work.ts";
import { messageOf } from "./outcome.ts";

const MAX_LINES = 40;

/** The last lines of a build, or of the app; an app's own lines only where the rack is not production. */
export async function logTailOf(work: AppWork, build: string | null): Promise<readonly string[]> {
  const { connection, desired, task, ports } = work;
  const of = build === null ? { systemOnly: task.rack.rack.production } : { build };
  try {
    return (await connection.logTail(desired.name, of)).slice(-MAX_LINES);
  } catch (error) {
    // Logs are an extra: what happened is told without them, too.
    ports.log("log-tail-missing", { app: desired.name, reason: ports.redact(messageOf(error)) });
    return [];
  }
}
