// Who may, looked up binding by binding, is who may by the decision and by the naive evaluator, person by person.
import { describe, expect, it } from "@jest/globals";
import type { AppName, Subject } from "../../src/manifest/types.ts";
import { boundSubjects } from "../../src/rbac/access-index.ts";
import { accessMatrix, cellAt, placesOf } from "../../src/rbac/access-matrix.ts";
import { askerOfSubject } from "../../src/rbac/asker.ts";
import { bindingsInForce } from "../../src/rbac/bindings-in-force.ts";
import type { Question } from "../../src/rbac/decide.ts";
import { decideOnRacks } from "../../src/rbac/decide-on-racks.ts";
import { grantsTo, whoMay } from "../../src/rbac/who-may.ts";
import { anothersNow, rackName } from "./access-by-hand.ts";
import { naivelyAllowed } from "./naive-decide.ts";
import { createDice, someAccess, someQuestion, type Dice } from "./some-access.ts";

const WORLDS = 2_000;
const AT = 1_000;
const RACKS = [rackName("staging"), rackName("prod-eu")];
const PLACES = placesOf(new Map(RACKS.map((rack) => [rack, ["web", "api", "db"] as AppName[]]))); // valid ones
const PEOPLE = {
  members: new Set(["ana", "bo", "cy"]),
  teams: new Map([
    ["web", new Set(["ana", "cy", "left"])],
    ["ops", new Set(["ana", "bo"])],
    ["left", new Set(["left"])],
  ]),
  changed: new Map([anothersNow("user:cy", "cy")]),
};
const SUBJECTS: readonly Subject[] = [
  ...(["user:ana", "user:bo", "user:cy", "user:left"] as const),
  ...(["team:web", "team:ops", "team:left", "app:bot", "app:github-actions"] as const),
];

/** Somebody is bound by several names, and some bindings name several. */
function someWorld(dice: Dice): ReturnType<typeof someAccess> {
  const [one, two] = [someAccess(dice), someAccess(dice)];
  const more = two.bindings.map((binding, index) => ({
    ...binding,
    id: `bindings/more.yml#${String(index)}`,
    subjects: [dice.of(["user:cy", "user:left", "app:github-actions"] as const), ...binding.subjects],
  }));
  return { ...one, bindings: [...one.bindings, ...more] };
}

describe("who may", () => {
  it("is who may by the decision, by the same binding, whatever is asked", () => {
    const dice = createDice(20261127);
    const seen = { allowed: 0, onEachRack: 0 };
    for (let count = 0; count < WORLDS; count += 1) {
      const access = someWorld(dice);
      const whole = someQuestion(dice);
      const question: Question = {
        ...whole,
        name: dice.below(4) === 0 ? null : whole.name,
        rack: dice.below(2) === 0 ? null : whole.rack,
      };
      const given = grantsTo(SUBJECTS, PEOPLE, { access, question, racks: RACKS, at: AT });
      const expected = SUBJECTS.flatMap((subject) => {
        const decisions = decideOnRacks(access, askerOfSubject(subject, PEOPLE), question, { racks: RACKS, at: AT });
        const [{ allowed, held }] = decisions;
        if (decisions.length > 1) seen.onEachRack += 1;
        return allowed && held !== null
          ? [{ subject, via: { binding: held.binding.id, role: held.binding.role } }]
          : [];
      });
      expect({ count, question, given }).toEqual({ count, question, given: expected });
      seen.allowed += given.length;
    }
    // Both answers have to occur often, or agreeing says little.
    expect(seen.allowed).toBeGreaterThan((WORLDS * SUBJECTS.length) / 20);
    expect(seen.allowed).toBeLessThan((WORLDS * SUBJECTS.length * 19) / 20);
    expect(seen.onEachRack).toBeGreaterThan(WORLDS / 100);
  });

  it("is who may by the naive evaluator and by the matrix, of one name on one rack", () => {
    const dice = createDice(20261128);
    let cells = 0;
    for (let count = 0; count < WORLDS; count += 1) {
      const access = someWorld(dice);
      const question = someQuestion(dice);
      const given = whoMay(access, PEOPLE, question, AT).map(({ subject }) => subject);
      const asked = boundSubjects(access).filter((one) => one !== "app:github-actions");
      const naive = asked.filter((subject) => {
        const asker = askerOfSubject(subject, PEOPLE);
        return naivelyAllowed(access, { ...asker, subject: asker.boundAs[0] ?? subject }, question, AT);
      });
      expect({ count, question, given }).toEqual({ count, question, given: naive });
      const cell = cellAt(question, PLACES);
      if (cell === null) continue;
      cells += 1;
      const matrix = accessMatrix(bindingsInForce(access, null, AT), PLACES);
      const set = asked.filter((subject) => {
        const { member, boundAs } = askerOfSubject(subject, PEOPLE);
        return member && ((matrix.rowOf(boundAs)[cell.word] ?? 0) & cell.bit) !== 0;
      });
      expect({ count, question, given }).toEqual({ count, question, given: set });
    }
    expect(cells).toBeGreaterThan(WORLDS / 10);
  });
});
