// `scale` of a service after Convox's own reading; what model.ts says of itself holds here.
import type { Opaque, TextMap } from "./model-parts.ts";

/** §4.4. */
export interface Scale {
  /** Processes. A fixed count is a range of one. Default 1; with autoscaling at most 10. */
  readonly count: CountRange;
  /** Millicores; default 250 (or the limit), with GPUs 0. */
  readonly cpu: number;
  /** MB; default 512 (or the limit), with GPUs 0. */
  readonly memory: number;
  readonly gpu: Gpu | null;
  readonly limit: Limit;
  readonly targets: Targets | null;
  /** null: none that has an effect. */
  readonly autoscale: Autoscale | null;
  /** null: none, or one without triggers. */
  readonly keda: Keda | null;
  readonly vpa: Vpa | null;
}

export interface CountRange {
  readonly min: number;
  readonly max: number;
}

export interface Gpu {
  readonly count: number;
  /** Default `nvidia`. */
  readonly vendor: string;
}

/** Millicores and MB. */
export interface Limit {
  readonly cpu: number | null;
  readonly memory: number | null;
}

/** Cpu and memory in percent, requests in a minute. */
export interface Targets {
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly requests: number | null;
  readonly custom: Opaque;
  readonly external: Opaque;
}

/** At least one of the triggers is there. Periods in seconds. */
export interface Autoscale {
  readonly cpu: AutoscaleTrigger | null;
  readonly memory: AutoscaleTrigger | null;
  readonly gpuUtilization: AutoscaleTrigger | null;
  readonly queueDepth: AutoscaleTrigger | null;
  readonly custom: readonly KedaTrigger[];
  readonly cooldownPeriod: number | null;
  readonly pollingInterval: number | null;
}

export interface AutoscaleTrigger {
  /** Percent; of `queueDepth` a number of requests. */
  readonly threshold: number;
  readonly metricName: string | null;
  readonly prometheusUrl: string | null;
  readonly query: string | null;
}

export interface KedaTrigger {
  readonly type: string;
  readonly name: string | null;
  readonly metadata: TextMap;
  readonly authenticationRef: { readonly name: string; readonly kind: string | null } | null;
}

/** Periods in seconds. */
export interface Keda {
  readonly triggers: readonly KedaTrigger[];
  readonly pollingInterval: number | null;
  readonly initialCooldownPeriod: number | null;
  readonly cooldownPeriod: number | null;
  readonly idleReplicaCount: number | null;
  readonly advanced: Opaque;
  readonly fallback: Opaque;
}

/** Sizes are Kubernetes quantities, of cpu in millicores and of memory in MB. */
export interface Vpa {
  readonly updateMode: string;
  readonly minCpu: string | null;
  readonly maxCpu: string | null;
  readonly minMem: string | null;
  readonly maxMem: string | null;
  readonly cpuOnly: boolean;
  readonly memOnly: boolean;
  readonly updateRequestOnly: boolean;
}
