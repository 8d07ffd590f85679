// Bad input and bad days, end to end: what goes wrong is said in words, nothing is applied that should not be, nothing is lost.
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { until } from "../../src/demo/until.ts";
import { openTestWorld, type TestWorld } from "./open-world.ts";

const LIMIT_MS = 60_000;
const STAGING_WEB = "racks/staging/apps/web";
const PRODUCTION_WEB = "racks/production/apps/web";
const PLANTED = "planted-Zq8vT2-env-value";
const PLANTED_PASSWORD = "planted-Xw4kN9-rack-password";

describe("a bad day", () => {
  let opened: TestWorld;
  beforeAll(async () => {
    opened = await openTestWorld({
      variables: { PRODUCTION_PASSWORD: PLANTED_PASSWORD },
      edit: (files) => {
        files.set("signalbox.yml", (files.get("signalbox.yml") ?? "").replace("interval: 1m", "interval: 1s"));
      },
    });
  }, LIMIT_MS);
  afterAll(() => opened.close());

  it(
    "answers a webhook without a good signature with 401 and does nothing",
    async () => {
      const { signalbox } = opened.world.info();
      const statuses = await Promise.all(
        [undefined, "sha256=", `sha256=${"0".repeat(64)}`, "sha1=abc"].map((signature) =>
          deliver(signalbox.url, signature === undefined ? {} : { "x-hub-signature-256": signature }),
        ),
      );
      expect(statuses).toEqual([401, 401, 401, 401]);
    },
    LIMIT_MS,
  );

  it(
    "makes one check and one comment of deliveries that come twice, and in the wrong order",
    async () => {
      const { github } = opened.world.info();
      await post(`${github.control}/deliveries`, { mode: "double", times: 20 });
      const pull = await propose("ana", "twice", { [`${STAGING_WEB}/env.yml`]: replace("debug", "info") });
      await opened.stage.onlooker.check(pull, /^Ready/);
      await post(`${github.control}/deliveries`, { mode: "reverse", times: 3 });
      const clone = await opened.stage.person("ana").branch("reversed");
      await clone.write(`${STAGING_WEB}/env.yml`, (text) => `${text}EXTRA: "1"\n`);
      await clone.push("One more");
      await post(`${github.control}/deliveries/release`, {});
      await fetch(`${github.control}/faults`, { method: "DELETE" });
      const second = await opened.stage.person("ana").openPullRequest("reversed", "Reversed");
      await opened.stage.onlooker.check(second, /^Ready/);
      for (const number of [pull, second]) {
        const comments = await opened.stage.onlooker.comments(number);
        expect(comments.filter((body) => body.startsWith("<!-- signalbox:check"))).toHaveLength(1);
      }
    },
    LIMIT_MS,
  );

  it(
    "finds by its sweep what no event told: a pull request, and a merge",
    async () => {
      const { github } = opened.world.info();
      await post(`${github.control}/deliveries`, { mode: "drop", times: 200 });
      const pull = await propose("bo", "unheard", { [`${STAGING_WEB}/convox.yml`]: replace(/web:\S+/, "web:1.4.3") });
      await opened.stage.onlooker.check(pull, /^Ready/);
      expect(await opened.stage.person("bo").merge(pull)).toBe(200);
      await opened.stage.onlooker.comment(pull, "result", /### Applied/);
      await fetch(`${github.control}/faults`, { method: "DELETE" });
    },
    LIMIT_MS,
  );

  it(
    "goes on by its sweep after git was away",
    async () => {
      const { github } = opened.world.info();
      await post(`${github.control}/deliveries`, { mode: "drop", times: 200 });
      await post(`${github.control}/faults`, { match: "GET */info/refs*", action: "502", times: 100_000 });
      const looked = opened.log.length;
      await until("three sweeps that cannot fetch", async () => {
        const lines = opened.log.slice(looked).filter((line) => line.includes("the ledger could not be looked at"));
        return Promise.resolve(lines.length >= 3 ? { found: lines, seen: "" } : { seen: String(lines.length) });
      });
      await fetch(`${github.control}/faults`, { method: "DELETE" });
      await post(`${github.control}/deliveries`, { mode: "drop", times: 200 });
      const pull = await propose("ana", "back", { [`${STAGING_WEB}/env.yml`]: (text) => `${text}BACK: "1"\n` });
      await opened.stage.onlooker.check(pull, /^Ready/);
      await fetch(`${github.control}/faults`, { method: "DELETE" });
    },
    LIMIT_MS,
  );

  it(
    "judges a pull request that loosens its own policy by the policy of the base",
    async () => {
      const pull = await propose("olga", "loosen", {
        "signalbox.yml": replace(
          "count: 1, from: { teams: [platform], can: write }",
          "count: 1, from: { users: [ana] }",
        ),
        [`${PRODUCTION_WEB}/env.yml`]: replace("info", "debug"),
      });
      const check = await opened.stage.onlooker.check(pull, /^Waiting/);
      expect(check.title).toContain("platform");
    },
    LIMIT_MS,
  );

  it(
    "says in an operator's words what a rack does that fails, goes on with the other rack, and ends it when the rack is back",
    async () => {
      const { racks } = opened.world.info();
      const control = racks["production"]?.control ?? "";
      const { stage } = opened;
      const pia = stage.person("pia");
      const clone = await pia.branch("both");
      await clone.write(`${STAGING_WEB}/env.yml`, (text) => text.replace(/LOG_LEVEL: \w+/, "LOG_LEVEL: error"));
      await clone.write(`${PRODUCTION_WEB}/env.yml`, (text) => text.replace("LOG_LEVEL: info", "LOG_LEVEL: error"));
      await stage.seal(clone, { app: "production/web", key: "SESSION_KEY", value: PLANTED });
      await clone.push("Log errors alone");
      const pull = await pia.openPullRequest("both", "Log errors alone");
      await stage.onlooker.check(pull, /^Waiting/);
      await stage.person("paul").review(pull, "APPROVE");
      await stage.onlooker.check(pull, /^Ready/);
      await post(`${control}/faults`, { match: "POST /apps/web/releases*", action: "500", times: 1 });
      expect(await pia.merge(pull)).toBe(200);
      const failing = await stage.onlooker.comment(pull, "result", /trying again|Applied/);
      expect(failing).toMatch(/`staging\/web` \| promoted|in progress|Applied/);
      await fetch(`${control}/faults`, { method: "DELETE" });
      const result = await stage.onlooker.comment(pull, "result", /### Applied/);
      expect(result).toContain("`production/web`");
      expect((await stage.onlooker.serving("production", "web"))?.env).toEqual({
        LOG_LEVEL: "error",
        SESSION_KEY: PLANTED,
      });
    },
    LIMIT_MS,
  );

  it.each(["html", "truncated", "reset", "502"])(
    "tries a rack that answers %s again, and says so until it is back",
    async (action) => {
      const { racks } = opened.world.info();
      const control = racks["staging"]?.control ?? "";
      const { stage } = opened;
      const pull = await propose("ana", `rack-${action}`, {
        [`${STAGING_WEB}/env.yml`]: (text) => `${text}FAULT_${action.toUpperCase()}: "1"\n`,
      });
      await stage.onlooker.check(pull, /^Ready/);
      await post(`${control}/faults`, { match: "GET /apps/web*", action, times: 500 });
      expect(await stage.person("ana").merge(pull)).toBe(200);
      const result = await stage.onlooker.comment(pull, "result", /trying again/);
      expect(result).toMatch(/staging/);
      await fetch(`${control}/faults`, { method: "DELETE" });
      await stage.onlooker.comment(pull, "result", /### Applied/);
    },
    LIMIT_MS,
  );

  it(
    "holds what breaks the base, changes nothing on any rack, and judges on by the last verified policy",
    async () => {
      const { stage } = opened;
      const before = await stage.onlooker.serving("production", "web");
      const pull = await propose("olga", "broken", {
        "bindings/organisation.yml": replace("role: Administrator", "rle: Administrator"),
      });
      await stage.onlooker.check(pull, /^Blocked/);
      expect(await stage.person("olga").merge(pull)).toBe(200);
      await stage.onlooker.comment(pull, "result", /### Held/);
      const next = await propose("ana", "after", {
        [`${STAGING_WEB}/env.yml`]: replace(/LOG_LEVEL: \w+/, "LOG_LEVEL: warn"),
      });
      const check = await stage.onlooker.check(next, /^(Blocked|Waiting|Ready)/);
      expect(check.status).toBe("completed");
      expect((await stage.onlooker.serving("production", "web"))?.id).toBe(before?.id);
    },
    LIMIT_MS,
  );

  it("lets no planted secret out: into no log, comment, check, job, record or error", () => {
    const everything = [...opened.log, ...opened.sent].join("\n");
    expect(everything.length).toBeGreaterThan(10_000);
    for (const secret of [PLANTED, PLANTED_PASSWORD]) {
      for (const form of [
        secret,
        Buffer.from(secret).toString("base64").replace(/=+$/, ""),
        encodeURIComponent(secret),
      ]) {
        expect(everything.includes(form)).toBe(false);
      }
    }
  });

  type Edit = (text: string) => string;

  function replace(what: string | RegExp, by: string): Edit {
    return (text) => text.replace(what, by);
  }

  async function propose(login: string, branch: string, edits: Readonly<Record<string, Edit>>): Promise<number> {
    const person = opened.stage.person(login);
    const clone = await person.branch(branch);
    for (const [path, edit] of Object.entries(edits)) await clone.write(path, edit);
    await clone.push(`Change ${branch}`);
    return person.openPullRequest(branch, `Change ${branch}`);
  }
});

async function deliver(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const answer = await fetch(`${url}/api/github/webhooks`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-github-event": "push", "x-github-delivery": "1", ...headers },
    body: '{"planted": "not parsed"',
  });
  return answer.status;
}

async function post(url: string, body: unknown): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBeLessThan(300);
}
