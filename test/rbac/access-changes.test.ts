import { describe, expect, it } from "@jest/globals";
import type { Access, AppName, RackName, Role, Subject } from "../../src/manifest/types.ts";
import { accessChangesOf } from "../../src/rbac/access-changes.ts";
import type { AccessChange } from "../../src/rbac/verdict.ts";
import type { ChangedName } from "../../src/rbac/proposal.ts";
import {
  access,
  ADMINISTRATOR,
  anothersNow,
  permission,
  rackName,
  role,
  type WrittenBinding,
} from "./access-by-hand.ts";
import { NOON } from "./repo-by-hand.ts";

const PEOPLE = {
  members: new Set(["ana", "bo"]),
  teams: new Map([["web", new Set(["ana"])]]),
  changed: new Map<Subject, ChangedName>(),
};

const NO_RACKS: ReadonlyMap<RackName, readonly AppName[]> = new Map();

function differences(before: Access, after: Access, racks = NO_RACKS): readonly AccessChange[] {
  return accessChangesOf({ before, after, people: PEOPLE, racks: () => racks, at: NOON });
}

function linesOf({ gains, loses }: AccessChange): readonly string[] {
  return [...gains.map((line) => `+ ${line}`), ...loses.map((line) => `- ${line}`)];
}

/** What ana gains and loses when the role that she holds becomes another. */
function roleChange(before: Role["permissions"], after: Role["permissions"]): readonly string[] {
  const bound: readonly WrittenBinding[] = [{ role: "r", subjects: ["user:ana"] }];
  return differences(access([role("r", ...before)], bound), access([role("r", ...after)], bound)).flatMap(linesOf);
}

const racks = permission("racks", "read");
const SOURCE = "(role r, bindings/all.yml)";

describe("by a changed role", () => {
  const cases: readonly [
    rule: string,
    before: Role["permissions"],
    after: Role["permissions"],
    lines: readonly string[],
  ][] = [
    [
      "nothing is gained by the same permissions in another order",
      [racks, permission("users", "read")],
      [permission("users", "read"), racks],
      [],
    ],
    ["a permission that is added is gained", [], [permission("users", "write")], [`+ write users ${SOURCE}`]],
    [
      "write is gained where read was held",
      [permission("users", "read")],
      [permission("users", "write")],
      [`+ write users ${SOURCE}`],
    ],
    [
      "write is lost where read stays",
      [permission("users", "write")],
      [permission("users", "read")],
      [`- write users ${SOURCE}`],
    ],
    [
      "names and racks are said, and environment with the applications that it follows",
      [racks],
      [racks, permission("applications", "write", { names: ["web-*"], racks: ["staging"] })],
      [`+ write applications, environment web-* on staging ${SOURCE}`],
    ],
    [
      "a regex is said as it stands",
      [racks],
      [racks, permission("applications", "read", { names: { regex: "web-.*" } })],
      [`+ read applications, environment /web-.*/ ${SOURCE}`],
    ],
    [
      "nothing is gained that a wider permission gave",
      [permission("all", "write")],
      [permission("all", "write"), permission("users", "write")],
      [],
    ],
    [
      "a specific permission that caps `all` is a loss",
      [permission("all", "write")],
      [permission("all", "write"), permission("users", "read")],
      [`- write users ${SOURCE}`],
    ],
    [
      "a denial is a loss",
      [permission("all", "write")],
      [permission("all", "write"), permission("billing", null, { names: "none" })],
      [`- write billing ${SOURCE}`],
    ],
    [
      "a denial that goes is a gain",
      [permission("all", "read"), permission("roles", null, { names: "none" })],
      [permission("all", "read")],
      [`+ read roles ${SOURCE}`],
    ],
    ["an app is not gained without its rack", [], [permission("applications", "write")], []],
    ["`all` says it once", [], [permission("all", "write")], [`+ write all ${SOURCE}`]],
  ];
  it.each(cases)("%s", (_, before, after, lines) => {
    expect(roleChange(before, after)).toEqual(lines);
  });
});

