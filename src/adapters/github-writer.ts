// All that Signalbox says on GitHub. Each call looks first and sends nothing where nothing differs; one call for one thing at a time
// (the lanes see to that), since GitHub has no way to write only what has not changed meanwhile.
import type { Logger } from "pino";
import type { Clock, GitHubWriter, InTurn } from "../handlers/ports.ts";
import { createCheckRunPublisher } from "./github-check-run.ts";
import { createOwnComments } from "./github-comment.ts";
import { react, requestReviewers } from "./github-conversation.ts";
import { upsertDeployment } from "./github-deployment.ts";
import { upsertIssue } from "./github-issue.ts";
import type { WriteOptions } from "./github-own.ts";
import type { GitHubClient } from "./github-request.ts";

export interface WriterOptions extends Omit<WriteOptions, "octokit"> {
  readonly clock: Pick<Clock, "now">;
  /** Its own: what publishes may be a turn of somebody else's already. */
  readonly inTurn: InTurn;
  readonly log: Logger;
}

/** Every call @throws WaitError, StalledError. */
export function createGitHubWriter(octokit: GitHubClient, options: WriterOptions): GitHubWriter {
  const { owner, repo, appId, appSlug, clock, inTurn, log } = options;
  const github: WriteOptions = { octokit, owner, repo, appId, appSlug };
  const runs = createCheckRunPublisher(github, { clock, inTurn });
  const comments = createOwnComments(github, log);
  return {
    publishCheck: (check) => runs.publish(check),
    standingCheck: (head) => runs.standing(head),
    upsertComment: (number, marker, body) => comments.upsert({ number, marker, body, where: "anyway" }),
    editComment: (number, marker, body) => comments.upsert({ number, marker, body, where: "present" }),
    forgetComments: (number) => {
      comments.forget(number);
    },
    react: (comment, reaction) => react(github, comment, reaction),
    requestReviewers: (number, of) => requestReviewers(github, number, of),
    upsertIssue: (marker, title, body) => upsertIssue(github, { marker, title, body }),
    upsertDeployment: (deployment) => upsertDeployment(github, deployment),
  };
}
