// How Signalbox knows its own comments and issues again: an HTML comment on the first line, believed only under its own account.

export const CHECK_MARKER = "<!-- signalbox:check -->";
export const RESULT_MARKER = "<!-- signalbox:result -->";

export function holdMarker(commit: string): string {
  return `<!-- signalbox:hold ${commit} -->`;
}

/** Of the answer to a command: the id of the comment that it stands in. */
export function answerMarker(comment: number): string {
  return `<!-- signalbox:command ${String(comment)} -->`;
}

/** The comment that this one answers; null: it is no answer. */
export function answeredComment(body: string): number | null {
  const id = /^<!-- signalbox:command (\d{1,16}) -->(?:\r?\n|$)/.exec(body)?.[1];
  return id === undefined ? null : Number(id);
}
