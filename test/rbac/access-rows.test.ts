import { describe, expect, it } from "@jest/globals";
import type { Access, Role } from "../../src/manifest/types.ts";
import { accessRowsOf } from "../../src/rbac/access-rows.ts";
import { accessText } from "../../src/render/access-text.ts";
import { access, ADMINISTRATOR, ana, permission, rackName, role, type WrittenBinding } from "./access-by-hand.ts";
import { NOON } from "./repo-by-hand.ts";

const RACKS = permission("racks", "read");

/** The rights of a role as `signalbox access` prints them, each without where it stands. */
function lines(
  permissions: Role["permissions"],
  rack: string | null = null,
  racks?: readonly string[],
): readonly string[] {
  const bound = { role: "r", subjects: ["user:ana"] as const, ...(racks === undefined ? {} : { racks }) };
  return printed(access([role("r", ...permissions)], [bound]), rack);
}

function printed(given: Access, rack: string | null = null): readonly string[] {
  const rows = accessRowsOf(given, ana(["web"]), { rack: rack === null ? null : rackName(rack), at: NOON });
  const [, ...shown] = accessText("user:ana", rows).trimEnd().split("\n");
  return shown.map((line) =>
    line
      .trim()
      .replace(/ +/g, " ")
      .replace(/ r bindings\/all\.yml#0/, ""),
  );
}

describe("what somebody holds", () => {
  const cases: readonly [rule: string, shown: readonly string[], lines: readonly string[]][] = [
    [
      "is said with names and racks as the role writes them",
      lines([RACKS, permission("applications", "write", { names: ["web-*"], racks: ["staging"] })]),
      ["read racks on all", "write applications, environment web-* on staging"],
    ],
    ["is said once where it is everything", lines([permission("all", "write")]), ["write all"]],
    [
      "is said with what the role takes away from it",
      lines([permission("all", "write"), permission("billing", null, { names: "none" })]),
      ['write all except as "deny billing none" says'],
    ],
    [
      "is said with what the role takes away from a part of it",
      lines([
        RACKS,
        permission("environment", "write"),
        permission("environment", null, { names: "none", racks: ["prod-*"] }),
      ]),
      ["read racks on all", 'write environment on all except as "deny environment none on prod-*" says'],
    ],
    [
      "is no type that the role denies",
      lines([RACKS, permission("applications", "read"), permission("environment", null, { names: "none" })]),
      ["read racks, applications on all"],
    ],
    ["is no app whose rack the role does not read", lines([permission("applications", "write")]), []],
    [
      "is what belongs to racks where the binding is narrowed",
      lines([permission("all", "read")], null, ["staging"]),
      ["read applications, environment, kubectl-access, racks on staging"],
    ],
    [
      "is asked of one rack",
      lines([permission("all", "read"), permission("racks", "write", { racks: ["prod-*"] })], "prod-eu"),
      ["read applications, environment, kubectl-access, racks on prod-eu", "write racks on prod-eu"],
    ],
  ];
  it.each(cases)("%s", (_, shown, expected) => {
    expect(shown).toEqual(expected);
  });

  it("is nothing by a binding that has ended, and ends where it says", () => {
    const bindings: readonly WrittenBinding[] = [
      { role: "Administrator", subjects: ["user:ana"], until: "2026-11-24" },
      { role: "Administrator", subjects: ["team:web"], until: "2027-01-01" },
    ];
    expect(printed(access([ADMINISTRATOR], bindings))).toEqual([
      "write all Administrator bindings/all.yml#1 through team:web; until 2027-01-01T00:00:00.000Z",
    ]);
  });
});
