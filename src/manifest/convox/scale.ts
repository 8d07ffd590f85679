// The rules of Convox on `scale` of a service (convox.md §4.4).
import { get, integerOf, numberOf, type ManifestNode } from "./manifest-node.ts";
import type { ManifestReader } from "./manifest-reader.ts";
import { readCountForm, readScale } from "./read-scale.ts";

export function checkScale(service: ManifestNode, reader: ManifestReader): void {
  const scale = get(service, "scale");
  if (scale === undefined) return;
  checkCount(scale, service, reader);
  if (scale.kind !== "map") return;
  for (const key of ["cpu", "memory"] as const) checkSize(scale, key, reader);
  checkAutoscale(scale, service, reader);
}

function checkCount(scale: ManifestNode, service: ManifestNode, reader: ManifestReader): void {
  const count = scale.kind === "map" ? get(scale, "count") : scale;
  if (count !== undefined && readCountForm(count) === null) {
    const message = 'expected a count: 2, "1-5" or { min, max } of whole numbers, found another form';
    reader.error(count, { rule: "convox-scale", message });
    return;
  }
  const hasAutoscale = get(scale, "autoscale") !== undefined;
  const { min, max } = readScale(service).count;
  const place = count ?? get(scale, "max") ?? get(scale, "min") ?? scale;
  if (min < 0) {
    reader.error(place, { rule: "convox-scale", message: `expected a count of 0 or more, found ${min}` });
  } else if (max < min && !(hasAutoscale && max === 0)) {
    reader.error(place, {
      rule: "convox-scale",
      message: `expected a maximum of at least the minimum, found ${min} to ${max}`,
    });
  }
}

const DEFAULT_SIZE = { cpu: 250, memory: 512 } as const;

function checkSize(scale: ManifestNode, key: "cpu" | "memory", reader: ManifestReader): void {
  const node = get(scale, key);
  const wanted = integerOf(node);
  if (node !== undefined && wanted === null) {
    const message = `Convox ignores \`scale.${key}\`: it reads a whole number without quotes only, and takes ${DEFAULT_SIZE[key]}`;
    reader.warn(node, { rule: "convox-ignored", message, hint: "write the number without quotes and units" });
  }
  if (wanted !== null && wanted < 0 && node !== undefined) {
    reader.error(node, { rule: "convox-scale", message: `expected ${key} of 0 or more, found ${wanted}` });
  }
  const limitNode = get(get(scale, "limit"), key);
  const limit = numberOf(limitNode);
  if (limit !== null && limitNode !== undefined && wanted !== null && limit < wanted) {
    const message = `expected a limit of ${key} of at least what is asked for (${wanted}), found ${limit}`;
    reader.error(limitNode, { rule: "convox-scale", message });
  }
}

function checkAutoscale(scale: ManifestNode, service: ManifestNode, reader: ManifestReader): void {
  const autoscale = get(scale, "autoscale");
  if (autoscale === undefined) return;
  for (const key of ["cpu", "memory", "gpuUtilization"] as const) {
    const node = get(get(autoscale, key), "threshold");
    const threshold = numberOf(node);
    if (node !== undefined && threshold !== null && (threshold <= 0 || threshold > 100)) {
      const message = `expected a threshold over 0 and up to 100, found ${threshold}`;
      reader.error(node, { rule: "convox-scale", message });
    }
  }
  const { min, max } = readScale(service).count;
  const hasCount = ["count", "min", "max"].some((key) => get(scale, key) !== undefined);
  if (hasCount && max !== 0 && max <= min && get(scale, "max") !== undefined) {
    const message = `expected a maximum over the minimum with \`autoscale\`, found ${min} to ${max}`;
    reader.error(autoscale, { rule: "convox-scale", message });
  }
}
