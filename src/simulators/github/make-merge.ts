/** The three ways in which GitHub makes a merge of a pull request, each by git, onto whatever base it is given. */
import { ApiError } from "./api-error.ts";
import type { CommitObject } from "./git-repo.ts";
import type { Hub } from "./hub.ts";
import { gitHubSignature, noreplySignature } from "./shapes-commit.ts";
import { accountOf } from "./state.ts";
import type { MergeMethod, PullRequestRecord } from "./state.ts";

export interface Merge {
  readonly pull: PullRequestRecord;
  /** The commit that it is merged onto. */
  readonly baseSha: string;
  /** Key of whoever merges. */
  readonly actor: string;
  readonly title?: string | undefined;
  readonly message?: string | undefined;
}

/** @throws ApiError 405 where git cannot. */
export function makeMerge(hub: Hub, merge: Merge, method: MergeMethod): Promise<string> {
  switch (method) {
    case "merge":
      return mergeCommit(hub, merge);
    case "squash":
      return squash(hub, merge);
    case "rebase":
      return rebase(hub, merge);
  }
}

async function mergedTree(hub: Hub, { pull, baseSha }: Merge): Promise<string> {
  const tree = await hub.merge.tree(baseSha, pull.pull.headSha);
  if (tree === null) throw new ApiError(405, "Pull Request is not mergeable");
  return tree;
}

function message(title: string, body: string): string {
  return body === "" ? title : `${title}\n\n${body}`;
}

async function mergeCommit(hub: Hub, merge: Merge): Promise<string> {
  const { pull, baseSha, actor } = merge;
  const { fork, headRef, headSha } = pull.pull;
  const owner = fork ?? hub.state.organisation.login;
  const title = merge.title ?? `Merge pull request #${String(pull.number)} from ${owner}/${headRef}`;
  return sign(hub, {
    tree: await mergedTree(hub, merge),
    parents: [baseSha, headSha],
    author: noreplySignature(accountOf(hub.state, actor), hub.state.clock.iso()),
    committer: { ...gitHubSignature, date: hub.state.clock.iso() },
    message: message(title, merge.message ?? pull.title),
  });
}

async function squash(hub: Hub, merge: Merge): Promise<string> {
  const { pull, baseSha } = merge;
  const { headSha } = pull.pull;
  const commits = await hub.repo.log(["--reverse", "--topo-order", "--no-merges", `${baseSha}..${headSha}`]);
  const only = commits.length === 1 ? commits[0] : undefined;
  const [subject = pull.title, ...rest] = (only?.message ?? pull.title).split("\n");
  const body =
    only === undefined ? commits.map((commit) => `* ${commit.message}`).join("\n\n") : rest.join("\n").trim();
  return sign(hub, {
    tree: await mergedTree(hub, merge),
    parents: [baseSha],
    author: noreplySignature(accountOf(hub.state, pull.user), hub.state.clock.iso()),
    committer: { ...gitHubSignature, date: hub.state.clock.iso() },
    message: message(merge.title ?? `${subject} (#${String(pull.number)})`, merge.message ?? body),
  });
}

/** GitHub's rebase merge sets the committer to who merges and signs nothing. */
async function rebase(hub: Hub, merge: Merge): Promise<string> {
  const { baseSha, pull } = merge;
  const committer = noreplySignature(accountOf(hub.state, merge.actor), hub.state.clock.iso());
  const tip = await hub.merge.rebase(baseSha, pull.pull.headSha, committer);
  if (tip === null || tip === baseSha) throw new ApiError(405, "This branch can't be rebased");
  return tip;
}

/** GitHub signs what it commits itself. */
export async function sign(hub: Hub, commit: Omit<CommitObject, "sha">): Promise<string> {
  const sha = await hub.repo.writeCommit(commit);
  hub.state.signedCommits.add(sha);
  return sha;
}
