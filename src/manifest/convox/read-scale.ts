// `scale` of a service as Convox reads and completes it (convox.md §4.4).
import { toJson, type MapEntry, type YamlNode } from "../yaml-tree.ts";
import { atoi } from "./go-text.ts";
import {
  floatOf,
  get,
  hasKey,
  integerOf,
  isTrue,
  itemsOf,
  numberOf,
  stringOf,
  textOf,
  type ManifestMap,
  type ManifestNode,
} from "./manifest-node.ts";
import type { Opaque } from "./model-parts.ts";
import { readTextMap } from "./read-parts.ts";
import type {
  Autoscale,
  AutoscaleTrigger,
  CountRange,
  Gpu,
  Keda,
  KedaTrigger,
  Limit,
  Scale,
  Targets,
  Vpa,
} from "./scale-model.ts";

const DEFAULT_CPU = 250;
const DEFAULT_MEMORY = 512;
const DEFAULT_MAX = 10;

export function readScale(service: ManifestNode): Scale {
  const scale = get(service, "scale");
  const autoscale = readAutoscale(get(scale, "autoscale"));
  const gpu = readGpu(get(scale, "gpu"));
  const limit: Limit = {
    cpu: numberOf(get(get(scale, "limit"), "cpu")),
    memory: numberOf(get(get(scale, "limit"), "memory")),
  };
  return {
    count: readCount(service, autoscale),
    ...sizeOf(scale, { limit, gpu }),
    gpu,
    limit,
    targets: readTargets(get(scale, "targets")),
    autoscale,
    keda: readKeda(get(scale, "keda")),
    vpa: readVpa(get(scale, "vpa")),
  };
}

function sizeOf(
  scale: ManifestNode | undefined,
  { limit, gpu }: Pick<Scale, "limit" | "gpu">,
): Pick<Scale, "cpu" | "memory"> {
  const cpu = integerOf(get(scale, "cpu")) ?? 0;
  const memory = integerOf(get(scale, "memory")) ?? 0;
  if (gpu !== null) return { cpu, memory };
  return {
    cpu: cpu === 0 ? positive(limit.cpu, DEFAULT_CPU) : cpu,
    memory: memory === 0 ? positive(limit.memory, DEFAULT_MEMORY) : memory,
  };
}

function positive(limit: number | null, otherwise: number): number {
  return limit !== null && limit > 0 ? limit : otherwise;
}

function readCount(service: ManifestNode, autoscale: Autoscale | null): CountRange {
  const scale = get(service, "scale");
  const isAutoscaled = autoscale !== null;
  const attributes = attributesUnder(service, "scale");
  if (attributes === 0) return { min: 1, max: 1 };
  const min = boundOf(get(scale, "min"));
  const max = boundOf(get(scale, "max"));
  const isBound = min !== null || max !== null;
  // Convox's quirk: an empty map is zero processes, one with other keys than these is one.
  if (attributes > 1 && !hasKey(scale, "count") && !isAutoscaled && !isBound) return { min: 1, max: 1 };
  const written = scale?.kind === "map" ? get(scale, "count") : scale;
  const count = bounded(written === undefined ? { min: 0, max: 0 } : countRange(written), { min, max, isAutoscaled });
  return isAutoscaled && count.max === 0 ? { ...count, max: DEFAULT_MAX } : count;
}

interface Bounds {
  readonly min: number | null;
  readonly max: number | null;
  readonly isAutoscaled: boolean;
}

function bounded(count: CountRange, { min, max, isAutoscaled }: Bounds): CountRange {
  if (min !== null && max !== null) return { min, max };
  if (min !== null) return { min, max: isAutoscaled ? count.max : min };
  if (max === null) return count;
  return { min: count.min === 0 && !isAutoscaled ? max : count.min, max };
}

/** Convox asks whether any path begins so: a mistyped `scales` counts as well, and so does everything in it. */
function attributesUnder(service: ManifestNode, prefix: string): number {
  if (service.kind !== "map") return 0;
  return keysOf(service)
    .filter(({ key }) => key.startsWith(prefix))
    .reduce((sum, { value }) => sum + 1 + keysBelow(value), 0);
}

function keysOf({ entries, blank, dropped }: ManifestMap): readonly MapEntry[] {
  return [...entries, ...blank, ...dropped];
}

function keysBelow(node: YamlNode | ManifestMap): number {
  if (node.kind !== "map") return 0;
  const entries = "blank" in node ? keysOf(node) : node.entries;
  return entries.reduce((sum, { value }) => sum + 1 + keysBelow(value), 0);
}

/** A whole number, also written as 2.0; anything else Convox passes over. */
function boundOf(node: ManifestNode | undefined): number | null {
  const value = floatOf(node);
  return Number.isInteger(value) ? value : null;
}

