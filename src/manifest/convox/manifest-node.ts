// convox.yml as the tree that Convox's types are filled from: without nulls, merges done or dropped, of equal keys the last.
import type { ListNode, MapEntry, MapNode, ScalarNode, YamlNode } from "../yaml-tree.ts";
import { integerText, numberText } from "./go-text.ts";

export type ManifestNode = ScalarNode | ListNode | ManifestMap;

export interface ManifestEntry extends MapEntry {
  readonly value: ManifestNode;
}

export interface ManifestMap extends MapNode {
  readonly entries: readonly ManifestEntry[];
  /** Keys that stand there and give nothing, for lack of a value or in a merge that is dropped: they switch defaults off. */
  readonly hollow: readonly string[];
}

export interface ManifestTree {
  readonly root: ManifestMap;
  /** `<<` that Convox reads over. */
  readonly droppedMerges: readonly MapEntry[];
  /** `<<` with something else than a map or maps. */
  readonly badMerges: readonly MapEntry[];
}

/** Convox reads each value of these into a list of pairs first, and loses what `<<` merges there. */
const NAMED: ReadonlySet<string> = new Set(["services", "resources", "timers", "balancers"]);
/** Of these Convox adds a second one to the first. */
const ADDED: ReadonlySet<string> = new Set([...NAMED, "environment", "domain"]);

export function isNamedMap(key: string): boolean {
  return NAMED.has(key);
}

export function isAddedUp(key: string): boolean {
  return ADDED.has(key);
}

interface Making {
  readonly dropped: Set<MapEntry>;
  readonly bad: Set<MapEntry>;
}

type Merging = "done" | "dropped";

export function manifestTree(root: MapNode): ManifestTree {
  const making: Making = { dropped: new Set(), bad: new Set() };
  const { entries, hollow, offset } = withMerges(root, "done", making);
  const made = entries.map((entry): ManifestEntry => {
    const { value } = entry;
    if (!NAMED.has(entry.key)) return { ...entry, value: nodeOf(value, "done", making) };
    return { ...entry, value: value.kind === "map" ? namedMap(value, making) : nodeOf(value, "dropped", making) };
  });
  return {
    root: { kind: "map", entries: once(made), hollow, offset },
    droppedMerges: [...making.dropped],
    badMerges: [...making.bad],
  };
}

/** A service, resource, timer or balancer without a value has its name still. */
function namedMap(node: MapNode, making: Making): ManifestMap {
  withMerges(node, "dropped", making);
  const named = node.entries
    .filter(({ isMerge }) => isMerge !== true)
    .map((entry): ManifestEntry => {
      const value = isNull(entry.value) ? emptyMap(entry) : nodeOf(entry.value, "dropped", making);
      return { ...entry, value };
    });
  return { kind: "map", entries: named, hollow: [], offset: node.offset };
}

function emptyMap({ keyOffset }: MapEntry): ManifestMap {
  return { kind: "map", entries: [], hollow: [], offset: keyOffset };
}

function nodeOf(node: YamlNode, merging: Merging, making: Making): ManifestNode {
  if (node.kind === "scalar") return node;
  if (node.kind === "list") return { ...node, items: node.items.map((item) => nodeOf(item, merging, making)) };
  const { entries, hollow, offset } = withMerges(node, merging, making);
  const made = entries.map((entry) => ({ ...entry, value: nodeOf(entry.value, merging, making) }));
  return { kind: "map", entries: once(made), hollow, offset };
}

interface Merged extends MapNode {
  readonly hollow: readonly string[];
}

function withMerges(node: MapNode, merging: Merging, making: Making): Merged {
  if (!node.entries.some((entry) => entry.isMerge === true || isNull(entry.value))) return { ...node, hollow: NO_KEYS };
  const entries: MapEntry[] = [];
  const hollow: string[] = [];
  for (const entry of node.entries) {
    if (entry.isMerge !== true) {
      if (isNull(entry.value)) hollow.push(entry.key);
      else entries.push(entry);
      continue;
    }
    const merged = mergedEntries(entry, making);
    if (merging === "dropped") {
      making.dropped.add(entry);
      hollow.push(...merged.map(({ key }) => key));
    } else {
      entries.push(...merged.filter(({ value }) => !isNull(value)));
    }
  }
  return { ...node, entries, hollow };
}

