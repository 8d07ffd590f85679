// convox.yml as the tree that Convox's types are filled from: without nulls, merges done or dropped, of equal keys the last.
import type { ListNode, MapEntry, MapNode, ScalarNode, YamlNode } from "../yaml-tree.ts";
import { integerText, numberText } from "./go-text.ts";

export type ManifestNode = ScalarNode | ListNode | ManifestMap;

export interface ManifestEntry extends MapEntry {
  readonly value: ManifestNode;
}

export interface ManifestMap extends MapNode {
  readonly entries: readonly ManifestEntry[];
  /** Keys without a value, and keys of a merge that is dropped: they give nothing and switch defaults off all the same. */
  readonly blank: readonly MapEntry[];
  readonly dropped: readonly MapEntry[];
}

export interface ManifestTree {
  readonly root: ManifestMap;
  /** `<<` that Convox reads over. */
  readonly droppedMerges: readonly MapEntry[];
  /** `<<` with something else than a map or maps. */
  readonly badMerges: readonly MapEntry[];
}

/**
 * Convox reads each value of these into a list of pairs, which loses what `<<` merges; one in quotes is a key like others then, and
 * merges when the pairs are read once more.
 */
const NAMED: ReadonlySet<string> = new Set(["services", "resources", "timers", "balancers"]);
/** Of these Convox adds a second one to the first. */
const ADDED: ReadonlySet<string> = new Set([...NAMED, "environment", "domain"]);

/** Of these a second map replaces the first. */
const WHOLE: ReadonlySet<string> = new Set(["build"]);

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

/** Which `<<` Convox merges here. */
type Merging = "plain" | "quoted";

export function manifestTree(root: MapNode): ManifestTree {
  const making: Making = { dropped: new Set(), bad: new Set() };
  const { entries, ...rest } = withMerges(root, "plain", making);
  const made = entries.map((entry): ManifestEntry => {
    const { value } = entry;
    if (!NAMED.has(entry.key)) return { ...entry, value: nodeOf(value, "plain", making) };
    // An empty list is as good as an empty map to a list of pairs.
    const map = value.kind === "list" && value.items.length === 0 ? emptyMap(value.offset) : value;
    return { ...entry, value: map.kind === "map" ? namedMap(map, making) : nodeOf(map, "quoted", making) };
  });
  return {
    root: { ...rest, entries: once(made) },
    droppedMerges: [...making.dropped],
    badMerges: [...making.bad],
  };
}

/** A service, resource, timer or balancer without a value has its name still. */
function namedMap(node: MapNode, making: Making): ManifestMap {
  for (const entry of node.entries.filter(({ merge }) => merge === "plain")) drop(entry, making);
  const named = node.entries
    .filter(({ merge }) => merge !== "plain")
    .map((entry): ManifestEntry => {
      const value = isNull(entry.value) ? emptyMap(entry.keyOffset) : nodeOf(entry.value, "quoted", making);
      return { ...entry, value };
    });
  return { kind: "map", entries: named, blank: NONE, dropped: NONE, offset: node.offset };
}

function emptyMap(offset: number): ManifestMap {
  return { kind: "map", entries: [], blank: NONE, dropped: NONE, offset };
}

function nodeOf(node: YamlNode, merging: Merging, making: Making): ManifestNode {
  if (node.kind === "scalar") return node;
  if (node.kind === "list") {
    if (node.items.every(({ kind }) => kind === "scalar")) return node;
    return { kind: "list", items: node.items.map((item) => nodeOf(item, merging, making)), offset: node.offset };
  }
  const { entries, ...rest } = withMerges(node, merging, making);
  // What holds scalars alone stands for itself.
  const isFlat = entries.every(({ value }) => value.kind === "scalar");
  const made = isFlat ? (entries as readonly ManifestEntry[]) : entries.map((entry) => entryOf(entry, merging, making));
  return { ...rest, entries: once(made) };
}

