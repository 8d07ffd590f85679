// `keda` and `autoscale` of a service: a rack reads them through Go's JSON, to which `CPU` is `cpu`.
import { itemsOf, once, type ManifestEntry, type ManifestMap, type ManifestNode } from "./manifest-node.ts";

const READ_AS_JSON: ReadonlySet<string> = new Set(["keda", "autoscale"]);

const KEYS = [
  ...["cpu", "memory", "gpuUtilization", "queueDepth", "custom", "threshold", "metricName", "prometheusUrl", "query"],
  ...["triggers", "type", "name", "metadata", "authenticationRef", "kind", "metricType", "useCachedMetrics"],
  ...["pollingInterval", "initialCooldownPeriod", "cooldownPeriod", "idleReplicaCount", "advanced", "fallback"],
  ...["failureThreshold", "replicas", "behavior"],
];
const KEY_OF: ReadonlyMap<string, string> = new Map(KEYS.map((key) => [key.toLowerCase(), key]));

/** Handed on as they stand, keys included. */
const HANDED_ON: ReadonlySet<string> = new Set(["metadata", "advanced"]);

/** convox.yml with the keys in every service's `scale.keda` and `scale.autoscale` as Convox writes them. */
export function withJsonKeys(root: ManifestMap): ManifestMap {
  return eachIn(root, (key) => key === "services", ofServices);
}

function ofServices(services: ManifestNode): ManifestNode {
  return eachIn(services, () => true, ofService);
}

function ofService(service: ManifestNode): ManifestNode {
  return eachIn(service, (key) => key === "scale", ofScale);
}

function ofScale(scale: ManifestNode): ManifestNode {
  return eachIn(scale, (key) => READ_AS_JSON.has(key), withKnownKeys);
}

/** A node in which nothing changes stays itself. */
function eachIn<N extends ManifestNode>(
  node: N,
  isMeant: (key: string) => boolean,
  change: (value: ManifestNode) => ManifestNode,
): N {
  if (node.kind !== "map") return node;
  const entries = node.entries.map((entry) => {
    const value = isMeant(entry.key) ? change(entry.value) : entry.value;
    return value === entry.value ? entry : { ...entry, value };
  });
  return entries.every((entry, index) => entry === node.entries[index]) ? node : { ...node, entries };
}

function withKnownKeys(node: ManifestNode): ManifestNode {
  if (node.kind === "list") return { ...node, items: itemsOf(node).map(withKnownKeys) };
  return node.kind === "map" ? { ...node, entries: once(node.entries.map(knownEntry)) } : node;
}

function knownEntry(entry: ManifestEntry): ManifestEntry {
  const key = KEY_OF.get(entry.key.toLowerCase()) ?? entry.key;
  return { ...entry, key, value: HANDED_ON.has(key) ? entry.value : withKnownKeys(entry.value) };
}
