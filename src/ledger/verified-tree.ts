// What is in force: the tip, with every held unit as it was last verified.
import type { RepoFile, RepoTree, Unit } from "../manifest/types.ts";

/** `held`: for each held unit a tree in which its last verified files stand; other files of those trees do not matter. */
export function composeTree(
  tip: RepoTree,
  held: ReadonlyMap<Unit, RepoTree>,
  unitOf: (path: string) => Unit | null,
): RepoTree {
  const composed = new Map<string, RepoFile>();
  for (const [path, file] of tip) {
    const unit = unitOf(path);
    if (unit === null || !held.has(unit)) composed.set(path, file);
  }
  for (const [unit, tree] of held) {
    for (const [path, file] of tree) if (unitOf(path) === unit) composed.set(path, file);
  }
  return composed;
}
