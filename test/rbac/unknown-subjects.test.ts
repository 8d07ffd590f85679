import { describe, expect, it } from "@jest/globals";
import type { Subject } from "../../src/manifest/types.ts";
import { unknownSubjectFindings } from "../../src/rbac/unknown-subjects.ts";
import { access, ADMINISTRATOR } from "./access-by-hand.ts";
import { count, from, propose, rule, when } from "./repo-by-hand.ts";

const bound = access(
  [ADMINISTRATOR],
  [
    { role: "Administrator", subjects: ["user:pia", "user:anna"] },
    { role: "Administrator", subjects: ["user:anna", "team:wbe", "app:gone"] },
  ],
);
const approvals = [
  rule("first", count(1, { users: ["anna", "bob", "gone[bot]"] }), { line: 4 }),
  rule("second", count(1, { teams: ["wbe", "plattform"] }), {
    when: when({ authors: from({ users: ["zoe"] }) }),
    line: 9,
  }),
];

function findings(...unknown: readonly Subject[]): ReturnType<typeof unknownSubjectFindings> {
  return unknownSubjectFindings(propose({ head: { access: bound, approvals }, unknown }));
}

describe("a name that nobody in the organisation has", () => {
  it("is said of a login with what to do", () => {
    const [binding] = bound.bindings;
    expect(findings("user:anna")).toEqual([
      {
        file: binding?.file,
        line: binding?.line,
        column: 1,
        rule: "unknown-subject",
        level: "warning",
        message: "expected a member of the organisation, found `user:anna`, who is none: it gives nobody anything",
        hint: "correct the login, or invite the account: the name means whoever has it when this is merged, once they are a member",
      },
    ]);
  });

  it("is said of a team with what to do", () => {
    expect(findings("team:plattform")).toEqual([
      {
        file: "signalbox.yml",
        line: 9,
        column: 1,
        rule: "unknown-subject",
        level: "warning",
        message:
          "expected a team of the organisation, found `team:plattform`, which there is not: it gives nobody anything",
        hint: "correct the slug, or make the team before this is merged: one of that name that is made later is not meant",
      },
    ]);
  });

  it("is said once, where it first stands: in bindings before rules, and of authors as of approvers", () => {
    const all = findings("user:anna", "team:wbe", "user:bob", "team:plattform", "user:zoe");
    expect(all.map(({ file, line, message }) => [file, line, /`(.*)`/.exec(message)?.[1]])).toEqual([
      [bound.bindings[0]?.file, bound.bindings[0]?.line, "user:anna"],
      [bound.bindings[1]?.file, bound.bindings[1]?.line, "team:wbe"],
      ["signalbox.yml", 4, "user:bob"],
      ["signalbox.yml", 9, "user:zoe"],
      ["signalbox.yml", 9, "team:plattform"],
    ]);
  });

  it("is not said of Apps, which GitHub lists nowhere, nor of a name that the head has not", () => {
    expect(findings("app:gone", "user:gone[bot]", "user:gone")).toEqual([]);
  });
});
