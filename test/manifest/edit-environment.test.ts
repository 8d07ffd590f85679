// `signalbox env set` and `unset` edit text: what they write reads back as what was meant, and every other byte stays.
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { withoutKey, withValue } from "../../src/manifest/edit-environment.ts";
import { parseEnvironment } from "../../src/manifest/parse-environment.ts";
import type { ConfiguredValue } from "../../src/manifest/types.ts";

const RUNS = { seed: 20_261_125, numRuns: 400 };

const key = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,9}$/);
/** What Convox can hold: no line ends, and nothing that a strict file refuses to have in it. */
const plainText = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.stringMatching(/^[ -~]{0,40}$/),
  fc.constantFrom(
    "no",
    "0777",
    "1e3",
    "~",
    "null",
    "",
    " ",
    "# x",
    "a: b",
    "- a",
    "*a",
    "&a",
    "!!x",
    "{",
    "'",
    '"',
    "%",
    "|",
    "12:30",
    "<<",
  ),
);
const value = fc.oneof<fc.Arbitrary<ConfiguredValue>[]>(
  plainText.map((text) => ({ kind: "plain", text })),
  fc.constant({ kind: "sealed", age: "YWdlLWVuY3J5cHRpb24ub3JnL3YxCg==" }),
  fc.stringMatching(/^env:\/\/[A-Z][A-Z_]{0,9}$/).map((uri) => ({ kind: "reference", uri })),
);
/** How people write a file: comments, empty lines, quotes, CRLF, no line end at the end. */
const file = fc
  .record({
    values: fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, minLength: 1, maxLength: 6 }),
    comment: fc.constantFrom("", "# why\n", "\n", "# yaml-language-server: $schema=x\n\n"),
    trailing: fc.constantFrom("", " # why", "   # a: b"),
    lineEnd: fc.constantFrom("\n", "\r\n"),
    ending: fc.constantFrom("", "\n"),
  })
  .map(({ values, comment, trailing, lineEnd, ending }) => {
    const lines = values.map(([name, one]) => withValue(null, name, one).replace(/\n$/, trailing));
    const text = `${comment}${lines.join(`\n${comment}`)}${ending}`;
    return { text: text.replaceAll("\n", lineEnd), values: new Map(values) };
  });

const read = (text: string): ReadonlyMap<string, ConfiguredValue> | null => parseEnvironment(text).value;

describe("setting a value", () => {
  it("reads back as that value, with every other key and byte as it was", () => {
    fc.assert(
      fc.property(file, key, value, ({ text, values }, name, set) => {
        fc.pre(read(text) !== null);
        const edited = withValue(text, name, set);
        expect(new Map(read(edited) ?? [])).toEqual(new Map([...values, [name, set]]));
        expect(changedLines(text, edited)).toBeLessThanOrEqual(1);
      }),
      RUNS,
    );
  });

  it("twice is the same as once", () => {
    fc.assert(
      fc.property(file, key, value, ({ text }, name, set) => {
        fc.pre(read(text) !== null);
        const once = withValue(text, name, set);
        expect(withValue(once, name, set)).toBe(once);
      }),
      RUNS,
    );
  });
});

describe("taking a key away", () => {
  it("leaves every other key and line as it was", () => {
    fc.assert(
      fc.property(file, fc.nat(5), ({ text, values }, index) => {
        fc.pre(read(text) !== null);
        const name = [...values.keys()][index % values.size] ?? "";
        const edited = withoutKey(text, name);
        const rest = new Map(values);
        rest.delete(name);
        expect(new Map(read(edited) ?? [["", { kind: "plain", text: "unread" }]])).toEqual(rest);
        expect(linesOf(text)).toEqual(expect.arrayContaining(linesOf(edited).filter((line) => line !== "{}")));
      }),
      RUNS,
    );
  });
});

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => line !== "");
}

/** How many lines lie between what both have at their beginning and at their end; a line end at the very end may be added. */
function changedLines(before: string, after: string): number {
  const [a, b] = [before, after].map((text) => (text.endsWith("\n") ? text : `${text}\n`).split("\n")) as [
    string[],
    string[],
  ];
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return Math.max(a.length, b.length) - start - end;
}
