// What Convox demands of a manifest as a whole (convox.md §4.2, §4.5).
import { shownWord } from "../found-words.ts";
import { didYouMean } from "../near-miss.ts";
import type { YamlNode } from "../yaml-tree.ts";
import { checkBalancer } from "./balancer-rules.ts";
import { checkBudget } from "./budget-rules.ts";
import { entriesOf, get, isAddedUp, isNamedMap, textOf, type ManifestMap, type ManifestNode } from "./manifest-node.ts";
import type { ManifestReader } from "./manifest-reader.ts";
import type { ConvoxModel, Resource } from "./model.ts";
import { environmentNodes } from "./read-parts.ts";
import { checkLabels, checkService } from "./service-rules.ts";
import { checkTimer } from "./timer-rules.ts";

export function checkManifest(model: ConvoxModel, reader: ManifestReader): void {
  const { root } = reader;
  checkLabels(get(root, "labels"), reader);
  for (const kind of ["services", "resources", "timers", "balancers"] as const) checkNames(get(root, kind), reader);
  eachOf("services", model.services, reader, checkService);
  eachOf("resources", model.resources, reader, checkResource);
  eachOf("timers", model.timers, reader, checkTimer);
  eachOf("balancers", model.balancers, reader, checkBalancer);
  for (const kind of ["timers", "balancers"] as const) {
    for (const { value } of entriesOf(get(root, kind))) checkServiceName(get(value, "service"), reader);
  }
  const budget = get(root, "budget");
  if (model.budget !== null && budget !== undefined) checkBudget(model.budget, budget, reader);
}

type Check<T> = (one: T, node: ManifestNode, reader: ManifestReader) => void;

/** The model has one of each entry, in their order. */
function eachOf<T>(key: string, ones: readonly T[], reader: ManifestReader, check: Check<T>): void {
  const entries = entriesOf(get(reader.root, key));
  for (const [index, one] of ones.entries()) {
    const node = entries[index]?.value;
    if (node !== undefined) check(one, node, reader);
  }
}

/** A name that YAML reads as true or false is none to Convox. */
function checkNames(map: ManifestNode | undefined, reader: ManifestReader): void {
  for (const { key, keyOffset, keyValue } of entriesOf(map)) {
    if (typeof keyValue !== "boolean") continue;
    const message = `expected a name, found \`${shownWord(key)}\`, which is ${keyValue ? "true" : "false"} to Convox`;
    reader.error({ offset: keyOffset }, { rule: "bad-name", message, hint: "put it in quotes" });
  }
}

const TYPES: readonly string[] = [
  ...["postgres", "mysql", "mariadb", "redis", "memcached", "postgis"],
  ...["rds-postgres", "rds-mysql", "rds-mariadb", "elasticache-redis", "elasticache-memcached"],
];

/** A promotion fails on one; a newer rack may have more of them. */
function warnOfType(type: string, place: ManifestNode | undefined, reader: ManifestReader): void {
  if (place === undefined || TYPES.includes(type)) return;
  const message = `expected a type that Convox has, as \`postgres\`, found \`${shownWord(type)}\``;
  reader.warn(place, { rule: "convox-resource", message, hint: didYouMean(type, TYPES) });
}

const LONGEST_AWS_NAME = 20;

function checkResource({ name, type }: Resource, node: ManifestNode, reader: ManifestReader): void {
  warnOfType(type, get(node, "type"), reader);
  if (!/^(rds|elasticache)-/.test(type)) return;
  if (name.length <= LONGEST_AWS_NAME && !name.endsWith("-")) return;
  const message = `expected a name of at most ${LONGEST_AWS_NAME} characters that does not end in \`-\`, as AWS takes it, found \`${shownWord(name)}\``;
  reader.error(node, { rule: "bad-name", message });
}

function checkServiceName(node: ManifestNode | undefined, reader: ManifestReader): void {
  const name = textOf(node);
  if (node === undefined || name === null || reader.services.has(name)) return;
  const message = `expected a service of this file, found \`${shownWord(name)}\`, which is none`;
  reader.error(node, { rule: "convox-service", message, hint: didYouMean(name, reader.services) });
}

/** Convox keeps both of two services of one name, mixes two `scale` by rules of its own, joins some lists, and takes of any other key the last. */
export function checkRepeatedKeys(node: YamlNode, path: readonly string[], reader: ManifestReader): void {
  if (node.kind === "list") {
    for (const item of node.items) if (item.kind !== "scalar") checkRepeatedKeys(item, path, reader);
  }
  if (node.kind !== "map") return;
  const seen = new Set<string>();
  for (const { key, keyOffset, value } of node.entries) {
    if (seen.has(key)) reportRepeated(key, path, { keyOffset, reader });
    seen.add(key);
    if (value.kind !== "scalar") checkRepeatedKeys(value, [...path, key], reader);
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
  } else if (path.length === 2 && path[0] === "services" && key === "scale") {
    reader.error(at, { rule: "duplicate-key", message: `${message}: Convox would mix the two` });
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
