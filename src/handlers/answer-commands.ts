// Commands in the comments of a pull request: each is answered once, with a reaction and one comment.
import { StalledError } from "../errors.ts";
import { isWaiting } from "../reconcile/outcome.ts";
import {
  renderExplanation,
  renderFailedAnswer,
  renderHelp,
  renderLater,
  renderPlan,
  renderRetried,
  type RenderedAnswer,
} from "../render/command-answer.ts";
import { answerMarker } from "../render/markers.ts";
import { judgePullRequest, type CheckPorts, type Judged } from "./check-pull-request.ts";
import { openCommands, type OpenCommand } from "./open-commands.ts";
import type { CommitSha } from "../manifest/types.ts";
import type { EditedComments, Jobs, PullRequest } from "./ports.ts";
import { retryFailed, type RetryPorts } from "./retry-failed.ts";

export type AnswerPorts = CheckPorts &
  RetryPorts & {
    readonly jobs: Jobs;
    readonly editedComments: EditedComments;
  };

/** What was asked longer ago than this while nobody listened is left alone. */
const ANSWERED_WITHIN_MS = 24 * 60 * 60_000;

export async function answerCommands(ports: AnswerPorts, number: number): Promise<void> {
  const comments = await ports.github.comments(number, ports.clock.now() - ANSWERED_WITHIN_MS);
  const unedited = comments.filter(({ id }) => !ports.editedComments.has(id));
  const open = openCommands(unedited, ports.ownLogin);
  if (open.length === 0) return;
  await ports.git.update();
  const pull = await ports.github.pullRequest(number);
  for (const one of open) {
    const { reaction, body } = await answerOrSayWhyNot(ports, pull, one);
    await ports.writer.react(one.comment.id, reaction);
    await ports.writer.upsertComment(number, answerMarker(one.comment.id), body);
  }
}

async function answerOrSayWhyNot(ports: AnswerPorts, pull: PullRequest, asked: OpenCommand): Promise<RenderedAnswer> {
  try {
    return await answer(ports, pull, asked);
  } catch (error) {
    if (isWaiting(error)) throw error;
    return renderFailedAnswer(ports.report(error));
  }
}

async function answer(
  ports: AnswerPorts,
  pull: PullRequest,
  { command, comment }: OpenCommand,
): Promise<RenderedAnswer> {
  switch (command.kind) {
    case "help":
      return renderHelp("asked");
    case "unknown":
      return renderHelp("not-understood");
    case "later":
      return renderLater(command.name);
    case "plan":
    case "explain": {
      const judged = await judgeNow(ports, pull);
      const render = command.kind === "plan" ? renderPlan : renderExplanation;
      return render({ ...judged, head: pull.head });
    }
    case "retry": {
      const asked = { pull, by: comment.by, comment: comment.id, target: command.target };
      return renderRetried({ ...(await retryFailed(ports, asked)), login: comment.by.login, target: command.target });
    }
  }
}

/** null: it is closed, or into another branch. What is said anew here is brought to the check as well. */
async function judgeNow(
  ports: AnswerPorts,
  pull: PullRequest,
): Promise<{ readonly judged: Judged | null; readonly base: CommitSha }> {
  const base = await ports.git.tip();
  if (!pull.open || pull.baseBranch !== ports.github.defaultBranch) return { judged: null, base };
  if (ports.ledger.state().judged === null) {
    throw new StalledError("the ledger decides nothing, so that no policy is verified; the log says why it stopped");
  }
  await ports.jobs.add({ kind: "check-pull-request", pull: pull.number });
  return { judged: await judgePullRequest(ports, pull, base), base };
}