/** What is no count is refused elsewhere; here it is 0. */
function countRange(node: ManifestNode): CountRange {
  return readCountForm(node) ?? { min: 0, max: 0 };
}

/** null: a form that Convox refuses. */
export function readCountForm(node: ManifestNode): CountRange | null {
  if (node.kind === "map") {
    const min = countEnd(get(node, "min"));
    const max = countEnd(get(node, "max"));
    return min === null || max === null ? null : { min, max };
  }
  const number = integerOf(node);
  if (number !== null) return { min: number, max: number };
  const parts = (stringOf(node) ?? "").split("-").map(atoi);
  const [min, max = min] = parts;
  const isRead = min !== undefined && min !== null && max !== undefined && max !== null && parts.length <= 2;
  return isRead ? { min, max } : null;
}

function countEnd(node: ManifestNode | undefined): number | null {
  return node === undefined ? 0 : (integerOf(node) ?? atoi(stringOf(node) ?? ""));
}

function readGpu(node: ManifestNode | undefined): Gpu | null {
  const count = node?.kind === "map" ? integerOf(get(node, "count")) : integerOf(node);
  if (count === null || count === 0) return null;
  const vendor = stringOf(get(node, "vendor")) ?? "";
  return { count, vendor: vendor === "" ? "nvidia" : vendor };
}

function readTargets(node: ManifestNode | undefined): Targets | null {
  if (node === undefined) return null;
  return {
    cpu: numberOf(get(node, "cpu")),
    memory: numberOf(get(node, "memory")),
    requests: numberOf(get(node, "requests")),
    custom: opaque(get(node, "custom")),
    external: opaque(get(node, "external")),
  };
}

function opaque(node: ManifestNode | undefined): Opaque {
  return node === undefined ? null : toJson(node);
}

function readAutoscale(node: ManifestNode | undefined): Autoscale | null {
  const made: Autoscale = {
    cpu: readTrigger(get(node, "cpu")),
    memory: readTrigger(get(node, "memory")),
    gpuUtilization: readTrigger(get(node, "gpuUtilization")),
    queueDepth: readTrigger(get(node, "queueDepth")),
    custom: readKedaTriggers(get(node, "custom")),
    cooldownPeriod: numberOf(get(node, "cooldownPeriod")),
    pollingInterval: numberOf(get(node, "pollingInterval")),
  };
  const isEnabled =
    made.cpu !== null ||
    made.memory !== null ||
    made.gpuUtilization !== null ||
    made.queueDepth !== null ||
    made.custom.length > 0;
  return isEnabled ? made : null;
}

function readTrigger(node: ManifestNode | undefined): AutoscaleTrigger | null {
  if (node === undefined) return null;
  return {
    threshold: floatOf(get(node, "threshold")) ?? 0,
    metricName: textOf(get(node, "metricName")),
    prometheusUrl: textOf(get(node, "prometheusUrl")),
    query: textOf(get(node, "query")),
  };
}

function readKedaTriggers(node: ManifestNode | undefined): readonly KedaTrigger[] {
  return itemsOf(node).map((item) => {
    const reference = get(item, "authenticationRef");
    return {
      type: textOf(get(item, "type")) ?? "",
      name: textOf(get(item, "name")),
      metadata: readTextMap(get(item, "metadata")),
      authenticationRef:
        reference === undefined
          ? null
          : { name: textOf(get(reference, "name")) ?? "", kind: textOf(get(reference, "kind")) },
    };
  });
}

function readKeda(node: ManifestNode | undefined): Keda | null {
  const triggers = readKedaTriggers(get(node, "triggers"));
  if (triggers.length === 0) return null;
  return {
    triggers,
    pollingInterval: numberOf(get(node, "pollingInterval")),
    initialCooldownPeriod: numberOf(get(node, "initialCooldownPeriod")),
    cooldownPeriod: numberOf(get(node, "cooldownPeriod")),
    idleReplicaCount: numberOf(get(node, "idleReplicaCount")),
    advanced: opaque(get(node, "advanced")),
    fallback: opaque(get(node, "fallback")),
  };
}

function readVpa(node: ManifestNode | undefined): Vpa | null {
  if (node === undefined) return null;
  const mode = textOf(get(node, "updateMode")) ?? "";
  return {
    updateMode: mode === "false" ? "Off" : mode,
    minCpu: textOf(get(node, "minCpu")),
    maxCpu: textOf(get(node, "maxCpu")),
    minMem: textOf(get(node, "minMem")),
    maxMem: textOf(get(node, "maxMem")),
    cpuOnly: isTrue(get(node, "cpuOnly")),
    memOnly: isTrue(get(node, "memOnly")),
    updateRequestOnly: isTrue(get(node, "updateRequestOnly")),
  };
}
