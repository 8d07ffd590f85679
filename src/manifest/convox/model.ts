// convox.yml of a v3 rack as it is after Convox's own reading: shorthands written out, defaults put in, texts as Go prints them.
// Plain readonly data that is the same after JSON and back. `§` is of convox.md. null: not given, and Convox has no default.
import type { TextMap } from "./model-parts.ts";
import type { Annotation, Service } from "./service-model.ts";

/** What a convox.yml says (§4.2). Lists are in the order of the file. */
export interface ConvoxModel {
  readonly services: readonly Service[];
  readonly resources: readonly Resource[];
  readonly timers: readonly Timer[];
  readonly balancers: readonly Balancer[];
  /** Files that `configMounts` mount. */
  readonly configs: readonly Config[];
  /** Those of all services; each service's `labels` has them too. */
  readonly labels: TextMap;
  /** Convox reads them and does nothing with them. */
  readonly params: TextMap;
  readonly budget: Budget | null;
  readonly appSettings: AppSettings | null;
}

/** §4.5. */
export interface Resource {
  readonly name: string;
  readonly line: number;
  readonly type: string;
  readonly image: string | null;
  readonly options: TextMap;
}

/** §4.5. */
export interface Timer {
  readonly name: string;
  readonly line: number;
  readonly annotations: readonly Annotation[];
  readonly command: string | null;
  /** Five cron fields, `?` read as `*`, a sixth cut off; or a word as `@daily`. UTC. */
  readonly schedule: string;
  readonly service: string;
  /** `Allow`, `Forbid` or `Replace`, the first letter in either case. */
  readonly concurrency: string | null;
  /** Processes at a time where over 1. */
  readonly parallelCount: number;
}

/** §4.2. */
export interface Balancer {
  readonly name: string;
  readonly line: number;
  readonly annotations: readonly Annotation[];
  readonly ports: readonly BalancerPort[];
  readonly service: string;
  /** CIDRs. */
  readonly whitelist: readonly string[];
}

export interface BalancerPort {
  /** The one that is open to the world. */
  readonly source: number;
  /** The service's. */
  readonly target: number;
  /** `TCP` where only a number is given. */
  readonly protocol: string | null;
}

export interface Config {
  readonly id: string;
  readonly name: string | null;
  readonly value: string | null;
}

/** §4.6. null where Convox takes its own default at run time. */
export interface Budget {
  readonly monthlyCapUsd: number | null;
  readonly alertThresholdPercent: number | null;
  readonly atCapAction: string | null;
  readonly atCapWebhookUrl: string | null;
  readonly pricingAdjustment: number | null;
  /** Names of services. */
  readonly neverAutoShutdown: readonly string[];
  readonly shutdownOrder: string | null;
  readonly notifyBeforeMinutes: number | null;
  /** Go duration. */
  readonly shutdownGracePeriod: string | null;
  readonly recoveryMode: string | null;
}

export interface AppSettings {
  /** AWS CloudWatch; retention in days. */
  readonly awsLogs: { readonly cwRetention: number | null; readonly disableRetention: boolean } | null;
}
