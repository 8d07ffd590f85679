import { describe, expect, it } from "@jest/globals";
import type { ApprovalRule } from "../../src/manifest/types.ts";
import { judge } from "../../src/rbac/judge.ts";
import type { Contribution, Review } from "../../src/rbac/proposal.ts";
import type { ApprovalState } from "../../src/rbac/verdict.ts";
import { access, ADMINISTRATOR, permission, role } from "./access-by-hand.ts";
import {
  ACCESS,
  commit,
  count,
  DEFAULT_RULES,
  LOG_LEVEL_ON_PRODUCTION,
  LOG_LEVEL_ON_STAGING,
  PEOPLE,
  policyOf,
  propose,
  rule,
  when,
  type WrittenProposal,
} from "./repo-by-hand.ts";

function statesOf(written: WrittenProposal): readonly ApprovalState[] {
  const proposal = propose(written);
  return judge(policyOf(proposal), proposal).approvals;
}

/** The one rule `asked`, met by a production change of ana's. */
function asked(
  require: ApprovalRule["require"],
  reviews: readonly Partial<Review>[],
  options: Partial<ApprovalRule> & WrittenProposal = {},
): ApprovalState {
  const { allowAuthor = false, allowContributors = false, keepOnPush = false, ...written } = options;
  const approvals = [rule("asked", require, { allowAuthor, allowContributors, keepOnPush })];
  const [state] = statesOf({ change: LOG_LEVEL_ON_STAGING, ...written, base: { approvals }, reviews });
  if (state === undefined) throw new Error("the rule is not met");
  return state;
}

