// The composition of a running Signalbox: what is told by its settings becomes adapters, ports and lanes. No rule stands here.
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { createClock, readOffsetFile } from "./adapters/clock.ts";
import { connectRack } from "./adapters/convox-rack.ts";
import { readWebhookEvent } from "./adapters/github-event.ts";
import { createHealth } from "./adapters/health.ts";
import { startInProcessJobs } from "./adapters/in-process-jobs.ts";
import type { JobQueue } from "./adapters/job-queue.ts";
import { openDoor, type Answerer } from "./adapters/http-door.ts";
import { type OpenLedger } from "./adapters/ledger-branch.ts";
import { createLog } from "./adapters/log.ts";
import { createSecretOpener } from "./adapters/secret-opener.ts";
import { createWebhookEndpoint } from "./adapters/webhook-endpoint.ts";
import { answerCommands, type AnswerPorts } from "./handlers/answer-commands.ts";
import { checkMergeGroup } from "./handlers/check-merge-group.ts";
import { checkPullRequest } from "./handlers/check-pull-request.ts";
import {
  HANDLED_EVENTS,
  isChangeOfOwnComment,
  isOfForeignTeam,
  isOfPeople,
  jobsOfEvent,
} from "./handlers/jobs-of-event.ts";
import { createFollowedJobs, type FollowedJobs } from "./handlers/follow-jobs.ts";
import { keepSweeping } from "./handlers/keep-sweeping.ts";
import { keyOf, laneOf } from "./handlers/lanes.ts";
import { jobsOfRecord } from "./handlers/jobs-of-record.ts";
import type { Job, Jobs, WebhookEvent } from "./handlers/ports.ts";
import { readVerified } from "./handlers/read-config.ts";
import {
  createCheckedPulls,
  forgetChecked,
  recheckPullRequests,
  type RecheckPorts,
} from "./handlers/recheck-pull-requests.ts";
import { reportUpdate, type ReportPorts } from "./handlers/report-update.ts";
import { isGreen, suspendCheck } from "./handlers/suspend-check.ts";
import { createSweepMemory, sweep, type SweepPorts } from "./handlers/sweep.ts";
import { createTurns } from "./handlers/turns.ts";
import { verifyUpdates, type VerifyPorts } from "./handlers/verify-updates.ts";
import { retriesOf, verifiedCommit } from "./ledger/ledger-state.ts";
import type { LedgerRecord } from "./ledger/record.ts";
import { compileSchemas } from "./manifest/schema-check.ts";
import type { CommitSha } from "./manifest/types.ts";
import { connect, logger, type Parts, type ServeSettings, type Surroundings } from "./connect.ts";
import { isWaiting, outcomeOfError } from "./reconcile/outcome.ts";
import type { Fingerprint, ReconcilePorts, VerifiedConfig } from "./reconcile/ports.ts";
import { reconcileRack } from "./reconcile/reconcile-rack.ts";
import { verdictJson } from "./render/verdict-json.ts";
import { parseGrants } from "./secrets/grants.ts";
import { createRedactor } from "./secrets/redactor.ts";
import { createSecret } from "./secrets/secret.ts";
import { StalledError } from "./errors.ts";

export interface RunningSignalbox {
  readonly url: string;
  /** Finishes or hands back what is in flight. */
  close(): Promise<void>;
}

const JOBS_SIDE_BY_SIDE = 8;
const GRACE_MS = 20_000;
const CHECK_SPACING_MS = 1_000;
const PROMOTE_LIMIT_MS = 35 * 60_000;
const BUILD_LIMIT_MS = 60 * 60_000;

/** @throws StalledError where a human must mend something before it can start */
export async function startSignalbox(settings: ServeSettings, around: Surroundings): Promise<RunningSignalbox> {
  compileSchemas();
  const redactor = createRedactor();
  for (const secret of secretsOf(settings)) redactor.add(createSecret(secret));
  const log = createLog({ level: settings.logLevel, write: around.writeLog, redact: (text) => redactor.redact(text) });
  const clock = createClock(settings.clockFile === "" ? undefined : readOffsetFile(settings.clockFile));
  const state: { problem: string | null } = { problem: "starting" };
  const health = createHealth({ version: around.version, clock, checks: { start: () => state.problem } });
  const door = await openDoor(settings.address, health);
  const parts = await retrying({ clock, log }, () => connect({ settings, around, redactor, log, clock }));
  const work = startWork(parts, (problem) => {
    state.problem = problem;
  });
  door.add(webhooksOf(parts, (event) => work.asks(event)));
  log.info({ url: door.url, repo: settings.repo, root: settings.root }, "signalbox serves");
  return {
    url: door.url,
    close: async () => {
      await door.close();
      await work.close();
      await parts.ledger.close();
      await parts.source.close();
      await parts.git.close();
      log.info("signalbox has stopped");
    },
  };
}

