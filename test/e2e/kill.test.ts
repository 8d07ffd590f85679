// SIGKILL between each two steps of an apply: whatever was begun is ended once, and said once.
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { until } from "../../src/demo/until.ts";
import { openTestWorld, type TestWorld } from "./open-world.ts";

const LIMIT_MS = 60_000;
const CONVOX_YML = "racks/staging/apps/web/convox.yml";

/** `lost`: the request never has its effect. `unseen`: it has, and the answer comes too late. */
type Fate = "lost" | "unseen";

interface Instant {
  readonly where: "staging" | "github";
  /** The request that is under way when Signalbox dies. */
  readonly match: string;
  readonly fate: Fate;
}

const STEPS: readonly (readonly [string, Instant])[] = (
  [
    ["the update is judged", "github", "GET /repos/acme/config/activity*", "lost"],
    ["the manifest is uploaded", "staging", "POST /apps/web/objects/*", "lost"],
    ["the build is started", "staging", "POST /apps/web/builds", "lost"],
    ["the build has been started", "staging", "POST /apps/web/builds", "unseen"],
    ["the build is looked at", "staging", "GET /apps/web/builds/*", "lost"],
    ["the release is made", "staging", "POST /apps/web/releases", "lost"],
    ["the release has been made", "staging", "POST /apps/web/releases", "unseen"],
    ["the promotion is asked for", "staging", "POST /apps/web/releases/*/promote", "lost"],
    ["the promotion has been asked for", "staging", "POST /apps/web/releases/*/promote", "unseen"],
    ["the record is committed", "github", "POST /repos/acme/config/git/commits", "lost"],
    ["the ledger's branch is moved", "github", "PATCH /repos/acme/config/git/refs/*", "unseen"],
    ["the result is said", "github", "POST /repos/acme/config/issues/*/comments", "lost"],
    ["the result has been said", "github", "POST /repos/acme/config/issues/*/comments", "unseen"],
    ["the deployment is made", "github", "POST /repos/acme/config/deployments", "lost"],
    ["the deployment has been made", "github", "POST /repos/acme/config/deployments", "unseen"],
  ] as const
).map(([when, where, match, fate]) => [when, { where, match, fate }]);

describe("Signalbox killed with SIGKILL", () => {
  let opened: TestWorld;
  beforeAll(async () => {
    opened = await openTestWorld({ settings: { SIGNALBOX_LEDGER_INTERVAL: "250ms" } });
  }, LIMIT_MS);
  afterAll(() => opened.close());

  it.each(STEPS.map(([when, instant], index) => [when, instant, index] as const))(
    "when %s promotes the release once and reports it once",
    async (_when, { where, match, fate }, index) => {
      const { stage, world } = opened;
      const image = `web:2.${String(index)}.0`;
      const control = controlOf(opened, where);
      const ana = stage.person("ana");
      const clone = await ana.branch(`kill-${String(index)}`);
      await clone.write(CONVOX_YML, (text) => text.replace(/web:\S+/, image));
      await clone.push(`Run ${image}`);
      const pull = await ana.openPullRequest(`kill-${String(index)}`, `Run ${image}`);
      await stage.onlooker.check(pull, /^Ready/);
      const promotedBefore = await promotions(opened);
      const comments = where === "github" && match.endsWith("/comments");
      await setFault(control, comments ? match.replace("issues/*", `issues/${String(pull)}`) : match, fate);
      const seenBefore = (await requestsAt(control)).length;
      expect(await ana.merge(pull)).toBe(200);
      await arrives(control, comments ? match.replace("issues/*", `issues/${String(pull)}`) : match, seenBefore);
      world.signalbox.kill("SIGKILL");
      await fetch(`${control}/faults`, { method: "DELETE" });

      const result = await stage.onlooker.comment(pull, "result", /### Applied/);
      const serving = await stage.onlooker.serving("staging", "web");
      expect(result).toContain(serving?.id);
      const rack = await stage.onlooker.rack("staging");
      const ours = rack.releases.filter(({ description }) => description === serving?.description);
      expect(ours.map(({ id }) => id)).toEqual([serving?.id]);
      expect((await promotions(opened)) - promotedBefore).toBe(1);
      const results = (await stage.onlooker.comments(pull)).filter((body) => body.startsWith("<!-- signalbox:result"));
      expect(results).toHaveLength(1);
    },
    LIMIT_MS,
  );

  it(
    "records each release once in a ledger that is whole",
    async () => {
      const records = await auditRecords(opened, STEPS.length);
      const releases = records.filter(
        (record) => record.action === "apply" && record.result === "ok" && record.app === "web",
      );
      const ids = releases.map((record) => JSON.stringify([record.rack, record.commit]));
      expect(new Set(ids).size).toBe(ids.length);
    },
    LIMIT_MS,
  );
});

function controlOf({ world }: TestWorld, where: "staging" | "github"): string {
  const { github, racks } = world.info();
  return where === "github" ? github.control : (racks["staging"]?.control ?? "");
}

async function setFault(control: string, match: string, fate: Fate): Promise<void> {
  const fault = fate === "lost" ? { action: "timeout" } : { action: "delay", ms: 1_000 };
  const answer = await fetch(`${control}/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ match, times: 1, ...fault }),
  });
  expect(answer.status).toBeLessThan(300);
}

interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
}

async function requestsAt(control: string): Promise<readonly LoggedRequest[]> {
  // The simulators' own format (spec §9).
  return (await (await fetch(`${control}/log`)).json()) as readonly LoggedRequest[];
}

async function arrives(control: string, match: string, after: number): Promise<void> {
  const pattern = new RegExp(`^${match.replace(/[.+?^$()[\]{}|\\]/g, "\\$&").replaceAll("*", ".*")}$`);
  await until(`a request ${match}`, async () => {
    const log = (await requestsAt(control)).slice(after);
    const request = log.find(({ method, path }) => pattern.test(`${method} ${path.split("?", 1)[0] ?? ""}`));
    return request === undefined ? { seen: `${String(log.length)} other requests` } : { found: request, seen: "" };
  });
}

/** Promotions of web on staging that the rack took. */
async function promotions(opened: TestWorld): Promise<number> {
  const log = await requestsAt(controlOf(opened, "staging"));
  return log.filter(({ path, status }) => /^\/apps\/web\/releases\/\w+\/promote$/.test(path) && status === 200).length;
}

interface AuditLine {
  readonly action: string;
  readonly result: string;
  readonly rack?: string;
  readonly app?: string;
  readonly commit?: string;
}

async function auditRecords({ stage }: TestWorld, atLeast: number): Promise<readonly AuditLine[]> {
  return until("the ledger to have every release", async () => {
    const text = await stage.signalbox(["audit", "--format", "json"]);
    // The CLI's own format (spec §7).
    const records = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as AuditLine);
    const applied = records.filter(({ action, result }) => action === "apply" && result === "ok").length;
    return applied >= atLeast ? { found: records, seen: "" } : { seen: `${String(applied)} applied` };
  });
}
