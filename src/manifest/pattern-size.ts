// How much there is to compile of a regular expression: a repeat that is counted, as `(a{9}){99}`, is compiled as often as it counts.

const TOKEN =
  /\\Q[\s\S]*?(?:\\E|$)|\\[pPx]\{[^}]*\}|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:[^:\]]*:\]|[^\]\\])*\]|\{(\d+)(?:,(\d*))?\}|[\s\S]/g;

/** Characters, classes and groups once every counted repeat is written out; more than there are where that is hard to tell. */
export function writtenOut(source: string): number {
  const around: number[] = [];
  let total = 0;
  let last = 0;
  for (const [token, least, most] of source.matchAll(TOKEN)) {
    if (least !== undefined) {
      const times = Math.max(1, Number(least), Number(most ?? 0));
      total += last * (times - 1);
      last *= times;
    } else if (token === "(") {
      around.push(total);
      [total, last] = [0, 0];
    } else if (token === ")") {
      last = total + 1;
      total = (around.pop() ?? 0) + last;
    } else if ("*+?".includes(token)) {
      total += 1;
      last += 1;
    } else {
      last = token.startsWith("\\Q") ? token.length : 1;
      total += last;
    }
  }
  return total;
}
