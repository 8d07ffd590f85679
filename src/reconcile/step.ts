// What a plan is made of: what is wanted, what is there, and the steps between. Values of the environment are fingerprints here, so
// that no plan can tell one.
import type { KeptData } from "../manifest/convox/kept-data.ts";
import type { AppName, Build, Manifest, RackName } from "../manifest/types.ts";
import type { BuildStatus, Fingerprint, LiveService } from "./ports.ts";

export interface DesiredApp {
  readonly name: AppName;
  readonly build: Build;
  readonly manifest: Manifest | null;
  readonly environment: ReadonlyMap<string, Fingerprint>;
  readonly parameters: ReadonlyMap<string, string>;
  readonly lock: boolean;
  /** Words of app.yml that stand for what cannot be done yet. */
  readonly hooks: readonly ("before" | "after")[];
  readonly delete: boolean;
  /** Resources and volumes that app.yml lets go with their data. */
  readonly mayGo: readonly string[];
}

export interface DesiredRack {
  readonly rack: RackName;
  readonly apps: readonly DesiredApp[];
}

export interface PlannedRelease {
  readonly id: string;
  readonly build: string;
  readonly manifest: string;
  readonly environment: ReadonlyMap<string, Fingerprint>;
}

export interface LiveAppForPlan {
  readonly locked: boolean;
  readonly parameters: ReadonlyMap<string, string>;
  readonly services: readonly LiveService[];
  /** What keeps data there; null where the convox.yml that runs cannot be read. */
  readonly data: readonly KeptData[] | null;
  /** The release that serves; null where none does. */
  readonly active: PlannedRelease | null;
  /** The newest one, which a build reads its environment from. */
  readonly newest: PlannedRelease | null;
  /** What an earlier run made for this very content and did not finish; null where there is none. */
  readonly begun: {
    readonly build: { readonly id: string; readonly status: BuildStatus } | null;
    readonly release: PlannedRelease | null;
  };
}

export interface LiveRackForPlan {
  /** An app that is not in it does not exist on the rack. */
  readonly apps: ReadonlyMap<AppName, LiveAppForPlan>;
}

interface AnyStep {
  readonly app: AppName;
  /** One line: what is done. */
  readonly summary: string;
  readonly destructive: boolean;
  /** What it leads to, a line each. */
  readonly details: readonly string[];
}

export type Step = AnyStep &
  (
    | { readonly kind: "create-app" }
    | { readonly kind: "parameters"; readonly values: ReadonlyMap<string, string> }
    | { readonly kind: "environment" }
    | { readonly kind: "build"; readonly manifest: string; readonly existing: string | null }
    /** `build` null: the build of the step before. */
    | { readonly kind: "release"; readonly build: string | null }
    /** `release` null: the release of the step before. */
    | { readonly kind: "promote"; readonly release: string | null }
    | { readonly kind: "scale"; readonly service: string; readonly count: number }
    | { readonly kind: "lock"; readonly locked: boolean }
  );

/** Why an app is left as it is. */
export interface Refusal {
  readonly app: AppName;
  readonly reason: string;
  /** What to do. */
  readonly next: string;
}

export interface RackPlan {
  readonly rack: RackName;
  readonly steps: readonly Step[];
  readonly refusals: readonly Refusal[];
}
