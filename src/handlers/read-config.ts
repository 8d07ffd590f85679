// Trees of the config repo as the ledger lets them be seen: as they are, as last verified, or with only some units held back.
import { composeTree } from "../ledger/verified-tree.ts";
import { verifiedCommit, type LedgerState } from "../ledger/ledger-state.ts";
import type { ParseCache } from "../manifest/parse-repo-file.ts";
import { changeSetBetween } from "../manifest/change-set.ts";
import { unitOf } from "../manifest/repo-paths.ts";
import type { CommitSha, ConfigRepo, RepoTree, Unit } from "../manifest/types.ts";
import type { ConfigGit } from "./ports.ts";

export interface ConfigSource {
  readonly git: ConfigGit;
  /** Reads and validates a tree; the same tree is the same value. */
  load(tree: RepoTree): ConfigRepo;
  /** Trees put together of several commits, by what they are made of. */
  readonly composed: Map<string, RepoTree>;
}

const COMPOSED_KEPT = 32;
/** More than the files of a large repo, so that what one change leaves is still known. */
const PARSED_KEPT = 100_000;

/** What was parsed, by content; the oldest goes first. */
export function createParseCache(): ParseCache {
  const parsed = new Map<string, unknown>();
  return {
    get: (key) => parsed.get(key),
    set: (key, value) => {
      parsed.set(key, value);
      const [oldest] = parsed.size > PARSED_KEPT ? parsed.keys() : [];
      if (oldest !== undefined) parsed.delete(oldest);
    },
  };
}

/** @param read is called once for a tree, however often it is asked for */
export function createConfigSource(git: ConfigGit, read: (tree: RepoTree) => ConfigRepo): ConfigSource {
  const loaded = new WeakMap<RepoTree, ConfigRepo>();
  return {
    git,
    composed: new Map(),
    load: (tree) => {
      const known = loaded.get(tree);
      if (known !== undefined) return known;
      const config = read(tree);
      loaded.set(tree, config);
      return config;
    },
  };
}

export async function readConfig(source: ConfigSource, commitOrTree: string): Promise<ConfigRepo> {
  return source.load(await source.git.readTree(commitOrTree));
}

/** A commit's content in which each of `units` stands as it was last verified. */
export async function readWithHeldBack(
  source: ConfigSource,
  state: LedgerState,
  at: { readonly commit: CommitSha; readonly units: ReadonlySet<Unit> },
): Promise<ConfigRepo> {
  if (at.units.size === 0) return readConfig(source, at.commit);
  const parts = [...at.units].sort().map((unit) => [unit, verifiedCommit(state, unit)] as const);
  const key = JSON.stringify([at.commit, parts]);
  const tree = source.composed.get(key) ?? (await compose(source, at.commit, parts));
  source.composed.delete(key);
  source.composed.set(key, tree);
  const [oldest] = source.composed.keys();
  if (source.composed.size > COMPOSED_KEPT && oldest !== undefined) source.composed.delete(oldest);
  return source.load(tree);
}

async function compose(
  source: ConfigSource,
  commit: CommitSha,
  parts: readonly (readonly [Unit, CommitSha | null])[],
): Promise<RepoTree> {
  const trees = new Map<Unit, RepoTree>();
  for (const [unit, verified] of parts) {
    trees.set(unit, verified === null ? new Map() : await source.git.readTree(verified));
  }
  return composeTree(await source.git.readTree(commit), trees, unitOf);
}

/** What is in force: the newest judged commit, held units as last verified. null: no ledger yet. */
export async function readVerified(source: ConfigSource, state: LedgerState): Promise<ConfigRepo | null> {
  if (state.judged === null) return null;
  return readWithHeldBack(source, state, { commit: state.judged, units: new Set(state.held.keys()) });
}

/** The units whose content differs between two readings. */
export function changedUnits(base: ConfigRepo, head: ConfigRepo): ReadonlySet<Unit> {
  const units = new Set<Unit>();
  for (const key of changeSetBetween(base.files, head.files).keys()) {
    const unit = unitOf(key.slice(0, key.indexOf("\0")));
    if (unit !== null) units.add(unit);
  }
  return units;
}