function secretsOf(settings: ServeSettings): readonly string[] {
  return [settings.appKey, settings.signingKey, ...settings.webhookSecrets, ...settings.ageIdentities];
}

interface Work {
  /** Asks for what an event is a hint to. */
  asks(event: WebhookEvent): Promise<void>;
  close(): Promise<void>;
}

/** The lanes, the ports of what runs in them, and the sweep that keeps asking. */
function startWork(parts: Parts, becomes: (problem: string | null) => void): Work {
  const { log, clock, github } = parts;
  const memory = createSweepMemory();
  const checked = createCheckedPulls();
  const ending = new AbortController();
  const queue: JobQueue = startInProcessJobs({
    run: (job, signal) => jobs.run(job, (itsJobs) => runJob(portsOfRun(parts, shared, itsJobs), job, signal)),
    laneOf,
    keyOf,
    interpret: outcomeOfError,
    spacingMs: (job) => (job.kind === "check-pull-request" ? CHECK_SPACING_MS : 0),
    clock,
    concurrency: JOBS_SIDE_BY_SIDE,
    log,
  });
  const jobs = createFollowedJobs(queue, keyOf);
  const shared = sharedPorts(parts);
  const runJob = (ports: Ports, job: Job, signal: AbortSignal): Promise<void> => {
    switch (job.kind) {
      case "check-pull-request":
        return checkPullRequest(ports, job.pull);
      case "answer-commands":
        return answerCommands(ports, job.pull);
      case "suspend-check":
        return suspendCheck(ports, job.pull, job.why);
      case "check-merge-group":
        return checkMergeGroup(ports, job.head);
      case "recheck-pull-requests":
        return recheckPullRequests(ports, checked);
      case "verify-updates":
        // What is verified is applied: who is in which team is asked anew for it.
        github.forgetPeople();
        return verifyUpdates(ports);
      case "reconcile-rack":
        return reconcileRack(job.rack, ports, signal);
      case "report-update":
        return reportUpdate(ports, job.commit);
      case "sweep":
        return sweep(ports, memory);
    }
  };
  const sweeping = sweepOn(parts, { queue, jobs }, { becomes, signal: ending.signal });
  return {
    asks: async (event) => {
      const { defaultBranch } = github;
      const ours = {
        ...{ defaultBranch, appSlug: parts.app.appSlug },
        pullsAt: (head: CommitSha) => parts.git.pullsAt(head),
        isGreen: (head: CommitSha) => isGreen(parts.writer.standingCheck(head)),
        knowsTeam: (slug: string) => github.knowsTeam(slug),
      };
      if (isOfPeople(event) && !isOfForeignTeam(event, ours)) {
        github.forgetPeople();
        forgetChecked(checked);
      }
      if (event.comment !== null && event.action === "edited") await parts.editedComments.note(event.comment.id);
      if (event.pull !== null && event.forkPush !== null) await parts.forkPushes.note(event.pull, event.forkPush);
      if (event.pull !== null && isChangeOfOwnComment(event, ours)) parts.writer.forgetComments(event.pull);
      for (const job of await jobsOfEvent(event, ours)) await jobs.add(job);
    },
    close: async () => {
      ending.abort(new Error("Signalbox is stopping."));
      await sweeping;
      await queue.close(GRACE_MS);
    },
  };
}

/** Sweeps until it is stopped, another instance takes over, or the ledger takes no records. */
async function sweepOn(
  parts: Parts,
  { queue, jobs }: { readonly queue: JobQueue; readonly jobs: FollowedJobs },
  on: { readonly becomes: (problem: string | null) => void; readonly signal: AbortSignal },
): Promise<void> {
  const { ledger, log, clock, source } = parts;
  const warn = (event: string, error: unknown): void => {
    log.warn({ err: error }, event);
  };
  try {
    const becomesReady = (): void => {
      on.becomes(null);
    };
    await keepSweeping({ ...source, ledger, jobs, clock, becomesReady, warn }, randomUUID(), on.signal);
    on.becomes("another instance of Signalbox started later and does the work");
    log.error({ newest: ledger.newestInstance() }, "a later instance works; this one stops working");
    await queue.close(GRACE_MS);
  } catch (error) {
    if (on.signal.aborted) return;
    on.becomes("the sweep has stopped; the log says why");
    log.error({ err: error }, "the sweep has stopped");
  }
}

