// An app's env.yml in a folder, for `env set`, `env unset` and `env list`: read strictly, written whole and at once.
import { chmod, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StalledError } from "../errors.ts";
import { hasErrors } from "../manifest/findings.ts";
import { appNameFault, rackNameFault } from "../manifest/names.ts";
import { didYouMean } from "../manifest/near-miss.ts";
import { parseEnvironment } from "../manifest/parse-environment.ts";
import type { AppName, ConfigRepo, ConfiguredValue, Finding, RackName } from "../manifest/types.ts";
import { openConfigFolder, type ConfigFolder } from "./open-config.ts";
import type { Terminal } from "./terminal.ts";

export interface AppEnvironment {
  readonly rack: RackName;
  readonly app: AppName;
  /** Path in the config repo. */
  readonly path: string;
  /** Absolute. */
  readonly file: string;
  /** null: the app has no env.yml yet. */
  readonly text: string | null;
  readonly values: ReadonlyMap<string, ConfiguredValue>;
  readonly repo: ConfigRepo;
}

/** @throws StalledError where there is no such app, or its env.yml has errors: nothing half-read is edited */
export async function openAppEnvironment(
  name: string,
  dir: string | undefined,
  terminal: Terminal,
): Promise<AppEnvironment> {
  const { rack, app } = parseRackApp(name);
  const config = await openConfigFolder(dir, terminal);
  const path = `racks/${rack}/apps/${app}/env.yml`;
  ensureApp(config, { rack, app });
  const found = config.filesAt([path]).get(path);
  const at = { rack, app, path, file: join(config.folder, path), repo: config.repo };
  if (!config.paths.has(path)) return { ...at, text: null, values: new Map() };
  if (found === undefined) throw new StalledError(`${path} changed while it was being read; run this again`);
  if (found.text === null || found.mode === "120000") {
    throw new StalledError(`${path} is no file of UTF-8 text that could be edited`);
  }
  return { ...at, text: found.text, values: valuesIn(found.text, path) };
}

function parseRackApp(text: string): { readonly rack: RackName; readonly app: AppName } {
  const [rack = "", app = "", ...more] = text.split("/");
  const fault = rackNameFault(rack) ?? appNameFault(rack, app);
  if (more.length > 0 || app === "") throw new StalledError(`expected RACK/APP, found ${JSON.stringify(text)}`);
  if (fault !== null) throw new StalledError(`${text}: expected ${fault}`);
  return { rack: rack as RackName, app: app as AppName }; // validated on the lines above
}

function ensureApp({ paths }: ConfigFolder, at: { readonly rack: RackName; readonly app: AppName }): void {
  const apps = new Set([...paths].flatMap((path) => /^racks\/([^/]+\/apps\/[^/]+)\//.exec(path)?.[1] ?? []));
  if (apps.has(`${at.rack}/apps/${at.app}`)) return;
  const name = `${at.rack}/${at.app}`;
  const near = didYouMean(
    name,
    Array.from(apps, (path) => path.replace("/apps/", "/")),
  );
  throw new StalledError(
    `the config repo has no app ${name} (racks/${at.rack}/apps/${at.app}/)${near === undefined ? "" : `; ${near}`}`,
  );
}

function valuesIn(text: string, path: string): ReadonlyMap<string, ConfiguredValue> {
  const { value, findings } = parseEnvironment(text);
  if (value !== null && !hasErrors(findings)) return value;
  const [first] = findings.filter(({ level }) => level === "error");
  const where = first === undefined ? path : `${path}:${String(first.line)}:${String(first.column)}: ${first.message}`;
  throw new StalledError(`${where}. Mend it first; nothing was changed`);
}

/**
 * Whole or not at all. What is written is read again before: it must hold exactly `expected`.
 * @throws StalledError where it would not; then the file is as it was
 */
export async function writeAppEnvironment(
  environment: AppEnvironment,
  text: string,
  expected: ReadonlyMap<string, ConfiguredValue>,
): Promise<void> {
  const { file, path } = environment;
  if (!isSame(valuesIn(text, path), expected)) {
    throw new StalledError(`${path} cannot be edited without changing more than this key; edit it by hand`);
  }
  const mode = await modeOf(file);
  const temporary = `${file}.${String(process.pid)}.new`;
  try {
    await writeFile(temporary, text, { flag: "wx" });
    if (mode !== null) await chmod(temporary, mode);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function modeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).mode & 0o777;
  } catch (error) {
    if (typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function isSame(a: ReadonlyMap<string, ConfiguredValue>, b: ReadonlyMap<string, ConfiguredValue>): boolean {
  const text = (values: ReadonlyMap<string, ConfiguredValue>): string => JSON.stringify([...values].sort(byKey));
  return text(a) === text(b);
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The first error of a file of the repo, in words; null: it has none. */
export function faultOf(repo: ConfigRepo, path: string): string | null {
  const found: Finding | undefined = repo.findings.find(({ file, level }) => file === path && level === "error");
  return found === undefined ? null : `${path}:${String(found.line)}:${String(found.column)}: ${found.message}`;
}
