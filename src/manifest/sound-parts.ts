// What a schema leaves of a file that has mistakes, so that the rules beyond the schema speak of the rest in the same pass.
import type { Step, YamlNode } from "./yaml-tree.ts";

export type Path = readonly Step[];

/**
 * The tree without the parts that hold these mistakes: an item of the outermost list, or else a key of `depth` steps. null where a mistake
 * is the whole's own, as a key that is missing there.
 */
export function withoutFaulty<N extends YamlNode>(root: N, faults: readonly Path[], depth: DepthOf): N | null {
  const parts = faults.map((path) => partOf(root, path, depth));
  return parts.some((part) => part.length === 0) ? null : without(root, parts);
}

/** How many keys lead to a part that may be left out by itself, by the first of them. */
export type DepthOf = (key: Step) => number;

function partOf(root: YamlNode, path: Path, depthOf: DepthOf): Path {
  const depth = path[0] === undefined ? 0 : depthOf(path[0]);
  let node: YamlNode | undefined = root;
  for (const [index, step] of path.entries()) {
    if (node?.kind === "list") return path.slice(0, index + 1);
    if (node?.kind !== "map") break;
    node = node.entries.findLast(({ key }) => key === String(step))?.value;
  }
  return path.slice(0, depth);
}

function without<N extends YamlNode>(node: N, parts: readonly Path[]): N {
  if (node.kind === "scalar" || parts.length === 0) return node;
  const below = new Map<string, Path[]>();
  for (const [step, ...rest] of parts) {
    const paths = below.get(String(step));
    if (paths === undefined) below.set(String(step), [rest]);
    else paths.push(rest);
  }
  const isLeftOut = (step: Step): boolean => below.get(String(step))?.some(({ length }) => length === 0) ?? false;
  const within = (step: Step): readonly Path[] => below.get(String(step)) ?? [];
  if (node.kind === "list") {
    const items = node.items.flatMap((item, index) => (isLeftOut(index) ? [] : [without(item, within(index))]));
    return { ...node, items };
  }
  const entries = node.entries
    .filter(({ key }) => !isLeftOut(key))
    .map((entry) => ({ ...entry, value: without(entry.value, within(entry.key)) }));
  return { ...node, entries };
}
