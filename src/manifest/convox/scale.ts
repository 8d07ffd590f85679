// `scale` of a service (convox.md §4.4): how many processes, and the rules on its numbers.
import { get, isTrue, numberOf, textOf, type ManifestReader } from "./manifest-node.ts";
import type { YamlNode } from "../yaml-tree.ts";

interface Range {
  readonly min: number;
  readonly max: number;
}

/** null: a range, an autoscaler or an agent, whose count Convox moves or ignores. */
export function fixedCountOf(service: YamlNode | undefined): number | null {
  const scale = get(service, "scale");
  if (isTrue(get(service, "agent")) || ["autoscale", "keda"].some((key) => get(scale, key) !== undefined)) return null;
  const { min, max } = rangeOf(scale);
  return min === max ? min : null;
}

function rangeOf(scale: YamlNode | undefined): Range {
  if (scale === undefined) return { min: 1, max: 1 };
  if (scale.kind !== "map") return countRange(scale) ?? { min: 1, max: 1 };
  // Convox's quirk: a map without any key is 0, one with other keys than counts is 1.
  if (scale.entries.length === 0) return { min: 0, max: 0 };
  const count = get(scale, "count");
  const counted = count === undefined ? null : countRange(count);
  if (counted !== null) return counted;
  const min = numberOf(get(scale, "min"));
  const max = numberOf(get(scale, "max"));
  if (min === null && max === null) return { min: 1, max: 1 };
  return { min: min ?? max ?? 1, max: max ?? min ?? 1 };
}

/** null: no count that Convox reads. */
function countRange(node: YamlNode): Range | null {
  if (node.kind === "map") {
    const min = digits(get(node, "min"));
    const max = digits(get(node, "max"));
    return min === null && max === null ? null : { min: min ?? max ?? 0, max: max ?? min ?? 0 };
  }
  const text = textOf(node) ?? "";
  const match = /^(-?\d+)(?:-(\d+))?$/.exec(text);
  if (match === null) return null;
  const min = Number(match[1]);
  return { min, max: match[2] === undefined ? min : Number(match[2]) };
}

function digits(node: YamlNode | undefined): number | null {
  const text = textOf(node);
  return text !== null && /^-?\d+$/.test(text) ? Number(text) : null;
}

export function checkScale(scale: YamlNode, reader: ManifestReader): void {
  checkCount(scale, reader);
  if (scale.kind !== "map") return;
  for (const key of ["cpu", "memory"] as const) checkSize(scale, key, reader);
  checkAutoscale(scale, reader);
}

function checkCount(scale: YamlNode, reader: ManifestReader): void {
  const count = scale.kind === "map" ? get(scale, "count") : scale;
  if (count !== undefined && countRange(count) === null) {
    const message = 'expected a count: 2, "1-5" or { min, max } of whole numbers, found another form';
    reader.error(count, { rule: "convox-scale", message });
    return;
  }
  const hasAutoscale = get(scale, "autoscale") !== undefined;
  const { min, max } = rangeOf(scale);
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

function checkSize(scale: YamlNode, key: "cpu" | "memory", reader: ManifestReader): void {
  const node = get(scale, key);
  const wanted = numberOf(node);
  if (node !== undefined && (wanted === null || !Number.isInteger(wanted))) {
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

function checkAutoscale(scale: YamlNode, reader: ManifestReader): void {
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
  const { min, max } = rangeOf(scale);
  const hasCount = ["count", "min", "max"].some((key) => get(scale, key) !== undefined);
  if (hasCount && max !== 0 && max <= min && get(scale, "max") !== undefined) {
    const message = `expected a maximum over the minimum with \`autoscale\`, found ${min} to ${max}`;
    reader.error(autoscale, { rule: "convox-scale", message });
  }
}
