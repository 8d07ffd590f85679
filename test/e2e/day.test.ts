import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DAY, SESSION_KEY } from "../../src/demo/day.ts";
import { until } from "../../src/demo/until.ts";
import { githubDescriptions } from "../openapi/description.ts";
import { describeWith } from "../optional.ts";
import { openTestWorld, type TestWorld } from "./open-world.ts";

const STEP_LIMIT_MS = 45_000;

describe("the day of the demo", () => {
  let opened: TestWorld;
  beforeAll(async () => {
    opened = await openTestWorld();
  }, STEP_LIMIT_MS);
  afterAll(() => opened.close());

  // In order: each step begins where the one before it ended, as a day does.
  it.each(DAY.map((step) => [step.title, step] as const))(
    "%s",
    async (_title, step) => {
      const toldBefore = opened.told.length;
      await step.play(opened.stage);
      expect(opened.told.length).toBeGreaterThan(toldBefore);
    },
    STEP_LIMIT_MS,
  );

  it("says at most two comments on a pull request, one of each kind", async () => {
    for (const pull of [1, 2, 3, 4, 5, 6, 7]) {
      const comments = await opened.stage.onlooker.comments(pull);
      expect(new Set(comments.map((body) => body.split("\n")[0])).size).toBe(comments.length);
      expect(comments.length).toBeLessThanOrEqual(2);
    }
  });

  it("tells the whole day in the ledger, and the ledger is whole", async () => {
    const audit = await opened.stage.audit();
    expect(audit).toMatch(/olga[^\n]*held|held[^\n]*olga/);
    expect(audit).toContain("rolled-back");
  });

  it("shows no sealed value and no rack's password in any log, comment, check or record", async () => {
    const { racks } = opened.world.info();
    const passwords = Object.values(racks).map((rack) => rack.password);
    const everything = [...opened.log, ...opened.sent].join("\n");
    for (const secret of [SESSION_KEY, ...passwords]) {
      expect(everything.includes(secret)).toBe(false);
      expect(everything.includes(Buffer.from(secret).toString("base64").replace(/=+$/, ""))).toBe(false);
    }
  });

  it(
    "asks nothing of a rack when nothing has changed",
    async () => {
      const { racks } = opened.world.info();
      const writes = async (): Promise<readonly string[]> => {
        const log = await requestsOf(racks["staging"]?.control ?? "");
        return log.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
      };
      const before = await writes();
      opened.world.signalbox.kill("SIGKILL");
      await until("Signalbox to be ready again", async () => {
        const answer = await fetch(`${opened.world.info().signalbox.url}/readyz`).catch(() => null);
        return answer?.status === 200 ? { found: true, seen: "" } : { seen: String(answer?.status) };
      });
      expect(await writes()).toEqual(before);
    },
    STEP_LIMIT_MS,
  );

  describeWith(githubDescriptions, "what is said to GitHub and by the simulated one, all day", () => {
    it("is what GitHub's descriptions allow", () => {
      expect(opened.sent.length).toBeGreaterThan(50);
      expect(opened.problems).toEqual([]);
    });
  });
});

interface LoggedRequest {
  readonly method: string;
  readonly path: string;
}

async function requestsOf(control: string): Promise<readonly LoggedRequest[]> {
  // The simulator's own format (spec §9).
  return (await (await fetch(`${control}/log`)).json()) as readonly LoggedRequest[];
}
