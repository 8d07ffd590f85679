// What a name in git gives once somebody else has it.
import { describe, expect, it } from "@jest/globals";
import type { Subject } from "../../src/manifest/types.ts";
import { judge } from "../../src/rbac/judge.ts";
import type { People, Proposal } from "../../src/rbac/proposal.ts";
import { peopleByRecordedIds, type RecordedIds } from "../../src/rbac/recorded-ids.ts";
import { whoMay } from "../../src/rbac/who-may.ts";
import { access, ADMINISTRATOR, question } from "./access-by-hand.ts";
import {
  ACCESS,
  count,
  from,
  LOG_LEVEL_ON_STAGING,
  NOON,
  PEOPLE,
  policyOf,
  propose,
  rule,
  when,
} from "./repo-by-hand.ts";

const NOW = {
  members: new Set(["ana", "bo"]),
  teams: new Map([
    ["web", new Set(["ana"])],
    ["ops", new Set(["bo"])],
  ]),
  ids: new Map<Subject, number>([
    ["user:ana", 1],
    ["user:bo", 2],
    ["team:web", 11],
    ["team:ops", 12],
  ]),
};

describe("a name", () => {
  it.each<[rule: string, recorded: [Subject, number | null][], replaced: Subject[], teams: string[]]>([
    ["means whom it meant while the id is the same", [["user:ana", 1]], [], ["web", "ops"]],
    ["that no merge recorded yet means who has it", [], [], ["web", "ops"]],
    ["means nobody once its account is another", [["user:ana", 9]], ["user:ana"], ["web", "ops"]],
    ["means nobody where there was nobody when it was merged", [["user:ana", null]], ["user:ana"], ["web", "ops"]],
    ["of a team that was made anew means nobody, and the team has nobody", [["team:web", 9]], ["team:web"], ["ops"]],
    ["that nobody has any more is no member's, as before", [["user:eve", 5]], [], ["web", "ops"]],
    ["of a team that is gone stays unknown, as before", [["team:gone", 5]], [], ["web", "ops"]],
  ])("%s", (_rule, recorded, replaced, teams) => {
    const people = peopleByRecordedIds(NOW, new Map(recorded));
    expect([[...people.replaced.keys()], [...people.teams.keys()], people.members]).toEqual([
      replaced,
      teams,
      NOW.members,
    ]);
  });

  it("leaves the people the same object while all are who they were, so that what is known of them is kept", () => {
    const people = peopleByRecordedIds(NOW, new Map([["user:ana", 1]]));
    expect(peopleByRecordedIds(NOW, new Map())).toBe(people);
    expect(peopleByRecordedIds(NOW, new Map([["user:ana", 9]]))).not.toBe(people);
  });

  it("means nobody where GitHub does not say the id of who has it", () => {
    const people = peopleByRecordedIds({ ...NOW, ids: new Map() }, new Map([["user:ana", 1]]));
    expect([...people.replaced.keys()]).toEqual(["user:ana"]);
  });
});

describe("whom a name meant", () => {
  it.each<[rule: string, recorded: [Subject, number | null][], meant: [Subject, string | null][]]>([
    ["is who has it, while the id is the same", [["user:ana", 1]], []],
    ["goes by another login now", [["user:cy", 2]], [["user:cy", "bo"]]],
    ["goes by another login now, whoever took the name", [["user:ana", 2]], [["user:ana", "bo"]]],
    ["is no member any more", [["user:ana", 9]], []],
    ["was nobody", [["user:ana", null]], []],
    ["is not known of a team that was made anew", [["team:web", 9]], [["team:web", null]]],
    ["is not known of a team that is gone", [["team:gone", 5]], [["team:gone", null]]],
    ["was nobody, of a team that was none", [["team:gone", null]], []],
  ])("%s", (_rule, recorded, meant) => {
    expect([...peopleByRecordedIds(NOW, new Map(recorded)).meant]).toEqual(meant);
  });
});

/** Everybody and every team has the id that was recorded, but these. */
function peopleBut(...others: readonly Subject[]): People {
  const logins = [...PEOPLE.members].map((login): Subject => `user:${login}`);
  const slugs = [...PEOPLE.teams.keys()].map((slug): Subject => `team:${slug}`);
  const ids = new Map([...logins, ...slugs].map((subject, index) => [subject, index + 1]));
  const recorded: RecordedIds = new Map(
    [...ids].map(([subject, id]) => [subject, others.includes(subject) ? 999 : id]),
  );
  return peopleByRecordedIds({ ...PEOPLE, ids }, recorded);
}

