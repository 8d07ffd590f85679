// The rules of Convox on `scale` of a service (convox.md §4.4).
import { floatOf, get, integerOf, itemsOf, type ManifestNode } from "./manifest-node.ts";
import type { ManifestReader } from "./manifest-reader.ts";
import { readCountForm } from "./read-scale.ts";
import type { Autoscale, AutoscaleTrigger, Scale } from "./scale-model.ts";
import type { Service } from "./service-model.ts";

interface Scaled {
  readonly scale: Scale;
  /** undefined: not in the file. */
  readonly node: ManifestNode | undefined;
  /** Where to point for what is not in the file. */
  readonly service: ManifestNode;
  readonly reader: ManifestReader;
}

/** Of an agent Convox looks at no count and no trigger. */
export function checkScale({ agent, scale }: Service, service: ManifestNode, reader: ManifestReader): void {
  const scaled: Scaled = { scale, node: get(service, "scale"), service, reader };
  if (scaled.node === undefined) return;
  checkSizes(scaled);
  checkVpa(scaled);
  const count = writtenCount(scaled.node);
  if (count !== undefined && readCountForm(count) === null) {
    const message = 'expected a count: 2, "1-5" or { min, max } of whole numbers, found another form';
    reader.error(count, { rule: "convox-scale", message });
    return;
  }
  if (agent && (scale.autoscale !== null || scale.keda !== null)) {
    const message = "Convox ignores how an agent scales: one process runs on each node";
    reader.warn(scaled.node, { rule: "convox-ignored", message, hint: "delete `autoscale` or `keda`, or `agent`" });
    return;
  }
  checkRange(scaled);
  if (scale.autoscale !== null) checkAutoscale(scale.autoscale, scaled);
}

function writtenCount(node: ManifestNode): ManifestNode | undefined {
  return node.kind === "map" ? get(node, "count") : node;
}

function placeOfCount({ node, service }: Scaled): ManifestNode {
  if (node === undefined) return service;
  return writtenCount(node) ?? get(node, "max") ?? get(node, "min") ?? node;
}

function checkRange(scaled: Scaled): void {
  const { min, max } = scaled.scale.count;
  const error = (expected: string, found: string): void => {
    scaled.reader.error(placeOfCount(scaled), {
      rule: "convox-scale",
      message: `expected ${expected}, found ${found}`,
    });
  };
  if (min < 0 || max < 0) error("a count of 0 or more", String(Math.min(min, max)));
  else if (max < min) error("a maximum of at least the minimum", `${min} to ${max}`);
  else if (max > LARGEST_COUNT) error(`a count of at most ${LARGEST_COUNT}`, String(max));
  else if (scaled.scale.autoscale !== null && max === min) {
    error("a maximum over the minimum with `autoscale`", `${min} to ${max}`);
  }
}

/** Kubernetes counts in 32 bits. */
const LARGEST_COUNT = 2_147_483_647;
const DEFAULT_SIZE = { cpu: 250, memory: 512 } as const;

function checkSizes({ scale, node, reader }: Scaled): void {
  for (const key of ["cpu", "memory"] as const) {
    const written = get(node, key);
    if (written !== undefined && integerOf(written) === null) {
      const message = `Convox ignores \`scale.${key}\`: it reads a whole number without quotes only, and takes ${DEFAULT_SIZE[key]}`;
      reader.warn(written, { rule: "convox-ignored", message, hint: "write the number without quotes and units" });
    }
    if (written !== undefined && scale[key] < 0) {
      const message = `expected ${key} of 0 or more, found ${scale[key]}`;
      reader.error(written, { rule: "convox-scale", message });
    }
    const limit = scale.limit[key];
    const place = get(get(node, "limit"), key);
    if (limit === null || place === undefined || limit <= 0 || limit >= scale[key]) continue;
    const message = `expected a limit of ${key} of at least what is asked for (${scale[key]}), found ${limit}`;
    reader.error(place, { rule: "convox-scale", message });
  }
  for (const key of ["min", "max"] as const) {
    const written = get(node, key);
    if (written === undefined || Number.isInteger(floatOf(written))) continue;
    const message = `Convox ignores \`scale.${key}\`: it reads a whole number without quotes only`;
    reader.warn(written, { rule: "convox-ignored", message, hint: "write the number without quotes" });
  }
}

const VPA_MODES: readonly string[] = ["off", "initial", "recreate"];

