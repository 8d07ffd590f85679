/** `did you mean \`x\`?` for the candidate closest to the word, or undefined where none is close. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const near = nearest(word, candidates);
  return near === null ? undefined : `did you mean \`${near}\`?`;
}

const LONGEST_WORD = 64;

export function nearest(word: string, candidates: Iterable<string>): string | null {
  if (word === "" || word.length > LONGEST_WORD) return null;
  const lower = word.toLowerCase();
  const limit = word.length <= 3 ? 1 : word.length <= 6 ? 2 : 3;
  let best: { readonly text: string; readonly distance: number } | null = null;
  for (const text of candidates) {
    if (text.length > word.length + limit || text.length < word.length - limit) continue;
    const distance = editDistance(lower, text.toLowerCase(), limit);
    if (distance !== null && distance < text.length && (best === null || distance < best.distance)) {
      best = { text, distance };
    }
  }
  return best?.text ?? null;
}

/** Of what is further away it does not matter how far. */
const FAR = 1_000;

/** Insertions, deletions, replacements and swaps of neighbours; null: more than `limit`, which is known long before the end. */
function editDistance(a: string, b: string, limit: number): number | null {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row: number[] = i <= limit ? [i] : [];
    let least = i <= limit ? i : FAR;
    const end = i + limit < b.length ? i + limit : b.length;
    for (let j = i - limit > 1 ? i - limit : 1; j <= end; j += 1) {
      let distance = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      distance = lesser(distance, lesser(at(last, j), at(row, j - 1)) + 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) distance = lesser(distance, at(beforeLast, j - 2) + 1);
      row[j] = distance;
      least = lesser(least, distance);
    }
    if (least > limit) return null;
    beforeLast = last;
    last = row;
  }
  const distance = at(last, b.length);
  return distance <= limit ? distance : null;
}

function lesser(one: number, other: number): number {
  return one < other ? one : other;
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? FAR;
}
