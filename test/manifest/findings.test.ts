import { describe, expect, it } from "@jest/globals";
import { arrangeFindings } from "../../src/manifest/findings.ts";
import type { Finding } from "../../src/manifest/types.ts";

const at = (line: number, written: Partial<Finding> = {}): Finding => ({
  file: "a.yml",
  line,
  column: 1,
  rule: "unknown-key",
  level: "warning",
  message: "m",
  ...written,
});
const many = (count: number, from = 1): readonly Finding[] =>
  Array.from({ length: count }, (_, index) => at(from + index));

describe("findings are arranged", () => {
  it("by file and place, errors first", () => {
    const [one, two, three] = [at(2), at(2, { level: "error" }), at(9, { file: "B.yml" })];
    expect(arrangeFindings([one, two, three])).toEqual([three, two, one]);
  });

  it("with what is past the limit of a file as one count, an error where one is in it", () => {
    expect(arrangeFindings(many(50))).toEqual(many(50));
    const count = { ...at(51), rule: "more-findings", hint: "mend these first; the others are shown then" } as const;
    expect(arrangeFindings(many(52))).toEqual([
      ...many(50),
      { ...count, message: "and 2 more findings in this file", about: "2" },
    ]);
    expect(arrangeFindings([...many(51), at(60, { level: "error" })]).at(-1)).toMatchObject({ level: "error" });
  });

  it("once more with others, and the count is of all that is left out", () => {
    const before = arrangeFindings([...many(60), at(99, { level: "error" })]);
    const after = arrangeFindings([...before, at(0), at(3, { rule: "image-pinned" })]);
    expect(after.slice(0, -1)).toEqual([at(0), ...many(2), at(3, { rule: "image-pinned" }), ...many(46, 3)]);
    expect(after.at(-1)).toMatchObject({ level: "error", message: "and 13 more findings in this file" });
    expect(arrangeFindings(before)).toEqual(before);
  });
});
