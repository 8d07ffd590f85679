import { ManifestError } from "./manifest-error.ts";

export interface Scale {
  readonly min: number;
  readonly max: number;
  /** Millicores. */
  readonly cpu: number;
  /** Megabytes. */
  readonly memory: number;
  readonly isAutoscaled: boolean;
}

interface Range {
  readonly min: number;
  readonly max: number;
}

function whole(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) ? value : undefined;
}

function parseCount(value: unknown): Range | undefined {
  if (typeof value === "number") return { min: value, max: value };
  if (typeof value === "string") {
    const parts = value.split("-").map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN));
    const [min = Number.NaN, max = min] = parts;
    // "3+" fails in the rack's Atoi as well.
    if (parts.length > 2 || Number.isNaN(min) || Number.isNaN(max)) {
      throw new ManifestError(`strconv.Atoi: parsing "${value}": invalid syntax`);
    }
    return { min, max };
  }
  if (value instanceof Map) {
    const min = Number(value.get("min") ?? 0);
    return { min, max: Number(value.get("max") ?? min) };
  }
  return undefined;
}

function hasAutoscale(keys: ReadonlyMap<unknown, unknown>): boolean {
  return keys.has("autoscale") || keys.has("keda");
}

function plainRange(value: unknown): Range {
  // `scale:` without a value leaves the count at 0; no `scale` at all is one process.
  return parseCount(value) ?? (value === null ? { min: 0, max: 0 } : { min: 1, max: 1 });
}

function mapRange(keys: ReadonlyMap<unknown, unknown>): Range {
  const isAutoscaled = hasAutoscale(keys);
  const count = parseCount(keys.get("count"));
  const min = whole(keys.get("min"));
  const max = whole(keys.get("max"));
  if (min === undefined && max === undefined) {
    if (count !== undefined) return count;
    if (isAutoscaled) return { min: 0, max: 10 };
    return keys.size === 0 ? { min: 0, max: 0 } : { min: 1, max: 1 };
  }
  const top = max ?? (isAutoscaled ? 10 : (min ?? 0));
  return { min: min ?? (isAutoscaled ? 0 : top), max: top };
}

/** `scale` of a service, with the rack's defaults: 1 process of 250 millicores and 512 MB. */
export function parseScale(service: string, value: unknown): Scale {
  const keys: ReadonlyMap<unknown, unknown> = value instanceof Map ? value : new Map();
  const isAutoscaled = hasAutoscale(keys);
  const range = value instanceof Map ? mapRange(value) : plainRange(value);
  const rawLimit = keys.get("limit");
  const limit: ReadonlyMap<unknown, unknown> = rawLimit instanceof Map ? rawLimit : new Map();
  const limitCpu = whole(limit.get("cpu"));
  const limitMemory = whole(limit.get("memory"));
  const cpu = whole(keys.get("cpu")) ?? limitCpu ?? 250;
  const memory = whole(keys.get("memory")) ?? limitMemory ?? 512;
  if ((limitCpu ?? cpu) < cpu) throw new ManifestError(`service ${service} cpu limit can not be less than cpu request`);
  if ((limitMemory ?? memory) < memory) {
    throw new ManifestError(`service ${service} memory limit can not be less than memory request`);
  }
  return { ...range, cpu, memory, isAutoscaled };
}
