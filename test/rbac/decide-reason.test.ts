import { describe, expect, it } from "@jest/globals";
import type { Access } from "../../src/manifest/types.ts";
import type { Asker } from "../../src/rbac/asker.ts";
import { decide } from "../../src/rbac/decide.ts";
import { reasonWords } from "../../src/rbac/decision-words.ts";
import { permissionWords } from "../../src/rbac/phrases.ts";
import { access, ADMINISTRATOR, ana, holding, permission, question, role } from "./access-by-hand.ts";

const NOON = Date.parse("2026-11-24T12:00:00Z");
const ANA = ana(["web"]);
const racks = permission("racks", "read");

function told(given: Access, words: string): object {
  const decision = decide(given, ANA, question(words), NOON);
  const { allowed, held, permission } = decision;
  return {
    allowed,
    reason: reasonWords(decision),
    binding: held?.binding.id,
    role: held?.binding.role,
    permission: permission === null ? null : permissionWords(permission),
  };
}

describe("the reason of a decision", () => {
  const developer = role(
    "web-developer",
    racks,
    permission("applications", "write", { names: ["web-*"], racks: ["staging"] }),
    permission("applications", "read"),
    permission("environment", null, { names: "none" }),
  );
  const given = access([developer], [{ role: "web-developer", subjects: ["team:web"] }]);

  it("names binding, role and permission of what allows", () => {
    expect(told(given, "write applications web-api on staging")).toEqual({
      allowed: true,
      reason:
        "user:ana (through team:web) holds write on applications web-api on staging by role web-developer (bindings/all.yml#0)",
      binding: "bindings/all.yml#0",
      role: "web-developer",
      permission: "write applications web-* on staging",
    });
  });

  it("says what is held where more is needed", () => {
    expect(told(given, "write applications web-api on prod-eu")).toEqual({
      allowed: false,
      reason:
        "user:ana (through team:web) holds read on applications web-api on prod-eu by role web-developer (bindings/all.yml#0); write is needed",
      binding: "bindings/all.yml#0",
      role: "web-developer",
      permission: "read applications",
    });
  });

  const reasons: readonly [rule: string, given: Access, asker: Asker, asked: string, reason: string][] = [
    [
      "names the denial",
      given,
      ANA,
      "read environment web-api on staging",
      'role web-developer (bindings/all.yml#0) denies environment of web-api on staging ("deny environment none")',
    ],
    [
      "says that the role is silent",
      given,
      ANA,
      "write roles",
      "user:ana (through team:web) holds nothing on roles by role web-developer (bindings/all.yml#0); write on roles is needed",
    ],
    [
      "says that there is no binding",
      given,
      ana([]),
      "write roles",
      "user:ana has no binding; write on roles is needed",
    ],
    [
      "says that somebody is no member",
      given,
      ana(["web"], { member: false }),
      "write roles",
      "user:ana is not a member of the organisation; bindings give them nothing",
    ],
    [
      "says that the rack is missing",
      holding(permission("applications", "write")),
      ANA,
      "read applications web on staging",
      "user:ana holds read on applications web on staging by role tested (bindings/all.yml#0), but not read on the rack, which it needs as well",
    ],
    [
      "says that a narrowed binding gives nothing beyond racks",
      access([ADMINISTRATOR], [{ role: "Administrator", subjects: ["user:ana"], racks: ["staging"] }]),
      ANA,
      "write roles",
      "role Administrator (bindings/all.yml#0) is narrowed to the racks staging and gives nothing on roles, which belongs to no rack",
    ],
    [
      "says since when a binding gives nothing",
      access([ADMINISTRATOR], [{ role: "Administrator", subjects: ["user:ana"], until: "2026-03-31" }]),
      ANA,
      "write roles",
      "role Administrator (bindings/all.yml#0) gives nothing since 2026-03-31T00:00:00.000Z, its end; write on roles is needed",
    ],
  ];
  it.each(reasons)("%s", (...[, by, asker, asked, reason]) => {
    expect(reasonWords(decide(by, asker, question(asked), NOON))).toBe(reason);
  });
});