describe("an approval", () => {
  const ofPlatform = count(1, { teams: ["platform"] });
  const administrators = count(1, { roles: ["administrator"] });
  const elsewhere = new Map([["racks/staging/apps/web/env.yml\0LOG_LEVEL", { before: '"info"', after: '"warn"' }]]);
  const none: readonly string[] = [];
  const kimContributes: WrittenProposal = {
    contributors: [
      { login: "ana", as: ["author"], commits: [] },
      { login: "kim", as: ["commit-author", "pusher"], commits: [commit("d"), commit("e")] },
    ],
  };
  const narrowed = (racks: readonly string[]): NonNullable<WrittenProposal["base"]> => ({
    access: access(
      [...ACCESS.roles.values()],
      [
        { role: "developer", subjects: ["team:web"] },
        { role: "Administrator", subjects: ["user:kim"], racks },
      ],
    ),
  });

  const cases: readonly [
    rule: string,
    state: ApprovalState,
    approvedBy: readonly string[],
    ignored: readonly string[],
  ][] = [
    ["counts from the team that is asked", asked(ofPlatform, [{ login: "kim" }]), ["kim"], none],
    [
      "counts once for each person",
      asked(count(2, { teams: ["platform"] }), [{ login: "kim" }, { login: "kim" }]),
      ["kim"],
      none,
    ],
    [
      "does not count from another team",
      asked(ofPlatform, [{ login: "bo" }]),
      none,
      ["bo: is not among those whom the rule asks (platform)"],
    ],
    [
      "does not count from a team that nobody knows",
      asked(count(1, { teams: ["gone"] }), [{ login: "kim" }]),
      none,
      ["kim: is not among those whom the rule asks (gone)"],
    ],
    [
      "counts from users, teams or roles, any of them",
      asked(count(3, { users: ["bo"], teams: ["platform"], roles: ["Administrator"] }), [
        { login: "bo" },
        { login: "lee" },
        { login: "pia" },
      ]),
      ["bo", "lee", "pia"],
      none,
    ],
    ["does not count from the author", asked(count(1, {}), [{ login: "ana" }]), none, ["ana: is the author"]],
    [
      "does not count from a contributor",
      asked(ofPlatform, [{ login: "kim" }], kimContributes),
      none,
      ["kim: is a contributor: wrote and pushed ddddddd, eeeeeee"],
    ],
    [
      "does not count from a co-author",
      asked(ofPlatform, [{ login: "kim" }], { coAuthors: [{ login: "kim", commits: [commit("d")] }] }),
      none,
      ["kim: is named as a co-author of ddddddd"],
    ],
    [
      "does not count from who contributed to what is held below",
      asked(ofPlatform, [{ login: "kim" }], { heldContributors: ["kim"] }),
      none,
      ["kim: contributed to what is held and stands below this change"],
    ],
    [
      "does not count from who suggested a part of it, and says so",
      asked(ofPlatform, [{ login: "kim" }], {
        contributors: [{ login: "kim", as: ["suggester"], commits: [commit("d")] }],
      }),
      none,
      ["kim: is a contributor: suggested ddddddd (a suggestion that was applied)"],
    ],
    [
      "does not count from the owner of the fork",
      asked(ofPlatform, [{ login: "kim" }], {
        contributors: [
          { login: "kim", as: ["fork-owner"], commits: [commit("b"), commit("c"), commit("d"), commit("e")] },
        ],
      }),
      none,
      ["kim: is a contributor: owns the fork of bbbbbbb, ccccccc, ddddddd and 1 more"],
    ],
    [
      "counts from a contributor where the rule allows that",
      asked(ofPlatform, [{ login: "kim" }], { ...kimContributes, allowContributors: true }),
      ["kim"],
      none,
    ],
    [
      "counts of an author who matches, where the rule allows that",
      asked(count(1, { teams: ["web"] }), [], { allowAuthor: true }),
      ["ana"],
      none,
    ],
    ["does not count of an author who does not match", asked(ofPlatform, [], { allowAuthor: true }), none, none],
    [
      "does not count from somebody who is no member",
      asked(count(1, { users: ["mallory"] }), [{ login: "mallory" }]),
      none,
      ["mallory: is not a member of the organisation"],
    ],
    [
      "does not count from a bot that is not named",
      asked(count(1, {}), [{ login: "renovate[bot]" }]),
      none,
      ["renovate[bot]: is a bot that the rule does not name"],
    ],
    [
      "counts from a bot that is named",
      asked(count(1, { users: ["renovate[bot]"] }), [{ login: "renovate[bot]" }]),
      ["renovate[bot]"],
      none,
    ],
    [
      "does not count from an account that is gone",
      asked(count(1, {}), [{ login: null }]),
      none,
      ["null: its account is gone"],
    ],
    ["counts from the holder of a role", asked(administrators, [{ login: "pia" }]), ["pia"], none],
    [
      "counts where the person may write what changes",
      asked(count(1, { can: "write" }), [{ login: "bo" }]),
      ["bo"],
      none,
    ],
    [
      "does not count where the person may not",
      asked(count(1, { can: "write" }), [{ login: "lee" }]),
      none,
      [
        "lee: may not write everything that the rule caught: user:lee has no binding; write on environment of web on staging is needed",
      ],
    ],
    [
      "does not count where it saw another value",
      asked(ofPlatform, [{ login: "kim", saw: elsewhere }]),
      none,
      ["kim: saw another change: racks/staging/apps/web/env.yml LOG_LEVEL changed since"],
    ],
    [
      "does not count where it saw less",
      asked(ofPlatform, [{ login: "kim", saw: new Map() }]),
      none,
      ["kim: saw another change: racks/staging/apps/web/env.yml LOG_LEVEL changed since"],
    ],
    [
      "does not count where git lost what it saw",
      asked(ofPlatform, [{ login: "kim", saw: null }]),
      none,
      ["kim: saw bbbbbbb, which git no longer has"],
    ],
    [
      "counts after a push where the rule keeps it",
      asked(ofPlatform, [{ login: "kim", saw: elsewhere }], { keepOnPush: true }),
      ["kim"],
      none,
    ],
    [
      "is not kept after a push on production",
      asked(ofPlatform, [{ login: "kim", saw: new Map() }], { keepOnPush: true, change: LOG_LEVEL_ON_PRODUCTION }),
      none,
      ["kim: saw another change: racks/prod-eu/apps/web/env.yml LOG_LEVEL changed since"],
    ],
    [
      "is gone when dismissed",
      asked(ofPlatform, [{ login: "kim", state: "dismissed", dismissal: { by: "ana", was: "approved" } }]),
      none,
      ["kim: was dismissed by ana"],
    ],
    [
      "is not brought back by an older one when dismissed",
      asked(ofPlatform, [
        { login: "kim" },
        { login: "kim", state: "dismissed", dismissal: { by: null, was: "approved" } },
      ]),
      none,
      ["kim: was dismissed"],
    ],
    [
      "is gone when its giver asks for changes",
      asked(ofPlatform, [{ login: "kim" }, { login: "kim", state: "changes-requested" }]),
      none,
      ["kim: asked for changes after it"],
    ],
    [
      "stands when its giver comments",
      asked(ofPlatform, [{ login: "kim" }, { login: "kim", state: "commented" }]),
      ["kim"],
      none,
    ],
    [
      "counts after its giver asked for changes",
      asked(ofPlatform, [{ login: "kim", state: "changes-requested" }, { login: "kim" }]),
      ["kim"],
      none,
    ],
  ];
  it.each(cases)("%s", (_, state, approvedBy, ignored) => {
    expect(state.approvedBy).toEqual(approvedBy);
    expect(state.ignored.map(({ login, reason }) => `${String(login)}: ${reason}`)).toEqual(ignored);
  });

  describe("by a role whose binding is narrowed", () => {
    function countedOn(change: WrittenProposal["change"], racks: readonly string[]): readonly string[] {
      const approvals = [rule("asked", administrators)];
      const [state] = statesOf({
        base: { ...narrowed(racks), approvals },
        reviews: [{ login: "kim" }],
        ...(change === undefined ? {} : { change }),
      });
      return state?.approvedBy ?? ["no rule"];
    }
    const both = { ...LOG_LEVEL_ON_STAGING, ...LOG_LEVEL_ON_PRODUCTION };
    it("counts on its racks", () => {
      expect(countedOn(LOG_LEVEL_ON_STAGING, ["staging"])).toEqual(["kim"]);
    });
    it("counts on several racks only where it covers all of them", () => {
      expect([countedOn(both, ["staging"]), countedOn(both, ["staging", "prod-*"])]).toEqual([[], ["kim"]]);
    });
    it("does not count on what belongs to no rack", () => {
      expect(countedOn({ ...LOG_LEVEL_ON_STAGING, "tests/all.yml": { "0.name": '""' } }, ["*"])).toEqual([]);
    });
  });
});

