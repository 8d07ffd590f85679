import { describe, expect, it } from "@jest/globals";
import { suspendCheck } from "../../src/handlers/suspend-check.ts";
import type { CheckRun, StandingCheck } from "../../src/handlers/ports.ts";
import type { CommitSha } from "../../src/manifest/types.ts";
import { pullRequest } from "./handler-world.ts";

const head = "a".repeat(40) as CommitSha;

async function suspended(
  conclusion: StandingCheck["conclusion"],
  pull: Partial<ReturnType<typeof pullRequest>> = {},
): Promise<readonly CheckRun[]> {
  const written: CheckRun[] = [];
  await suspendCheck(
    {
      github: { defaultBranch: "main", pullRequest: () => Promise.resolve(pullRequest({ number: 1, head, ...pull })) },
      writer: {
        standingCheck: () => (conclusion === "unknown" ? null : { conclusion, externalId: "" }),
        publishCheck: (check) => Promise.resolve(void written.push(check)),
      },
    },
    1,
  );
  return written;
}

describe("a verdict that may not stand any more", () => {
  it.each(["success", "neutral", "unknown"])("goes back to in progress where it is %s", async (conclusion) => {
    expect(await suspended(conclusion)).toMatchObject([{ head, conclusion: null }]);
  });

  it.each(["failure", null])("is left where it lets nothing through (%s)", async (conclusion) => {
    expect(await suspended(conclusion)).toEqual([]);
  });

  it("is left on pull requests that are closed or into another branch", async () => {
    expect(await suspended("success", { open: false })).toEqual([]);
    expect(await suspended("success", { baseBranch: "lax" })).toEqual([]);
  });
});
