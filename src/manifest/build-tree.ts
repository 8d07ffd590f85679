// The parser's nodes to ours. Strict files may use none of YAML's machinery; in convox.yml aliases are written out.
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Alias,
  type Document,
  type Node,
  type Pair,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { goScalar } from "./go-scalar.ts";
import { LIMITS } from "./limits.ts";
import type { Fault } from "./findings.ts";
import type { RuleName } from "./rule-names.ts";
import type { MapEntry, Scalar as ScalarValue, YamlNode } from "./yaml-tree.ts";

export type Dialect = "strict" | "convox";
export type Report = (offset: number, fault: Fault) => void;

interface Building {
  readonly document: Document.Parsed;
  readonly isStrict: boolean;
  readonly report: Report;
  /** What an alias stands for is built once; a node being built that is met again contains itself. */
  readonly built: Map<Node, YamlNode>;
  readonly open: Set<Node>;
  /** Nodes below each, aliases written out. */
  readonly sizes: Map<YamlNode, number>;
  aliases: number;
  isRefused: boolean;
}

/** null where aliases make more of the file than can be read. */
export function buildTree(
  document: Document.Parsed,
  { dialect, report }: { readonly dialect: Dialect; readonly report: Report },
): YamlNode | null {
  const isStrict = dialect === "strict";
  const building: Building = {
    document,
    isStrict,
    report,
    built: new Map(),
    open: new Set(),
    sizes: new Map(),
    aliases: 0,
    isRefused: false,
  };
  const { contents } = document;
  if (contents === null) return null;
  const root = build(contents, building);
  return building.isRefused ? null : root;
}

const RESERVED_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const NOTHING: ScalarValue = null;

function build(node: ParsedNode | Node, building: Building): YamlNode {
  if (isAlias(node)) return buildAlias(node, building);
  const known = building.built.get(node);
  if (known !== undefined) return known;
  const offset = startOf(node);
  if (building.open.has(node)) {
    return refuse(offset, building, "alias", "an alias to what ended before it, found a circle");
  }
  building.open.add(node);
  checkProperties(node, building);
  const made = isMap(node)
    ? buildMap(node, building)
    : isSeq(node)
      ? buildList(node, building)
      : buildScalar(node, building);
  building.open.delete(node);
  building.built.set(node, made);
  if (sizeOf(made, building) > LIMITS.expandedNodes && !building.isRefused) {
    return refuse(
      offset,
      building,
      "too-many-aliases",
      `at most ${LIMITS.expandedNodes} values with aliases written out, found more`,
    );
  }
  return made;
}

function refuse(offset: number, building: Building, rule: RuleName, expected: string): YamlNode {
  if (!building.isRefused) building.report(offset, { rule, message: `expected ${expected}` });
  building.isRefused = true;
  return nothingAt(offset);
}

function nothingAt(offset: number): YamlNode {
  return { kind: "scalar", value: NOTHING, source: "", offset };
}

function startOf(node: unknown): number {
  const range: unknown = typeof node === "object" && node !== null && "range" in node ? node.range : null;
  const start: unknown = Array.isArray(range) ? range[0] : 0;
  return typeof start === "number" ? start : 0;
}

function checkProperties(node: Node, building: Building): void {
  if (!building.isStrict) return;
  const { anchor, tag } = node as { anchor?: string; tag?: string }; // both optional on every node but an alias
  if (anchor !== undefined) {
    building.report(startOf(node), {
      rule: "alias",
      message: "expected no anchor (`&…`), found one",
      hint: "write the value out",
    });
  }
  if (tag !== undefined) {
    building.report(startOf(node), {
      rule: "tag",
      message: "expected no YAML tag (`!…`), found one",
      hint: "delete the tag",
    });
  }
}

function buildAlias(alias: Alias, building: Building): YamlNode {
  const offset = startOf(alias);
  if (building.isStrict) {
    building.report(offset, {
      rule: "alias",
      message: "expected no alias (`*…`), found one",
      hint: "write the value out",
    });
    return nothingAt(offset);
  }
  building.aliases += 1;
  if (building.aliases > LIMITS.aliases) {
    return refuse(offset, building, "too-many-aliases", `at most ${LIMITS.aliases} aliases, found more`);
  }
  const target = alias.resolve(building.document);
  if (target === undefined) return refuse(offset, building, "alias", "an alias to an anchor before it, found none");
  return build(target, building);
}

function buildScalar(node: Node, { isStrict }: Building): YamlNode {
  const offset = startOf(node);
  if (!isScalar(node)) return nothingAt(offset);
  const source = node.source ?? "";
  if (!isStrict && node.tag === undefined) {
    return { kind: "scalar", value: node.type === "PLAIN" ? goScalar(source) : source, source, offset };
  }
  return { kind: "scalar", value: plainValue(node, source), source, offset };
}

