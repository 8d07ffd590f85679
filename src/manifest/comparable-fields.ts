import type { Position } from "./findings.ts";
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

function keyStep(key: string, path: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(key)) return `[${JSON.stringify(key)}]`;
  return path === "" ? key : `.${key}`;
}

/** One field a key, as env.yml is compared. */
export function keyFields(root: YamlNode, positionAt: (offset: number) => Position): ComparableFields {
  const fields = new Map<string, string>();
  const lines = new Map<string, number>();
  for (const { key, keyOffset, value } of root.kind === "map" ? root.entries : []) {
    fields.set(key, canonicalText(value));
    lines.set(key, positionAt(keyOffset).line);
  }
  return { fields, lines };
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
