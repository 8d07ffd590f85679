import type { Position } from "./findings.ts";
import type { ConfiguredValue } from "./types.ts";
import type { YamlNode } from "./yaml-tree.ts";

export interface ComparableFields {
  readonly fields: ReadonlyMap<string, string>;
  readonly lines: ReadonlyMap<string, number>;
}

/**
 * One field a leaf: `sync.interval`, `permissions[0].racks[1]`, `parameters["a.b"]`, `[2].role`. Items of a list are known by
 * their index, so an item put in before others changes these too: that may cost a renewed approval, and never hides a change.
 */
export function leafFields(root: YamlNode, positionAt: (offset: number) => Position): ComparableFields {
  const fields = new Map<string, string>();
  const lines = new Map<string, number>();
  const add = (path: string, node: YamlNode, offset: number): void => {
    if (node.kind === "map" && node.entries.length > 0) {
      for (const { key, keyOffset, value } of node.entries) add(`${path}${keyStep(key, path)}`, value, keyOffset);
      return;
    }
    if (node.kind === "list" && node.items.length > 0) {
      node.items.forEach((item, index) => add(`${path}[${index}]`, item, item.offset));
      return;
    }
    fields.set(path, canonicalText(node));
    lines.set(path, positionAt(offset).line);
  };
  add("", root, root.offset);
  return { fields, lines };
}

/** The field of a leaf, or what the fields below it begin with. */
export function fieldAtPath(path: readonly string[]): string {
  return path.reduce((field, key) => `${field}${keyStep(key, field)}`, "");
}

function keyStep(key: string, path: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(key)) return `[${JSON.stringify(key)}]`;
  return path === "" ? key : `.${key}`;
}

/** One field a key, as env.yml is compared. */
export function keyFields(root: YamlNode, positionAt: (offset: number) => Position): ComparableFields {
  const entries = root.kind === "map" ? root.entries : [];
  return {
    fields: new Map(entries.map(({ key, value }) => [key, canonicalText(value)])),
    lines: keyLines(root, positionAt),
  };
}

/** Those of `keyFields`. */
export function keyLines(root: YamlNode, positionAt: (offset: number) => Position): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const { key, keyOffset } of root.kind === "map" ? root.entries : []) lines.set(key, positionAt(keyOffset).line);
  return lines;
}

/** As they are kept. Fields are null where the values of env.yml say them: they are half of what a config repo holds. */
export interface KeptFields {
  readonly fields: ReadonlyMap<string, string> | null;
  readonly lines: ReadonlyMap<string, number>;
}

export function fieldsOf({ value, compared }: ComparedFile): ComparableFields | null {
  if (compared === null || compared.fields !== null) return compared as ComparableFields | null; // its fields are there
  const values = value as ReadonlyMap<string, ConfiguredValue>; // of env.yml, as KeptFields says
  return { fields: new Map(Array.from(values, ([key, one]) => [key, valueField(one)])), lines: compared.lines };
}

interface ComparedFile {
  /** What the file says. */
  readonly value: unknown;
  readonly compared: KeptFields | null;
}

/** Equal to the canonical text of what stands in env.yml. */
function valueField(value: ConfiguredValue): string {
  switch (value.kind) {
    case "plain":
      return JSON.stringify(value.text);
    case "sealed":
      return `{"age":${JSON.stringify(value.age)}}`;
    case "reference":
      return `{"ref":${JSON.stringify(value.uri)}}`;
  }
}

/** JSON with sorted keys. */
export function canonicalText(node: YamlNode): string {
  switch (node.kind) {
    case "scalar":
      return JSON.stringify(node.value);
    case "list":
      return `[${node.items.map(canonicalText).join(",")}]`;
    case "map": {
      const entries = node.entries.map(({ key, value }) => `${JSON.stringify(key)}:${canonicalText(value)}`);
      return `{${entries.sort().join(",")}}`;
    }
  }
}

/** With what a comment says of a line as a part of the field that stands there: such a comment is a change of the file. */
export function withRemarks(compared: ComparableFields, remarks: ReadonlyMap<number, string>): ComparableFields {
  if (remarks.size === 0) return compared;
  const fields = new Map(compared.fields);
  for (const [line, remark] of remarks) {
    const field = fieldAt(compared.lines, line);
    fields.set(field, `${fields.get(field) ?? ""} # ${remark}`);
  }
  return { ...compared, fields };
}

/** The last field that begins on this line or before it; "" where there is none, which is the file itself. */
function fieldAt(lines: ReadonlyMap<string, number>, line: number): string {
  let [found, best] = ["", 0];
  for (const [field, at] of lines) if (at <= line && at >= best) [found, best] = [field, at];
  return found;
}
