import type { AppWork } from "./app-work.ts";
import { messageOf } from "./outcome.ts";

const MAX_LINES = 40;
/** Shorter values are words and numbers that stand in any log. */
const SECRET_LENGTH = 6;

/** The last lines of a build, or of the app; an app's own lines only where the rack is not production. */
export async function logTailOf(work: AppWork, build: string | null): Promise<readonly string[]> {
  const { connection, desired, task, ports } = work;
  const of = build === null ? { systemOnly: task.rack.rack.production } : { build };
  try {
    const values = await valuesOnRack(work);
    const lines = await connection.logTail(desired.name, of);
    return lines.slice(-MAX_LINES).map((line) => without(line, values));
  } catch (error) {
    // Logs are an extra: what happened is told without them, too.
    ports.log("log-tail-missing", { app: desired.name, reason: ports.redact(messageOf(error)) });
    return [];
  }
}

/** An app prints values of the releases that it ran as, which this process never opened: a rotated secret, one set by hand. */
async function valuesOnRack(work: AppWork): Promise<readonly string[]> {
  const live = await work.connection.readApp(work.desired.name);
  const plain = new Set(
    [...work.task.folder.environment.values()].map((value) => (value.kind === "plain" ? value.text : "")),
  );
  const values = (live?.releases ?? []).flatMap((release) =>
    [...release.environment.values()].map((value) => value.reveal()),
  );
  return [...new Set(values)]
    .filter((value) => value.length >= SECRET_LENGTH && !plain.has(value))
    .sort((a, b) => b.length - a.length);
}

function without(line: string, values: readonly string[]): string {
  return values.reduce((rest, value) => rest.replaceAll(value, "[secret]"), line);
}
