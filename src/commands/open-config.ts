// The config repo that a command works on: the files of a folder as they lie there, or the commits of a clone.
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createAppWorkers } from "../adapters/app-workers.ts";
import { createByteStore } from "../adapters/byte-store.ts";
import { codeVersion } from "../adapters/code-version.ts";
import { findGitFolder, openLocalGit, type LocalGit } from "../adapters/local-git.ts";
import { openWorkTree } from "../adapters/work-tree.ts";
import { StalledError } from "../errors.ts";
import { createConfigSource, type ConfigSource } from "../handlers/read-config.ts";
import { partsOptions } from "../handlers/read-parts.ts";
import type { ByteStore } from "../handlers/ports.ts";
import { isSignalboxPath } from "../manifest/repo-paths.ts";
import type { ConfigRepo, RepoTree } from "../manifest/types.ts";
import { isReadable } from "../rbac/policy-readable.ts";
import { predefinedRoles } from "./predefined-roles.ts";
import type { Terminal } from "./terminal.ts";

export interface ConfigFolder {
  readonly folder: string;
  readonly repo: ConfigRepo;
  /** Of its files, the known and the unknown. */
  readonly paths: ReadonlySet<string>;
  /** Those of `paths` as they were read, without what has changed since. */
  filesAt(paths: Iterable<string>): RepoTree;
}

/** Reads a folder as often as it is asked to; what has not changed is not read again. Last of all, `close` it. */
export interface FolderReader {
  read(): Promise<ConfigFolder>;
  close(): Promise<void>;
}

/** @param dir relative to where the command runs; absent: there */
export async function openFolderReader(dir: string | undefined, terminal: Terminal): Promise<FolderReader> {
  const folder = resolve(terminal.folder, dir ?? ".");
  if (!(await isFolder(folder))) throw new StalledError(`there is no folder ${folder}`);
  const gitFolder = await findGitFolder(folder, terminal.variables);
  // Outside of git there is no place for what could be kept.
  const bytes = gitFolder === null ? null : bytesBeside(gitFolder);
  const work = openWorkTree(folder, { isOurs: isSignalboxPath, bytes, now: Date.now });
  const source = createConfigSource(
    work,
    partsOptions(await predefinedRoles(), { bytes, workers: createAppWorkers() }),
  );
  return {
    read: async () => {
      const tree = await work.scan();
      if (tree === null) {
        throw new StalledError(`${folder} is no config repo: it has no signalbox.yml, roles/, bindings/ or racks/`);
      }
      return { folder, repo: await source.read(tree), paths: work.paths(), filesAt: work.filesAt };
    },
    close: source.close,
  };
}

/** @param dir relative to where the command runs; absent: there */
export async function openConfigFolder(dir: string | undefined, terminal: Terminal): Promise<ConfigFolder> {
  const reader = await openFolderReader(dir, terminal);
  const config = await reader.read();
  await reader.close();
  return config;
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
  const source = createConfigSource(
    git,
    partsOptions(await predefinedRoles(), { bytes: bytesBeside(git.gitFolder), workers: createAppWorkers() }),
  );
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
