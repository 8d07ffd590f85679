// GitHub's limits on texts. What is over is cut by whole lines, and the cut is said.

/** Limits are stated in characters; counting bytes stays below them in every reading. */
export function cutLines(text: string, limitBytes: number): string {
  if (Buffer.byteLength(text) <= limitBytes) return text;
  const lines = text.split("\n");
  // Room for the counted line below, whatever its number.
  let leftBytes = limitBytes - 64;
  let kept = 0;
  for (const line of lines) {
    leftBytes -= Buffer.byteLength(line) + 1;
    if (leftBytes < 0) break;
    kept += 1;
  }
  const dropped = String(lines.length - kept);
  return [...lines.slice(0, kept), `_… and ${dropped} lines more, which GitHub has no room for._`].join("\n");
}

/** One line, by characters; never half of a surrogate pair. */
export function cutLine(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
