// The keys of convox.yml that reach beyond the app (spec §2). Looks at every entry, also where Convox takes another one of that
// name or drops what a `<<` merges: which of them a rack of another version takes is not what decides who may write them.
import { canonicalText } from "../comparable-fields.ts";
import type { ReachingKey } from "../types.ts";
import type { MapEntry, MapNode, YamlNode } from "../yaml-tree.ts";
import type { ManifestReader } from "./manifest-reader.ts";

interface Found {
  readonly key: string;
  readonly value: string;
  readonly offset: number;
}

export function reachingKeysOf(root: MapNode, at: ManifestReader["at"]): readonly ReachingKey[] {
  const found = [
    ...eachIn(root, "services").flatMap(({ key, value }) => ofService(`services.${key}`, value)),
    ...eachIn(root, "balancers").flatMap(({ key, value }) => annotationsOf(`balancers.${key}`, value)),
    ...eachIn(root, "timers").flatMap(({ key, value }) => annotationsOf(`timers.${key}`, value)),
  ];
  return found.map(({ key, value, offset }) => ({ key, value, ...at(offset) }));
}

/** Those of merged maps too; without a value a key says nothing. */
function entriesOf(node: YamlNode): readonly MapEntry[] {
  if (node.kind !== "map") return NONE;
  if (!node.entries.some((entry) => entry.merge !== undefined || isNull(entry.value))) return node.entries;
  return node.entries.flatMap((entry) => {
    if (entry.merge === undefined) return isNull(entry.value) ? [] : [entry];
    return (entry.value.kind === "list" ? entry.value.items : [entry.value]).flatMap(entriesOf);
  });
}

const NONE: readonly MapEntry[] = [];

function isNull(node: YamlNode): boolean {
  return node.kind === "scalar" && node.value === null;
}

function itemsOf(node: YamlNode): readonly YamlNode[] {
  return node.kind === "list" ? node.items : [];
}

function textOf(node: YamlNode): string {
  return node.kind === "scalar" ? node.source : "";
}

function eachIn(root: YamlNode, key: string): readonly MapEntry[] {
  return entriesOf(root).flatMap((entry) => (entry.key === key ? entriesOf(entry.value) : []));
}

function ofService(path: string, service: YamlNode): readonly Found[] {
  return entriesOf(service).flatMap(({ key, keyOffset, value }): readonly Found[] => {
    const here = `${path}.${key}`;
    switch (key) {
      case "privileged":
        return isFalse(value) ? [] : [{ key: here, value: canonicalText(value), offset: keyOffset }];
      case "annotations":
      case "ingressAnnotations":
      case "accessControl":
        return [{ key: here, value: canonicalText(value), offset: keyOffset }];
      case "domain":
        return domainsOf(here, value);
      case "volumes":
        return hostPathsOf(here, value);
      case "volumeOptions":
        return volumeHandlesOf(here, value);
      case "initContainer":
        return entriesOf(value)
          .filter((entry) => entry.key === "volumeOptions")
          .flatMap((entry) => volumeHandlesOf(`${here}.volumeOptions`, entry.value));
      case "securityContext":
        return ofSecurityContext(here, value);
      default:
        return [];
    }
  });
}

function annotationsOf(path: string, node: YamlNode): readonly Found[] {
  return entriesOf(node)
    .filter(({ key }) => key === "annotations")
    .map(({ keyOffset, value }) => ({ key: `${path}.annotations`, value: canonicalText(value), offset: keyOffset }));
}

function isFalse(node: YamlNode): boolean {
  return node.kind === "scalar" && node.value === false;
}

/** A comma list, trimmed, or a list. One reaching key a domain: each is new to the app or not. */
function domainsOf(key: string, node: YamlNode): readonly Found[] {
  const nodes = node.kind === "list" ? node.items : [node];
  return nodes.flatMap((one) =>
    textOf(one)
      .split(",")
      .map((domain) => domain.trim())
      .filter((domain) => domain !== "")
      .map((domain) => ({ key, value: JSON.stringify(domain), offset: one.offset })),
  );
}

/** `convox.md` §4.3: what of the host a volume may name. */
const HOST_PATHS: readonly string[] = [
  "/proc/",
  "/cgroup/",
  "/sys/fs/cgroup/",
  "/sys/kernel/debug/",
  "/var/log/audit/",
  "/var/run/",
  "/var/run/docker.sock",
];

function hostPathsOf(key: string, node: YamlNode): readonly Found[] {
  return itemsOf(node)
    .filter((item) => isHostVolume(textOf(item)))
    .map((item) => ({ key, value: canonicalText(item), offset: item.offset }));
}

/** Also `/host:/path`, whatever the host path: Convox of another version may take more of them than this one. */
export function isHostVolume(volume: string): boolean {
  const [source = "", target] = volume.split(":");
  const isHost = HOST_PATHS.some((path) => `${source}/`.startsWith(path) || source === path);
  return source.includes("..") || isHost || (target !== undefined && source.startsWith("/"));
}

function volumeHandlesOf(key: string, node: YamlNode): readonly Found[] {
  return itemsOf(node).flatMap((item) =>
    entriesOf(item).flatMap(({ value: volume }) =>
      entriesOf(volume)
        .filter((entry) => entry.key === "volumeHandle")
        .map(({ keyOffset }) => ({ key: `${key}.volumeHandle`, value: canonicalText(item), offset: keyOffset })),
    ),
  );
}

function ofSecurityContext(path: string, context: YamlNode): readonly Found[] {
  return entriesOf(context).flatMap(({ key, keyOffset, value }): readonly Found[] => {
    if (key === "capabilities") {
      return entriesOf(value)
        .filter((entry) => entry.key === "add" && itemsOf(entry.value).length > 0)
        .map((entry) => ({
          key: `${path}.capabilities.add`,
          value: canonicalText(entry.value),
          offset: entry.keyOffset,
        }));
    }
    const isUnconfined = key === "seccompProfile" && textOf(value) === "Unconfined";
    return isUnconfined ? [{ key: `${path}.seccompProfile`, value: canonicalText(value), offset: keyOffset }] : [];
  });
}