type Ports = AnswerPorts & VerifyPorts & RecheckPorts & ReportPorts & SweepPorts & ReconcilePorts;

type SharedPorts = Omit<Ports, "jobs" | "ledger">;

/** What a run asks for is known to come of it. */
function portsOfRun({ ledger }: Pick<Parts, "ledger">, shared: SharedPorts, jobs: Jobs): Ports {
  return {
    ...shared,
    jobs,
    ledger: {
      state: () => ledger.state(),
      append: (records) => appendAndReport(ledger, jobs, records),
    },
  };
}

function sharedPorts(parts: Parts): SharedPorts {
  const { settings, redactor, log, clock, github, writer, git, source, observed, attempts, editedComments } = parts;
  const key = randomBytes(32);
  const grants = parseGrants(settings.grants);
  return {
    ...source,
    git,
    github,
    writer,
    clock,
    attempts,
    ownLogin: `${parts.app.appSlug}[bot]`.toLowerCase(),
    editedComments,
    inTurn: createTurns(),
    observed: () => observed.read(),
    observe: (rack, seen) => observed.keep(rack, seen),
    noteVerdict: ({ number, head }, verdict) => {
      if (!log.isLevelEnabled("debug")) return;
      log.debug({ pull: number, head, verdict: verdictJson(verdict) }, "judged");
    },
    report: (error) => {
      const id = randomUUID().slice(0, 8);
      log.error({ id, err: error }, "an error inside Signalbox");
      return id;
    },
    verifiedConfig: () => verifiedConfig(parts),
    connect: (rack, password) =>
      connectRack({ rack: rack.name, endpoint: rack.endpoint, user: rack.user, password, ca: rack.ca }),
    secrets: createSecretOpener({
      identities: settings.ageIdentities,
      grants,
      environmentVariable: (name) => settings.variables[name],
      redactor,
    }),
    // The brand is given to what this process's own key has made, and to nothing else.
    fingerprint: (value) => createHmac("sha256", key).update(value).digest("hex") as Fingerprint,
    waits: {
      appPollMs: settings.appPollMs,
      buildPollMs: settings.buildPollMs,
      promoteLimitMs: PROMOTE_LIMIT_MS,
      buildLimitMs: BUILD_LIMIT_MS,
    },
    redact: (text) => redactor.redact(text),
    log: logger(log),
  };
}

async function appendAndReport(ledger: OpenLedger, jobs: Jobs, records: readonly LedgerRecord[]): Promise<void> {
  await ledger.append(records);
  for (const record of records) {
    for (const job of jobsOfRecord(record, ledger.state())) await jobs.add(job);
  }
}

async function verifiedConfig({ source, ledger, settings }: Parts): Promise<VerifiedConfig> {
  const state = ledger.state();
  const repo = await readVerified(source, state);
  if (repo === null) throw new StalledError("the ledger has not begun, so that nothing is verified");
  return {
    repo,
    repository: settings.repo,
    commitOf: (unit) => verifiedCommit(state, unit) ?? settings.root,
    retriesOf: (at) => retriesOf(state, at),
    held: new Set(state.held.keys()),
  };
}

/** Probot routes the events; its handlers only ask for work. */
function webhooksOf(parts: Parts, asks: Work["asks"]): Answerer {
  const { app, settings, clock, log } = parts;
  app.probot.onAny(async ({ name, payload }) => {
    await asks(readWebhookEvent(name, payload));
  });
  const { webhookSecrets: secrets, repo: repository } = settings;
  return createWebhookEndpoint({ probot: app.probot, secrets, repository, events: HANDLED_EVENTS, clock, log });
}

/** GitHub or the network may be away when Signalbox starts: it waits for them as it would at work. */
async function retrying<T>(on: Pick<Parts, "clock" | "log">, attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      const outcome = outcomeOfError(error, attempts);
      if (outcome.kind !== "retry" || !isWaiting(error)) throw error;
      on.log.warn({ err: error, afterMs: outcome.afterMs }, "cannot start yet");
      await on.clock.sleep(outcome.afterMs);
    }
  }
}
