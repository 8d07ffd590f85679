// Trees of the config repo as the ledger lets them be seen: as they are, as last verified, or with only some units held back.
import { composeTree } from "../ledger/verified-tree.ts";
import { verifiedCommit, type LedgerState } from "../ledger/ledger-state.ts";
import { changeSetBetween } from "../manifest/change-set.ts";
import { unitOf } from "../manifest/repo-paths.ts";
import type { CommitSha, ConfigRepo, RepoTree, Unit } from "../manifest/types.ts";
import type { ConfigGit } from "./ports.ts";

export interface ConfigSource {
  readonly git: ConfigGit;
  /** Reads and validates a tree; the same tree is the same value. */
  load(tree: RepoTree): ConfigRepo;
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
  const tree = await source.git.readTree(at.commit);
  if (at.units.size === 0) return source.load(tree);
  const trees = new Map<Unit, RepoTree>();
  for (const unit of at.units) {
    const commit = verifiedCommit(state, unit);
    trees.set(unit, commit === null ? new Map() : await source.git.readTree(commit));
  }
  return source.load(composeTree(tree, trees, unitOf));
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
