// What reached the default branch, update by update, as GitHub's activity record has it: judged anew by the same function as the
// pull request, from the trees before and after it. What is verified may be applied; the rest is held.
import { judge } from "../rbac/judge.ts";
import { GHOST, type Ids } from "../rbac/accounts.ts";
import type { Proposal } from "../rbac/proposal.ts";
import type { Verdict } from "../rbac/verdict.ts";
import { parseRackName } from "../manifest/names.ts";
import type { CommitSha, RackName, Unit } from "../manifest/types.ts";
import { WaitError } from "../errors.ts";
import type { VerifyRecord } from "../ledger/record.ts";
import { explainHold } from "../render/explain-hold.ts";
import { findContributors } from "./find-contributors.ts";
import { gatherProposal, type ProposedChange } from "./gather-proposal.ts";
import { firstParents } from "./first-parents.ts";
import type { ConfigSource } from "./read-config.ts";
import { recordNames } from "./record-names.ts";
import type { BranchUpdate, Clock, GitHubReader, Jobs, Ledger, ListedReview, PullRequest } from "./ports.ts";

export interface VerifyPorts extends ConfigSource {
  readonly github: GitHubReader;
  readonly ledger: Pick<Ledger, "state" | "append">;
  readonly jobs: Jobs;
  readonly clock: Pick<Clock, "now">;
}

/** An update that began nowhere or came from nobody is judged like any other: with nobody's rights. */
interface Update extends BranchUpdate {
  readonly before: CommitSha;
}

const ACTIVITY_LAG_MS = 2_000;
/** A merge that no pull request is named for by then is judged as a push, so that it does not keep later updates waiting. */
const MERGE_LAG_MS_MAX = 10 * 60_000;

export async function verifyUpdates(ports: VerifyPorts): Promise<void> {
  await ports.git.update();
  await recordNames(ports);
  const { judged } = ports.ledger.state();
  const tip = await ports.git.tip();
  if (judged === null || tip === judged) return;
  const units = new Set<Unit>();
  try {
    for (const update of await updatesBetween(ports, judged, tip)) await verifyMerges(ports, update, units);
  } finally {
    // What was judged is not judged again: its racks must hear of it although the next update has to wait.
    for (const rack of racksOf(units)) await ports.jobs.add({ kind: "reconcile-rack", rack });
  }
  await ports.jobs.add({ kind: "recheck-pull-requests" });
}

async function verifyMerges(ports: VerifyPorts, update: Update, units: Set<Unit>): Promise<void> {
  for (const merge of await mergesOf(ports, update)) {
    for (const unit of await verifyUpdate(ports, merge)) units.add(unit);
  }
}

/** The updates that lead from the judged commit to the tip, each beginning where the one before it ended. */
async function updatesBetween(ports: VerifyPorts, judged: CommitSha, tip: CommitSha): Promise<readonly Update[]> {
  const listed = await resumed(ports, judged, await ports.github.branchUpdates(ports.github.defaultBranch, judged));
  const chain = await withoutUnseen(ports, contiguous(listed, judged));
  const last = chain.at(-1);
  if (last?.after === tip) return chain;
  const newest = listed.at(-1);
  if (newest?.after !== tip) {
    throw new WaitError(
      "GitHub's activity record does not show the newest update of the default branch yet",
      ACTIVITY_LAG_MS,
    );
  }
  // A gap in the record: who brought what lies in it cannot be known, so that it is one update by nobody.
  return [...chain, { before: last?.after ?? judged, after: tip, actor: null, at: newest.at, kind: "push" }];
}

/** Where a death cut the judging of a queue's move off, the rest of that move begins at what was judged last. */
async function resumed(
  { git }: VerifyPorts,
  judged: CommitSha,
  listed: readonly BranchUpdate[],
): Promise<readonly BranchUpdate[]> {
  if (listed.some(({ before, after }) => before === judged || after === judged)) return listed;
  for (const [index, update] of [...listed.entries()].reverse()) {
    const { kind, before, after } = update;
    if (kind !== "queue" || before === null || !(await git.has(after))) continue;
    const { commits } = await firstParents(git, before, after);
    if (commits.includes(judged)) return [{ ...update, before: judged }, ...listed.slice(index + 1)];
  }
  return listed;
}

