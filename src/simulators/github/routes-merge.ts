/** Merging a pull request in GitHub's three ways, and bringing its branch up to date; all made by git. */
import { ApiError, unprocessable } from "./api-error.ts";
import type { Actor } from "./auth.ts";
import type { Hub } from "./hub.ts";
import { makeMerge, sign } from "./make-merge.ts";
import type { Merge } from "./make-merge.ts";
import { followRefUpdate, markMerged } from "./ref-updates.ts";
import { invalidField, ok, optionalText, pullParam } from "./route.ts";
import type { Answer, Call, Route } from "./route.ts";
import { gitHubSignature, noreplySignature } from "./shapes-commit.ts";
import { repoUrl } from "./hub.ts";
import { accountOf, branchRef, requiredCheckIsGreen, requiredCheckRun } from "./state.ts";
import type { PullRequestRecord } from "./state.ts";

const one = "/repos/{owner}/{repo}/pulls/{pull_number}";

export const mergeRoutes: readonly Route[] = [
  { method: "PUT", template: `${one}/merge`, needs: ["contents=write"], answer: mergePull },
  { method: "PUT", template: `${one}/update-branch`, needs: ["pull_requests=write"], answer: updateBranch },
];

async function mergePull(call: Call): Promise<Answer> {
  const { hub, actor } = call;
  const pull = pullParam(call);
  const method = optionalText(call, "PullRequest", "merge_method") ?? "merge";
  if (method !== "merge" && method !== "squash" && method !== "rebase") {
    throw invalidField("PullRequest", "merge_method");
  }
  checkMergeable(hub, pull, actor);
  const expected = optionalText(call, "PullRequest", "sha");
  if (expected !== undefined && expected !== pull.pull.headSha) {
    throw new ApiError(409, "Head branch was modified. Review and try the merge again.");
  }
  const { baseRef, baseSha } = pull.pull;
  const merge: Merge = {
    pull,
    baseSha,
    actor: actor.key,
    title: optionalText(call, "PullRequest", "commit_title"),
    message: optionalText(call, "PullRequest", "commit_message"),
  };
  const after = await makeMerge(hub, merge, method);
  if (!(await hub.repo.updateRef(`refs/heads/${baseRef}`, after, baseSha))) {
    throw new ApiError(405, "Base branch was modified. Review and try the merge again.");
  }
  await markMerged(hub, pull, { actor: actor.key, mergeCommitSha: after });
  await followRefUpdate(hub, {
    ref: `refs/heads/${baseRef}`,
    before: baseSha,
    after,
    actor: actor.key,
    type: "pr_merge",
  });
  return ok({ sha: after, merged: true, message: "Pull Request successfully merged" });
}

/** @throws ApiError 405 with the reason, in GitHub's words. */
export function checkMergeable(hub: Hub, pull: PullRequestRecord, actor: Actor): void {
  const refuse = (message: string): ApiError => new ApiError(405, message);
  if (pull.state === "closed") throw refuse("Pull Request is not mergeable");
  if (pull.pull.draft) throw refuse("Pull Request is still a draft");
  if (pull.pull.mergeable !== true) throw refuse("Pull Request is not mergeable");
  if (pull.pull.baseRef !== hub.state.defaultBranch) return;
  if (actor.kind === "installation") {
    throw refuse("Repository rule violations found\n\nCannot update this protected ref.\n\n");
  }
  if (actor.admin || requiredCheckIsGreen(hub.state, pull.pull.headSha)) return;
  throw refuse(requiredCheckMessage(hub, pull.pull.headSha));
}

function requiredCheckMessage(hub: Hub, sha: string): string {
  const run = requiredCheckRun(hub.state, sha);
  const name = `Required status check "${hub.state.requiredCheck}"`;
  if (run === undefined) return `${name} is expected.`;
  return run.status === "completed" ? `${name} is failing.` : `${name} is in progress.`;
}

async function updateBranch(call: Call): Promise<Answer> {
  const { hub, actor } = call;
  const pull = pullParam(call);
  const { baseRef, baseSha, fork, headRef, headSha } = pull.pull;
  if (fork !== null && fork !== actor.key && !pull.pull.maintainerCanModify) {
    throw new ApiError(403, "Resource not accessible: the fork's owner does not let maintainers push to it.");
  }
  if (pull.state === "closed") throw unprocessable("Cannot update the branch of a closed pull request.");
  const expected = optionalText(call, "PullRequest", "expected_head_sha");
  if (expected !== undefined && expected !== headSha) {
    throw unprocessable("expected head sha didn't match current head ref.");
  }
  if (await hub.repo.isAncestor(baseSha, headSha)) throw unprocessable("There are no new commits on the base branch.");
  const tree = await hub.merge.tree(headSha, baseSha);
  if (tree === null) throw unprocessable("merge conflict between base and head");
  const date = hub.state.clock.iso();
  const after = await sign(hub, {
    tree,
    parents: [headSha, baseSha],
    author: noreplySignature(accountOf(hub.state, actor.key), date),
    committer: { ...gitHubSignature, date },
    message: `Merge branch '${baseRef}' into ${headRef}`,
  });
  const ref = branchRef(fork, headRef);
  if (!(await hub.repo.updateRef(ref, after, headSha))) {
    throw unprocessable("expected head sha didn't match current head ref.");
  }
  await followRefUpdate(hub, { ref, before: headSha, after, actor: actor.key });
  const url = `${repoUrl(hub)}/pulls/${String(pull.number)}`;
  return { status: 202, body: { message: "Updating pull request branch.", url } };
}
