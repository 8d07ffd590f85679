// What an event costs at GitHub: requests of the App to its REST API from the event to the quiet after it, with warm memberships.
// The table of docs/requests.md is this test's own.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DEFAULT_PEOPLE } from "../../src/commands/people-file.ts";
import type { Clone } from "../../src/demo/people.ts";
import { openTestWorld, type TestWorld } from "./open-world.ts";
import { actAs, costOf, requestLog, untilQuiet } from "./request-log.ts";

const LIMIT_MS = 120_000;
const TABLE = join(import.meta.dirname, "../../docs/requests.md");
const STAGING = "racks/staging/apps/web/env.yml";
const PRODUCTION = "racks/production/apps/web/env.yml";
/** Whole seconds, as GitHub tells them. */
const LIMITED_MS = 1_000;

let opened: TestWorld;
let pull: number;
let other: number;
beforeAll(async () => {
  opened = await openTestWorld({
    people: { ...DEFAULT_PEOPLE, lena: { teams: ["lunch"] } },
    edit: (files) => {
      files.set("signalbox.yml", (files.get("signalbox.yml") ?? "").replace("interval: 1m", "interval: 1h"));
    },
  });
  pull = await propose("pia", "measured", PRODUCTION);
  other = await propose("paul", "elsewhere", PRODUCTION);
  await opened.stage.onlooker.check(pull, /^Waiting/);
  await opened.stage.onlooker.check(other, /^Waiting/);
  await quiet();
}, LIMIT_MS);
afterAll(() => opened.close());

async function propose(login: string, branch: string, path: string): Promise<number> {
  await push(login, branch, path);
  return opened.stage.person(login).openPullRequest(branch, `Change ${branch}`);
}

const clones = new Map<string, Clone>();

async function push(login: string, branch: string, path: string): Promise<void> {
  const clone = clones.get(branch) ?? (await opened.stage.person(login).branch(branch));
  clones.set(branch, clone);
  await clone.write(path, (text) => `${text}K${String(Math.trunc(performance.now()))}: "1"\n`);
  await clone.push(`Change ${branch}`);
}

/** What GitHub would not take, and how long it was until it was asked for the same again. */
async function refusals(): Promise<readonly { readonly request: string; readonly askedAgainMs: number }[]> {
  const log = await requestLog(opened.world);
  return log.flatMap((refused, index) => {
    if (refused.status !== 403) return [];
    const again = log.slice(index + 1).find(({ method, path }) => method === refused.method && path === refused.path);
    const askedAgainMs = again === undefined ? 0 : Date.parse(again.at) - Date.parse(refused.at);
    return [{ request: `${refused.method} ${refused.path}`, askedAgainMs }];
  });
}

const quiet = (): Promise<void> => untilQuiet(opened.world);
const asPerson = (login: string, call: string, body?: object): Promise<void> => actAs(opened.world, login, call, body);

const repo = "/repos/acme/config";

