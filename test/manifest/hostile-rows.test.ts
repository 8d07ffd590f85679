// Keeps the hostile corpus whole: every row there is, every proof it names is there, and no fixture of a row is forgotten.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { HOSTILE_ROWS } from "./hostile-rows.ts";
import type { Shown } from "./hostile-shown.ts";
import { YAML_FAULTS } from "./yaml-faults.ts";

const ids = (letter: string, ...numbers: readonly number[]): readonly string[] =>
  numbers.map((number) => `${letter}${String(number).padStart(2, "0")}`);

/** Rows of the corpus that this list must not lose. */
const EXPECTED = [
  ...ids(
    "Y",
    1,
    2,
    4,
    5,
    6,
    8,
    9,
    10,
    12,
    13,
    14,
    16,
    17,
    18,
    20,
    21,
    22,
    24,
    25,
    26,
    28,
    29,
    30,
    32,
    33,
    34,
    36,
    37,
    38,
    40,
  ),
  ...ids("R", 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 16, 17, 18, 20),
  ...ids("B", 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 16, 17, 18, 20),
  ...ids("C", 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 16, 17, 18),
  ...ids("E", 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 16, 17, 18, 20, 21),
  ...ids("G", 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 16, 17, 18, 20, 21, 22, 24, 25, 26),
];

const fixtures = readdirSync(new URL("fixtures/faults/", import.meta.url)).map((name) =>
  name.replace(/\.fixture$/, ""),
);

/** null: it is there. */
function fault(row: string, shown: Shown): string | null {
  if ("fixture" in shown) return fixtures.includes(shown.fixture) ? null : `there is no fixture ${shown.fixture}`;
  if ("yaml" in shown) {
    const isThere = YAML_FAULTS.some((one) => one.row === row && one.input === shown.yaml);
    return isThere ? null : `yaml-faults.ts has no ${shown.yaml}`;
  }
  if ("test" in shown) {
    const text = readFileSync(new URL(`../${shown.in}`, import.meta.url), "utf8");
    return text.includes(shown.test) ? null : `${shown.in} has no test ${shown.test}`;
  }
  const reason = "moot" in shown ? shown.moot : shown.later;
  return reason.length >= 15 ? null : "the reason says nothing";
}

describe("the hostile corpus", () => {
  it("has every row once", () => {
    expect(HOSTILE_ROWS.map(({ id }) => id)).toEqual(EXPECTED);
  });

  it.each(HOSTILE_ROWS)("$id is shown by what it says", ({ id, inputs }) => {
    expect(Object.keys(inputs).length).toBeGreaterThan(0);
    expect(Object.values(inputs).flatMap((shown) => fault(id, shown) ?? [])).toEqual([]);
  });

  it("names every fixture and every text that carries a row's number", () => {
    const named = new Set(
      HOSTILE_ROWS.flatMap(({ inputs }) => Object.values(inputs)).map((shown) => JSON.stringify(shown)),
    );
    const ofARow = fixtures.filter((name) => /^[yrbceg]\d\d-/.test(name));
    expect(ofARow.filter((fixture) => !named.has(JSON.stringify({ fixture })))).toEqual([]);
    expect(YAML_FAULTS.filter(({ input }) => !named.has(JSON.stringify({ yaml: input })))).toEqual([]);
  });
});
