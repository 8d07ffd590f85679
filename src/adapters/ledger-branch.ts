// The ledger on its branch. Records are safe in the spool first; then they are sealed on top of the branch's newest line and
// committed in batches, in their order; then the newest digest is noted where nobody else can change it.
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { join } from "node:path";
import { InvariantError, StalledError } from "../errors.ts";
import type { Clock, Ledger } from "../handlers/ports.ts";
import { EMPTY_LEDGER, foldRecords, type LedgerState } from "../ledger/ledger-state.ts";
import type { CommitFiles, LedgerAnchor, LedgerContent } from "../ledger/ports.ts";
import { continueLedger, readLedger, type LedgerReading, type LedgerTip } from "../ledger/read-ledger.ts";
import type { BeginRecord, LedgerRecord } from "../ledger/record.ts";
import { sealBatch } from "../ledger/seal-batch.ts";
import type { CommitSha, Instant } from "../manifest/types.ts";
import { giveWay } from "./give-way.ts";
import { openLedgerSpool, type LedgerSpool } from "./ledger-spool.ts";

export interface LedgerOptions {
  readonly root: CommitSha;
  /** Ed25519, PKCS8 PEM. */
  readonly signingKey: string;
  /** For records that are not on the branch yet. */
  readonly dataFolder: string;
  /** The branch as it is on GitHub now; null: there is none. */
  readonly read: () => Promise<LedgerContent | null>;
  readonly write: CommitFiles;
  readonly anchor: LedgerAnchor;
  readonly clock: Clock;
  /** Between two commits; the first comes at once. Default 10 s. */
  readonly intervalMs?: number;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

export interface OpenLedger extends Ledger {
  /** Why the ledger decides nothing and takes nothing; null: all is well. */
  stopped(): string | null;
  /** Records that this instance works from here on; resolves once that is committed. */
  begin(instance: string): Promise<void>;
  /** The instance that started last, on the branch as of the last look. */
  newestInstance(): string | null;
  /** Looks at the branch for what another instance wrote. */
  refresh(): Promise<void>;
  /** Commits what is left, once and at once; what cannot be committed stays in the spool for the next start. */
  close(): Promise<void>;
}

const MOST_RECORDS_IN_A_COMMIT = 1_000;
/** A thousand signatures take a tenth of a second, in which nobody would be answered. */
const SEALED_AT_ONCE = 50;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
const SECOND_LOOKS_MS = [1_000, 4_000];

/** Reads and verifies the branch, then sends what an earlier run left in the spool. */
export async function openLedger(options: LedgerOptions): Promise<OpenLedger> {
  const key = readSigningKey(options.signingKey);
  const publicKey = createPublicKey(key);
  const spool = await openLedgerSpool(join(options.dataFolder, "ledger-spool.jsonl"));
  const noted = await options.anchor.read();
  const trust = { root: options.root, publicKey, digest: noted };
  const reading = await readPatiently(options, (content) => readLedger(content, trust));
  if (reading.kind === "stopped") return stoppedLedger(reading.reason, options.log);
  const pending = await pendingAtStart(reading, spool, {
    options,
    begin: beginRecord(options.root, publicKey, options.clock.now()),
  });
  return createLedger({ options, key, publicKey, spool, reading, pending, noted });
}

/** What GitHub shows may lag behind what it has just taken; only what stays wrong is wrong. */
async function readPatiently(
  { read, clock }: Pick<LedgerOptions, "read" | "clock">,
  judge: (content: LedgerContent | null) => LedgerReading,
): Promise<LedgerReading> {
  for (const waitMs of SECOND_LOOKS_MS) {
    const reading = judge(await read());
    if (reading.kind !== "stopped") return reading;
    await clock.sleep(waitMs);
  }
  return judge(await read());
}

function readSigningKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== "ed25519") throw new StalledError("SIGNALBOX_SIGNING_KEY must be an Ed25519 key");
  return key;
}

