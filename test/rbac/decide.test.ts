import { describe, expect, it } from "@jest/globals";
import type { Access, Subject } from "../../src/manifest/types.ts";
import { alone, askerOf, type Asker } from "../../src/rbac/asker.ts";
import { decide } from "../../src/rbac/decide.ts";
import type { ChangedName } from "../../src/rbac/proposal.ts";
import {
  access,
  ADMINISTRATOR,
  ana,
  holding,
  permission,
  question,
  role,
  type WrittenBinding,
} from "./access-by-hand.ts";

const NOON = Date.parse("2026-11-24T12:00:00Z");
const ANA = ana(["web"]);

function may(given: Access, words: string, asker: Asker = ANA): boolean {
  return decide(given, asker, question(words), NOON).allowed;
}

const racks = permission("racks", "read");

describe("a role", () => {
  const cases: readonly [rule: string, given: Access, asked: string, allowed: boolean][] = [
    ["gives nothing that it does not name", holding(racks), "read roles", false],
    ["gives reading with writing", holding(permission("roles", "write")), "read roles", true],
    ["gives no writing with reading", holding(permission("roles", "read")), "write roles", false],
    ["gives by its `all` what nothing more specific decides", holding(permission("all", "write")), "write users", true],
    [
      "caps its `all` by a specific permission",
      holding(permission("all", "write"), permission("users", "read")),
      "write users",
      false,
    ],
    [
      "denies by `none` what its `all` would give",
      holding(permission("all", "write"), permission("billing", null, { names: "none" })),
      "read billing",
      false,
    ],
    [
      "denies by `none` beside a permission of the same type",
      holding(permission("roles", "write"), permission("roles", null, { names: "none" })),
      "read roles",
      false,
    ],
    [
      "leaves a name that the specific permission does not speak of to `all`",
      holding(permission("all", "write"), permission("roles", "read", { names: ["auditor"] })),
      "write roles other",
      true,
    ],
    [
      "decides environment by applications where it names no environment",
      holding(racks, permission("applications", "write")),
      "write environment web on prod-eu",
      true,
    ],
    [
      "decides environment by itself where it names it",
      holding(racks, permission("applications", "write"), permission("environment", "read")),
      "write environment web on prod-eu",
      false,
    ],
    [
      "denies environment by `none` beside write on applications",
      holding(racks, permission("applications", "write"), permission("environment", null, { names: "none" })),
      "read environment web on prod-eu",
      false,
    ],
    [
      "denies on the racks that a denial names, and there alone",
      holding(
        racks,
        permission("applications", "write"),
        permission("environment", null, { names: "none", racks: ["prod-*"] }),
      ),
      "write environment web on staging",
      true,
    ],
    [
      "decides deploy keys by organisation settings",
      holding(permission("organization-settings", "write")),
      "write deploy-keys ci",
      true,
    ],
    [
      "takes the widest action of several",
      holding(permission("users", "read"), permission("users", "write")),
      "write users",
      true,
    ],
    [
      "gives an app nothing without its rack",
      holding(permission("applications", "write")),
      "read applications web on staging",
      false,
    ],
    [
      "gives an app nothing where its rack is denied",
      holding(permission("all", "write"), permission("racks", null, { names: "none" })),
      "read applications web on staging",
      false,
    ],
    [
      "gives an app with its rack",
      holding(racks, permission("applications", "write")),
      "write applications web on staging",
      true,
    ],
    [
      "needs no rack for kubectl",
      holding(permission("kubectl-access", "read")),
      "read kubectl-access x on staging",
      true,
    ],
    [
      "matches a rack by its name",
      holding(permission("racks", "write", { names: ["staging"] })),
      "write racks staging on staging",
      true,
    ],
    [
      "matches a rack by its rack",
      holding(permission("racks", "write", { racks: ["staging"] })),
      "write racks prod-eu",
      false,
    ],
    [
      "matches `*` in a name",
      holding(racks, permission("applications", "read", { names: ["web-*"] })),
      "read applications web-api on x",
      true,
    ],
    [
      "matches a regex over the whole name",
      holding(racks, permission("applications", "read", { names: { regex: "web" } })),
      "read applications web-api on x",
      false,
    ],
    [
      "gives nothing beyond racks by a permission that is limited to some",
      holding(permission("all", "write", { racks: ["staging"] })),
      "write roles",
      false,
    ],
  ];
  it.each(cases)("%s", (_, given, asked, allowed) => {
    expect(may(given, asked)).toBe(allowed);
  });
});

