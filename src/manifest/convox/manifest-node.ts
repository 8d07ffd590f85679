// convox.yml as a tree without nulls: to Go's YAML a key without a value is a key that is not there.
import type { Fault, LocalFinding } from "../findings.ts";
import { errorAt, warningAt } from "../findings.ts";
import { entryOf, type MapEntry, type MapNode, type YamlNode } from "../yaml-tree.ts";
import type { YamlReading } from "../read-yaml.ts";

const NAMED: ReadonlySet<string> = new Set(["services", "resources", "timers", "balancers"]);

/** A service, resource, timer or balancer without a value has its name still. */
export function withoutNulls(root: MapNode): MapNode {
  const entries = dropNulls(root.entries).map((entry): MapEntry => {
    if (!NAMED.has(entry.key) || entry.value.kind !== "map") return { ...entry, value: pruned(entry.value) };
    const named = entry.value.entries.map((one) => ({
      ...one,
      value: isNull(one.value) ? emptyMap(one) : pruned(one.value),
    }));
    return { ...entry, value: { ...entry.value, entries: named } };
  });
  return { ...root, entries };
}

function pruned(node: YamlNode): YamlNode {
  if (node.kind === "list") return { ...node, items: node.items.map(pruned) };
  if (node.kind === "scalar") return node;
  return { ...node, entries: dropNulls(node.entries).map((entry) => ({ ...entry, value: pruned(entry.value) })) };
}

function dropNulls(entries: readonly MapEntry[]): readonly MapEntry[] {
  return entries.filter(({ value }) => !isNull(value));
}

function isNull(node: YamlNode): boolean {
  return node.kind === "scalar" && node.value === null;
}

function emptyMap({ keyOffset }: MapEntry): YamlNode {
  return { kind: "map", entries: [], offset: keyOffset };
}

export function get(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return node?.kind === "map" ? entryOf(node, key)?.value : undefined;
}

export function entriesOf(node: YamlNode | undefined): readonly MapEntry[] {
  return node?.kind === "map" ? node.entries : [];
}

export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === "list" ? node.items : [];
}

/** As Go puts a scalar into a string. */
export function textOf(node: YamlNode | undefined): string | null {
  return node?.kind === "scalar" && node.value !== null ? node.source : null;
}

export function numberOf(node: YamlNode | undefined): number | null {
  return node?.kind === "scalar" && typeof node.value === "number" ? node.value : null;
}

export function isTrue(node: YamlNode | undefined): boolean {
  return node?.kind === "scalar" && node.value === true;
}

export interface ManifestReader {
  readonly root: MapNode;
  error(node: YamlNode, fault: Fault): void;
  warn(node: YamlNode, fault: Fault): void;
  at(offset: number): { readonly line: number; readonly column: number };
}

export function createManifestReader(root: MapNode, reading: YamlReading, findings: LocalFinding[]): ManifestReader {
  return {
    root,
    error: (node, fault) => void findings.push(errorAt(reading.positionAt(node.offset), fault)),
    warn: (node, fault) => void findings.push(warningAt(reading.positionAt(node.offset), fault)),
    at: reading.positionAt,
  };
}
