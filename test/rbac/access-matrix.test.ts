import { describe, expect, it } from "@jest/globals";
import type { AppName } from "../../src/manifest/types.ts";
import { CELL_RIGHTS, accessMatrix, cellsOnlyIn, placesOf } from "../../src/rbac/access-matrix.ts";
import { bindingsInForce } from "../../src/rbac/bindings-in-force.ts";
import { ana, rackName } from "./access-by-hand.ts";
import { naivelyAllowed } from "./naive-decide.ts";
import { createDice, someAccess } from "./some-access.ts";

const WORLDS = 3_000;
const AT = 1_000;

const APPS = ["web", "api", "db", ...Array.from({ length: 40 }, (_, index) => `web-${String(index)}`)] as AppName[]; // valid ones
const RACKS = new Map([
  [rackName("staging"), APPS.slice(0, 3)],
  [rackName("prod-eu"), APPS],
  [rackName("prod-us"), APPS],
  [rackName("empty"), []],
]);

describe("the matrix", () => {
  it("says of each cell what the naive evaluator says", () => {
    const dice = createDice(20261125);
    const places = placesOf(RACKS);
    const nothing = new Uint32Array(places.words);
    let held = 0;
    for (let count = 0; count < WORLDS; count += 1) {
      const given = someAccess(dice);
      const asker = ana(dice.of([["web"], ["ops", "web"], []]), { member: dice.below(9) > 0 });
      const matrix = accessMatrix(bindingsInForce(given, null, AT), places);
      const cells = cellsOnlyIn(matrix.rowOf(asker.member ? asker.boundAs : []), nothing, places);
      const expected = [...RACKS].flatMap(([rack, apps]) =>
        CELL_RIGHTS.flatMap(({ action, resource }, right) =>
          apps
            .filter((name) => naivelyAllowed(given, asker, { action, resource, name, rack }, AT))
            .map((app) => ({ rack, app, right })),
        ),
      );
      expect({ count, cells }).toEqual({ count, cells: expected });
      held += cells.length;
    }
    const all = 89 * CELL_RIGHTS.length * WORLDS;
    // Both answers have to occur often, or agreeing says little.
    expect(held / all).toBeGreaterThan(0.05);
    expect(held / all).toBeLessThan(0.95);
  });

  it("is told apart cell by cell", () => {
    const places = placesOf(new Map([[rackName("staging"), APPS]]));
    const before = new Uint32Array(places.words);
    const after = Uint32Array.from(before);
    // Two words a right: the second word of `write applications`, whose first bit is the 33rd app.
    after[3] = 1;
    expect(cellsOnlyIn(after, before, places)).toEqual([{ rack: "staging", app: "web-29", right: 1 }]);
    expect(cellsOnlyIn(before, after, places)).toEqual([]);
  });
});
