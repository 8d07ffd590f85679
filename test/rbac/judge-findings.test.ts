import { describe, expect, it } from "@jest/globals";
import type { Finding } from "../../src/manifest/types.ts";
import { markKnown } from "../../src/rbac/judge-findings.ts";
import { createDice, type Dice } from "./some-access.ts";

const WORLDS = 3_000;

function findingOf(message: string, line: number): Finding {
  return { file: "racks/staging/rack.yml", line, column: 1, rule: "image-pinned", level: "warning", message };
}

/** Some of them twice, of a tree whose lines have moved. */
function someFindings(dice: Dice): readonly Finding[] {
  const moved = dice.below(3);
  return Array.from({ length: dice.below(8) }, (_, at) => {
    return findingOf(dice.of(["a", "b", "c on line 1", "c on line 2", "d"]), at + moved);
  });
}

function wordsOf({ message }: Finding): string {
  return message.replace(/ on line \d/, "");
}

function countOf(findings: readonly Finding[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of findings) counts.set(wordsOf(one), (counts.get(wordsOf(one)) ?? 0) + 1);
  return counts;
}

describe("findings that the base has too", () => {
  it("are as many as it has of each, and the rest are new", () => {
    const dice = createDice(20261130);
    let already = 0;
    for (let count = 0; count < WORLDS; count += 1) {
      const [base, head] = [someFindings(dice), someFindings(dice)];
      const marked = markKnown(head, base);
      expect(marked.map(({ already: _, ...finding }) => finding)).toEqual(head);
      const known = countOf(marked.filter((one) => one.already === true));
      const expected = [...countOf(head)].flatMap(([words, number]) => {
        const both = Math.min(number, countOf(base).get(words) ?? 0);
        return both === 0 ? [] : [[words, both] as const];
      });
      expect({ count, known: [...known].sort() }).toEqual({ count, known: expected.sort() });
      already += marked.filter((one) => one.already === true).length;
    }
    expect(already).toBeGreaterThan(WORLDS / 2);
  });

  it("are the same ones whether or not the trees share them", () => {
    const dice = createDice(20261201);
    for (let count = 0; count < WORLDS; count += 1) {
      const base = someFindings(dice);
      const at = dice.below(base.length + 1);
      const head = [...base.slice(0, at), ...someFindings(dice), ...base.slice(at)];
      const apart = head.map((one) => ({ ...one }));
      expect({ count, marked: markKnown(apart, base) }).toEqual({ count, marked: markKnown(head, base) });
    }
  });
});