describe("a request for changes", () => {
  const one = count(1, { teams: ["platform"] });
  const approval = { login: "lee" };
  const veto = { login: "kim", state: "changes-requested" } as const;
  const kimAs = (...as: readonly Contribution[]): WrittenProposal => ({
    contributors: [
      { login: "ana", as: ["author"], commits: [] },
      { login: "kim", as, commits: [commit("d")] },
    ],
  });
  const dismissed = (by: string | null): Partial<Review> => ({
    login: "kim",
    state: "dismissed",
    dismissal: { by, was: "changes-requested" },
  });
  const cases: readonly [rule: string, state: ApprovalState, vetoedBy: readonly string[]][] = [
    ["keeps waiting by somebody who would count", asked(one, [approval, veto]), ["kim"]],
    ["is nothing by somebody who would not", asked(one, [approval, { ...veto, login: "bo" }]), []],
    ["is nothing by who pushed", asked(one, [approval, veto], kimAs("commit-author", "pusher")), []],
    [
      "is not dodged by a commit that names who asked as its author",
      asked(one, [approval, veto], kimAs("commit-author")),
      ["kim"],
    ],
    [
      "is not dodged by a line that names who asked as a co-author",
      asked(one, [approval, veto], { coAuthors: [{ login: "kim", commits: [commit("d")] }] }),
      ["kim"],
    ],
    ["is lifted by who asked, approving", asked(one, [veto, approval, { login: "kim" }]), []],
    ["is lifted by somebody else's dismissal", asked(one, [approval, dismissed("bo")]), []],
    ["is not lifted by the author's dismissal", asked(one, [approval, dismissed("ana")]), ["kim"]],
    ["is not lifted by a workflow's dismissal", asked(one, [approval, dismissed("github-actions[bot]")]), ["kim"]],
    ["is not lifted by a dismissal of which nobody knows by whom", asked(one, [approval, dismissed(null)]), ["kim"]],
    ["holds whatever was pushed since", asked(one, [approval, { ...veto, saw: null }]), ["kim"]],
  ];
  it.each(cases)("%s", (_, state, vetoedBy) => {
    expect([state.vetoedBy, state.satisfied]).toEqual([vetoedBy, vetoedBy.length === 0]);
  });

  it("is named with the way out", () => {
    expect(asked(one, [approval, veto]).reason).toBe(
      "kim asked for changes; it waits until they approve, or somebody who did not contribute dismisses that",
    );
  });
});

