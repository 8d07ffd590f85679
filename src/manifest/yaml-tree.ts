// A YAML document as the rest of this folder sees it: values with their places, aliases already written out.

export type Scalar = string | number | boolean | null;

/** `offset`: index into the text. */
export type YamlNode = ScalarNode | MapNode | ListNode;

export interface ScalarNode {
  readonly kind: "scalar";
  readonly value: Scalar;
  /** As it stands in the file, without quotes and with escapes resolved: what Go's YAML puts into a string. */
  readonly source: string;
  readonly offset: number;
}

export interface MapEntry {
  readonly key: string;
  readonly keyOffset: number;
  readonly value: YamlNode;
  /** `<<` in convox.yml, which Convox merges with quotes in some places and without in the others. */
  readonly merge?: "plain" | "quoted";
  /** What the key is to Go's YAML where that is no text; in convox.yml alone. */
  readonly keyValue?: number | boolean;
}

export interface MapNode {
  readonly kind: "map";
  readonly entries: readonly MapEntry[];
  readonly offset: number;
}

export interface ListNode {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
  readonly offset: number;
}

export type Json = Scalar | readonly Json[] | { readonly [key: string]: Json };

/** Objects without a prototype: no key of a file can reach one. Of equal keys the last counts. */
export function toJson(node: YamlNode): Json {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "list":
      return node.items.map(toJson);
    case "map": {
      const json: Record<string, Json> = Object.create(null) as Record<string, Json>; // an empty object is a Record
      for (const { key, value } of node.entries) json[key] = toJson(value);
      return json;
    }
  }
}

/** What is not in the text, as if it stood there. */
export function nodeOf(json: Json, offset: number): YamlNode {
  if (isList(json)) return { kind: "list", items: json.map((item) => nodeOf(item, offset)), offset };
  if (json === null || typeof json !== "object") return { kind: "scalar", value: json, source: String(json), offset };
  const entries = Object.entries(json).map(([key, value]) => ({
    key,
    keyOffset: offset,
    value: nodeOf(value, offset),
  }));
  return { kind: "map", entries, offset };
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

export type Step = string | number;

/** The node at a path of keys and indices, or null. Of equal keys the last. */
export function nodeAt(root: YamlNode, path: readonly Step[]): YamlNode | null {
  let node: YamlNode | undefined = root;
  for (const step of path) {
    node = childOf(node, step);
    if (node === undefined) return null;
  }
  return node;
}

function childOf(node: YamlNode, step: Step): YamlNode | undefined {
  if (node.kind === "list") return node.items[Number(step)];
  return node.kind === "map" ? entryOf(node, String(step))?.value : undefined;
}

function entryOf(map: MapNode, key: string): MapEntry | undefined {
  return map.entries.findLast((entry) => entry.key === key);
}

/** Where to point for a path: the value, or the key where the last step names one that `ofKey` asks for. */
export function offsetAt(root: YamlNode, path: readonly Step[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = nodeAt(root, path.slice(0, length));
    if (node !== null) return node.offset;
  }
  return root.offset;
}

/** As `offsetAt`, but of a map the key that it stands under: what is inside begins on another line. */
export function entryOffsetAt(root: YamlNode, path: readonly Step[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = nodeAt(root, path.slice(0, length));
    const key = path[length - 1];
    if (node?.kind === "map" && typeof key === "string") return keyOffsetAt(root, path.slice(0, length - 1), key);
    if (node !== null) return node.offset;
  }
  return root.offset;
}

export function keyOffsetAt(root: YamlNode, path: readonly Step[], key: string): number {
  const parent = nodeAt(root, path);
  if (parent?.kind !== "map") return offsetAt(root, path);
  return entryOf(parent, key)?.keyOffset ?? parent.offset;
}
