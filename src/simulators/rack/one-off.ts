// One-off processes: `run` and the commands executed in them.
import type { IncomingHttpHeaders } from "node:http";
import { type App, appLog, newPodSuffix, type Process, type Rack } from "./rack-state.ts";
import { header } from "./rack-request.ts";
import { RackError } from "./reply.ts";
import { activeServices } from "./wire-objects.ts";

const START_MS = 100;

/** The exit status a simulated command ends with: `exit N` anywhere in it says so, all others end well. */
export function exitStatus(command: string): number {
  const [, status] = /\bexit\s+(\d+)/.exec(command) ?? [];
  return status === undefined ? 0 : Number(status) % 256;
}

export function startOneOff(rack: Rack, app: App, run: { service: string; headers: IncomingHttpHeaders }): Process {
  const found = activeServices(app).find(({ spec }) => spec.name === run.service);
  // Like the rack's own, an Image makes up for a service that the manifest does not have.
  if (found === undefined && header(run.headers, "image") === undefined) {
    throw new RackError(500, `service not found: ${run.service}`);
  }
  const command = header(run.headers, "command") ?? found?.spec.command ?? "";
  const process: Process = {
    id: `${run.service}-${newPodSuffix(5)}`,
    service: run.service,
    release: header(run.headers, "release") ?? app.release,
    command,
    cpu: found?.live.cpu ?? 250,
    memory: found?.live.memory ?? 512,
    startedMs: rack.clock.now(),
    isOneOff: true,
    status: "pending",
  };
  app.processes.push(process);
  rack.clock.after(START_MS, () => begin(rack, app, process));
  return process;
}

function begin(rack: Rack, app: App, process: Process): void {
  process.status = "running";
  const source = `service/${process.service}/${process.id}`;
  appLog(rack, app, source, `+ ${process.command}`);
  const [, seconds] = /^sleep (\d+)$/.exec(process.command) ?? [];
  rack.clock.after(seconds === undefined ? START_MS : Number(seconds) * 1000, () => {
    const status = exitStatus(process.command);
    process.status = status === 0 ? "complete" : "failed";
    appLog(rack, app, source, `exited with status ${status}`);
  });
}
