// The functions that an expression may call. For each what a call costs at most, and how large its result may be.
import { listShape, SMALL, textShape, type Shape } from "./shape.ts";

export interface Effect {
  /** In steps; see cost.ts. */
  readonly cost: number;
  readonly result: Shape;
}

type Effects = Readonly<Record<string, (...args: readonly [Shape, Shape, Shape]) => Effect>>;

/** Characters that a step copies or compares. */
const PER_STEP = 16;

function steps(characters: number): number {
  return 1 + Math.ceil(characters / PER_STEP);
}

/** Looking for a text may begin anew at every character. */
const search = (text: Shape, part: Shape, result = SMALL): Effect => ({
  cost: steps(text.text) + steps(text.text * part.text),
  result,
});
const same = (text: Shape): Effect => ({ cost: steps(text.text), result: text });
const part = (text: Shape): Effect => ({ cost: steps(text.text), result: textShape(text.text) });
const size = ({ text, count }: Shape): Effect => ({ cost: steps(text + count), result: SMALL });
const number = (text: Shape): Effect => ({ cost: steps(text.text), result: SMALL });

/** The longest text of a number. */
const NUMBER_CHARACTERS = 32;

export const GLOBAL_FUNCTIONS: Effects = {
  size,
  int: number,
  double: number,
  string: ({ text }) => ({ cost: steps(text), result: textShape(Math.max(text, NUMBER_CHARACTERS)) }),
};

/** The receiver is the first argument. */
export const METHODS: Effects = {
  size,
  contains: search,
  startsWith: number,
  endsWith: number,
  // RE2 takes time by the length of both, times one another.
  matches: (text, pattern) => ({ cost: 1 + (1 + text.text) * (1 + pattern.text / 8), result: SMALL }),
  lowerAscii: same,
  upperAscii: same,
  trim: same,
  substring: part,
  indexOf: search,
  lastIndexOf: search,
  split: (text, separator) => {
    const found = search(text, separator, listShape(text.text + 1, textShape(text.text)));
    return { ...found, cost: found.cost + found.result.count };
  },
  join: ({ count, item }, separator) => {
    const text = count * ((item?.text ?? 0) + separator.text);
    return { cost: count + steps(text), result: textShape(text) };
  },
};

export function costOfCopying({ text, count }: Shape): number {
  return count + steps(text);
}
