// Which commands in a conversation wait for an answer. The conversation itself is the memory: an answer of ours names the comment
// that it answers, so that nothing is answered twice, whoever told of it.
import type { Instant, Login } from "../manifest/types.ts";
import { answeredComment } from "../render/markers.ts";
import { parseCommand, type Command } from "./parse-command.ts";
import type { Account, Comment } from "./ports.ts";

export interface OpenCommand {
  readonly command: Command;
  readonly comment: Comment & { readonly by: Account };
}

/** The same once more within this time is answered by the one answer. */
const SAME_WITHIN_MS = 10_000;
/** Whoever asks more often than this gets no answer for a while. */
const ANSWERS_A_MINUTE = 3;
const MINUTE_MS = 60_000;

/** Oldest first. `own`: the login of our App, whose comments alone are answers. */
export function openCommands(comments: readonly Comment[], own: Login): readonly OpenCommand[] {
  const answered = new Set(
    comments.filter(({ by }) => by?.login === own).flatMap(({ body }) => answeredComment(body) ?? []),
  );
  const answers: Answer[] = [];
  const open: OpenCommand[] = [];
  for (const one of comments.flatMap(commandIn)) {
    const answer = answerTo(one);
    if (!answered.has(one.comment.id)) {
      if (isCovered(answer, answers)) continue;
      open.push(one);
    }
    answers.push(answer);
  }
  return open;
}

/** New and unedited, by a person who still has an account. */
function commandIn(comment: Comment): readonly OpenCommand[] {
  const { by, byPerson, createdAt, updatedAt, body } = comment;
  if (by === null || !byPerson || updatedAt !== createdAt) return [];
  const command = parseCommand(body);
  return command === null ? [] : [{ command, comment: { ...comment, by } }];
}

interface Answer {
  readonly to: Account;
  readonly asked: string;
  readonly at: Instant;
}

function answerTo({ command, comment }: OpenCommand): Answer {
  return { to: comment.by, asked: JSON.stringify(command), at: comment.createdAt };
}

function isCovered({ to, asked, at }: Answer, earlier: readonly Answer[]): boolean {
  const own = earlier.filter((answer) => answer.to.id === to.id);
  if (own.some((answer) => answer.asked === asked && at - answer.at < SAME_WITHIN_MS)) return true;
  return own.filter((answer) => at - answer.at < MINUTE_MS).length >= ANSWERS_A_MINUTE;
}
