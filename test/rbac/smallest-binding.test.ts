import { describe, expect, it } from "@jest/globals";
import type { Access } from "../../src/manifest/types.ts";
import { decideScope, scopeOf } from "../../src/rbac/decide.ts";
import { smallestBinding, type Missing } from "../../src/rbac/smallest-binding.ts";
import { missingYaml } from "../../src/render/missing-text.ts";
import { access, ADMINISTRATOR, ana, permission, question, role } from "./access-by-hand.ts";
import { createDice, someAccess, someQuestion } from "./some-access.ts";

const AT = 1_000;
const racks = permission("racks", "read");
const ROLES = [
  ADMINISTRATOR,
  role("operator", racks, permission("applications", "write")),
  role("web", racks, permission("applications", "write", { names: ["web-*"] })),
  role("no-racks", permission("applications", "write", { names: ["web-*"] })),
];
const given = access(ROLES, []);

describe("the smallest binding", () => {
  const cases: readonly [rule: string, asked: string, yaml: string][] = [
    [
      "is to the role that gives the least besides, narrowed to the rack",
      "write applications web-api on prod-eu",
      '- { role: web, subjects: ["user:ana"], racks: [prod-eu] }',
    ],
    [
      "is to a wider role where no narrower one gives it",
      "write environment db on prod-eu",
      '- { role: operator, subjects: ["user:ana"], racks: [prod-eu] }',
    ],
    ["is not narrowed for what belongs to no rack", "write users", '- { role: Administrator, subjects: ["user:ana"] }'],
    ["is not narrowed where every rack is asked for", "read racks", '- { role: web, subjects: ["user:ana"] }'],
  ];
  it.each(cases)("%s", (_, asked, yaml) => {
    const missing = smallestBinding(given, ana([]), scopeOf(question(asked)));
    expect(missing === null ? null : missingYaml(missing)).toBe(yaml);
  });

  it("is a role's permissions where no role gives it, the read on the rack included", () => {
    const only = access([role("web", racks)], []);
    const missing = smallestBinding(only, ana([]), scopeOf(question("write environment web on prod-eu")));
    expect(missing === null ? null : missingYaml(missing)).toBe(
      "- { resource: racks, names: all, racks: [prod-eu], action: read }\n" +
        "- { resource: environment, names: [web], racks: [prod-eu], action: write }",
    );
  });

  it("is none for who is no member, or whose name is somebody else's now", () => {
    const scope = scopeOf(question("write users"));
    expect(smallestBinding(given, ana([], { member: false }), scope)).toBeNull();
    expect(smallestBinding(given, { ...ana([]), boundAs: ["team:web"] }, scope)).toBeNull();
  });

  it("gives what is asked once it stands in bindings/", () => {
    const dice = createDice(20261128);
    let found = 0;
    for (let count = 0; count < 3_000; count += 1) {
      const policy = someAccess(dice);
      const asker = ana(["web"]);
      const scope = scopeOf(someQuestion(dice));
      if (decideScope(policy, asker, scope, AT).allowed) continue;
      const missing = smallestBinding(policy, asker, scope);
      if (missing?.kind !== "binding") continue;
      found += 1;
      expect({ count, allowed: decideScope(bound(policy, missing), asker, scope, AT).allowed }).toEqual({
        count,
        allowed: true,
      });
    }
    expect(found).toBeGreaterThan(100);
  });
});

function bound(policy: Access, missing: Extract<Missing, { kind: "binding" }>): Access {
  const { role: name, subject, racks: on } = missing;
  const place = { id: "bindings/new.yml#0", file: "bindings/new.yml", line: 1 };
  return {
    ...policy,
    bindings: [...policy.bindings, { ...place, role: name, subjects: [subject], racks: on, until: null }],
  };
}
