// What a name in git gives once somebody else has it.
import { describe, expect, it } from "@jest/globals";
import type { Subject } from "../../src/manifest/types.ts";
import { judge } from "../../src/rbac/judge.ts";
import type { ChangedName, People, Proposal } from "../../src/rbac/proposal.ts";
import { changedWords, peopleByRecordedIds, type Named, type RecordedIds } from "../../src/rbac/recorded-ids.ts";
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

const NAMED: Named = { apps: new Map<Subject, number>([["app:renovate", 31]]), filesOf: () => ["bindings/web.yml"] };

describe("a name", () => {
  const bindings = { files: ["bindings/web.yml"] };
  it.each<[rule: string, recorded: [Subject, number | null], changed: ChangedName | null]>([
    ["means whom it meant while the id is the same", ["user:ana", 1], null],
    [
      "means nobody once its account is another",
      ["user:ana", 9],
      { name: "user:ana", then: { id: 9, now: null }, now: { id: 1, logins: new Set(["ana"]) }, ...bindings },
    ],
    [
      "means nobody where there was nobody when it was merged",
      ["user:ana", null],
      { name: "user:ana", then: null, now: { id: 1, logins: new Set(["ana"]) }, ...bindings },
    ],
    [
      "means nobody once its account has another login",
      ["user:cy", 2],
      { name: "user:cy", then: { id: 2, now: "user:bo" }, now: null, ...bindings },
    ],
    [
      "means nobody once its account has another login, whoever took the one of then",
      ["user:ana", 2],
      { name: "user:ana", then: { id: 2, now: "user:bo" }, now: { id: 1, logins: new Set(["ana"]) }, ...bindings },
    ],
    ["that nobody has any more is no member's, as before", ["user:eve", 5], null],
    ["that never was anybody's is nobody's, as before", ["user:eve", null], null],
    [
      "of a team that was made anew means nobody",
      ["team:web", 9],
      { name: "team:web", then: { id: 9, now: null }, now: { id: 11, logins: new Set(["ana"]) }, ...bindings },
    ],
    [
      "of a team that has another slug now means nobody",
      ["team:web", 12],
      { name: "team:web", then: { id: 12, now: "team:ops" }, now: { id: 11, logins: new Set(["ana"]) }, ...bindings },
    ],
    [
      "of a team that is gone means nobody",
      ["team:gone", 5],
      { name: "team:gone", then: { id: 5, now: null }, now: null, ...bindings },
    ],
    ["of a team that never was is nobody's, as before", ["team:gone", null], null],
    ["of an App means it while its account is the same", ["app:renovate", 31], null],
    ["of an App that does nothing here is not looked at", ["app:other", 32], null],
    [
      "of an App means nobody once its account is another",
      ["app:renovate", 30],
      {
        name: "app:renovate",
        then: { id: 30, now: null },
        now: { id: 31, logins: new Set(["renovate[bot]"]) },
        ...bindings,
      },
    ],
    [
      "of an App that has another slug now means nobody",
      ["app:former", 31],
      { name: "app:former", then: { id: 31, now: "app:renovate" }, now: null, ...bindings },
    ],
  ])("%s", (_rule, [name, id], changed) => {
    const people = peopleByRecordedIds(NOW, new Map([[name, id]]), NAMED);
    const left = changed !== null && name === "team:web" ? ["ops"] : ["web", "ops"];
    expect([[...people.changed.values()], [...people.teams.keys()], people.members]).toEqual([
      changed === null ? [] : [changed],
      left,
      NOW.members,
    ]);
  });

  it("leaves the people the same object while all are who they were, so that what is known of them is kept", () => {
    const people = peopleByRecordedIds(NOW, new Map([["user:ana", 1]]), NAMED);
    expect(peopleByRecordedIds(NOW, new Map(), NAMED)).toBe(people);
    expect(peopleByRecordedIds(NOW, new Map([["user:ana", 9]]), NAMED)).not.toBe(people);
  });

  it("means nobody where GitHub does not say the id of who has it", () => {
    const people = peopleByRecordedIds({ ...NOW, ids: new Map() }, new Map([["user:ana", 1]]), NAMED);
    expect([...people.changed.values()].map(({ now }) => now)).toEqual([{ id: null, logins: new Set(["ana"]) }]);
  });
});

