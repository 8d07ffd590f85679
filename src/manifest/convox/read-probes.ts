// The three probes of a service as Convox reads and completes them (convox.md §4.3).
import { get, integerOf, isTrue, numberOf, stringOf, textOf, type ManifestNode } from "./manifest-node.ts";
import { readPort } from "./read-parts.ts";
import type { Health, Liveness, Port, StartupProbe } from "./service-model.ts";

/** Numbers that are none are passed over; `disable` and `path` likewise. */
export function readHealth(node: ManifestNode | undefined): Health {
  const isMap = node?.kind === "map";
  const interval = given(integerOf(get(node, "interval")), 5);
  const path = stringOf(isMap ? get(node, "path") : node) ?? "";
  return {
    path: path === "" ? "/" : path,
    interval,
    grace: given(integerOf(get(node, "grace")), interval),
    timeout: given(integerOf(get(node, "timeout")), interval - 1),
    port: readPort(get(node, "port")),
    disable: isTrue(get(node, "disable")),
  };
}

/** 0 is not given, to Convox. */
function given(value: number | null, otherwise: number): number {
  return value === null || value === 0 ? otherwise : value;
}

type Pace = Omit<Liveness, "path" | "port">;

const LIVENESS: Pace = { grace: 10, interval: 5, timeout: 5, successThreshold: 1, failureThreshold: 3 };
const NOTHING: Pace = { grace: 0, interval: 0, timeout: 0, successThreshold: 0, failureThreshold: 0 };
/** A large model may take half an hour to load. */
const GPU_STARTUP: Pace = { grace: 300, interval: 10, timeout: 5, successThreshold: 1, failureThreshold: 180 };

function readPace(node: ManifestNode | undefined, otherwise: Pace): Pace {
  const second = (key: keyof Pace): number => given(numberOf(get(node, key)), otherwise[key]);
  return {
    grace: second("grace"),
    interval: second("interval"),
    timeout: second("timeout"),
    successThreshold: second("successThreshold"),
    failureThreshold: second("failureThreshold"),
  };
}

export function readLiveness(node: ManifestNode | undefined): Liveness | null {
  const path = textOf(get(node, "path")) ?? "";
  if (path.trim() === "") return null;
  return { path, port: readPort(get(node, "port")), ...readPace(node, LIVENESS) };
}

interface Beside {
  readonly liveness: Liveness | null;
  /** The service's port where it has GPUs. */
  readonly gpuPort: Port | null;
}

export function readStartupProbe(node: ManifestNode | undefined, { liveness, gpuPort }: Beside): StartupProbe | null {
  const path = trimmed(get(node, "path"));
  const written = trimmed(get(node, "tcpSocketPort"));
  const tcpSocketPort = written ?? (path === null && gpuPort !== null ? String(gpuPort.port) : null);
  if (path === null && tcpSocketPort === null) return null;
  const pace = readPace(node, liveness ?? NOTHING);
  const isOfGpu = gpuPort !== null && tcpSocketPort !== null;
  return { path, tcpSocketPort, ...(isOfGpu ? orElse(pace, GPU_STARTUP) : pace) };
}

function trimmed(node: ManifestNode | undefined): string | null {
  const text = (textOf(node) ?? "").trim();
  return text === "" ? null : text;
}

function orElse(pace: Pace, otherwise: Pace): Pace {
  return {
    grace: given(pace.grace, otherwise.grace),
    interval: given(pace.interval, otherwise.interval),
    timeout: given(pace.timeout, otherwise.timeout),
    successThreshold: given(pace.successThreshold, otherwise.successThreshold),
    failureThreshold: given(pace.failureThreshold, otherwise.failureThreshold),
  };
}
