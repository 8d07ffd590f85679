// One app: look, plan, do the first step, look again, until nothing differs; then record how it ended. Looking again before each
// step is what lets a run go on where a killed one stopped.
import { appTask, type AppTask, type AppWork } from "./app-work.ts";
import { busyEnding, carryOut } from "./carry-out.ts";
import { describe, repositoryIn } from "./describe.ts";
import { openApp, planOf } from "./open-app.ts";
import { isStalled, isWaiting, messageOf } from "./outcome.ts";
import { pauseOf } from "./pause.ts";
import type { Step } from "./step.ts";
import type { LiveApp, RackConnection, ReconcilePorts } from "./ports.ts";
import { resumePromotion } from "./promote-release.ts";
import { hasEnded, recordOutcome, type Ending } from "./record-outcome.ts";
import { waitUntilSettled } from "./wait-for-promotion.ts";

export interface AppContext {
  readonly connection: RackConnection;
  readonly ports: ReconcilePorts;
  readonly signal: AbortSignal;
}

/**
 * Brings one app to its verified content and records how that ended; a newer commit takes over at the next step. Throws
 * WaitError where the rack does not answer (recorded, too), and what is nobody's fault but ours.
 */
export async function reconcileApp(context: AppContext, first: AppTask): Promise<void> {
  let task: AppTask | null = first;
  while (task !== null) {
    const ending = await attempt(context, task);
    if (ending !== null) await recordOutcome(context.ports, task, ending);
    task = await newerTask(context.ports, task);
  }
}

/** What is thrown ends up in the ledger, too, so that the pull request can say it. */
async function attempt(context: AppContext, task: AppTask): Promise<Ending | null> {
  try {
    return await bringThere({ ...context, task, ...(await openApp(context.ports, task.folder)) });
  } catch (error) {
    if (isStalled(error)) return stalledEnding(error);
    if (isWaiting(error)) await recordOutcome(context.ports, task, waitingEnding(error));
    throw error;
  }
}

function stalledEnding(error: unknown): Ending {
  return {
    result: "failed",
    detail: `${messageOf(error)}; the running release stays`,
    next: "Put right what the message names, then merge a change to this app.",
  };
}

export function waitingEnding(error: unknown): Ending {
  return {
    result: "failed",
    retrying: true,
    detail: messageOf(error),
    next: "Nothing to do if it passes: tried again after 1, 2 and 4 s, every 5 s for two minutes, then every 30 s.",
  };
}

/** null: a newer commit took over, which is recorded by then. */
async function bringThere(work: AppWork): Promise<Ending | null> {
  const done = new Set<string>();
  const subject = { rack: work.task.folder.rack, desired: work.desired, origin: work.task.origin };
  while (!work.signal.aborted) {
    if (await isSuperseded(work)) return supersededEnding();
    const live = await lookAtRest(work);
    if (live === "busy") return busyEnding();
    const stranger = live === null ? null : strangerOf(work, live);
    if (stranger !== null) return stranger;
    const resumed = live === null || done.size > 0 ? null : await resumePromotion(work, live);
    if (resumed !== null) return resumed;
    const planned = planOf(work.ports, subject, live);
    const refusal = planned.refusals[0];
    if (refusal !== undefined) return { result: "failed", detail: refusal.reason, next: refusal.next };
    const step = planned.steps[0];
    if (step === undefined) return goodEnding(work, live, done);
    const name = nameOf(step);
    if (done.has(name)) return ineffectiveEnding(step);
    work.ports.log("step", { rack: work.task.folder.rack, app: work.desired.name, step: step.summary });
    const ending = await carryOut(work, step, live);
    if (ending !== null) return ending;
    done.add(name);
  }
  throw work.signal.reason;
}

/** The app with nothing under way on it; null where it does not exist. */
async function lookAtRest(work: AppWork): Promise<LiveApp | "busy" | null> {
  const { connection, ports, signal, desired } = work;
  const live = await connection.readApp(desired.name);
  if (live === null || live.status === "running") return live;
  const begun = live.releases.find((release) => release.id === live.release);
  if (begun?.description === describe("release", work.task.origin)) {
    // Seen at work on it: whatever was noted, the rack has got this promotion.
    await ports.attempts.note({ rack: work.task.folder.rack, app: desired.name, release: begun.id }, "sent");
  }
  const isSettled = await waitUntilSettled({ ports, connection, signal, app: desired.name });
  return isSettled ? connection.readApp(desired.name) : "busy";
}

/** Two config repos that take turns on one app would undo each other's work. */
function strangerOf(work: AppWork, live: LiveApp): Ending | null {
  const own = work.task.origin.repository;
  const named = live.releases.length === 0 ? null : repositoryIn(live.releases[0]?.description ?? "");
  if (named === null || named === own) return null;
  return {
    result: "failed",
    detail: `the newest release of this app was made from the config repo ${named}, not from ${own}; nothing was changed`,
    next: `Take the app out of one of the two repos; then make a release by hand (\`convox env set\`), and merge a change here.`,
  };
}

function goodEnding(work: AppWork, live: LiveApp | null, done: ReadonlySet<string>): Ending {
  const active = live?.releases.find((release) => release.id === live.release);
  const isOurs = active?.description === describe("release", work.task.origin);
  const of = active === undefined ? {} : { release: active.id, build: active.build };
  if (done.size > 0 || isOurs) return { result: "ok", ...of };
  return { result: "noop", ...of, detail: "the app already runs as git says" };
}

function nameOf(step: Step): string {
  return step.kind === "scale" ? `scale ${step.service}` : step.kind;
}

function ineffectiveEnding(step: Step): Ending {
  return {
    result: "failed",
    detail: `the rack accepted to ${step.summary}, and then did not show it`,
    next: "See whether somebody or something else changes this app at the same time, then merge a change.",
  };
}

function supersededEnding(): Ending {
  return { result: "superseded", detail: "a newer verified commit changes this app; that one is applied instead" };
}

async function isSuperseded(work: AppWork): Promise<boolean> {
  const now = await currentTask(work.ports, work.task);
  return now?.origin.commit !== work.task.origin.commit;
}

/** null: there is none, or it has ended. */
async function newerTask(ports: ReconcilePorts, task: AppTask): Promise<AppTask | null> {
  const now = await currentTask(ports, task);
  if (now === null || now.origin.commit === task.origin.commit) return null;
  if (hasEnded(ports.ledger.state(), { ...now.folder, app: now.folder.name, commit: now.origin.commit })) return null;
  return pauseOf(now, ports.clock.now()) === null ? now : null;
}

async function currentTask(ports: ReconcilePorts, { folder }: AppTask): Promise<AppTask | null> {
  const config = await ports.verifiedConfig();
  const rack = config.repo.racks.get(folder.rack);
  const app = rack?.apps.get(folder.name);
  return rack === undefined || app === undefined ? null : appTask(config, rack, app, ports.clock.now());
}