describe("the words for a name that is another's now", () => {
  it.each<[says: string, recorded: [Subject, number | null], files: string[], words: string]>([
    [
      "say both ids, who the one of then is now, who puts it right, and where",
      ["user:ana", 2],
      ["bindings/web.yml"],
      "user:ana is now another account than the one that it was when it was merged (id 1, then 2, which is user:bo now) and gets " +
        "nothing by the name: whoever may write users puts it right in bindings/web.yml, as user:bo for the one of then, or by a " +
        "merge without user:ana and one with it again for the one of now",
    ],
    [
      "say that there was nobody",
      ["user:ana", null],
      ["signalbox.yml"],
      "user:ana is now another account than the one that it was when it was merged (id 1, then nobody) and gets nothing by the " +
        "name: whoever may write organization-settings puts it right in signalbox.yml, by a merge without user:ana and one with " +
        "it again for the one of now",
    ],
    [
      "say what it is for a team, in all its files",
      ["team:web", 9],
      ["bindings/web.yml", "signalbox.yml"],
      "team:web is now another team than the one that it was when it was merged (id 11, then 9) and gets nothing by the name: " +
        "whoever may write users and organization-settings puts it right in bindings/web.yml and signalbox.yml, by a merge " +
        "without team:web and one with it again for the one of now",
    ],
    [
      "say what it is for an App",
      ["app:renovate", 30],
      [],
      "app:renovate is now another App than the one that it was when it was merged (id 31, then 30) and gets nothing by the name",
    ],
    [
      "say who a name was that nobody has now",
      ["user:cy", 2],
      ["bindings/web.yml"],
      "user:cy is no longer the account that it was when it was merged (then 2, which is user:bo now): whoever may write users " +
        "puts it right in bindings/web.yml, as user:bo for the one of then",
    ],
  ])("%s", (_says, [name, id], files, words) => {
    const people = peopleByRecordedIds(NOW, new Map([[name, id]]), { ...NAMED, filesOf: () => files });
    expect(changedWords([...people.changed.values()])).toBe(words);
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
  return peopleByRecordedIds({ ...PEOPLE, ids }, recorded, NAMED);
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
      /nobody could still approve; team:platform is now another team than the one that it was when it was merged [^;]*; the way out/,
    );
  });

  it("is not listed among those who may", () => {
    const given = access([ADMINISTRATOR], [{ role: "Administrator", subjects: ["user:ana", "user:bo", "team:web"] }]);
    const recorded: RecordedIds = new Map<Subject, number>([
      ["user:ana", 9],
      ["team:web", 9],
    ]);
    const may = whoMay(given, peopleByRecordedIds(NOW, recorded, NAMED), question("write all"), NOON);
    expect(may.map(({ subject }) => subject)).toEqual(["user:bo"]);
  });
});

describe("the authors of an approval rule", () => {
  const idsOf = (...others: readonly [Subject, number | null][]): People => {
    const logins = [...PEOPLE.members].map((login): Subject => `user:${login}`);
    const slugs = [...PEOPLE.teams.keys()].map((slug): Subject => `team:${slug}`);
    const ids = new Map([...logins, ...slugs].map((subject, index) => [subject, index + 1]));
    return peopleByRecordedIds({ ...PEOPLE, ids }, new Map([...ids, ...others]), NAMED);
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

  it("are told by what name of before the rule holds for them, and of no other name that is another's now", () => {
    const asked = rule("asked", count(1, {}), { when: when({ authors: from({ users: ["cy", "bo"] }) }) });
    const proposal = propose({
      ...{ change: LOG_LEVEL_ON_STAGING, base: { approvals: [asked] } },
      ...{ people: idsOf(["user:cy", anasId], ["user:bo", 999]), author: "ana" },
    });
    expect(judge(policyOf(proposal), proposal).approvals[0]?.reason.split("; ")[1]).toBe(
      "the rule holds for this author since user:cy is no longer the account that it was when it was merged (then 1, which is " +
        "user:ana now): whoever may write users puts it right in bindings/web.yml, as user:ana for the one of then",
    );
  });
});
