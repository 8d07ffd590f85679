// `signalbox serve`: the settings, then the running Signalbox, until it is asked to stop.
import { readFileSync } from "node:fs";
import { readFile, mkdir } from "node:fs/promises";
import { startSignalbox } from "../app.ts";
import { predefinedRoles } from "./predefined-roles.ts";
import { parseServeSettings } from "./serve-settings.ts";
import { shippedFolder } from "./shipped.ts";
import { untilStopped, type ExitStatus, type Terminal } from "./terminal.ts";

export async function serve(terminal: Terminal): Promise<ExitStatus> {
  const parsed = parseServeSettings(terminal.variables, (path) => readFileSync(path, "utf8"));
  if ("problems" in parsed) {
    terminal.complain(`signalbox cannot start. Its settings are environment variables (docs/settings.md):\n`);
    for (const problem of parsed.problems) terminal.complain(`  ${problem}\n`);
    return 2;
  }
  await mkdir(parsed.settings.dataFolder, { recursive: true, mode: 0o700 });
  const running = await startSignalbox(parsed.settings, {
    version: await ownVersion(),
    predefinedRoles: await predefinedRoles(),
    writeLog: (line) => {
      terminal.write(line);
    },
  });
  await untilStopped(terminal);
  await running.close();
  return 0;
}

async function ownVersion(): Promise<string> {
  const text: unknown = JSON.parse(await readFile(shippedFolder("package.json"), "utf8"));
  return typeof text === "object" && text !== null && "version" in text ? String(text.version) : "unknown";
}
