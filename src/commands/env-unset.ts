// `signalbox env unset`: a key that leaves env.yml leaves the release.
import { StalledError } from "../errors.ts";
import { withoutKey } from "../manifest/edit-environment.ts";
import { didYouMean } from "../manifest/near-miss.ts";
import { openAppEnvironment, writeAppEnvironment } from "./app-environment.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";

export interface EnvUnsetOptions {
  /** RACK/APP. */
  readonly app: string;
  readonly key: string;
  readonly dir?: string;
}

export async function envUnset(options: EnvUnsetOptions, terminal: Terminal): Promise<ExitStatus> {
  const environment = await openAppEnvironment(options.app, options.dir, terminal);
  const { path, text, values } = environment;
  if (text === null || !values.has(options.key)) {
    const near = didYouMean(options.key, values.keys());
    throw new StalledError(`${path} has no ${JSON.stringify(options.key)}${near === undefined ? "" : `; ${near}`}`);
  }
  const rest = new Map([...values].filter(([key]) => key !== options.key));
  await writeAppEnvironment(environment, withoutKey(text, options.key), rest);
  terminal.write(`${path}: ${options.key} removed\n`);
  return 0;
}
