import { describe, expect, it } from "@jest/globals";
import { writtenOut } from "../../src/manifest/pattern-size.ts";

describe("a regular expression with its repeats written out", () => {
  it.each([
    ["", 0],
    ["web-.*", 6],
    ["a{3}", 3],
    ["a{2,5}b", 6],
    ["a{3,}", 3],
    ["a{0}", 1],
    ["[a-z0-9-]{1,63}", 63],
    ["[]a{9}]{2}", 2],
    ["[[:alpha:]]{4}", 4],
    ["\\x{41}{7}", 7],
    ["\\p{Greek}{7}", 7],
    ["\\(a{4}", 5],
    ["\\Qa{9}\\E", 8],
    ["a{,9}", 5],
    // A group is one more than what is in it.
    ["(ab){3}", 9],
    ["((a{10}){10}){10}", 1110],
    ["(a{99}){99}", 9900],
    [")a{9}", 10],
    ["(((a{9}", 9],
    ["((", 0],
    ["[[[", 3],
  ])("%s has %i", (source, size) => {
    expect(writtenOut(source)).toBe(size);
  });
});
