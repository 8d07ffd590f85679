// Which reviews stand where the base of the pull request was changed.
import { describe, expect, it } from "@jest/globals";
import type { Review } from "../../src/rbac/proposal.ts";
import { standingReviews } from "../../src/rbac/reviews.ts";
import { commit, LOG_LEVEL_ON_STAGING, NOON, propose } from "./repo-by-hand.ts";

function standing(...reviews: readonly Partial<Review>[]): Readonly<Record<string, readonly unknown[]>> {
  const found = standingReviews(propose({ change: LOG_LEVEL_ON_STAGING, reviews }));
  const logins = (list: readonly Pick<Review, "login">[]): readonly unknown[] => list.map(({ login }) => login);
  return { approvals: logins(found.approvals), vetoes: logins(found.vetoes), gone: found.gone };
}

describe("after a change of the base", () => {
  const gone = { login: "kim", commit: commit("b"), reason: "was given before the base was changed" };
  const retargetedAt = NOON + 1;

  it("an approval of before is gone, and so said", () => {
    expect(standing({ login: "kim", retargetedAt })).toEqual({ approvals: [], vetoes: [], gone: [gone] });
  });
  it("an approval that is given once more counts", () => {
    expect(standing({ login: "kim", retargetedAt }, { login: "kim" })).toEqual({
      approvals: ["kim"],
      vetoes: [],
      gone: [],
    });
  });
  it("a comment makes the approval of before no younger", () => {
    expect(standing({ login: "kim", retargetedAt }, { login: "kim", state: "commented" })).toEqual({
      approvals: [],
      vetoes: [],
      gone: [gone],
    });
  });
  it("a request for changes of before still stands", () => {
    const veto = { login: "kim", state: "changes-requested", retargetedAt } as const;
    expect(standing(veto)).toEqual({ approvals: [], vetoes: ["kim"], gone: [] });
  });
});
