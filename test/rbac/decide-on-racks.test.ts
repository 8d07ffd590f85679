import { describe, expect, it } from "@jest/globals";
import type { Access, Binding, RackName, Role } from "../../src/manifest/types.ts";
import type { Asker } from "../../src/rbac/asker.ts";
import type { Question } from "../../src/rbac/decide.ts";
import { reasonWords } from "../../src/rbac/decision-words.ts";
import { ana } from "./access-by-hand.ts";
import { decideOnRacks } from "../../src/rbac/decide-on-racks.ts";

const STAGING = "staging" as RackName;
const PRODUCTION = "production" as RackName;
const ANA: Asker = ana([]);
const WRITE_WEB: Question = { action: "write", resource: "applications", name: "web", rack: null };

const operator: Role = {
  name: "operator",
  description: "",
  file: "roles/operator.yml",
  permissions: [{ resource: "all", names: { kind: "all" }, racks: { kind: "all" }, action: "write" }],
};

function bound(...racks: readonly (readonly RackName[] | null)[]): Access {
  const bindings = racks.map((names, index): Binding => ({
    id: `bindings/a.yml#${String(index)}`,
    file: "bindings/a.yml",
    line: 1,
    role: "operator",
    subjects: ["user:ana"],
    racks: names === null ? null : { kind: "names", names },
    until: null,
  }));
  return { roles: new Map([["operator", operator]]), bindings, keys: new Map() };
}

describe("a question without its rack", () => {
  const on = { racks: [STAGING, PRODUCTION], at: 0 };

  it("is answered yes where every rack is covered, by whichever bindings", () => {
    expect(decideOnRacks(bound([STAGING], [PRODUCTION]), ANA, WRITE_WEB, on).map(({ allowed }) => allowed)).toEqual([
      true,
      true,
    ]);
    expect(decideOnRacks(bound(null), ANA, WRITE_WEB, on).map(({ allowed }) => allowed)).toEqual([true]);
  });

  it("is answered no with the reason of a rack where it does not hold", () => {
    const [decision] = decideOnRacks(bound([STAGING]), ANA, WRITE_WEB, on);
    expect(decision.allowed).toBe(false);
    expect(reasonWords(decision)).toContain("applications web on production");
  });

  it("asks for the racks to come where there are none yet", () => {
    const none = { racks: [], at: 0 };
    expect(decideOnRacks(bound([STAGING]), ANA, WRITE_WEB, none)[0].allowed).toBe(false);
    expect(decideOnRacks(bound(null), ANA, WRITE_WEB, none)[0].allowed).toBe(true);
  });

  it("is whole already where it names its rack, or has none", () => {
    expect(decideOnRacks(bound([STAGING]), ANA, { ...WRITE_WEB, rack: STAGING }, on)[0].allowed).toBe(true);
    expect(
      decideOnRacks(bound([STAGING]), ANA, { ...WRITE_WEB, resource: "racks", name: STAGING }, on)[0].allowed,
    ).toBe(true);
    expect(
      decideOnRacks(bound([STAGING], [PRODUCTION]), ANA, { ...WRITE_WEB, resource: "roles", name: null }, on)[0]
        .allowed,
    ).toBe(false);
  });
});
