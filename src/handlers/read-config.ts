// Trees of the config repo as the ledger lets them be seen: as they are, as last verified, or with only some units held back.
import { LRUCache } from "lru-cache";
import { composeParts } from "../ledger/verified-tree.ts";
import { verifiedCommit, type LedgerState } from "../ledger/ledger-state.ts";
import { changeSetBetween } from "../manifest/change-set.ts";
import { createCrossMemory, isPrepared, joinRepo, prepareRack, type RepoParts } from "../manifest/join-repo.ts";
import { unitOf } from "../manifest/repo-paths.ts";
import type { CommitSha, ConfigRepo, Unit } from "../manifest/types.ts";
import { createPartsReader, type PartsOptions } from "./read-parts.ts";
import type { ConfigGit } from "./ports.ts";

export interface ConfigSource extends Reading {
  readonly git: ConfigGit;
}

export interface Reading {
  /** Reads and validates a commit or tree; with `held`, each of these units as it stands in its commit (null: nowhere). */
  read(commitOrTree: string, held?: ReadonlyMap<Unit, CommitSha | null>): Promise<ConfigRepo>;
}

export interface StoredReading extends Reading {
  /** Keeps for later processes what was read, and ends what helped reading. */
  close(): Promise<void>;
}

/** Trees and compositions; what they have in common is kept once. */
const REPOS_KEPT = 64;

/** @param git also with the trees alone, for reading without the rest */
export function createConfigSource<G extends Pick<ConfigGit, "treeOf" | "readFolder" | "readFiles">>(
  git: G,
  options: PartsOptions,
): StoredReading & { readonly git: G } {
  const readParts = createPartsReader(git, options);
  const trees = new LRUCache<string, Promise<RepoParts>>({ max: REPOS_KEPT });
  const repos = new LRUCache<string, Promise<ConfigRepo>>({ max: REPOS_KEPT });
  const memory = createCrossMemory();

  const partsOf = async (commitOrTree: string): Promise<RepoParts> => {
    const tree = await git.treeOf(commitOrTree);
    return once(trees, tree, () => readParts(tree));
  };
  const compose = async (tree: string, held: ReadonlyMap<Unit, string | null>): Promise<ConfigRepo> => {
    const parts = new Map<Unit, RepoParts | null>();
    for (const [unit, from] of held) parts.set(unit, from === null ? null : await partsOf(from));
    const composed = composeParts(await partsOf(tree), parts);
    for (const rack of composed.racks.values()) {
      if (isPrepared(rack, memory)) continue;
      await options.giveWay();
      prepareRack(rack, memory);
    }
    return joinRepo(composed, memory);
  };
  return {
    git,
    close: () => options.close(),
    read: async (commitOrTree, held = new Map()) => {
      const tree = await git.treeOf(commitOrTree);
      const units = [...held].sort(([a], [b]) => (a < b ? -1 : 1));
      return once(repos, JSON.stringify([tree, units]), () => compose(tree, held));
    },
  };
}

/** The same work is done once, also while it is being done; what failed is done again. */
function once<T>(recent: LRUCache<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = recent.get(key);
  if (known !== undefined) return known;
  const making = make();
  recent.set(key, making);
  making.catch(() => {
    recent.delete(key);
  });
  return making;
}

export async function readConfig(source: Reading, commitOrTree: string): Promise<ConfigRepo> {
  return source.read(commitOrTree);
}

/** A commit's content in which each of `units` stands as it was last verified. */
export async function readWithHeldBack(
  source: Reading,
  state: LedgerState,
  at: { readonly commit: CommitSha; readonly units: ReadonlySet<Unit> },
): Promise<ConfigRepo> {
  return source.read(at.commit, new Map(Array.from(at.units, (unit) => [unit, verifiedCommit(state, unit)])));
}

/** What is in force: the newest judged commit, held units as last verified. null: no ledger yet. */
export async function readVerified(source: Reading, state: LedgerState): Promise<ConfigRepo | null> {
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
