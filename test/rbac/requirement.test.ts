import { describe, expect, it } from "@jest/globals";
import type { Requirement } from "../../src/manifest/types.ts";
import { tally, type Ballot, type Tally } from "../../src/rbac/requirement.ts";
import { fewest } from "../../src/rbac/requirement.ts";
import { count } from "./repo-by-hand.ts";

const TEAMS: Readonly<Record<string, readonly string[]>> = {
  payments: ["pam", "sam"],
  security: ["sam", "sue"],
  platform: ["pia"],
};

function ballot(...voters: readonly string[]): Ballot {
  const pool = ["sue", "bo", "sam", "pam", "pia", "ana"].filter((login) => !voters.includes(login));
  return {
    voters,
    pool,
    matches: (login, { users, teams }) => users.includes(login) || teams.some((team) => TEAMS[team]?.includes(login)),
  };
}

const of = (team: string, needed = 1): Requirement => count(needed, { teams: [team] });
const all = (...list: readonly Requirement[]): Requirement => ({ kind: "all", of: list });
const any = (...list: readonly Requirement[]): Requirement => ({ kind: "any", of: list });
const EXAMPLE = all(of("payments"), any(of("security"), count(2, { users: ["ana", "bo"] })));

function inShort(result: Tally): readonly [satisfied: boolean, missing: number, from: string, eligible: string] {
  return [result.satisfied, fewest(result.gaps), result.from, result.eligible.join(" ")];
}

describe("a requirement", () => {
  const cases: readonly [
    rule: string,
    require: Requirement,
    voters: readonly string[],
    result: ReturnType<typeof inShort>,
  ][] = [
    ["counts different people", of("payments", 2), ["pam"], [false, 1, "payments", "sam"]],
    ["is satisfied by more than enough", of("payments"), ["pam", "sam"], [true, 0, "", ""]],
    ["of all: needs each", all(of("payments"), of("platform")), ["pam"], [false, 1, "platform", "pia"]],
    [
      "of all: takes one person for each place that they match",
      all(of("payments"), of("security")),
      ["sam"],
      [true, 0, "", ""],
    ],
    [
      "of all: counts as missing the fewest people",
      all(of("payments"), of("security")),
      [],
      [false, 1, "payments and security", "pam sam sue"],
    ],
    ["of any: is satisfied by one", any(of("payments"), of("platform")), ["pia"], [true, 0, "", ""]],
    [
      "of any: misses the cheapest",
      any(of("payments", 2), of("platform")),
      [],
      [false, 1, "payments or platform", "pam pia sam"],
    ],
    [
      "of any: leaves out what nobody could satisfy",
      any(of("platform", 2), of("payments", 2)),
      [],
      [false, 2, "payments", "pam sam"],
    ],
    ["nests, as the example of the spec", EXAMPLE, ["pam", "ana"], [false, 1, "security or ana or bo", "bo sam sue"]],
    ["nests, satisfied by the other way", EXAMPLE, ["pam", "ana", "bo"], [true, 0, "", ""]],
  ];
  it.each(cases)("%s", (_, require, voters, result) => {
    expect(inShort(tally(require, ballot(...voters)))).toEqual(result);
  });

  const impossible: readonly [rule: string, require: Requirement, possible: boolean][] = [
    ["of more people than there are", of("platform", 2), false],
    ["of which one part is", all(of("payments"), of("platform", 2)), false],
    ["of which every way is", any(of("nobody"), of("platform", 2)), false],
    ["of any of nothing", any(), false],
    ["of which one way is not", any(of("nobody"), of("platform")), true],
  ];
  it.each(impossible)("is known to be impossible: %s", (_, require, possible) => {
    const result = tally(require, ballot());
    expect([result.possible, result.satisfied]).toEqual([possible, false]);
  });

  it("sums what is needed along the way", () => {
    expect(tally(EXAMPLE, ballot("pam")).needed).toBe(2);
  });
});
