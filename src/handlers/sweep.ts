// Finds what no event told: a moved default branch, open pull requests, racks, reports that a death cut off. It only asks for work;
// whoever does the work reads the present state.
import { parseCommand } from "./parse-command.ts";
import type { Clock, GitHubReader, Jobs, Ledger } from "./ports.ts";
import { readVerified, type ConfigSource } from "./read-config.ts";

export interface SweepPorts extends ConfigSource {
  readonly github: Pick<GitHubReader, "commentsSince">;
  readonly ledger: Pick<Ledger, "state">;
  readonly jobs: Jobs;
  readonly clock: Pick<Clock, "now">;
}

/** What the sweep before this one saw; empty at the start, so that the first one asks for everything. */
export interface SweepMemory {
  racksAt: number | null;
  commentsAt: number | null;
}

const RACK_SWEEP_INTERVAL_MS = 10 * 60_000;
/** A report that a death cut off belongs to one of the newest updates. */
const REPORTS_AT_START = 20;
/** What was asked while Signalbox was away. */
const COMMANDS_AT_START_MS = 60 * 60_000;
/** GitHub's clock and ours differ, and its lists lag. */
const COMMENTS_OVERLAP_MS = 2 * 60_000;

export function createSweepMemory(): SweepMemory {
  return { racksAt: null, commentsAt: null };
}

/** Racks are looked at though GitHub be away: what was verified holds on. @throws what kept it from looking at GitHub, after that */
export async function sweep(ports: SweepPorts, memory: SweepMemory): Promise<void> {
  const [atGitHub] = await Promise.allSettled([sweepGitHub(ports, memory)]);
  await sweepRacks(ports, memory);
  if (atGitHub.status === "rejected") throw atGitHub.reason;
}

async function sweepGitHub(ports: SweepPorts, memory: SweepMemory): Promise<void> {
  await ports.git.update();
  const tip = await ports.git.tip();
  // The first one also writes down what a ledger lacks: the names of the root, or of what was verified before a death.
  const isFirst = memory.commentsAt === null;
  if (isFirst || tip !== ports.ledger.state().judged) await ports.jobs.add({ kind: "verify-updates" });
  await ports.jobs.add({ kind: "recheck-pull-requests" });
  await sweepCommands(ports, memory);
  if (isFirst) await askForReports(ports);
}

async function sweepRacks(ports: SweepPorts, memory: SweepMemory): Promise<void> {
  const due = memory.racksAt === null || ports.clock.now() - memory.racksAt >= RACK_SWEEP_INTERVAL_MS;
  if (!due) return;
  const verified = await readVerified(ports, ports.ledger.state());
  memory.racksAt = ports.clock.now();
  for (const rack of verified?.racks.keys() ?? []) await ports.jobs.add({ kind: "reconcile-rack", rack });
}

/** Commands that no event told of; whoever answers them sees which are answered already. */
async function sweepCommands(ports: SweepPorts, memory: SweepMemory): Promise<void> {
  const now = ports.clock.now();
  const since = memory.commentsAt === null ? now - COMMANDS_AT_START_MS : memory.commentsAt - COMMENTS_OVERLAP_MS;
  const comments = await ports.github.commentsSince(since);
  memory.commentsAt = now;
  const pulls = new Set(comments.filter(({ body }) => parseCommand(body) !== null).map(({ pull }) => pull));
  for (const pull of pulls) await ports.jobs.add({ kind: "answer-commands", pull });
}

async function askForReports(ports: SweepPorts): Promise<void> {
  for (const { commit } of ports.ledger.state().updates.slice(-REPORTS_AT_START)) {
    await ports.jobs.add({ kind: "report-update", commit });
  }
}