describe("a question about every name or every rack", () => {
  const cases: readonly [rule: string, given: Access, asked: string, allowed: boolean][] = [
    ["is allowed by `all`", holding(racks, permission("applications", "write")), "write applications * on *", true],
    [
      "is not allowed by a pattern",
      holding(racks, permission("applications", "write", { names: ["web-*"] })),
      "write applications * on staging",
      false,
    ],
    [
      "is not allowed by some racks",
      holding(racks, permission("applications", "write", { racks: ["staging"] })),
      "write applications web on *",
      false,
    ],
    [
      "is denied where a permission for some names caps `all`",
      holding(permission("all", "write"), permission("roles", "read", { names: ["auditor"] })),
      "write roles",
      false,
    ],
    [
      "is denied where some racks are denied",
      holding(permission("all", "write"), permission("racks", null, { names: "none", racks: ["prod-eu"] })),
      "write racks * on *",
      false,
    ],
    [
      "is allowed where a narrower permission gives as much",
      holding(permission("all", "write"), permission("roles", "write", { names: ["auditor"] })),
      "write roles",
      true,
    ],
  ];
  it.each(cases)("%s", (_, given, asked, allowed) => {
    expect(may(given, asked)).toBe(allowed);
  });
});

describe("a binding", () => {
  const asked = "write racks staging";
  const bound = (...bindings: readonly WrittenBinding[]): Access => access([ADMINISTRATOR], bindings);
  const cases: readonly [rule: string, given: Access, asked: string, asker: Asker, allowed: boolean][] = [
    ["gives to its team", bound({ role: "Administrator", subjects: ["team:web"] }), asked, ANA, true],
    ["gives to no other team", bound({ role: "Administrator", subjects: ["team:ops"] }), asked, ANA, false],
    ["gives to its user", bound({ role: "administrator", subjects: ["user:ana"] }), asked, ANA, true],
    ["gives nothing by a role that does not exist", bound({ role: "gone", subjects: ["user:ana"] }), asked, ANA, false],
    [
      "gives nothing to somebody who is no member",
      bound({ role: "Administrator", subjects: ["user:ana"] }),
      asked,
      ana(["web"], { member: false }),
      false,
    ],
    [
      "gives on the racks that it is narrowed to",
      bound({ role: "Administrator", subjects: ["user:ana"], racks: ["stag*"] }),
      asked,
      ANA,
      true,
    ],
    [
      "gives on no other rack",
      bound({ role: "Administrator", subjects: ["user:ana"], racks: ["prod-eu"] }),
      asked,
      ANA,
      false,
    ],
    [
      "gives nothing beyond racks when narrowed",
      bound({ role: "Administrator", subjects: ["user:ana"], racks: ["staging"] }),
      "write roles",
      ANA,
      false,
    ],
    [
      "is not narrowed by `racks: all`",
      bound({ role: "Administrator", subjects: ["user:ana"], racks: "all" }),
      "write roles",
      ANA,
      true,
    ],
    [
      "gives until its end",
      bound({ role: "Administrator", subjects: ["user:ana"], until: "2026-11-24T12:00:00.001Z" }),
      asked,
      ANA,
      true,
    ],
    [
      "gives nothing from its end on",
      bound({ role: "Administrator", subjects: ["user:ana"], until: "2026-11-24T12:00:00Z" }),
      asked,
      ANA,
      false,
    ],
    [
      "gives to an App",
      bound({ role: "Administrator", subjects: ["app:renovate"] }),
      asked,
      alone("app:renovate", { member: true }),
      true,
    ],
    [
      "never gives to GitHub Actions",
      bound({ role: "Administrator", subjects: ["app:github-actions"] }),
      asked,
      alone("app:github-actions", { member: true }),
      false,
    ],
  ];
  it.each(cases)("%s", (...[, given, words, asker, allowed]) => {
    expect(may(given, words, asker)).toBe(allowed);
  });

  it("gives the rack by itself, not by another binding", () => {
    const given = access(
      [role("apps", permission("applications", "write")), role("racks", racks)],
      [
        { role: "apps", subjects: ["user:ana"] },
        { role: "racks", subjects: ["user:ana"] },
      ],
    );
    expect(may(given, "write applications web on staging")).toBe(false);
  });

  it("adds to what the others give, and takes nothing from them", () => {
    const given = access(
      [role("deny", permission("roles", null, { names: "none" })), ADMINISTRATOR],
      [
        { role: "deny", subjects: ["user:ana"] },
        { role: "Administrator", subjects: ["team:web"] },
      ],
    );
    expect(may(given, "write roles")).toBe(true);
  });
});

describe("who asks", () => {
  const people = {
    members: new Set(["ana"]),
    teams: new Map([
      ["web", new Set(["ana", "bo"])],
      ["ops", new Set(["ana"])],
    ]),
    changed: new Map<Subject, ChangedName>(),
  };
  it("is a user with their teams", () => {
    expect(askerOf("ana", people)).toEqual(ana(["ops", "web"]));
  });
  it("is no member by being in a team", () => {
    expect(askerOf("bo", people)).toEqual({
      subject: "user:bo",
      teams: ["web"],
      member: false,
      replaced: [],
      boundAs: ["user:bo", "team:web"],
    });
  });
  it("is an App where a bot does", () => {
    expect(askerOf("renovate[bot]", people)).toEqual(alone("app:renovate", { member: true }));
  });
});
