import { describe, expect, it } from "@jest/globals";
import type { Subject } from "../../src/manifest/types.ts";
import { whoMay } from "../../src/rbac/who-may.ts";
import type { ChangedName } from "../../src/rbac/proposal.ts";
import { access, ADMINISTRATOR, permission, question, role } from "./access-by-hand.ts";
import { NOON } from "./repo-by-hand.ts";

const PEOPLE = {
  members: new Set(["ana", "pia"]),
  teams: new Map([
    ["web", new Set(["ana"])],
    ["left", new Set(["bo"])],
  ]),
  changed: new Map<Subject, ChangedName>(),
};

describe("who may", () => {
  const given = access(
    [ADMINISTRATOR, role("viewer", permission("all", "read"))],
    [
      { role: "Administrator", subjects: ["user:pia", "user:bo", "team:web"], racks: ["staging"] },
      { role: "Administrator", subjects: ["app:renovate", "team:left", "team:unknown"] },
      { role: "viewer", subjects: ["user:zoe"] },
    ],
  );

  it("lists the subjects whose bindings allow it, each with the first that does", () => {
    expect(whoMay(given, PEOPLE, question("write racks staging"), NOON)).toEqual([
      { subject: "app:renovate", via: { binding: "bindings/all.yml#1", role: "Administrator" } },
      { subject: "team:unknown", via: { binding: "bindings/all.yml#1", role: "Administrator" } },
      { subject: "team:web", via: { binding: "bindings/all.yml#0", role: "Administrator" } },
      { subject: "user:pia", via: { binding: "bindings/all.yml#0", role: "Administrator" } },
    ]);
  });

  it("leaves out who may elsewhere only", () => {
    expect(whoMay(given, PEOPLE, question("write racks prod-eu"), NOON).map(({ subject }) => subject)).toEqual([
      "app:renovate",
      "team:unknown",
    ]);
  });
});