/** Dates, big numbers and what a tag made are taken as the text that stands there. */
function plainValue(node: Scalar, source: string): ScalarValue {
  const { value } = node;
  const isPlain =
    value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return isPlain ? value : source;
}

function buildList(list: YAMLSeq, building: Building): YamlNode {
  const items = list.items.map((item) => {
    if (isPairLike(item)) return nothingAt(startOf(list));
    return item === null || item === undefined ? nothingAt(startOf(list)) : build(item as Node, building); // items of a parsed list are nodes
  });
  return { kind: "list", items, offset: startOf(list) };
}

function isPairLike(item: unknown): boolean {
  return typeof item === "object" && item !== null && "key" in item && !("range" in item);
}

function buildMap(map: YAMLMap, building: Building): YamlNode {
  const offset = startOf(map);
  const limit = LIMITS.keysPerMap;
  if (map.items.length > limit) {
    return refuse(offset, building, "too-many-keys", `at most ${limit} keys in a map, found ${map.items.length}`);
  }
  const seen = new Set<string>();
  const entries = map.items.flatMap((pair) => buildEntry(pair, { building, seen, offset }) ?? []);
  return { kind: "map", entries, offset };
}

function isMergeKey({ key }: Pair): boolean {
  return isScalar(key) && key.source === "<<" && key.type === "PLAIN";
}

interface EntryContext {
  readonly building: Building;
  readonly seen: Set<string>;
  readonly offset: number;
}

/** null: a key that nothing can be made of; a finding says so. */
function buildEntry(pair: Pair, { building, seen, offset }: EntryContext): MapEntry | null {
  const { key } = pair;
  const keyOffset = startOf(key) || offset;
  const { report, isStrict } = building;
  const name = keyName(key, building);
  const value =
    pair.value === null || pair.value === undefined ? nothingAt(keyOffset) : build(pair.value as Node, building); // a parsed pair holds nodes
  if (name === null) {
    report(keyOffset, {
      rule: "non-string-key",
      message: "expected a key that is text, found something else",
      hint: "put the key in quotes, if it is meant",
    });
    return null;
  }
  if (RESERVED_KEYS.has(name)) {
    report(keyOffset, { rule: "reserved-key", message: `expected another key, found \`${name}\`, which is reserved` });
    return null;
  }
  if (isStrict && isMergeKey(pair)) {
    report(keyOffset, {
      rule: "merge-key",
      message: "expected no merge key (`<<`), found one",
      hint: "write the keys out",
    });
    return null;
  }
  if (isStrict && seen.has(name)) {
    report(keyOffset, { rule: "duplicate-key", message: `expected each key once, found \`${shortKey(name)}\` again` });
    return null;
  }
  seen.add(name);
  const entry: MapEntry = { key: name, keyOffset, value };
  return isStrict ? entry : { ...entry, ...goKey(pair, name) };
}

/** What is more than text in a key, to Go's YAML. */
function goKey(pair: Pair, name: string): Pick<MapEntry, "merge" | "keyValue"> {
  if (isMergeKey(pair)) return { merge: "plain" };
  if (name === "<<") return { merge: "quoted" };
  const keyValue = isScalar(pair.key) && pair.key.type === "PLAIN" ? goScalar(name) : name;
  return typeof keyValue === "number" || typeof keyValue === "boolean" ? { keyValue } : {};
}

function shortKey(key: string): string {
  const clean = key.replace(/[`\r\n]/g, " ");
  return clean.length > 60 ? `${clean.slice(0, 60)}…` : clean;
}

/** Go reads any scalar key into a string; ours must be strings to begin with. */
function keyName(key: unknown, building: Building): string | null {
  if (isAlias(key) && !building.isStrict) {
    const node = buildAlias(key, building);
    return node.kind === "scalar" ? node.source : null;
  }
  if (!isScalar(key)) return null;
  checkProperties(key, building);
  if (typeof key.value === "string" && key.value !== "") return key.value;
  if (building.isStrict || key.value === null || key.value === "") return null;
  return key.source ?? null;
}

function sizeOf(node: YamlNode, building: Building): number {
  if (node.kind === "scalar") return 1;
  const known = building.sizes.get(node);
  if (known !== undefined) return known;
  const children = node.kind === "list" ? node.items : node.entries.map(({ value }) => value);
  const size = children.reduce((sum, child) => sum + sizeOf(child, building), 1);
  building.sizes.set(node, size);
  return size;
}
