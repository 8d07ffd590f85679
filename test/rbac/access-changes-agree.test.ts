// Who gains or loses an app by the naive evaluator is told a gain or a loss, whatever changes.
import { describe, expect, it } from "@jest/globals";
import type { Access, AppName, Binding, Login, Subject } from "../../src/manifest/types.ts";
import { accessChangesOf } from "../../src/rbac/access-changes.ts";
import { CELL_RIGHTS } from "../../src/rbac/access-matrix.ts";
import { askerOf, type Asker } from "../../src/rbac/asker.ts";
import type { ChangedName } from "../../src/rbac/proposal.ts";
import { rackName } from "./access-by-hand.ts";
import { naivelyAllowed } from "./naive-decide.ts";
import { createDice, someAccess, type Dice } from "./some-access.ts";

const WORLDS = 3_000;
const AT = 1_000;
const APPS = ["web", "api", "db"] as AppName[]; // valid ones
const RACKS = new Map([
  [rackName("staging"), APPS.slice(0, 2)],
  [rackName("prod-eu"), APPS],
]);
const LOGINS: readonly Login[] = ["ana", "bo", "cy"];
const PEOPLE = {
  members: new Set(LOGINS),
  teams: new Map([
    ["web", new Set(["ana", "cy"])],
    ["ops", new Set(["ana", "bo"])],
  ]),
  changed: new Map<Subject, ChangedName>(),
};

/** A binding goes, comes or becomes another, or a role does. */
function changed(before: Access, dice: Dice): Access {
  const other = someAccess(dice);
  const [come] = other.bindings;
  const at = dice.below(before.bindings.length);
  const rest = before.bindings.filter((_, index) => index !== at);
  const bindings = dice.of<readonly Binding[]>([
    rest,
    [...before.bindings, ...(come === undefined ? [] : [{ ...come, id: "bindings/more.yml#0" }])],
    [...(come === undefined ? [] : [{ ...come, id: before.bindings[at]?.id ?? "" }]), ...rest],
    before.bindings,
  ]);
  const two = other.roles.get("two");
  const isRole = bindings === before.bindings && two !== undefined;
  return { ...before, bindings, roles: isRole ? new Map([...before.roles, ["two", two]]) : before.roles };
}

function hasMore(access: Access, than: Access, asker: Asker): boolean {
  return [...RACKS].some(([rack, apps]) =>
    apps.some((name) =>
      CELL_RIGHTS.some((right) => {
        const question = { ...right, name, rack };
        return naivelyAllowed(access, asker, question, AT) && !naivelyAllowed(than, asker, question, AT);
      }),
    ),
  );
}

describe("who gains and loses", () => {
  it("agrees with the naive evaluator, app by app", () => {
    const dice = createDice(20261126);
    const seen = { gains: 0, loses: 0 };
    const untold: unknown[] = [];
    for (let count = 0; count < WORLDS; count += 1) {
      const before = someAccess(dice);
      const after = changed(before, dice);
      const told = accessChangesOf({ before, after, people: PEOPLE, racks: () => RACKS, at: AT });
      for (const login of LOGINS) {
        const asker = askerOf(login, PEOPLE);
        const own = told.find(({ subject }) => subject === asker.subject);
        const expected = { gains: hasMore(after, before, asker), loses: hasMore(before, after, asker) };
        // Rights on what is no app may be told besides.
        if (expected.gains && (own?.gains ?? []).length === 0) untold.push({ count, login, before, after });
        if (expected.loses && (own?.loses ?? []).length === 0) untold.push({ count, login, before, after });
        seen.gains += Number(expected.gains);
        seen.loses += Number(expected.loses);
      }
    }
    expect(untold).toEqual([]);
    // Both have to occur often, or agreeing says little.
    expect(seen.gains).toBeGreaterThan(WORLDS / 20);
    expect(seen.loses).toBeGreaterThan(WORLDS / 20);
  });
});
