import { describe, expect, it } from "@jest/globals";
import type { Access, Binding } from "../../src/manifest/types.ts";
import { changedBindings } from "../../src/rbac/changed-bindings.ts";
import { access, permission, role } from "./access-by-hand.ts";
import { createDice, type Dice } from "./some-access.ts";

const ONE = role("one", permission("all", "write"));
const TWO = role("two", permission("all", "read"));
const GIVEN = access(
  [ONE, TWO],
  Array.from({ length: 12 }, (_, index) => ({
    role: index % 2 === 0 ? "one" : "Two",
    subjects: [`user:person-${String(index)}`],
  })),
);

function withBindings(bindings: readonly Binding[]): Access {
  return { ...GIVEN, bindings };
}

/** Some go, some come and some change places: what stays is the same object. */
function edited(bindings: readonly Binding[], dice: Dice): readonly Binding[] {
  const left = bindings.filter(() => dice.below(6) > 0);
  for (let count = dice.below(3); count > 0; count -= 1) {
    const name = `come-${String(count)}`;
    const come = { ...GIVEN.bindings[0], id: name, subjects: [`user:${name}`] } as Binding; // the list is not empty
    left.splice(dice.below(left.length + 1), 0, come);
  }
  const at = dice.below(left.length + 1);
  return dice.below(3) === 0 ? [...left.slice(at), ...left.slice(0, at)] : left;
}

describe("changed bindings", () => {
  it("are those that one side alone has, wherever they stand", () => {
    const dice = createDice(20261129);
    for (let count = 0; count < 3_000; count += 1) {
      const [before, after] = [edited(GIVEN.bindings, dice), edited(GIVEN.bindings, dice)];
      // What came on both sides was made twice, and is the same all the same.
      const ids = [before, after].map((list) => new Set(list.map(({ id }) => id)));
      const changes = changedBindings(withBindings(before), withBindings(after));
      const told = [...changes].flatMap(([, own]) => [own.before, own.after].map((list) => list.map(({ id }) => id)));
      const expected = [before, after].map((list, side) =>
        list.filter(({ id }) => ids[1 - side]?.has(id) !== true).map(({ id }) => id),
      );
      const sides = [0, 1].map((side) => told.filter((_, index) => index % 2 === side).flat());
      expect({ count, sides: sides.map((side) => side.sort()) }).toEqual({
        count,
        sides: expected.map((side) => side.sort()),
      });
    }
  });

  it("are on both sides where their role says something else", () => {
    const roles = new Map([...GIVEN.roles, ["two", role("two", permission("racks", "read"))]]);
    const changes = changedBindings(GIVEN, { ...GIVEN, roles });
    expect([...changes.keys()]).toEqual(GIVEN.bindings.flatMap((one, at) => (at % 2 === 1 ? one.subjects : [])));
    for (const { before, after } of changes.values()) expect(before).toEqual(after);
  });
});