describe("by changed bindings", () => {
  const developer = role("developer", racks, permission("applications", "write"));
  const nobody = access([developer, ADMINISTRATOR], []);
  const bound = (...bindings: readonly WrittenBinding[]): Access => access([developer, ADMINISTRATOR], bindings);

  it("each subject gains and loses by itself, sorted", () => {
    const before = bound({ role: "developer", subjects: ["user:bo"] });
    const after = bound({ role: "developer", subjects: ["team:web", "user:new"] });
    const lines = [
      "read racks (role developer, bindings/all.yml)",
      "write applications, environment (role developer, bindings/all.yml)",
    ];
    expect(differences(before, after)).toEqual([
      { subject: "team:web", gains: lines, loses: [] },
      { subject: "user:ana", gains: lines.map((line) => line.replace(" (", ", through team web (")), loses: [] },
      { subject: "user:bo", gains: [], loses: lines },
      { subject: "user:new", gains: lines, loses: [] },
    ]);
  });

  it("bindings that stand elsewhere, in another order or with other subjects, change nothing", () => {
    const before = bound(
      { role: "developer", subjects: ["user:bo", "team:web"] },
      { role: "Administrator", subjects: ["user:ana"], racks: ["staging"] },
    );
    const after = bound(
      { role: "Administrator", subjects: ["user:ana"], racks: ["staging"] },
      { role: "developer", subjects: ["team:web"] },
      { role: "Developer", subjects: ["user:bo"] },
    );
    expect(differences(before, after)).toEqual([]);
  });

  it("the same binding twice, once of it taken away, changes nothing", () => {
    const one: WrittenBinding = { role: "developer", subjects: ["user:bo"] };
    expect(differences(bound(one, one), bound(one))).toEqual([]);
  });

  it("a user gains nothing that a team of theirs gave", () => {
    const team: WrittenBinding = { role: "developer", subjects: ["team:web"] };
    expect(differences(bound(team), bound(team, { role: "developer", subjects: ["user:ana"] }))).toEqual([]);
  });

  it("narrowing gives what belongs to racks, there alone", () => {
    const after = bound({ role: "Administrator", subjects: ["user:ana"], racks: ["staging"] });
    expect(differences(nobody, after)).toEqual([
      {
        subject: "user:ana",
        gains: [
          "write applications, environment, kubectl-access, racks on staging (role Administrator, bindings/all.yml)",
        ],
        loses: [],
      },
    ]);
  });

  it("a binding that has ended gives nothing", () => {
    expect(
      differences(nobody, bound({ role: "developer", subjects: ["user:ana"], until: "2026-11-24T12:00:00Z" })),
    ).toEqual([]);
  });

  it("narrowing what was wide is a loss", () => {
    const before = bound({ role: "Administrator", subjects: ["user:ana"] });
    const after = bound({ role: "Administrator", subjects: ["user:ana"], racks: ["staging"] });
    expect(differences(before, after)).toEqual([
      { subject: "user:ana", gains: [], loses: ["write all (role Administrator, bindings/all.yml)"] },
    ]);
  });

  it("who has it otherwise gains nothing through a team", () => {
    const team: WrittenBinding = { role: "developer", subjects: ["team:web"] };
    const own: WrittenBinding = { role: "developer", subjects: ["user:ana"] };
    expect(differences(bound(own), bound(own, team)).map(({ subject }) => subject)).toEqual(["team:web"]);
  });

  it("a name that is now another team's gives nobody anything", () => {
    const people = { ...PEOPLE, changed: new Map([anothersNow("team:web", "ana")]) };
    const after = bound({ role: "developer", subjects: ["team:web"] });
    const changes = accessChangesOf({ before: nobody, after, people, racks: () => NO_RACKS, at: NOON });
    expect(changes).toEqual([]);
  });
});

describe("by ends", () => {
  const until = (end: string | null): Access =>
    access(
      [role("r", permission("users", "write"))],
      [{ role: "r", subjects: ["user:ana"], ...(end === null ? {} : { until: end }) }],
    );
  const cases: readonly [rule: string, before: string | null, after: string | null, lines: readonly string[]][] = [
    [
      "a later end is a gain",
      "2027-01-01",
      "2027-03-31",
      [`+ write users until 2027-03-31 instead of until 2027-01-01 ${SOURCE}`],
    ],
    [
      "an earlier end is a loss",
      "2027-03-31",
      "2027-01-01T08:00:00Z",
      [`- write users until 2027-01-01T08:00:00.000Z instead of until 2027-03-31 ${SOURCE}`],
    ],
    [
      "an end that goes is a gain",
      "2027-01-01",
      null,
      [`+ write users without end instead of until 2027-01-01 ${SOURCE}`],
    ],
    [
      "an end that comes is a loss",
      null,
      "2027-01-01",
      [`- write users until 2027-01-01 instead of without end ${SOURCE}`],
    ],
    ["a binding that had ended and is renewed is a gain", "2026-01-01", null, [`+ write users ${SOURCE}`]],
  ];
  it.each(cases)("%s", (_, before, after, lines) => {
    expect(differences(until(before), until(after)).flatMap(linesOf)).toEqual(lines);
  });

  it("what goes on by another binding has no new end", () => {
    const both = access(
      [role("r", permission("users", "write"))],
      [
        { role: "r", subjects: ["user:ana"], until: "2027-01-01" },
        { role: "r", subjects: ["team:web"] },
      ],
    );
    const later: Access = { ...both, bindings: both.bindings.map((one) => ({ ...one, until: null })) };
    expect(differences(both, later)).toEqual([]);
  });
});

describe("app by app", () => {
  const racksOf = new Map([[rackName("staging"), ["web-a", "web-b"] as AppName[]]]); // valid ones
  const held = (...permissions: Role["permissions"]): Access =>
    access([role("r", racks, ...permissions)], [{ role: "r", subjects: ["user:ana"] }]);
  const writeAll = permission("applications", "write");

  it("a cap that moves under a wider right is told", () => {
    const before = held(
      permission("environment", "read"),
      writeAll,
      permission("applications", null, { racks: "none" }),
    );
    expect(differences(before, before, racksOf)).toEqual([]);
    const capped = (names: readonly string[]): Access =>
      access(
        [role("r", racks, permission("all", "write"), permission("applications", "read", { names }))],
        [{ role: "r", subjects: ["user:ana"] }],
      );
    expect(differences(capped(["web-*"]), capped(["web-*", "web-a"]), racksOf)).toEqual([]);
    expect(differences(capped(["web-*"]), capped(["web-a"]), racksOf).flatMap(linesOf)).toEqual([
      `+ write applications, environment web-b on staging ${SOURCE}`,
    ]);
    expect(differences(capped(["web-a"]), capped(["web-*"]), racksOf).flatMap(linesOf)).toEqual([
      `- write applications, environment web-b on staging ${SOURCE}`,
    ]);
  });
});