describe("a name that is another's now", () => {
  const change = LOG_LEVEL_ON_STAGING;

  it("gives no rights by a binding, and the reason says so", () => {
    const base = { access: access([...ACCESS.roles.values()], [{ role: "Administrator", subjects: ["user:ana"] }]) };
    const proposal = propose({ base, change, people: peopleBut("user:ana") });
    expect(judge(policyOf(proposal), proposal).violations.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(
        /^user:ana has no binding; user:ana is now another account than the one that it was when it was merged/,
      ),
    ]);
  });

  it("takes away nothing that they hold through a team", () => {
    const proposal = propose({ change, people: peopleBut("user:ana") });
    expect(judge(policyOf(proposal), proposal).violations).toEqual([]);
  });

  it.each<[rule: string, other: Subject, require: ReturnType<typeof count>, reason: RegExp]>([
    [
      "gives no approval to a person",
      "user:kim",
      count(1, { users: ["kim"] }),
      /^is not among those whom the rule asks \(kim\): user:kim is now another account than/,
    ],
    [
      "gives no approval to a team",
      "team:platform",
      count(1, { teams: ["platform"] }),
      /^is not among those whom the rule asks \(platform\): team:platform is now another team than/,
    ],
  ])("%s", (_rule, other, require, reason) => {
    const approvals = [rule("asked", require)];
    const proposal = propose({ base: { approvals }, change, reviews: [{ login: "kim" }], people: peopleBut(other) });
    const [state] = judge(policyOf(proposal), proposal).approvals;
    expect([state?.satisfied, state?.approvedBy, state?.eligible]).toEqual([false, [], []]);
    expect(state?.ignored).toEqual([expect.objectContaining({ login: "kim", reason: expect.stringMatching(reason) })]);
  });

  it("is named where nobody is left because of it", () => {
    const approvals = [rule("asked", count(1, { teams: ["platform"] }))];
    const proposal = propose({ base: { approvals }, change, people: peopleBut("team:platform") });
    expect(judge(policyOf(proposal), proposal).approvals[0]?.reason).toMatch(
      /nobody could still approve; team:platform is now another team than the one that it was when it was merged; the way out/,
    );
  });

  it("is not listed among those who may", () => {
    const given = access([ADMINISTRATOR], [{ role: "Administrator", subjects: ["user:ana", "user:bo", "team:web"] }]);
    const recorded: RecordedIds = new Map<Subject, number>([
      ["user:ana", 9],
      ["team:web", 9],
    ]);
    const may = whoMay(given, peopleByRecordedIds(NOW, recorded), question("write all"), NOON);
    expect(may.map(({ subject }) => subject)).toEqual(["user:bo"]);
  });
});

describe("the authors of an approval rule", () => {
  const idsOf = (...others: readonly [Subject, number | null][]): People => {
    const logins = [...PEOPLE.members].map((login): Subject => `user:${login}`);
    const slugs = [...PEOPLE.teams.keys()].map((slug): Subject => `team:${slug}`);
    const ids = new Map([...logins, ...slugs].map((subject, index) => [subject, index + 1]));
    return peopleByRecordedIds({ ...PEOPLE, ids }, new Map([...ids, ...others]));
  };
  const anasId = 1;
  it.each<
    [rule: string, authors: Parameters<typeof from>[0], proposed: Pick<Proposal, "people" | "author">, met: boolean]
  >([
    ["are whom it names", { users: ["ana"] }, { people: idsOf(), author: "ana" }, true],
    ["are nobody else", { users: ["ana"] }, { people: idsOf(), author: "bo" }, false],
    [
      "are whoever took a login that it names",
      { users: ["ana"] },
      { people: idsOf(["user:ana", 999]), author: "ana" },
      true,
    ],
    [
      "are who gave up a login that it names",
      { users: ["cy"] },
      { people: idsOf(["user:cy", anasId]), author: "ana" },
      true,
    ],
    [
      "are not who merely has a login of before",
      { users: ["cy"] },
      { people: idsOf(["user:cy", anasId]), author: "bo" },
      false,
    ],
    [
      "are the new people of a team of the same slug",
      { teams: ["web"] },
      { people: idsOf(["team:web", 999]), author: "bo" },
      true,
    ],
    [
      "are anybody where its team is another one now",
      { teams: ["web"] },
      { people: idsOf(["team:web", 999]), author: "eve" },
      true,
    ],
    [
      "are anybody where its team is gone",
      { teams: ["gone"] },
      { people: idsOf(["team:gone", 5]), author: "eve" },
      true,
    ],
    [
      "are nobody of a team that never was",
      { teams: ["gone"] },
      { people: idsOf(["team:gone", null]), author: "eve" },
      false,
    ],
    [
      "are whoever took a login that holds its role",
      { roles: ["viewer"] },
      { people: idsOf(["user:eve", 999]), author: "eve" },
      true,
    ],
    [
      "are who gave up a login that holds its role",
      { roles: ["viewer"] },
      { people: idsOf(["user:eve", anasId]), author: "ana" },
      true,
    ],
    ["are not others of the role's", { roles: ["viewer"] }, { people: idsOf(["user:eve", 999]), author: "bo" }, false],
  ])("%s", (_rule, authors, proposed, met) => {
    const asked = rule("asked", count(1, {}), { when: when({ authors: from(authors) }) });
    const proposal = propose({ change: LOG_LEVEL_ON_STAGING, base: { approvals: [asked] }, ...proposed });
    expect(judge(policyOf(proposal), proposal).approvals.map(({ rule: name }) => name)).toEqual(met ? ["asked"] : []);
  });
});