function contiguous(listed: readonly BranchUpdate[], from: CommitSha): readonly Update[] {
  const chain: Update[] = [];
  let at = from;
  for (const update of listed) {
    if (update.before !== at) continue;
    chain.push({ ...update, before: at });
    at = update.after;
  }
  return chain;
}

/** A commit that a force push took away before git saw it: who brought what by way of it cannot be known either. */
async function withoutUnseen(ports: VerifyPorts, chain: readonly Update[]): Promise<readonly Update[]> {
  const seen: Update[] = [];
  let before: CommitSha | null = null;
  for (const update of chain) {
    if (!(await ports.git.has(update.after))) {
      before ??= update.before;
      continue;
    }
    seen.push(before === null ? update : { ...update, before, actor: null });
    before = null;
  }
  return seen;
}

/** An update, or one of the merges that a queue made in it, with the pull request that GitHub names for it. */
interface Merge {
  readonly update: Update;
  readonly named: PullRequest | null;
}

/** One move out of a merge queue may bring several pull requests, and each is judged by its own facts. */
async function mergesOf(ports: VerifyPorts, update: Update): Promise<readonly Merge[]> {
  if (update.kind !== "queue") return [{ update, named: await ports.github.mergedPullRequest(update.after) }];
  const merges: Merge[] = [];
  let { before } = update;
  for (const after of (await firstParents(ports.git, before, update.after)).commits) {
    const named = await ports.github.mergedPullRequest(after);
    if (named === null && after !== update.after) continue;
    merges.push({ update: { ...update, before, after }, named });
    before = after;
  }
  return merges;
}

/** The units that the update changed, verified or held. */
async function verifyUpdate(ports: VerifyPorts, { update, named }: Merge): Promise<ReadonlySet<Unit>> {
  const pull = (await isItsMerge(ports, update, named)) ? named : null;
  const change = await changeOf(ports, update, pull);
  const { policies, proposal, units, ids } = await gatherProposal(ports, ports.ledger.state(), change);
  const verdict = judge(policies, proposal);
  const held = everybodyIn(proposal, ids, change);
  await ports.ledger.append([recordOf({ update, pull, verdict, units, held, now: ports.clock.now() })]);
  await recordNames(ports);
  return units;
}

type HeldPeople = Required<Pick<VerifyRecord, "contributors" | "contributorIds">>;

/** Whoever may not approve what stands on this while it is held. */
function everybodyIn(proposal: Proposal, ids: Ids, change: ProposedChange): HeldPeople {
  const named = [...proposal.contributors, ...proposal.coAuthors].map(({ login }) => login);
  const contributors = [...new Set([...named, ...proposal.heldContributors])].sort();
  const byId = change.contributors.contributors.map(({ account }) => account.id);
  const members = contributors.flatMap((login) => ids.get(`user:${login}`) ?? []);
  return { contributors, contributorIds: [...new Set([...byId, ...members])] };
}

/**
 * Whether this update is the change of the pull request that GitHub names for it. One that was merged by hand, into a tree that git
 * itself would not have made of it, is a push by who pushed it.
 */
async function isItsMerge({ git, clock }: VerifyPorts, update: Update, named: PullRequest | null): Promise<boolean> {
  const mayLag = clock.now() - update.at < MERGE_LAG_MS_MAX;
  const waits = new WaitError("GitHub does not name the pull requests of the newest merge yet", ACTIVITY_LAG_MS);
  if (named === null && (update.kind === "merge" || update.kind === "queue") && mayLag) throw waits;
  if (named === null || !(await git.has(named.head))) return false;
  const merged = await git.merge(update.before, named.head);
  const isSame = merged.conflicts.length === 0 && merged.tree === (await git.treeOf(update.after));
  // Between two merges of a queue there may be one that GitHub does not name yet.
  if (!isSame && update.kind === "queue" && mayLag) throw waits;
  return isSame;
}

