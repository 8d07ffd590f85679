import { describe, expect, it } from "@jest/globals";
import type { ApprovalRule, Requirement } from "../../src/manifest/types.ts";
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
      "tells people who are added beside fewer approvals",
      [{ ...TWO, require: count(1, { teams: ["platform", "web"], can: "write" }) }],
      ["needs 1 instead of 2", "asks other people"],
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

  const all = (...of: readonly Requirement[]): Requirement => ({ kind: "all", of });
  const any = (...of: readonly Requirement[]): Requirement => ({ kind: "any", of });
  const [platform, security, web, both] = [
    count(2, { teams: ["platform"] }),
    count(1, { teams: ["security"] }),
    count(2, { teams: ["web"] }),
    count(2, { teams: ["platform", "security"] }),
  ];
  const trees: readonly [why: string, was: Requirement, is: Requirement, ways: readonly string[]][] = [
    ["says nothing of a part that is added to all", platform, all(platform, security), []],
    ["says nothing of another order", all(platform, security), all(security, platform), []],
    ["tells a part of all that goes", all(platform, security), platform, ["is satisfied in other ways"]],
    ["tells that the largest part of all goes", all(platform, security), security, ["needs 1 instead of 2"]],
    ["says nothing of a way that goes", any(platform, security), platform, []],
    ["tells a way that is added", platform, any(platform, web), ["is satisfied in other ways"]],
    ["tells a cheaper way that is added", platform, any(platform, security), ["needs 1 instead of 2"]],
    ["tells that all becomes any", all(platform, security), any(platform, security), ["needs 1 instead of 2"]],
    ["says nothing of any that becomes all", any(platform, security), all(platform, security), []],
    ["says nothing of one that is asked in each way", both, any(platform, all(both, security)), []],
    [
      "says so where the two trees alone do not tell",
      any(all(platform, security), all(web, security)),
      all(security, any(platform, web)),
      ["is satisfied in other ways"],
    ],
  ];
  it.each(trees)("%s", (_, was, is, ways) => {
    expect(weakerRules([{ ...TWO, require: was }], [{ ...TWO, require: is }])).toEqual(
      ways.length === 0 ? [] : [{ rule: "r", ways }],
    );
  });
});
