// A promotion is made once: noted before it is sent, since a rack does not tell whether it gave one up or never got it.
import type { AppWork } from "./app-work.ts";
import { describe } from "./describe.ts";
import { logTailOf } from "./log-tail.ts";
import type { Attempts, LiveApp } from "./ports.ts";
import type { Ending } from "./record-outcome.ts";
import { waitForPromotion, type PromotionEnd } from "./wait-for-promotion.ts";

/** Promotes and waits. null: the release serves. Throws what the connection throws; then the next run looks first. */
export async function promoteRelease(work: AppWork, release: string): Promise<Ending | null> {
  const at = attemptAt(work, release);
  await work.ports.attempts.note(at, "sending");
  await work.connection.promote(work.desired.name, release, work.task.folder.app.timeoutMs);
  await work.ports.attempts.note(at, "sent");
  return endingOf(work, release, await watch(work, release));
}

/** What became of a promotion that an earlier run began. null: there is none, it serves, or the rack never got it. */
export async function resumePromotion(work: AppWork, live: LiveApp): Promise<Ending | null> {
  const wanted = describe("release", work.task.origin);
  const { attempts } = work.ports;
  const begun = live.releases.find(
    (release) => release.description === wanted && attempts.state(attemptAt(work, release.id)) !== null,
  );
  if (begun === undefined) return null;
  const end = await watch(work, begun.id);
  const isUnknown = attempts.state(attemptAt(work, begun.id)) === "sending" && !end.seen;
  if (isUnknown && end.kind === "rolled-back") return null;
  await attempts.note(attemptAt(work, begun.id), "sent");
  return endingOf(work, begun.id, end);
}

function attemptAt(work: AppWork, release: string): Parameters<Attempts["note"]>[0] {
  return { rack: work.task.folder.rack, app: work.desired.name, release };
}

function watch(work: AppWork, release: string): Promise<PromotionEnd> {
  const { connection, ports, signal, desired, task } = work;
  const limitMs = task.folder.app.timeoutMs ?? ports.waits.promoteLimitMs;
  return waitForPromotion({ ports, connection, signal, app: desired.name }, release, limitMs);
}

async function endingOf(work: AppWork, release: string, end: PromotionEnd): Promise<Ending | null> {
  if (end.kind === "active") return null;
  const logTail = await logTailOf(work, null);
  const { folder } = work.task;
  if (end.kind === "unfinished") {
    return {
      result: "failed",
      release,
      logTail,
      detail: `the promotion of release ${release} did not end in the time that it may take; it still goes on`,
      next: `See \`convox ps -r ${folder.rack} -a ${folder.name}\`; stop it with \`convox apps cancel -r ${folder.rack} -a ${folder.name}\`, then merge a change.`,
    };
  }
  const serving = end.serving === null ? "nothing serves" : `${end.serving} serves on`;
  return {
    result: "rolled-back",
    release,
    logTail,
    ...(end.serving === null ? {} : { serving: end.serving }),
    detail: `the rack did not get release ${release} to run and rolled it back; ${serving}`,
    next: "Find the reason in the log, then merge a fix or a revert. The same content is not promoted again by itself.",
  };
}
