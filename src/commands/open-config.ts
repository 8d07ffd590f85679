// The config repo that a command works on: the files of a folder as they lie there, or the commits of a clone.
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createByteStore } from "../adapters/byte-store.ts";
import { codeVersion } from "../adapters/code-version.ts";
import { openLocalGit, type LocalGit } from "../adapters/local-git.ts";
import { readWorkTree } from "../adapters/work-tree.ts";
import { StalledError } from "../errors.ts";
import { createConfigSource, type ConfigSource } from "../handlers/read-config.ts";
import { partsOptions } from "../handlers/read-parts.ts";
import type { ByteStore } from "../handlers/ports.ts";
import { loadConfigRepo } from "../manifest/load-config-repo.ts";
import { createParseCache, type ParseCache } from "../manifest/kept.ts";
import { isSignalboxPath } from "../manifest/repo-paths.ts";
import type { ConfigRepo, RepoTree } from "../manifest/types.ts";
import { isReadable } from "../rbac/policy-readable.ts";
import { predefinedRoles } from "./predefined-roles.ts";
import type { Terminal } from "./terminal.ts";

export interface ConfigFolder {
  readonly folder: string;
  readonly tree: RepoTree;
  readonly repo: ConfigRepo;
}

/**
 * @param dir relative to where the command runs; absent: there
 * @param cache what was parsed before, where a folder is read several times
 */
export async function openConfigFolder(
  dir: string | undefined,
  terminal: Terminal,
  cache: ParseCache = createParseCache(),
): Promise<ConfigFolder> {
  const folder = resolve(terminal.folder, dir ?? ".");
  if (!(await isFolder(folder))) throw new StalledError(`there is no folder ${folder}`);
  const tree = await readWorkTree(folder, { isOurs: isSignalboxPath });
  if (tree.size === 0) {
    throw new StalledError(`${folder} is no config repo: it has no signalbox.yml, roles/, bindings/ or racks/`);
  }
  return { folder, tree, repo: loadConfigRepo(tree, { predefinedRoles: await predefinedRoles(), cache }) };
}

/** A folder whose roles and bindings can be decided by: half of what somebody wrote down is not their policy. */
export async function openPolicyFolder(dir: string | undefined, terminal: Terminal): Promise<ConfigFolder> {
  const config = await openConfigFolder(dir, terminal);
  if (isReadable({ name: "base", repo: config.repo })) return config;
  throw new StalledError(
    `signalbox.yml, roles/ or bindings/ have errors, so nothing can be decided by them; \`signalbox validate\` shows them`,
  );
}

export interface Clone extends ConfigSource {
  readonly git: LocalGit;
}

/** Runs `work` on the clone that the folder is in, and ends git's process after it. */
export async function withClone<T>(
  dir: string | undefined,
  terminal: Terminal,
  work: (clone: Clone) => Promise<T>,
): Promise<T> {
  const folder = resolve(terminal.folder, dir ?? ".");
  if (!(await isFolder(folder))) throw new StalledError(`there is no folder ${folder}`);
  const git = await openLocalGit(folder, {
    isOurs: isSignalboxPath,
    ledgerBranch: ledgerBranch(terminal),
    environment: terminal.variables,
  });
  const source = createConfigSource(git, partsOptions(await predefinedRoles(), bytesBeside(git.gitFolder)));
  try {
    return await work(source);
  } finally {
    await source.close();
    await git.close();
  }
}

/** What was read is kept where git keeps what was committed, for whoever may read that. */
function bytesBeside(gitFolder: string): ByteStore {
  return createByteStore({ folder: join(gitFolder, "signalbox"), version: codeVersion() });
}

export function ledgerBranch(terminal: Terminal): string {
  return terminal.variables["SIGNALBOX_LEDGER"] ?? "signalbox/ledger";
}

export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // Whatever stands in the way of looking, it is no folder to work in.
    return false;
  }
}
