// `signalbox env set`: one variable of an app, sealed to its rack's recipients unless it is to be plain. The value never comes from
// an argument, where the shell's history and everybody's `ps` would have it.
import { StalledError } from "../errors.ts";
import { withValue } from "../manifest/edit-environment.ts";
import { isEnvironmentKey } from "../manifest/names.ts";
import type { ConfiguredValue } from "../manifest/types.ts";
import { sealValue } from "../secrets/seal.ts";
import { faultOf, openAppEnvironment, writeAppEnvironment, type AppEnvironment } from "./app-environment.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";

export interface EnvSetOptions {
  /** RACK/APP. */
  readonly app: string;
  readonly key: string;
  readonly dir?: string;
  readonly plain?: true;
}

const KEY_CHARACTERS_MAX = 256;

export async function envSet(options: EnvSetOptions, terminal: Terminal): Promise<ExitStatus> {
  const { key } = options;
  if (!isEnvironmentKey(key) || key.length > KEY_CHARACTERS_MAX) {
    throw new StalledError(
      `expected the name of a variable (letters, digits and _, not beginning with a digit), found ${JSON.stringify(key)}`,
    );
  }
  const environment = await openAppEnvironment(options.app, options.dir, terminal);
  const { rack, app, path, text, values } = environment;
  // Before anybody types a secret that could not be sealed.
  const recipients = options.plain === true ? [] : recipientsOf(environment);
  const input = await terminal.readSecret(`value of ${key} for ${app} on ${rack}`);
  const value: ConfiguredValue =
    options.plain === true
      ? { kind: "plain", text: checkedValue(key, input) }
      : { kind: "sealed", age: await sealValue({ rack, app, key }, secretValue(key, input), recipients) };
  await writeAppEnvironment(environment, withValue(text, key, value), new Map([...values, [key, value]]));
  const how = options.plain === true ? "plain" : `sealed to ${String(recipients.length)} of ${rack}'s recipients`;
  terminal.write(`${path}: ${key} ${values.has(key) ? "changed" : "added"}, ${how}\n`);
  return 0;
}

function recipientsOf({ rack, repo }: AppEnvironment): readonly string[] {
  const path = `racks/${rack}/rack.yml`;
  const folder = repo.racks.get(rack);
  if (folder === undefined) throw new StalledError(`${faultOf(repo, path) ?? `${path} is missing`}. Mend it first`);
  return folder.rack.recipients;
}

function checkedValue(key: string, value: string): string {
  if (!/[\r\n\0]/.test(value)) return value;
  throw new StalledError(
    `${key}: the value holds a line end or NUL, which Convox cannot hold; encode it (base64), nothing was changed`,
  );
}

/** A pipe that failed gives nothing, and would seal nothing. */
function secretValue(key: string, value: string): string {
  if (value !== "") return checkedValue(key, value);
  throw new StalledError(
    `${key}: expected a value on standard input or at the prompt, found nothing; nothing was changed`,
  );
}
