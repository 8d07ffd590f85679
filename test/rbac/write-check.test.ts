import { describe, expect, it } from "@jest/globals";
import { decide, type Question } from "../../src/rbac/decide.ts";
import { createWriteCheck } from "../../src/rbac/write-check.ts";
import { ana, holding, permission, question } from "./access-by-hand.ts";
import { createDice, someAccess, someQuestion } from "./some-access.ts";

const WORLDS = 3_000;
const AT = 1_000;

describe("who may write everything that a rule caught", () => {
  it("is who is denied none of it, and the first denial is the reason", () => {
    const dice = createDice(20261127);
    let allowed = 0;
    for (let count = 0; count < WORLDS; count += 1) {
      const given = someAccess(dice);
      const asker = ana(dice.of([["web"], ["ops", "web"], []]), { member: dice.below(9) > 0 });
      const questions = Array.from({ length: dice.below(4) }, (): Question => {
        const question = someQuestion(dice);
        return dice.below(6) === 0 ? { ...question, name: null } : question;
      });
      const first = questions.map((question) => decide(given, asker, question, AT)).find((one) => !one.allowed) ?? null;
      const check = createWriteCheck(given, questions, AT);
      const [found, may] = [check.firstDenied(asker), check.mayAll(asker)];
      expect({ count, found, may }).toEqual({ count, found: first, may: first === null });
      allowed += Number(may && questions.length > 0);
    }
    expect(allowed).toBeGreaterThan(WORLDS / 50);
  });

  it("is asked of a folder by its whole name, also where that is no name of an app", () => {
    const given = holding(permission("applications", "write", { names: ["web"] }), permission("racks", "read"));
    const ofTwo = [question("write applications web on prod"), question("write applications x on prod")];
    expect(createWriteCheck(given, ofTwo, AT).firstDenied(ana([]))).toMatchObject({ allowed: false });
    const ofOne: Question = { ...question("write applications web on spare"), name: "web x" };
    const denied = decide(given, ana([]), ofOne, AT);
    expect(denied.allowed).toBe(false);
    expect(createWriteCheck(given, [ofOne], AT).firstDenied(ana([]))).toEqual(denied);
  });
});
