// By what login an account is judged that was named at another moment.
import { describe, expect, it } from "@jest/globals";
import type { Subject } from "../../src/manifest/types.ts";
import { loginAmong, memberOfId } from "../../src/rbac/accounts.ts";

const IDS = new Map<Subject, number>([
  ["user:ana", 7],
  ["user:bo", 2],
  ["team:web", 9],
]);

describe("an account", () => {
  it.each<[rule: string, account: { login: string; id: number }, login: string]>([
    ["goes by its login where that is still its own", { login: "bo", id: 2 }, "bo"],
    ["goes by the login of now where it has another one", { login: "bob", id: 2 }, "bo"],
    ["goes by the login of now though a member has the one of then", { login: "ana", id: 2 }, "bo"],
    ["goes by a login that nobody can have where a member has its own", { login: "ana", id: 1 }, "ana#1"],
    ["goes by its login where it is no member's", { login: "eve", id: 5 }, "eve"],
    ["is no team of the same id", { login: "eve", id: 9 }, "eve"],
  ])("%s", (_rule, account, login) => {
    expect(loginAmong(IDS, account)).toBe(login);
  });

  it("is a member by its id alone", () => {
    expect([memberOfId(IDS, 7), memberOfId(IDS, 9), memberOfId(IDS, 1)]).toEqual(["ana", undefined, undefined]);
  });
});