function entryOf(entry: MapEntry, merging: Merging, making: Making): ManifestEntry {
  return { ...entry, value: nodeOf(entry.value, merging, making) };
}

type Merged = MapNode & Pick<ManifestMap, "blank" | "dropped">;

function withMerges(node: MapNode, merging: Merging, making: Making): Merged {
  if (!node.entries.some((entry) => entry.merge !== undefined || isNull(entry.value))) {
    return { kind: "map", entries: node.entries, blank: NONE, dropped: NONE, offset: node.offset };
  }
  const entries: MapEntry[] = [];
  const dropped: MapEntry[] = [];
  for (const entry of node.entries) {
    if (entry.merge === merging) entries.push(...mergedEntries(entry, merging, making));
    else if (entry.merge === "plain") dropped.push(...drop(entry, making));
    else entries.push(entry);
  }
  const blank = entries.filter(({ value }) => isNull(value));
  // Nothing, where it comes last, takes away what stood there before.
  const last = new Map(entries.map((entry) => [entry.key, entry]));
  const isNothing = ({ key }: MapEntry): boolean => blank.some((entry) => entry === last.get(key));
  return {
    ...node,
    entries: blank.length === 0 ? entries : entries.filter((one) => !isNull(one.value) && !isNothing(one)),
    blank,
    dropped,
  };
}

const NONE: readonly MapEntry[] = [];

function drop(entry: MapEntry, making: Making): readonly MapEntry[] {
  making.dropped.add(entry);
  return mergedEntries(entry, "plain", making);
}

/** In the order in which Convox fills them in: what comes later holds, also over keys that stand before the `<<`. */
function mergedEntries(merge: MapEntry, merging: Merging, making: Making): readonly MapEntry[] {
  const { value } = merge;
  const maps = value.kind === "list" ? value.items.toReversed() : [value];
  if (maps.some(({ kind }) => kind !== "map")) making.bad.add(merge);
  return maps.flatMap((map) =>
    map.kind === "map"
      ? map.entries.flatMap((entry) => {
          if (entry.merge === merging) return mergedEntries(entry, merging, making);
          return entry.merge === "plain" ? [] : [entry];
        })
      : [],
  );
}

/** Of equal keys the last; maps are filled one after the other, and some lists grow. */
export function once(entries: readonly ManifestEntry[]): readonly ManifestEntry[] {
  if (!hasRepeats(entries)) return entries;
  const byKey = new Map<string, ManifestEntry>();
  for (const entry of entries) {
    const known = byKey.get(entry.key);
    byKey.set(entry.key, known === undefined ? entry : { ...entry, value: together(entry, known.value) });
  }
  return [...byKey.values()];
}

const FEW_KEYS = 12;

function hasRepeats(entries: readonly ManifestEntry[]): boolean {
  if (entries.length > FEW_KEYS) return new Set(entries.map(({ key }) => key)).size < entries.length;
  // Of few keys, comparing each with each costs less than a set.
  for (const [index, { key }] of entries.entries()) {
    for (let other = 0; other < index; other += 1) if (entries[other]?.key === key) return true;
  }
  return false;
}

function together({ key, value }: ManifestEntry, before: ManifestNode): ManifestNode {
  if (value.kind === "map" && before.kind === "map" && !WHOLE.has(key)) {
    const entries = [...before.entries, ...value.entries];
    return {
      ...value,
      entries: NAMED.has(key) ? entries : once(entries),
      blank: [...before.blank, ...value.blank],
      dropped: [...before.dropped, ...value.dropped],
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
  if (node?.kind !== "map") return undefined;
  // A plain loop: a service is asked for some sixty keys.
  for (const entry of node.entries) if (entry.key === key) return entry.value;
  return undefined;
}

/** Whether the key stands there, with a value or without. */
export function hasKey(node: ManifestNode | undefined, key: string): boolean {
  if (node?.kind !== "map") return false;
  const isIt = (entry: MapEntry): boolean => entry.key === key;
  return node.entries.some(isIt) || node.blank.some(isIt) || node.dropped.some(isIt);
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
