// One pull request, judged by the running Signalbox from what GitHub tells it, and by `signalbox check` in somebody's clone: the
// same bytes.
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { until } from "../../src/demo/until.ts";
import { run } from "../commands/run-command.ts";
import { LIMIT_MS, openAttackWorld, PRODUCTION_WEB, type AttackWorld } from "./attack-world.ts";

const TEST = `- name: web developers do not touch production
  as: "user:ana"
  teams: [web]
  mayNot: { write: [applications web on production] }
`;

let world: AttackWorld;
beforeAll(async () => {
  const edit = (files: Map<string, string>): void => void files.set("tests/web.yml", TEST);
  world = await openAttackWorld(edit, { SIGNALBOX_LOG_LEVEL: "debug" });
}, LIMIT_MS);
afterAll(() => world.close());

/** The newest verdict on a pull request with this outcome, as the log has it. */
function logged(pull: number, outcome: string): Promise<string> {
  return until(`the log to have a verdict on #${String(pull)}: ${outcome}`, () => {
    const lines = world.log.filter((line) => line.includes(`"pull":${String(pull)},`) && line.includes('"judged"'));
    const verdicts = lines.map((line) => JSON.stringify((JSON.parse(line) as Logged).verdict, null, 2));
    const found = verdicts.findLast((verdict) => verdict.includes(`"outcome": "${outcome}"`));
    return Promise.resolve({ seen: String(verdicts.length), ...(found === undefined ? {} : { found }) });
  });
}

interface Logged {
  readonly verdict: unknown;
}

const TEAMS = ["--team", "platform=pia,paul,petra", "--team", "web=ana,bo,mallory,nils"];

async function checked(branch: string, ...people: readonly string[]): Promise<string> {
  const { folder } = await world.clone("bo", branch);
  const revisions = ["--base", "origin/main", "--head", `origin/${branch}`];
  const ran = await run(["check", ...revisions, ...people, ...TEAMS, "--format", "json"], { folder });
  expect(ran.err).toBe("");
  return ran.out.trimEnd();
}

describe("the verdict on a pull request", () => {
  it(
    "is the same in the clone as at GitHub, before and after its approval",
    async () => {
      const pull = await world.propose("pia", "same", {
        [`${PRODUCTION_WEB}/env.yml`]: (text) => `${text}SAME: "1"\n`,
      });
      const pia = ["--author", "pia"];
      expect(await checked("same", ...pia)).toBe(await logged(pull, "waiting"));
      await world.stage.person("paul").review(pull, "APPROVE");
      expect(await checked("same", ...pia, "--approved-by", "paul")).toBe(await logged(pull, "ready"));
    },
    LIMIT_MS,
  );

  it(
    "is the same where it is blocked, by rights and by what is wrong",
    async () => {
      const pull = await world.propose("ana", "worse", {
        [`${PRODUCTION_WEB}/app.yml`]: () => "build: { imges: true }\n",
        "bindings/mine.yml": () => '- role: OperatorV2\n  subjects: ["user:ana"]\n',
      });
      expect(await checked("worse", "--author", "ana")).toBe(await logged(pull, "blocked"));
    },
    LIMIT_MS,
  );

  it(
    "is the same where a policy test fails by it, which stands on the line of the test",
    async () => {
      const pull = await world.propose("olga", "wider", {
        "roles/web-developer.yml": (text) => text.replace("racks: [staging], action: write", "action: write"),
      });
      expect(await checked("wider", "--author", "olga")).toBe(await logged(pull, "blocked"));
      const check = await world.stage.onlooker.check(
        pull,
        /^Blocked: 1 thing to fix: policy-test in tests\/web\.yml:4/,
      );
      expect(check.annotations.filter(({ path }) => path.startsWith("tests/"))).toEqual([
        {
          path: "tests/web.yml",
          line: 4,
          message: expect.stringMatching(
            /^"web developers do not touch production": expected user:ana may not write applications web on production, found yes: /,
          ),
        },
      ]);
    },
    LIMIT_MS,
  );
});