/** Looked at when a release is promoted. */
function checkVpa({ scale: { vpa }, node, reader }: Scaled): void {
  const place = get(node, "vpa");
  if (vpa === null || place === undefined) return;
  if (!VPA_MODES.includes(vpa.updateMode.toLowerCase())) {
    const message = "expected `updateMode` to be `Off`, `Initial` or `Recreate`, found another, or none";
    reader.error(get(place, "updateMode") ?? place, { rule: "convox-scale", message });
  }
  if (vpa.cpuOnly && vpa.memOnly) {
    const message = "expected one of `cpuOnly` and `memOnly`, found both";
    reader.error(place, { rule: "convox-scale", message });
  }
}

function checkAutoscale(autoscale: Autoscale, scaled: Scaled): void {
  const { scale, node, reader } = scaled;
  const place = get(node, "autoscale") ?? scaled.service;
  for (const key of ["cpu", "memory", "gpuUtilization", "queueDepth"] as const) {
    const trigger = autoscale[key];
    const written = get(place, key);
    if (trigger !== null && written !== undefined) checkTrigger(key, trigger, { written, reader });
  }
  if (autoscale.gpuUtilization !== null && scale.gpu === null) {
    const message = "expected `scale.gpu` of 1 or more with `gpuUtilization`, found none";
    reader.error(get(place, "gpuUtilization") ?? place, { rule: "convox-scale", message });
  }
  checkCustom(autoscale, get(place, "custom"), reader);
  if (scale.count.min === 0 && !reachesZero(autoscale)) {
    const message =
      "expected `min` of 1 or more, or a trigger that can go to zero (`queueDepth`, `gpuUtilization`, or a custom one that is not cpu, memory or cron), found 0";
    reader.error(get(node, "min") ?? place, { rule: "convox-scale", message, hint: "set `scale.min: 1`" });
  }
}

interface WrittenTrigger {
  readonly written: ManifestNode;
  readonly reader: ManifestReader;
}

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

function checkTrigger(key: string, trigger: AutoscaleTrigger, { written, reader }: WrittenTrigger): void {
  const { threshold } = trigger;
  const metricName = trigger.metricName ?? "";
  const prometheusUrl = trigger.prometheusUrl ?? "";
  const refuse = (at: string, expected: string, found: string): void => {
    const message = `expected ${expected}, found ${found}`;
    reader.error(get(written, at) ?? written, { rule: "convox-scale", message });
  };
  const isPercent = key !== "queueDepth";
  if (!(threshold > 0) || (isPercent && threshold > 100)) {
    const found = get(written, "threshold") === undefined ? "none" : String(threshold);
    refuse("threshold", isPercent ? "a threshold over 0 and up to 100" : "a threshold over 0", found);
  }
  if (metricName !== "" && !METRIC_NAME.test(metricName)) {
    refuse("metricName", "a metric's name of letters, digits, `_` and `:`", "another form");
  }
  if (prometheusUrl !== "" && !/^https?:\/\/[^/?#\s]/i.test(prometheusUrl)) {
    refuse("prometheusUrl", "an http or https address with a host", "another form");
  }
}

function checkCustom({ custom }: Autoscale, list: ManifestNode | undefined, reader: ManifestReader): void {
  const nodes = itemsOf(list);
  for (const [index, { name, authenticationRef }] of custom.entries()) {
    const item = nodes[index];
    if (item === undefined) continue;
    const isNamedWell = /^[a-z][a-z0-9-]*$/.test(name ?? "");
    if (((name ?? "") !== "" && !isNamedWell) || /^convox-/i.test(name ?? "")) {
      const message =
        "expected a name of lower-case letters, digits and `-` that does not begin with `convox-`, found another";
      reader.error(get(item, "name") ?? item, { rule: "convox-scale", message });
    }
    if (authenticationRef?.kind === "ClusterTriggerAuthentication") {
      const message =
        "expected a `TriggerAuthentication`, found `ClusterTriggerAuthentication`, which Convox does not permit";
      reader.error(get(item, "authenticationRef") ?? item, { rule: "convox-scale", message });
    }
  }
}

const ALWAYS_ACTIVE: readonly string[] = ["cpu", "memory", "cron"];

function reachesZero({ gpuUtilization, queueDepth, custom }: Autoscale): boolean {
  if (gpuUtilization !== null || queueDepth !== null) return true;
  return custom.some(({ type }) => !ALWAYS_ACTIVE.includes(type.toLowerCase()));
}
