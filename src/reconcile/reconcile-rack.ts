// Brings one rack to the verified state: its apps side by side, each recorded; one app's failure stops no other.
import type { AppName, RackFolder, RackName } from "../manifest/types.ts";
import { appTask, type AppTask } from "./app-work.ts";
import { observeRack } from "./observe-rack.ts";
import { isWaiting, messageOf } from "./outcome.ts";
import { pauseOf } from "./pause.ts";
import type { RackConnection, ReconcilePorts, VerifiedConfig } from "./ports.ts";
import { reconcileApp, waitingEnding } from "./reconcile-app.ts";
import { hasEnded, recordOutcome, type Recordable } from "./record-outcome.ts";
import { unsupportedInRack } from "./unsupported.ts";

/**
 * Resolves when every app of the rack has ended at its verified commit (well or not: the ledger says). Throws WaitError where the
 * rack has to be tried again, StalledError where nothing can be done on it (no password, no grant), the signal's reason when
 * aborted. All of it may be run again at any time.
 */
export async function reconcileRack(rack: RackName, ports: ReconcilePorts, signal: AbortSignal): Promise<void> {
  const config = await ports.verifiedConfig();
  const folder = config.repo.racks.get(rack);
  if (folder === undefined) {
    ports.log("rack-unknown", { rack });
    return;
  }
  const tasks = await openTasks(ports, config, folder);
  const { connection, version } = await reach(ports, folder, tasks);
  await recordRackItself(ports, config, { folder, version });
  const errors: unknown[] = [];
  await sideBySide(tasks, config.repo.settings.sync.concurrency, async (task) => {
    try {
      await reconcileApp({ connection, ports, signal }, task);
    } catch (error) {
      // The other apps go on; what was thrown is thrown below.
      errors.push(error);
    }
  });
  signal.throwIfAborted();
  // One that has to be tried again speaks for all: what cannot be done has been recorded, and is not done again.
  const [first] = [...errors.filter(isWaiting), ...errors];
  if (first !== undefined) {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- as it came: what it is decides what happens next
    throw first;
  }
  await observeRack(ports, folder, connection);
}

/** The apps that have something to do; one that is paused is recorded so, once. */
async function openTasks(
  ports: ReconcilePorts,
  config: VerifiedConfig,
  folder: RackFolder,
): Promise<readonly AppTask[]> {
  const now = ports.clock.now();
  const open: AppTask[] = [];
  for (const app of folder.apps.values()) {
    const task = appTask(config, folder, app, now);
    const at = { rack: app.rack, app: app.name, commit: task.origin.commit };
    if (hasEnded(ports.ledger.state(), at)) continue;
    const pause = pauseOf(task, now);
    if (pause === null) open.push(task);
    else await recordOutcome(ports, task, pause);
  }
  return open;
}

/** Connects and looks. Where that fails, each app that has something to do says so on its pull request. */
async function reach(
  ports: ReconcilePorts,
  folder: RackFolder,
  tasks: readonly AppTask[],
): Promise<{ readonly connection: RackConnection; readonly version: string }> {
  try {
    const connection = ports.connect(folder.rack, await ports.secrets.openPassword(folder.rack));
    return { connection, version: (await connection.overview()).version };
  } catch (error) {
    ports.log("rack-out-of-reach", { rack: folder.rack.name, reason: ports.redact(messageOf(error)) });
    // Of the rack, not of the app: it is tried again with the next sweep, whoever has to act.
    for (const task of tasks) await recordOutcome(ports, task, waitingEnding(error));
    throw error;
  }
}

/** What rack.yml wants of the rack itself is recorded under the name `rack`, which no app can have. */
async function recordRackItself(
  ports: ReconcilePorts,
  config: VerifiedConfig,
  { folder, version }: { readonly folder: RackFolder; readonly version: string },
): Promise<void> {
  const unsupported = unsupportedInRack(folder.rack, version);
  if (unsupported === null) return;
  const unit = `racks/${folder.rack.name}/rack.yml` as const;
  const file = config.repo.files.get(unit);
  // Reserved by the config repo's own rules, so that it names no app.
  const at = { rack: folder.rack.name, app: "rack" as AppName, commit: config.commitOf(unit) };
  const task: Recordable = {
    unit,
    startedAt: ports.clock.now(),
    folder: { rack: at.rack, name: at.app },
    origin: {
      repository: config.repository,
      commit: at.commit,
      digest: (file?.blob ?? "").slice(0, 16),
      retries: config.retriesOf(at),
    },
  };
  if (hasEnded(ports.ledger.state(), at)) return;
  await recordOutcome(ports, task, { result: "failed", detail: unsupported.reason, next: unsupported.next });
}

async function sideBySide<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, items.length)) }, worker));
}