describe("the requests of an event", () => {
  it(
    "are as few as the table says",
    async () => {
      const issue = `${repo}/issues/${String(pull)}`;
      const rows: [string, () => Promise<unknown>][] = [
        ["a push to a pull request", () => push("pia", "measured", PRODUCTION)],
        [
          "a review",
          () =>
            asPerson("paul", `POST ${repo}/pulls/${String(pull)}/reviews`, { event: "REQUEST_CHANGES", body: "No" }),
        ],
        [
          "an event that changes nothing (a label)",
          () => asPerson("ana", `POST ${issue}/labels`, { labels: ["urgent"] }),
        ],
        ["a comment of somebody's", () => asPerson("ana", `POST ${issue}/comments`, { body: "Well." })],
        ["a push to a branch without a pull request", () => push("bo", "loose", STAGING)],
        ["a change of a team that nothing names", () => asPerson("olga", "PUT /orgs/acme/teams/lunch/memberships/bo")],
        [
          "a change of a team, with two pull requests open",
          () => asPerson("olga", "PUT /orgs/acme/teams/platform/memberships/bo"),
        ],
        ["a retarget, and back", () => retarget()],
      ];
      // A head that comes a minute after Signalbox began has no run of an earlier one.
      await post(`${opened.world.info().github.control}/clock`, { advance: "2m" });
      await costOf(opened.world, () => asPerson("ana", `POST ${issue}/labels`, { labels: ["warm"] }));
      const table: string[] = [];
      for (const [event, act] of rows) {
        const sent = await costOf(opened.world, act);
        const writes = sent.filter((request) => !request.startsWith("GET ")).length;
        table.push(`| ${event} | ${String(sent.length - writes)} | ${String(writes)} |`);
      }
      const shown = (await readFile(TABLE, "utf8")).replaceAll(/ +\|/g, " |");
      expect(shown).toContain(table.join("\n"));
    },
    LIMIT_MS,
  );

  it(
    "wait where GitHub limits their rate, and then go on: nothing is dropped, and no sweep has to find it",
    async () => {
      const { github } = opened.world.info();
      const limits = [
        ["GET /repos/acme/config/issues/*/timeline*", "rate-limit"],
        ["POST /repos/acme/config/check-runs", "secondary-rate-limit"],
        ["POST /repos/acme/config/issues/*/comments", "secondary-rate-limit"],
      ] as const;
      for (const [match, action] of limits) await post(`${github.control}/faults`, { match, action, ms: LIMITED_MS });
      const limited = await propose("ana", "limited", STAGING);
      await opened.stage.onlooker.check(limited, /^Ready/);
      await opened.stage.onlooker.comment(limited, "check", /### Ready/);
      await quiet();
      await fetch(`${github.control}/faults`, { method: "DELETE" });
      const comments = await opened.stage.onlooker.comments(limited);
      expect(comments.filter((body) => body.startsWith("<!-- signalbox:check"))).toHaveLength(1);
      const refused = await refusals();
      expect(refused.map(({ request }) => request.replace(/\d+/g, "N").replace(/\?.*/, ""))).toEqual([
        `GET ${repo}/issues/N/timeline`,
        `POST ${repo}/check-runs`,
        `POST ${repo}/issues/N/comments`,
      ]);
      for (const { askedAgainMs } of refused) expect(askedAgainMs).toBeGreaterThanOrEqual(LIMITED_MS);
    },
    LIMIT_MS,
  );

  it(
    "of an approval and a veto at one moment end in one result, whichever is judged first",
    async () => {
      const { control } = opened.world.info().github;
      await post(`${control}/deliveries`, { mode: "reverse", times: 2 });
      const reviews = `POST ${repo}/pulls/${String(pull)}/reviews`;
      await asPerson("paul", reviews, { event: "APPROVE" });
      await asPerson("paul", reviews, { event: "REQUEST_CHANGES", body: "Not yet." });
      await post(`${control}/deliveries/release`, {});
      await opened.stage.onlooker.check(pull, /^Waiting: changes requested by paul/);
      await quiet();
      const check = await opened.stage.onlooker.check(pull, /./);
      expect([check.title, check.conclusion]).toEqual(["Waiting: changes requested by paul", null]);
    },
    LIMIT_MS,
  );

  it(
    "are those of two checks at most where a hundred events come within a second",
    async () => {
      const { github } = opened.world.info();
      await post(`${github.control}/deliveries`, { mode: "reverse", times: 100 });
      for (let times = 0; times < 50; times += 1) {
        await asPerson("ana", `POST ${repo}/issues/${String(other)}/labels`, { labels: ["often"] });
        await asPerson("ana", `DELETE ${repo}/issues/${String(other)}/labels/often`);
      }
      const before = performance.now();
      let seconds = 0;
      const sent = await costOf(opened.world, async () => {
        await post(`${github.control}/deliveries/release`, {});
        seconds = Math.floor((performance.now() - before) / 1000);
      });
      const checks = sent.filter((request) => request === `GET ${repo}/pulls/${String(other)}`);
      expect(checks.length).toBeGreaterThanOrEqual(1);
      // A machine that is too busy to deliver them within a second may check once more for each further one.
      expect(checks.length).toBeLessThanOrEqual(2 + seconds);
      expect(sent.filter((request) => !request.startsWith("GET "))).toEqual([]);
    },
    LIMIT_MS,
  );
});

async function retarget(): Promise<void> {
  await asPerson("pia", `PATCH ${repo}/pulls/${String(pull)}`, { base: "elsewhere" });
  await asPerson("pia", `PATCH ${repo}/pulls/${String(pull)}`, { base: "main" });
}

async function post(url: string, body: unknown): Promise<void> {
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  expect(answer.status).toBeLessThan(300);
}
