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
  /** What has an anchor, once it is built: an alias to it takes it from here. */
  readonly built: Map<Node, Built>;
  /** What has an anchor and is being built: what is met again in itself is a circle. */
  readonly open: Set<Node>;
  /** Nodes so far, aliases written out. */
  count: number;
  aliases: number;
  isRefused: boolean;
}

interface Built {
  readonly node: YamlNode;
  /** Nodes in it, itself among them. */
  readonly size: number;
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
    count: 0,
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
  const { anchor } = node as { anchor?: string }; // optional on every node but an alias
  return anchor === undefined ? make(node, building) : makeOnce(node, building);
}

function makeOnce(node: Node, building: Building): YamlNode {
  const known = building.built.get(node);
  if (known !== undefined) {
    building.count += known.size;
    return known.node;
  }
  if (building.open.has(node)) {
    return refuse(startOf(node), building, "alias", "an alias to what ended before it, found a circle");
  }
  building.open.add(node);
  const before = building.count;
  const made = make(node, building);
  building.open.delete(node);
  building.built.set(node, { node: made, size: building.count - before });
  return made;
}

function make(node: Node, building: Building): YamlNode {
  const offset = startOf(node);
  const before = building.count;
  building.count += 1;
  checkProperties(node, building);
  const made = isMap(node)
    ? buildMap(node, building)
    : isSeq(node)
      ? buildList(node, building)
      : buildScalar(node, building);
  if (building.count - before > LIMITS.expandedNodes && !building.isRefused) {
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

/** Where a value could stand and none does. */
function absent(offset: number, building: Building): YamlNode {
  building.count += 1;
  return nothingAt(offset);
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
  const limit = LIMITS.itemsPerList;
  if (list.items.length > limit) {
    const expected = `at most ${limit} items in a list, found ${list.items.length}`;
    return refuse(startOf(list), building, "too-many-items", expected);
  }
  const items = list.items.map((item) => {
    if (isPairLike(item) || item === null || item === undefined) return absent(startOf(list), building);
    return build(item as Node, building); // items of a parsed list are nodes
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
  const context: EntryContext = { building, seen, offset };
  const entries: MapEntry[] = [];
  for (const pair of map.items) {
    const entry = buildEntry(pair, context);
    if (entry !== null) entries.push(entry);
  }
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
    pair.value === null || pair.value === undefined ? absent(keyOffset, building) : build(pair.value as Node, building); // a parsed pair holds nodes
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
  return isStrict ? { key: name, keyOffset, value } : goEntry(pair, { key: name, keyOffset, value });
}

/** With what is more than text in its key, to Go's YAML. */
function goEntry(pair: Pair, entry: MapEntry): MapEntry {
  if (entry.key === "<<") return { ...entry, merge: isMergeKey(pair) ? "plain" : "quoted" };
  if (!isScalar(pair.key) || pair.key.type !== "PLAIN") return entry;
  const keyValue = goScalar(entry.key);
  return typeof keyValue === "number" || typeof keyValue === "boolean" ? { ...entry, keyValue } : entry;
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
  if (key.value === "" || key.value === null) return null;
  if (building.isStrict) return typeof key.value === "string" ? key.value : null;
  const isNothing = key.type === "PLAIN" && key.tag === undefined && goScalar(key.source ?? "") === null;
  return isNothing ? null : (key.source ?? null);
}
