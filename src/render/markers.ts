// How Signalbox knows its own comments and issues again: an HTML comment on the first line, believed only under its own account.

export const CHECK_MARKER = "<!-- signalbox:check -->";
export const RESULT_MARKER = "<!-- signalbox:result -->";

export function holdMarker(commit: string): string {
  return `<!-- signalbox:hold ${commit} -->`;
}
