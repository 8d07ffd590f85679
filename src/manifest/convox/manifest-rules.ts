// What Convox demands of a manifest as a whole (convox.md §4.2, §4.5).
import { shownWord } from "../found-words.ts";
import { didYouMean } from "../near-miss.ts";
import {
  entriesOf,
  get,
  isAddedUp,
  isNamedMap,
  itemsOf,
  textOf,
  type ManifestMap,
  type ManifestNode,
} from "./manifest-node.ts";
import type { YamlNode } from "../yaml-tree.ts";
import type { ManifestReader } from "./manifest-reader.ts";
import { environmentNodes } from "./read-parts.ts";
import { checkLabels, checkService } from "./service-rules.ts";

export function checkManifest(reader: ManifestReader): void {
  const { root } = reader;
  checkLabels(get(root, "labels"), reader);
  for (const entry of entriesOf(get(root, "services"))) checkService(entry, reader);
  for (const kind of ["timers", "balancers"] as const) {
    for (const { value } of entriesOf(get(root, kind))) checkServiceName(get(value, "service"), reader);
  }
  for (const { value } of entriesOf(get(root, "timers"))) checkSchedule(get(value, "schedule"), reader);
  for (const { value } of entriesOf(get(root, "balancers"))) checkWhitelist(get(value, "whitelist"), reader);
}

function checkServiceName(node: ManifestNode | undefined, reader: ManifestReader): void {
  const known = entriesOf(get(reader.root, "services")).map(({ key }) => key);
  const name = textOf(node);
  if (node === undefined || name === null || known.includes(name)) return;
  const message = `expected a service of this file, found \`${shownWord(name)}\`, which is none`;
  reader.error(node, { rule: "convox-service", message, hint: didYouMean(name, known) });
}

/** The rack takes any text here and its cluster refuses the release later, so the number of fields is checked. */
function checkSchedule(node: ManifestNode | undefined, reader: ManifestReader): void {
  const text = textOf(node);
  if (node === undefined || text === null || text.startsWith("@")) return;
  const fields = text.trim().split(/\s+/).length;
  if (fields === 5) return;
  const message = `expected a cron schedule of 5 fields, found ${fields}`;
  if (fields === 6) reader.warn(node, { rule: "convox-ignored", message: `${message}: Convox cuts the sixth` });
  else reader.error(node, { rule: "convox-schedule", message });
}

const CIDR = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

function checkWhitelist(node: ManifestNode | undefined, reader: ManifestReader): void {
  if (node === undefined) return;
  for (const item of node.kind === "list" ? itemsOf(node) : [node]) {
    const parts = (textOf(item) ?? "").split(",").map((part) => part.trim());
    if (parts.every(isCidr)) continue;
    reader.error(item, { rule: "convox-whitelist", message: "expected CIDRs as `10.0.0.0/8`, found another form" });
  }
}

function isCidr(text: string): boolean {
  if (text.includes(":")) return /^[0-9A-Fa-f:.]+\/(\d{1,2}|1[01]\d|12[0-8])$/.test(text);
  const match = CIDR.exec(text);
  return match !== null && match.slice(1, 5).every((part) => Number(part) <= 255) && Number(match[5]) <= 32;
}

/** Convox keeps both of two services of one name, joins some lists, and takes of any other key the last. */
export function checkRepeatedKeys(node: YamlNode, path: readonly string[], reader: ManifestReader): void {
  if (node.kind === "list") {
    for (const item of node.items) checkRepeatedKeys(item, path, reader);
  }
  if (node.kind !== "map") return;
  const seen = new Set<string>();
  for (const { key, keyOffset, value } of node.entries) {
    if (seen.has(key)) reportRepeated(key, path, { keyOffset, reader });
    seen.add(key);
    checkRepeatedKeys(value, [...path, key], reader);
  }
}

interface Repeated {
  readonly keyOffset: number;
  readonly reader: ManifestReader;
}

function reportRepeated(key: string, path: readonly string[], { keyOffset, reader }: Repeated): void {
  const at = { offset: keyOffset };
  const message = `expected each key once, found \`${shownWord(key)}\` again`;
  if (path.length === 1 && isNamedMap(path[0] ?? "")) {
    reader.error(at, { rule: "duplicate-key", message: `${message}: Convox would keep both` });
  } else {
    const taken = isAddedUp(key) ? "adds it to the first" : "takes the last";
    reader.warn(at, { rule: "duplicate-key", message: `${message}: Convox ${taken}` });
  }
}

export interface RequiredKey {
  readonly key: string;
  readonly offset: number;
}

/** The keys that must be in the release's environment, each at its first place. Where there is no service nobody asks for one. */
export function requiredKeysOf(root: ManifestMap): readonly RequiredKey[] {
  const services = entriesOf(get(root, "services"));
  const lists = services.length === 0 ? [] : [root, ...services.map(({ value }) => value)];
  const required = new Map<string, RequiredKey>();
  for (const item of lists.flatMap((owner) => environmentNodes(get(owner, "environment")))) {
    const key = textOf(item) ?? "";
    if (key === "*" || key.includes("=") || required.has(key)) continue;
    required.set(key, { key, offset: item.offset });
  }
  return [...required.values()];
}