function beginRecord(root: CommitSha, publicKey: KeyObject, now: Instant): BeginRecord {
  return {
    id: `begin:${root}`,
    at: new Date(now).toISOString(),
    actor: "signalbox",
    via: "signalbox",
    action: "begin",
    result: "ok",
    commit: root,
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

type Readable = Exclude<LedgerReading, { readonly kind: "stopped" }>;

/** What the spool holds and the branch does not; where the ledger is to begin, with its `begin` in front. */
async function pendingAtStart(
  reading: Readable,
  spool: LedgerSpool,
  fresh: { readonly options: LedgerOptions; readonly begin: BeginRecord },
): Promise<LedgerRecord[]> {
  if (reading.kind === "begun") {
    const known = new Set(reading.records.map((record) => record.id));
    return spool.records.filter((record) => !known.has(record.id));
  }
  const begun = spool.records.findIndex((record) => record.id === fresh.begin.id);
  if (begun >= 0) return spool.records.slice(begun);
  if (spool.records.length > 0) {
    // They speak of a ledger with another root: after this one's `begin` they would be taken for its own.
    fresh.options.log("ledger-spool-set-aside", { file: await spool.setAside(), records: spool.records.length });
  }
  await spool.replace([fresh.begin]);
  return [fresh.begin];
}

function stoppedLedger(reason: string, log: LedgerOptions["log"]): OpenLedger {
  log("ledger-stopped", { reason });
  const refuse = (): Promise<never> => Promise.reject(new StalledError(reason));
  return {
    state: () => EMPTY_LEDGER,
    stopped: () => reason,
    newestInstance: () => null,
    append: refuse,
    flush: refuse,
    begin: refuse,
    refresh: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

interface Opened {
  readonly options: LedgerOptions;
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
  readonly spool: LedgerSpool;
  readonly reading: Readable;
  readonly pending: LedgerRecord[];
  readonly noted: string | null;
}

interface Waiter {
  /** How many records must be committed, counted from the opening. */
  readonly count: number;
  resolve(): void;
  reject(error: Error): void;
}

/** Everything that changes while a ledger is open. */
interface Running {
  tip: LedgerTip;
  state: LedgerState;
  /** What the branch itself says, without what is pending. */
  instance: string | null;
  pending: LedgerRecord[];
  committed: number;
  /** The digest that the anchor holds. */
  noted: string | null;
  stopped: string | null;
  lastCommitAt: Instant;
  waiters: Waiter[];
}

function createLedger(opened: Opened): OpenLedger {
  const { options, spool, reading, pending } = opened;
  const onBranch = reading.kind === "begun" ? reading.records : [];
  const running: Running = {
    tip: reading.tip,
    state: foldRecords(pending, foldRecords(onBranch)),
    instance: newestInstanceOf(onBranch, null),
    pending,
    committed: 0,
    noted: opened.noted,
    stopped: null,
    lastCommitAt: Number.NEGATIVE_INFINITY,
    waiters: [],
  };
  const turns = { branch: createTurns(), spool: createTurns() };
  const sender = createSender(opened, running, turns);

  const append = (records: readonly LedgerRecord[]): Promise<void> =>
    turns.spool(async () => {
      if (running.stopped !== null) throw new StalledError(running.stopped);
      if (sender.closed()) throw new InvariantError("the ledger is closed");
      const added = withoutKnown(records, running.state.ids);
      if (added.length === 0) return;
      await spool.append(added);
      running.pending.push(...added);
      running.state = foldRecords(added, running.state);
      sender.wake();
    });

  const flush = (): Promise<void> => {
    if (running.stopped !== null) return Promise.reject(new StalledError(running.stopped));
    if (!hasWork(running)) return Promise.resolve();
    sender.wake();
    const count = running.committed + running.pending.length;
    return new Promise((resolve, reject) => running.waiters.push({ count, resolve, reject }));
  };

  // A ledger that is to begin does so with its first records: a commit for `begin` alone would make them wait an interval.
  if (reading.kind === "begun") sender.wake();
  return {
    state: () => (running.stopped === null ? running.state : EMPTY_LEDGER),
    stopped: () => running.stopped,
    newestInstance: () => running.instance,
    append,
    flush,
    begin: async (instance) => {
      const at = new Date(options.clock.now()).toISOString();
      const what = { action: "start", result: "ok", instance } as const;
      await append([{ id: `start:${instance}`, at, actor: "signalbox", via: "signalbox", ...what }]);
      await flush();
    },
    refresh: () => turns.branch(() => lookAtBranch(opened, running, turns)),
    close: sender.close,
  };
}

function withoutKnown(records: readonly LedgerRecord[], known: ReadonlySet<string>): readonly LedgerRecord[] {
  const seen = new Set<string>();
  return records.filter((record) => !known.has(record.id) && seen.size !== seen.add(record.id).size);
}

function newestInstanceOf(records: readonly LedgerRecord[], before: string | null): string | null {
  const start = records.findLast((record) => record.action === "start");
  return start?.action === "start" ? start.instance : before;
}

/** Each call begins when the one before it has ended, however that ended. */
function createTurns(): <T>(turn: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (turn) => {
    const mine = last.then(turn);
    // Whoever called is told of a failure; the next one in turn is not concerned.
    last = mine.catch(() => undefined);
    return mine;
  };
}

/**
 * Two rows of turns: reading and committing the branch, and changing what is pending together with its file. So an append never
 * waits for GitHub, and a look at the branch never judges what was read before a commit of our own.
 */
interface Turns {
  readonly branch: ReturnType<typeof createTurns>;
  readonly spool: ReturnType<typeof createTurns>;
}

function hasWork(running: Running): boolean {
  if (running.stopped !== null) return false;
  return running.pending.length > 0 || (running.tip.digest !== "" && running.noted !== running.tip.digest);
}

interface Sender {
  wake(): void;
  closed(): boolean;
  close(): Promise<void>;
}

function createSender(opened: Opened, running: Running, turns: Turns): Sender {
  const { clock, log, intervalMs = 10_000 } = opened.options;
  const closing = new AbortController();
  const isClosing = (): boolean => closing.signal.aborted;
  let sending: Promise<void> | null = null;

  /** Ends early when the ledger closes. */
  const pause = async (durationMs: number): Promise<void> => {
    if (durationMs <= 0 || isClosing()) return;
    await clock.sleep(durationMs, closing.signal).catch((error: unknown) => {
      if (!isClosing()) throw error;
    });
  };

  const sendAll = async (): Promise<void> => {
    let retryMs = FIRST_RETRY_MS;
    while (hasWork(running)) {
      await pause(running.pending.length === 0 ? 0 : running.lastCommitAt + intervalMs - clock.now());
      try {
        await sendBatch(opened, running, turns);
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        log("ledger-commit-failed", { error: error instanceof Error ? error.message : String(error), retryMs });
        if (isClosing()) return;
        await pause(retryMs);
        retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
        await lookAgain();
      }
    }
  };

  /** The commit that failed may be there all the same, or another instance's. */
  const lookAgain = async (): Promise<void> => {
    try {
      await turns.branch(() => lookAtBranch(opened, running, turns));
    } catch (error) {
      // The next attempt fails on the same and waits longer; a commit onto an old parent cannot succeed.
      log("ledger-read-failed", { error: error instanceof Error ? error.message : String(error) });
    }
  };

  const wake = (): void => {
    if (sending !== null || isClosing() || !hasWork(running)) return;
    sending = sendAll().finally(() => {
      sending = null;
      wake();
    });
    // sendAll catches what can go wrong outside; a clock that fails is all that is left.
    sending.catch((error: unknown) => log("ledger-sender-failed", { error: String(error) }));
  };

  return {
    wake,
    closed: isClosing,
    close: async () => {
      if (sending === null) wake();
      closing.abort();
      await sending;
      await turns.spool(() => Promise.resolve());
      settle(running);
      for (const waiter of running.waiters.splice(0)) waiter.reject(new StalledError("the ledger was closed"));
    },
  };
}

async function sendBatch(opened: Opened, running: Running, turns: Turns): Promise<void> {
  if (running.pending.length > 0) await turns.branch(() => commitPending(opened, running, turns));
  const { digest } = running.tip;
  if (running.noted !== digest) {
    await opened.options.anchor.write(digest);
    running.noted = digest;
  }
  settle(running);
}

async function commitPending({ options, key, spool }: Opened, running: Running, turns: Turns): Promise<void> {
  const batch = running.pending.slice(0, MOST_RECORDS_IN_A_COMMIT);
  const now = options.clock.now();
  running.lastCommitAt = now;
  let sealed: ReturnType<typeof sealBatch> = running.tip;
  for (let start = 0; start < batch.length; start += SEALED_AT_ONCE) {
    await giveWay();
    sealed = sealBatch({ ...running.tip, ...sealed }, batch.slice(start, start + SEALED_AT_ONCE), { key, at: now });
  }
  const message = `${batch.length} ${batch.length === 1 ? "record" : "records"}, to ${sealed.digest.slice(0, 12)}`;
  const commit = await options.write(running.tip.commit, new Map([[sealed.path, sealed.text]]), message);
  running.tip = { ...sealed, commit };
  running.instance = newestInstanceOf(batch, running.instance);
  await turns.spool(() => takeOff(batch, spool, running));
}

async function takeOff(arrived: readonly LedgerRecord[], spool: LedgerSpool, running: Running): Promise<void> {
  const ids = new Set(arrived.map((record) => record.id));
  const left = running.pending.filter((record) => !ids.has(record.id));
  running.committed += running.pending.length - left.length;
  running.pending = left;
  await spool.replace(left);
}

/** Takes in what came onto the branch since the last look, and takes off the spool what of ours is there. */
async function lookAtBranch({ options, publicKey, spool }: Opened, running: Running, turns: Turns): Promise<void> {
  if (running.stopped !== null) return;
  const known = { digest: running.tip.digest, publicKey };
  const reading = await readPatiently(options, (content) => continueLedger(content, known));
  if (reading.kind === "stopped") {
    running.stopped = reading.reason;
    options.log("ledger-stopped", { reason: reading.reason });
    settle(running);
    return;
  }
  running.tip = reading.tip;
  if (reading.kind === "unbegun" || reading.records.length === 0) return;
  running.instance = newestInstanceOf(reading.records, running.instance);
  await turns.spool(async () => {
    running.state = foldRecords(reading.records, running.state);
    await takeOff(reading.records, spool, running);
  });
}

/** Tells those who wait for a flush. */
function settle(running: Running): void {
  const { stopped } = running;
  for (const waiter of running.waiters.splice(0)) {
    if (stopped !== null) waiter.reject(new StalledError(stopped));
    else if (running.committed >= waiter.count && running.noted === running.tip.digest) waiter.resolve();
    else running.waiters.push(waiter);
  }
}
