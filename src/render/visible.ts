// Text of others on a terminal: what would move its cursor, colour it or reorder it is shown, not obeyed.

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

export function visible(text: string): string {
  return text.replace(UNSEEN, (character) =>
    character === "\t" ? " " : `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`,
  );
}

/** As `visible`, but of the same length, so that a column stays a column. */
export function visibleInPlace(text: string): string {
  return text.replace(UNSEEN, (character) => (character === "\t" ? " " : "\uFFFD"));
}