const NO_KEYS: readonly string[] = [];

/** In the order in which Convox fills them in: what comes later holds, also over keys that stand before the `<<`. */
function mergedEntries(merge: MapEntry, making: Making): readonly MapEntry[] {
  const { value } = merge;
  const maps = value.kind === "list" ? value.items.toReversed() : [value];
  if (maps.some(({ kind }) => kind !== "map")) making.bad.add(merge);
  return maps.flatMap((map) =>
    map.kind === "map"
      ? map.entries.flatMap((entry) => (entry.isMerge === true ? mergedEntries(entry, making) : [entry]))
      : [],
  );
}

/** Of equal keys the last; maps are filled one after the other, and some lists grow. */
function once(entries: readonly ManifestEntry[]): readonly ManifestEntry[] {
  const byKey = new Map<string, ManifestEntry>();
  for (const entry of entries) {
    const known = byKey.get(entry.key);
    byKey.set(entry.key, known === undefined ? entry : { ...entry, value: together(entry, known.value) });
  }
  return byKey.size === entries.length ? entries : [...byKey.values()];
}

function together({ key, value }: ManifestEntry, before: ManifestNode): ManifestNode {
  if (value.kind === "map" && before.kind === "map") {
    const entries = [...before.entries, ...value.entries];
    return {
      ...value,
      entries: NAMED.has(key) ? entries : once(entries),
      hollow: [...before.hollow, ...value.hollow],
    };
  }
  if (value.kind === "list" && before.kind === "list" && ADDED.has(key)) {
    return { ...value, items: [...before.items, ...value.items] };
  }
  return value;
}

function isNull(node: YamlNode): boolean {
  return node.kind === "scalar" && node.value === null;
}

export function get(node: ManifestNode | undefined, key: string): ManifestNode | undefined {
  return node?.kind === "map" ? node.entries.find((entry) => entry.key === key)?.value : undefined;
}

/** Whether the key stands there, with a value or without. */
export function hasKey(node: ManifestNode | undefined, key: string): boolean {
  return node?.kind === "map" && (get(node, key) !== undefined || node.hollow.includes(key));
}

export function entriesOf(node: ManifestNode | undefined): readonly ManifestEntry[] {
  return node?.kind === "map" ? node.entries : [];
}

/** Every item was a node of the tree before, so it is one of ours. */
export function itemsOf(node: ManifestNode | undefined): readonly ManifestNode[] {
  return node?.kind === "list" ? (node.items as readonly ManifestNode[]) : [];
}

/** As Go prints a value that it read before it knew that a text was wanted: of `1.10` it is `1.1`, of `yes` it is `true`. */
export function textOf(node: ManifestNode | undefined): string | null {
  if (node?.kind !== "scalar" || node.value === null) return null;
  const { value, source } = node;
  if (typeof value === "number") return numberText(value, source);
  return typeof value === "boolean" ? String(value) : source;
}

/** As it stands there: what Go puts into a text that it knew to be wanted. */
export function sourceOf(node: ManifestNode | undefined): string | null {
  return node?.kind === "scalar" && node.value !== null ? node.source : null;
}

/** Into a whole number, of which Go cuts off a fraction. */
export function numberOf(node: ManifestNode | undefined): number | null {
  return node?.kind === "scalar" && typeof node.value === "number" ? Math.trunc(node.value) : null;
}

export function floatOf(node: ManifestNode | undefined): number | null {
  return node?.kind === "scalar" && typeof node.value === "number" ? node.value : null;
}

/** Where Convox looks for a whole number and takes nothing else for one. */
export function integerOf(node: ManifestNode | undefined): number | null {
  if (node?.kind !== "scalar" || typeof node.value !== "number") return null;
  return integerText(numberText(node.value, node.source)) ? node.value : null;
}

/** Where Convox looks for text and takes nothing else for it. */
export function stringOf(node: ManifestNode | undefined): string | null {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : null;
}

export function booleanOf(node: ManifestNode | undefined): boolean | null {
  return node?.kind === "scalar" && typeof node.value === "boolean" ? node.value : null;
}

export function isTrue(node: ManifestNode | undefined): boolean {
  return booleanOf(node) === true;
}
