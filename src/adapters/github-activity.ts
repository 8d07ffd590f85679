// How a branch moved, from GitHub's activity record: the one place where who pushed cannot be forged.
import { LRUCache } from "lru-cache";
import type { CommitSha } from "../manifest/types.ts";
import type { BranchUpdate, ForkPush, GitHubReader, Push } from "../handlers/ports.ts";
import type { ForkPushes } from "./fork-pushes.ts";
import { accountOf, toSha, type ListedAccount, type RepoClient } from "./github-repo.ts";
import { askAllPages, nextPage } from "./github-request.ts";

const KINDS: Readonly<Record<string, BranchUpdate["kind"]>> = {
  force_push: "force-push",
  pr_merge: "merge",
  merge_queue_merge: "queue",
};
const NO_COMMIT = "0".repeat(40);

interface Activity {
  readonly before: string;
  readonly after: string;
  readonly timestamp: string;
  readonly activity_type: string;
  readonly actor: ListedAccount | null;
}

export function createActivityReader(github: RepoClient): GitHubReader["branchUpdates"] {
  return async (branch, since) => {
    const newestFirst = await readActivity(github, branch, since);
    // A deletion moves the branch nowhere; what comes after it begins anew.
    const updates = newestFirst
      .filter((entry) => entry.after !== NO_COMMIT)
      .map(toUpdate)
      .reverse();
    return since === null ? updates : updatesAfter(updates, since);
  };
}

/** Branches whose movements are remembered, the oldest going first. */
const REMEMBERED = 10_000;

interface Remembered {
  readonly head: CommitSha;
  readonly updates: readonly BranchUpdate[];
}

/** A branch that stands where it stood has moved no further: nothing is asked for again until its head is another one. */
export function createArrivalReader(
  branchUpdates: GitHubReader["branchUpdates"],
  forkPushes: ForkPushes["of"],
): GitHubReader["arrival"] {
  const remembered = new LRUCache<string, Remembered>({ max: REMEMBERED });
  return async ({ number, head, headBranch, fromFork, forkOwner }) => {
    if (fromFork) return { by: "fork", owner: forkOwner, pushes: forkPushes(number).map(toPush) };
    const known = remembered.get(headBranch);
    if (known?.head === head) return { by: "branch", updates: known.updates };
    const updates = await updatesSince(branchUpdates, headBranch, known);
    remembered.delete(headBranch);
    // The record may lag behind: then it is asked for again.
    if (updates.at(-1)?.after === head) remembered.set(headBranch, { head, updates });
    return { by: "branch", updates };
  };
}

function toPush({ before, after, by }: ForkPush): Push {
  return { before, after, actor: by };
}

/** What was read before stays as it was; only what is new is asked for, unless GitHub does not know where that began. */
async function updatesSince(
  branchUpdates: GitHubReader["branchUpdates"],
  branch: string,
  known: Remembered | undefined,
): Promise<readonly BranchUpdate[]> {
  if (known === undefined) return branchUpdates(branch, null);
  const newer = await branchUpdates(branch, known.head);
  const [first] = newer;
  if (first === undefined) return known.updates;
  return first.before === known.head ? [...known.updates, ...newer] : branchUpdates(branch, null);
}

/** Newest first, down to the last time that the branch came to `since`. */
async function readActivity(github: RepoClient, branch: string, since: CommitSha | null): Promise<readonly Activity[]> {
  const { octokit, owner, repo } = github;
  let after: string | null = null;
  return askAllPages<Activity>(`read the activity of branch ${branch}`, async () => {
    const answer = await octokit.request("GET /repos/{owner}/{repo}/activity", {
      owner,
      repo,
      ref: `refs/heads/${branch}`,
      direction: "desc",
      per_page: 100,
      ...(after === null ? {} : { after }),
    });
    // This record is paged by a cursor instead of a number.
    after = nextPage(answer.headers.link)?.searchParams.get("after") ?? null;
    const isEnough = Array.isArray(answer.data) && answer.data.some((entry) => entry.after === since);
    return { data: answer.data, headers: isEnough || after === null ? {} : { link: answer.headers.link } };
  });
}

/**
 * Those after the last time that the branch stood at `since`. Where the record does not know that it ever did, all of it: whoever
 * asks sees the gap, since the first does not begin there.
 */
function updatesAfter(updates: readonly BranchUpdate[], since: CommitSha): readonly BranchUpdate[] {
  const cameThere = updates.findLastIndex((update) => update.after === since);
  if (cameThere >= 0) return updates.slice(cameThere + 1);
  const leftThere = updates.findLastIndex((update) => update.before === since);
  return leftThere >= 0 ? updates.slice(leftThere) : updates;
}

function toUpdate(entry: Activity): BranchUpdate {
  return {
    before: entry.before === NO_COMMIT ? null : toSha(entry.before),
    after: toSha(entry.after),
    actor: accountOf(entry.actor),
    at: Date.parse(entry.timestamp),
    kind: KINDS[entry.activity_type] ?? "push",
  };
}
