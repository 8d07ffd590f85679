import { describe, expect, it } from "@jest/globals";
import type { Asker } from "../../src/rbac/asker.ts";
import { decide } from "../../src/rbac/decide.ts";
import { ana } from "./access-by-hand.ts";
import { naivelyAllowed } from "./naive-decide.ts";
import { createDice, someAccess, someQuestion } from "./some-access.ts";

const CASES = 100_000;
const PATTERN_CASES = 20_000;
const AT = 1_000;

describe("decide", () => {
  it("agrees with a naive evaluator written from the spec's sentences", () => {
    const dice = createDice(20261124);
    let allowed = 0;
    for (let count = 0; count < CASES; count += 1) {
      const given = someAccess(dice);
      const asker: Asker = ana(dice.of([["web"], ["ops", "web"], []]), { member: dice.below(9) > 0 });
      const question = someQuestion(dice);
      const decision = decide(given, asker, question, AT);
      const expected = naivelyAllowed(given, asker, question, AT);
      // Compared as a whole, so that a failure prints the case.
      if (decision.allowed !== expected) expect({ count, given, asker, question, decision }).toBe(expected);
      if (expected) allowed += 1;
    }
    // Both answers have to occur often, or agreeing says little.
    expect(allowed).toBeGreaterThan(CASES / 20);
    expect(allowed).toBeLessThan((CASES * 19) / 20);
  });

  it("allows every name and every rack only where each of them is allowed", () => {
    const dice = createDice(7);
    let allowed = 0;
    for (let count = 0; count < PATTERN_CASES; count += 1) {
      const given = someAccess(dice);
      const asker: Asker = ana(["web"]);
      const question = someQuestion(dice);
      if (!decide(given, asker, { ...question, name: null, rack: null }, AT).allowed) continue;
      allowed += 1;
      expect(naivelyAllowed(given, asker, question, AT)).toBe(true);
    }
    expect(allowed).toBeGreaterThan(PATTERN_CASES / 100);
  });
});
