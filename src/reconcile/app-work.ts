// One app at one verified commit, with all that is needed to bring it there.
import type { AppFolder, AppName, CommitSha, RackFolder, RackName } from "../manifest/types.ts";
import type { Secret } from "../secrets/secret.ts";
import type { Origin } from "./describe.ts";
import type { DesiredApp } from "./step.ts";
import type { RackConnection, ReconcilePorts, VerifiedConfig } from "./ports.ts";
import { appDigest } from "./digest.ts";
import type { Instant, Unit } from "../manifest/types.ts";

/** What is to be done for which app, known before the rack is asked anything. */
export interface AppTask {
  readonly rack: RackFolder;
  readonly folder: AppFolder;
  readonly origin: Origin;
  readonly unit: Unit;
  readonly startedAt: Instant;
}

/** A task at work: connected, its values opened. */
export interface AppWork {
  readonly task: AppTask;
  readonly desired: DesiredApp;
  readonly environment: ReadonlyMap<string, Secret>;
  readonly connection: RackConnection;
  readonly ports: ReconcilePorts;
  readonly signal: AbortSignal;
}

function appUnit(rack: RackName, app: AppName): Unit {
  return `racks/${rack}/apps/${app}`;
}

export function appTask(config: VerifiedConfig, rack: RackFolder, folder: AppFolder, startedAt: Instant): AppTask {
  const unit = appUnit(rack.rack.name, folder.name);
  const commit: CommitSha = config.commitOf(unit);
  const digest = appDigest(config.repo, rack.rack.name, folder.name);
  const retries = config.retriesOf({ rack: folder.rack, app: folder.name, commit });
  return { rack, folder, unit, startedAt, origin: { repository: config.repository, commit, digest, retries } };
}