async function changeOf(ports: VerifyPorts, update: Update, pull: PullRequest | null): Promise<ProposedChange> {
  const people = (teams: readonly string[]): ReturnType<GitHubReader["people"]> => ports.github.people(teams);
  const change = { base: update.before, head: pull?.head ?? update.after, result: update.after, conflicts: [], people };
  if (pull === null) {
    const author = update.actor ?? GHOST;
    const arrival = { by: "branch", updates: [update] } as const;
    const range = { author, base: update.before, head: update.after, arrival };
    const contributors = await findContributors(ports.git, ports.github, range);
    return { ...change, author, contributors: orNobody(update, contributors), labels: [], reviews: [], at: update.at };
  }
  const author = pull.author ?? GHOST;
  const mergedAt = pull.merged?.at ?? update.at;
  return {
    ...change,
    author,
    contributors: await findContributors(ports.git, ports.github, {
      author,
      base: update.before,
      head: pull.head,
      arrival: await ports.github.arrival(pull),
    }),
    labels: pull.labels,
    reviews: asOf(mergedAt, (await ports.github.timeline(pull.number)).reviews),
    at: mergedAt,
  };
}

/** A push by nobody that GitHub names is attributed to nobody, whatever its commits say. */
function orNobody(update: Update, found: ProposedChange["contributors"]): ProposedChange["contributors"] {
  if (update.actor !== null) return found;
  const reason = "GitHub does not say who brought it onto the default branch";
  const nobodys = { commit: update.after, reason, mend: "pull-request" } as const;
  return { ...found, unattributed: [...found.unattributed, nobodys] };
}

function recordOf(of: {
  readonly update: Update;
  readonly pull: PullRequest | null;
  readonly verdict: Verdict;
  readonly units: ReadonlySet<Unit>;
  readonly held: HeldPeople;
  readonly now: number;
}): VerifyRecord {
  const { update, pull, verdict, units, held } = of;
  const verified = verdict.outcome === "ready" || verdict.outcome === "untouched";
  const approvedBy = [...new Set(verdict.approvals.flatMap((approval) => approval.approvedBy))];
  return {
    // A force push can bring the same commit back: that is another update, judged by what holds then.
    id: `verify:${update.before}:${update.after}:${String(update.at)}`,
    at: new Date(of.now).toISOString(),
    actor: `user:${(pull?.merged?.by ?? update.actor ?? GHOST).login}`,
    via: pull === null ? "push" : "pull-request",
    action: "verify",
    result: verified ? "ok" : "held",
    ...(pull === null ? {} : { pull: pull.number }),
    commit: update.after,
    before: update.before,
    outcome: verdict.outcome,
    units: [...units].sort(),
    ...(approvedBy.length === 0 ? {} : { approvedBy }),
    ...(verified ? {} : { detail: explainHold(verdict), ...held }),
  };
}

function racksOf(units: ReadonlySet<Unit>): ReadonlySet<RackName> {
  const racks = new Set<RackName>();
  for (const unit of units) {
    const rack = parseRackName(unit.split("/")[1] ?? "");
    if (rack !== null) racks.add(rack);
  }
  return racks;
}

/** The reviews as they stood at an instant: later ones are not yet given, and what was dismissed or retargeted later still stands. */
function asOf(instant: number, reviews: readonly ListedReview[]): readonly ListedReview[] {
  return reviews
    .filter((review) => review.at <= instant)
    .map((listed) => {
      const { dismissal, dismissedAt, retargetedAt } = listed;
      const isLater = retargetedAt !== null && retargetedAt > instant;
      const review = isLater ? { ...listed, retargetedAt: null } : listed;
      if (dismissal === null || dismissedAt === undefined || dismissedAt <= instant) return review;
      return { ...review, state: dismissal.was, dismissal: null };
    });
}
