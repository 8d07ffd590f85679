// GitHub refuses bodies over its limit: whole sections are left out, the least needed first, and what was left out is said.

/** 58,000 bytes of UTF-8: room below GitHub's limit, which has moved before. */
export const BODY_LIMIT_BYTES = 58_000;

export interface Section {
  readonly text: string;
  /** What is lost without it, in words ("the rules one by one"); null: it is never left out. */
  readonly leftOut: string | null;
}

/** Joins sections with blank lines; from the last one back, sections that may go are left out until the rest fits. */
export function fit(sections: readonly Section[], limitBytes = BODY_LIMIT_BYTES): string {
  const kept = sections.filter((section) => section.text !== "");
  const dropped: string[] = [];
  for (;;) {
    const body = join(kept, dropped);
    if (Buffer.byteLength(body) <= limitBytes) return body;
    const index = kept.findLastIndex((section) => section.leftOut !== null);
    if (index < 0) return body;
    dropped.unshift(kept.splice(index, 1)[0]?.leftOut ?? "");
  }
}

function join(sections: readonly Section[], dropped: readonly string[]): string {
  const note = dropped.length === 0 ? [] : [`_Left out, since it would not fit: ${dropped.join("; ")}._`];
  return [...sections.map((section) => section.text), ...note].join("\n\n");
}
