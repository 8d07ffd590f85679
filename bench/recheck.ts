// What a moved base costs where many pull requests are open: each is weighed against it, and most are found not to be concerned.
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { openConfigGit } from "../src/adapters/config-git.ts";
import { giveWay } from "../src/adapters/give-way.ts";
import type { Job, PullRequest } from "../src/handlers/ports.ts";
import { createConfigSource, readConfig } from "../src/handlers/read-config.ts";
import { partsOptions } from "../src/handlers/read-parts.ts";
import { createCheckedPulls, recheckPullRequests, type RecheckPorts } from "../src/handlers/recheck-pull-requests.ts";
import { foldRecords } from "../src/ledger/ledger-state.ts";
import { isSignalboxPath } from "../src/manifest/repo-paths.ts";
import type { CommitSha } from "../src/manifest/types.ts";
import { changeOneFile, configFiles, run, writeGitRepo } from "./config-repo.ts";
import type { Measure, Prepared, World } from "./measure.ts";
import { shippedRoles } from "./shipped-roles.ts";
import { pullOf } from "./verdict-world.ts";

const PULLS = 100;
const ROUNDS = 5;

/** A round moves the base by one file, and weighs every open pull request against that. @returns figure of one round */
async function prepare(
  world: World,
  figure: (took: { wholeMs: number; longestMs: number }) => number,
): Promise<Prepared> {
  const own = join(world.folder, `recheck-${String(performance.now())}`);
  const repo = `${own}.git`;
  await writeGitRepo(repo, configFiles(world));
  const heads: CommitSha[] = [];
  for (let pull = 0; pull < PULLS; pull += 1) heads.push(commitId(await changeOneFile(repo, "main", pull)));
  const git = await openConfigGit({
    ...{ folder: join(own, "mirror"), url: `file://${repo}`, defaultBranch: "main", token: () => null },
    ...{ isOurs: isSignalboxPath, environment: process.env },
  });
  await git.update();
  const source = createConfigSource(git, partsOptions(shippedRoles(), { bytes: null, workers: null, giveWay }));
  const jobs: Job[] = [];
  const ports = { ...source, ...portsOf(heads, await git.tip(), jobs) };
  const checked = createCheckedPulls();
  await readConfig(source, await git.tip());
  await recheckPullRequests(ports, checked);
  let moves = PULLS;
  return {
    ours: async () => {
      const tip = await changeOneFile(repo, "main", (moves += 1));
      await run(repo, ["update-ref", "refs/heads/main", tip]);
      jobs.length = 0;
      const took = await timed(() => recheckPullRequests(ports, checked));
      if (jobs.length > 0) throw new Error("a base that moved elsewhere concerns no pull request");
      return figure(took);
    },
    close: () => git.close(),
  };
}

async function timed(work: () => Promise<void>): Promise<{ wholeMs: number; longestMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  await work();
  const wholeMs = performance.now() - began;
  // The last step is told by the next turn.
  await new Promise((resolve) => setTimeout(resolve, 5));
  delay.disable();
  return { wholeMs, longestMs: delay.max / 1e6 };
}

function commitId(text: string): CommitSha {
  return text.trim() as CommitSha; // printed by git
}

function portsOf(
  heads: readonly CommitSha[],
  base: CommitSha,
  jobs: Job[],
): Omit<RecheckPorts, "git" | "read" | keyof ReturnType<typeof createConfigSource>> {
  const open: readonly PullRequest[] = heads.map((head, index) => pullOf(index + 1, head, { login: "web-1", id: 1 }));
  return {
    github: { openPullRequests: () => Promise.resolve(open) },
    writer: {
      standingCheck: () => ({ conclusion: "success", externalId: `${base}:tree` }),
      forgetComments: () => undefined,
    },
    ledger: { state: () => foldRecords([]) },
    jobs: { add: (job) => Promise.resolve(void jobs.push(job)) },
    clock: { now: () => 1_700_000_000_000 },
  };
}

export const recheckMeasures: readonly Measure[] = [
  {
    name: "a moved base and 100 open pull requests, the longest hold of the event loop",
    unit: "ms",
    goal: { atMost: 50 },
    rounds: ROUNDS,
    prepare: (world) => prepare(world, ({ longestMs }) => longestMs),
  },
  {
    name: "a moved base and 100 open pull requests, the whole",
    unit: "ms",
    goal: { atMost: 5_000 },
    rounds: ROUNDS,
    prepare: (world) => prepare(world, ({ wholeMs }) => wholeMs),
  },
];
