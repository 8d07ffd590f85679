// The simulators as processes of their own, as the demo has them; each writes where it is into a file once it is ready.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startChild, type Child } from "./child.ts";
import { until } from "./until.ts";
import type { GitHubToStart, StartedGitHub, StartedRack } from "./world.ts";

export interface ProcessOptions {
  /** How `signalbox` is run: `[node, dist/main.js]`. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  onLine(line: string): void;
}

export async function startGitHubProcess(options: ProcessOptions, start: GitHubToStart): Promise<StartedGitHub> {
  const { folder } = options;
  const config = join(folder, "first-commit");
  await writeFiles(config, start.files);
  const people = join(folder, "people.json");
  await writeFile(people, JSON.stringify(start.people));
  const appKeyFile = join(folder, "app.pub");
  await writeFile(appKeyFile, start.app.publicKey);
  const info = join(folder, "github.json");
  const child = startChild({
    ...options,
    command: [
      ...options.command,
      ...["simulate", "github", "--repo", start.repo, "--config", config, "--people", people],
      ...["--folder", start.folder, "--webhook-url", start.webhookUrl, "--clock-file", start.clockFile],
      ...["--app-key-file", appKeyFile, "--info", info],
    ],
    environment: { ...options.environment, SIGNALBOX_SIMULATED_WEBHOOK_SECRET: start.app.webhookSecret },
  });
  return { ...(await announced<Omit<StartedGitHub, "close">>(info)), close: () => child.close() };
}

export async function startRackProcess(
  options: ProcessOptions,
  start: { readonly name: string; readonly password: string },
): Promise<StartedRack> {
  const info = join(options.folder, `rack-${start.name}.json`);
  const child: Child = startChild({
    ...options,
    command: [...options.command, "simulate", "rack", start.name, "--info", info],
    environment: { ...options.environment, SIGNALBOX_SIMULATED_RACK_PASSWORD: start.password },
  });
  return { ...(await announced<Omit<StartedRack, "close">>(info)), close: () => child.close() };
}

async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of files) {
    const file = join(folder, path);
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(file, text);
  }
}

/** What a simulator says of itself; its own format, written by this same program. */
async function announced<T>(file: string): Promise<T> {
  return until(`a simulator to write ${file}`, async () => {
    try {
      return { found: JSON.parse(await readFile(file, "utf8")) as T, seen: "" };
    } catch {
      // Not there yet, or half of it: looked at again.
      return { seen: "nothing yet" };
    }
  });
}