describe("the state of a rule", () => {
  it("names what is missing and who could give it", () => {
    const [state] = statesOf({
      base: {
        approvals: [rule("production", count(2, { teams: ["platform", "web"] }), { when: when({ production: true }) })],
      },
      change: LOG_LEVEL_ON_PRODUCTION,
      reviews: [{ login: "kim" }, { login: "bo", saw: new Map() }],
    });
    expect(state).toEqual({
      rule: "production",
      satisfied: false,
      missing: 1,
      needed: 2,
      approvedBy: ["kim"],
      eligible: ["bo", "lee"],
      gaps: [{ count: 1, eligible: ["bo", "lee"] }],
      from: "platform or web",
      reason: "needs 1 more of platform or web: bo and lee could approve",
      vetoedBy: [],
      counted: [
        { login: "kim", commit: commit("b"), reason: "is among platform or web, and saw what merging does now" },
      ],
      ignored: [
        {
          login: "bo",
          commit: commit("b"),
          reason: "saw another change: racks/prod-eu/apps/web/env.yml LOG_LEVEL changed since",
        },
      ],
    });
  });

  it("says who satisfied it", () => {
    const state = asked(count(2, { teams: ["platform"] }), [{ login: "lee" }, { login: "kim" }]);
    expect([state.satisfied, state.missing, state.reason]).toEqual([true, 0, "approved by kim and lee"]);
  });

  it("says that nobody is left, and the way out", () => {
    const state = asked(count(2, { teams: ["platform"] }), [], {
      coAuthors: [{ login: "kim", commits: [commit("d")] }],
    });
    expect([state.satisfied, state.eligible, state.reason]).toEqual([
      false,
      ["lee"],
      "nobody left could satisfy it: it needs 2 more of platform, and only lee could still approve; the way out is to let " +
        "somebody else make the change, or to let more people approve by the rule asked in signalbox.yml",
    ]);
  });

  it("is by the default rules: production from who may write it, access from an administrator", () => {
    const change = { ...LOG_LEVEL_ON_PRODUCTION, "bindings/web.yml": { "0.role": '"x"' } };
    const states = statesOf({ author: "pia", base: { approvals: DEFAULT_RULES }, change, people: PEOPLE });
    expect(states.map(({ rule: name, eligible, from: words }) => [name, eligible, words])).toEqual([
      ["production", ["ana", "bo", "kim", "paul"], "those who may write it"],
      ["access", ["paul"], "role Administrator"],
    ]);
  });

  it("counts an approver's rights by the policy, not by the head", () => {
    const everybody = access(
      [ADMINISTRATOR, role("x", permission("all", "read"))],
      [{ role: "Administrator", subjects: ["user:eve"] }],
    );
    const [state] = statesOf({
      change: LOG_LEVEL_ON_PRODUCTION,
      head: { access: everybody },
      reviews: [{ login: "eve" }],
    });
    expect(state?.approvedBy).toEqual([]);
  });
});
