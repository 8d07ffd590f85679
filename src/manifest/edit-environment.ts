// Editing the text of an env.yml: one key, and everything else stays byte for byte as somebody wrote it.
import { isMap, isNode, isScalar, parseDocument, stringify, type Document, type Pair, type YAMLMap } from "yaml";
import type { ConfiguredValue } from "./types.ts";

/** `text` null: there is no file yet. What the text then says is for the caller to read again. */
export function withValue(text: string | null, key: string, value: ConfiguredValue): string {
  const written = writtenValue(value);
  if (text === null) return `${key}: ${written}\n`;
  const { document, map } = open(text);
  const pair = map === null ? undefined : pairOf(map, key);
  const range = pair === undefined ? null : rangeOf(pair.value);
  if (range !== null) return `${text.slice(0, range[0])}${written}${text.slice(range[1])}`;
  if (map === null || (map.items.length > 0 && map.flow !== true && pair === undefined)) {
    return `${withLineEnd(text)}${key}: ${written}\n`;
  }
  if (map.items.length === 0 && map.range) {
    return withLineEnd(`${text.slice(0, map.range[0])}${key}: ${written}${text.slice(map.range[1])}`);
  }
  // A node, not a bare value: that would take over the style of what it replaces.
  document.set(key, document.createNode(value.kind === "plain" ? value.text : plainValue(value)));
  return document.toString({ lineWidth: 0 });
}

/** Without the key; its own comment at the end of the line goes with it, lines of comment above it stay. */
export function withoutKey(text: string, key: string): string {
  const { document, map } = open(text);
  const pair = map === null ? undefined : pairOf(map, key);
  const start = pair === undefined ? null : rangeOf(pair.key);
  const end = pair === undefined ? null : rangeOf(pair.value);
  if (map === null || pair === undefined || start === null || end === null) return text;
  const lineStart = text.lastIndexOf("\n", start[0] - 1) + 1;
  if (map.flow === true || text.slice(lineStart, start[0]).trim() !== "") {
    document.delete(key);
    return document.toString({ lineWidth: 0 });
  }
  const lineEnd = text.indexOf("\n", end[1]);
  const rest = `${text.slice(0, lineStart)}${lineEnd < 0 ? "" : text.slice(lineEnd + 1)}`;
  return map.items.length > 1 ? rest : `${rest}{}\n`;
}

/** A value as it stands after `KEY: `, on one line. */
function writtenValue(value: ConfiguredValue): string {
  switch (value.kind) {
    case "plain":
      return stringify(value.text, { lineWidth: 0 }).trimEnd();
    case "sealed":
      return `{ age: ${JSON.stringify(value.age)} }`;
    case "reference":
      return `{ ref: ${JSON.stringify(value.uri)} }`;
  }
}

function plainValue(value: Exclude<ConfiguredValue, { readonly kind: "plain" }>): object {
  return value.kind === "sealed" ? { age: value.age } : { ref: value.uri };
}

interface Opened {
  readonly document: Document.Parsed;
  /** null: nothing stands there but comments. */
  readonly map: YAMLMap | null;
}

function open(text: string): Opened {
  const document = parseDocument(text, { version: "1.2", schema: "core", keepSourceTokens: false });
  return { document, map: isMap(document.contents) ? document.contents : null };
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((item) => isScalar(item.key) && item.key.value === key);
}

/** Start and end of a key, or of a value in one piece; null: there is none, or it is a block. */
function rangeOf(node: unknown): readonly [number, number] | null {
  if (!isNode(node)) return null;
  if (isScalar(node) && (node.type === "BLOCK_FOLDED" || node.type === "BLOCK_LITERAL")) return null;
  if (isMap(node) && node.flow !== true) return null;
  return node.range ? [node.range[0], node.range[1]] : null;
}

function withLineEnd(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
