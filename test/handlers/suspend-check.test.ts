import { describe, expect, it } from "@jest/globals";
import { suspendCheck } from "../../src/handlers/suspend-check.ts";
import type { CheckRun, StandingCheck } from "../../src/handlers/ports.ts";
import { createTurns } from "../../src/handlers/turns.ts";
import type { CommitSha } from "../../src/manifest/types.ts";
import { pullRequest, type Opened } from "./handler-world.ts";

const head = "a".repeat(40) as CommitSha;

async function suspended(
  conclusion: StandingCheck["conclusion"],
  pull: Partial<Opened> = {},
): Promise<readonly CheckRun[]> {
  const written: CheckRun[] = [];
  const standing = (): StandingCheck | null => {
    const last = written.at(-1);
    if (last !== undefined) return { conclusion: last.conclusion, externalId: last.externalId };
    return conclusion === "unknown" ? null : { conclusion, externalId: "" };
  };
  await suspendCheck(
    {
      github: { defaultBranch: "main", pullRequest: () => Promise.resolve(pullRequest({ number: 1, head, ...pull })) },
      writer: {
        standingCheck: standing,
        publishCheck: (check) => Promise.resolve(void written.push(check)),
      },
      inTurn: createTurns(),
    },
    1,
    "reopened",
  );
  return written;
}

describe("a verdict that may not stand any more", () => {
  it.each(["success", "neutral", "unknown"])("goes back to in progress where it is %s", async (conclusion) => {
    expect(await suspended(conclusion)).toMatchObject([
      { head, conclusion: null, title: "Waiting: being judged again, since it was reopened" },
    ]);
  });

  it("goes back once more where a check that had begun before made it green", async () => {
    const written: CheckRun[] = [];
    const inTurn = createTurns();
    const green = { head, conclusion: "success" } as CheckRun; // the rest is not looked at
    let judged = (): void => undefined;
    const judging = inTurn(head, async () => {
      await new Promise<void>((resolve) => (judged = resolve));
      written.push(green);
    });
    const suspending = suspendCheck(
      {
        github: { defaultBranch: "main", pullRequest: () => Promise.resolve(pullRequest({ number: 1, head })) },
        writer: {
          standingCheck: () => ({ conclusion: written.at(-1)?.conclusion ?? null, externalId: "" }),
          publishCheck: (check) => Promise.resolve(void written.push(check)),
        },
        inTurn,
      },
      1,
      "reopened",
    );
    await new Promise(setImmediate);
    judged();
    await Promise.all([judging, suspending]);
    expect(written.map(({ conclusion }) => conclusion)).toEqual(["success", null]);
  });

  it.each(["failure", null])("is left where it lets nothing through (%s)", async (conclusion) => {
    expect(await suspended(conclusion)).toEqual([]);
  });

  it("is left on pull requests that are closed or into another branch", async () => {
    expect(await suspended("success", { open: false })).toEqual([]);
    expect(await suspended("success", { baseBranch: "lax" })).toEqual([]);
  });
});
