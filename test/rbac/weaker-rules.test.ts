import { describe, expect, it } from "@jest/globals";
import type { ApprovalRule } from "../../src/manifest/types.ts";
import { weakerRules } from "../../src/rbac/weaker-rules.ts";
import { count, rule, when } from "./repo-by-hand.ts";

const TWO = rule("r", count(2, { teams: ["platform"], can: "write" }), { when: when({ paths: ["racks/**"] }) });

describe("weakerRules", () => {
  const cases: readonly [why: string, after: readonly ApprovalRule[], ways: readonly string[]][] = [
    ["says nothing of a rule that stays", [TWO], []],
    ["tells a rule that goes", [], ["is removed"]],
    ["tells a rule that is switched off", [{ ...TWO, require: { kind: "none" } }], ["is switched off"]],
    [
      "tells fewer approvals",
      [{ ...TWO, require: count(1, { teams: ["platform"], can: "write" }) }],
      ["needs 1 instead of 2"],
    ],
    ["says nothing of more approvals", [{ ...TWO, require: count(3, { teams: ["platform"], can: "write" }) }], []],
    [
      "tells people who are added",
      [{ ...TWO, require: count(2, { teams: ["platform", "web"], can: "write" }) }],
      ["asks other people"],
    ],
    [
      "tells that they need not be able to write",
      [{ ...TWO, require: count(2, { teams: ["platform"] }) }],
      ["asks other people"],
    ],
    ["tells that anybody may", [{ ...TWO, require: count(2, { can: "write" }) }], ["asks other people"]],
    [
      "tells each option that is turned on",
      [{ ...TWO, allowAuthor: true, keepOnPush: true }],
      ["turns allowAuthor on", "turns keepOnPush on"],
    ],
    ["tells a path that goes", [{ ...TWO, when: when({ paths: ["racks/prod/**"] }) }], ["holds of other changes"]],
    [
      "tells a further condition",
      [{ ...TWO, when: when({ paths: ["racks/**"], production: true }) }],
      ["holds of other changes"],
    ],
    ["says nothing of a condition that goes", [{ ...TWO, when: null }], []],
  ];
  it.each(cases)("%s", (_, after, ways) => {
    expect(weakerRules([TWO], after)).toEqual(ways.length === 0 ? [] : [{ rule: "r", ways }]);
  });
});
