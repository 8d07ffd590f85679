import { exitStatus } from "./one-off.ts";
import { type App, findApp, type Process } from "./rack-state.ts";
import { header } from "./rack-request.ts";
import type { Session } from "./session.ts";

const EXIT_MARKER = "F1E49A85-0AD7-4AEF-A618-C249C6E6568D:";
const COMMAND_MS = 20;

/** A process by its id, or any running one of the service of that name. */
function findTarget(app: App, pid: string): Process | undefined {
  const isUp = (process: Process): boolean => process.status === "running";
  return app.processes.find(({ id }) => id === pid) ?? app.processes.find((each) => each.service === pid && isUp(each));
}

/** Runs a command in a process: prints it, takes as long as a `sleep N` in it says, ends with the marker. */
export function execSession(session: Session): void {
  const app = findApp(session.rack, session.variable("app"));
  const pid = session.variable("pid");
  const process = findTarget(app, pid);
  const finish = (status: number, error?: string): void => {
    session.write(`${EXIT_MARKER}${status}\n`);
    if (error !== undefined) session.write(`ERROR: ${error}\n`);
    session.end();
  };
  if (process === undefined) {
    finish(0, `process not found: ${pid}`);
    return;
  }
  if (process.status !== "running") {
    finish(1, `process is not running: ${pid}`);
    return;
  }
  const command = header(session.headers, "command") ?? "";
  session.write(`${command}\n`);
  const [, seconds] = /\bsleep (\d+)/.exec(command) ?? [];
  const durationMs = seconds === undefined ? COMMAND_MS : Number(seconds) * 1000;
  session.onClose(session.rack.clock.after(durationMs, () => finish(exitStatus(command))));
}
