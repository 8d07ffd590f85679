// A merge queue, end to end: GitHub's candidates are checked, what is bad only together is stopped, and what lands together is
// verified, applied and reported pull request by pull request.
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { until } from "../../src/demo/until.ts";
import { openAttackWorld, PRODUCTION_WEB, STAGING_WEB, type AttackWorld } from "./attack-world.ts";

const LIMIT_MS = 120_000;

let world: AttackWorld;
beforeAll(async () => {
  world = await openAttackWorld();
}, LIMIT_MS);
afterAll(() => world.close());

async function enqueue(login: string, pull: number): Promise<void> {
  const { owner, repo } = world;
  const { data } = await world.as(login).pulls.get({ owner, repo, pull_number: pull });
  const query =
    "mutation($pull: ID!) { enqueuePullRequest(input: { pullRequestId: $pull }) { mergeQueueEntry { position } } }";
  await world.as(login).graphql(query, { pull: data.node_id });
}

async function queueNeeds(minimum: number): Promise<void> {
  const { control } = world.world.info().github;
  await fetch(`${control}/queue`, { method: "POST", body: JSON.stringify({ minimum }) });
}

/** Waits until the pull request has left the queue, one way or the other: whether it was merged. */
async function leaves(pull: number): Promise<boolean> {
  const { owner, repo } = world;
  return until(`#${String(pull)} to leave the queue`, async () => {
    const { data } = await world
      .as("bo")
      .issues.listEventsForTimeline({ owner, repo, issue_number: pull, per_page: 100 });
    const events = data.map(({ event }) => event);
    if (!events.includes("removed_from_merge_queue")) return { seen: events.join(" ") };
    return { found: events.includes("merged"), seen: "" };
  });
}

async function tip(): Promise<string> {
  const { owner, repo } = world;
  return (await world.as("bo").repos.getCommit({ owner, repo, ref: "main" })).data.sha;
}

/** What the newest run on a candidate says; GitHub keeps it when the branch is gone. */
function groupRuns(): readonly string[] {
  return world.sent.filter((line) => /"title":"Blocked: #\d+: /.test(line));
}

describe("a merge queue", () => {
  it(
    "lands two pull requests in one move, each verified and applied by its own facts",
    async () => {
      const { onlooker } = world.stage;
      await queueNeeds(2);
      const before = await tip();
      const first = await world.propose("ana", "queued-staging", {
        [`${STAGING_WEB}/env.yml`]: () => "LOG_LEVEL: info\n",
      });
      const second = await world.propose("pia", "queued-production", {
        [`${PRODUCTION_WEB}/env.yml`]: (text) => `${text}QUEUED: "1"\n`,
      });
      await world.stage.person("paul").review(second, "APPROVE");
      for (const pull of [first, second]) await onlooker.check(pull, /^Ready/);
      for (const pull of [first, second]) await enqueue("bo", pull);
      expect(await Promise.all([leaves(first), leaves(second)])).toEqual([true, true]);
      for (const pull of [first, second]) await onlooker.comment(pull, "result", /### Applied · 1 app/);
      expect((await onlooker.serving("staging", "web"))?.env).toMatchObject({ LOG_LEVEL: "info" });
      expect((await onlooker.serving("production", "web"))?.env).toMatchObject({ QUEUED: "1" });
      const { owner, repo } = world;
      const { data } = await world.as("bo").request("GET /repos/{owner}/{repo}/activity", {
        ...{ owner, repo, ref: "refs/heads/main", per_page: 1 },
      });
      expect(data.map(({ before: from, activity_type }) => [from, activity_type])).toEqual([
        [before, "merge_queue_merge"],
      ]);
      expect(world.problems).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    "stops what is valid alone and not together with what is before it",
    async () => {
      const { onlooker } = world.stage;
      await queueNeeds(1);
      const first = await world.propose("ana", "interpolates", {
        [`${STAGING_WEB}/convox.yml`]: (text) => text.replace("web:1.4.2", "web:${LOG_LEVEL}"),
      });
      const second = await world.propose("bo", "removes", { [`${STAGING_WEB}/env.yml`]: () => "{}\n" });
      for (const pull of [first, second]) await onlooker.check(pull, /^Ready/);
      for (const pull of [first, second]) await enqueue("bo", pull);
      expect(await Promise.all([leaves(first), leaves(second)])).toEqual([true, false]);
      expect(groupRuns()).toEqual([expect.stringContaining(`"title":"Blocked: #${String(second)}: 1 thing to fix`)]);
      await onlooker.check(second, /^Blocked/);
      await onlooker.comment(second, "check", /### Blocked[^]*\*\*Left the merge queue:\*\* GitHub took it out/);
      await onlooker.comment(first, "result", /### Applied/);
    },
    LIMIT_MS,
  );

  it(
    "stops what has lost its approval while it waits",
    async () => {
      const { onlooker } = world.stage;
      await queueNeeds(2);
      const pull = await world.propose("pia", "queued-and-vetoed", {
        [`${PRODUCTION_WEB}/env.yml`]: (text) => `${text}VETOED: "1"\n`,
      });
      await world.stage.person("paul").review(pull, "APPROVE");
      await onlooker.check(pull, /^Ready/);
      const serves = (await onlooker.serving("production", "web"))?.id;
      await enqueue("bo", pull);
      await world.stage.person("paul").review(pull, "REQUEST_CHANGES");
      expect(await leaves(pull)).toBe(false);
      await onlooker.check(pull, /^Waiting/);
      await onlooker.comment(pull, "check", /### Waiting[^]*\*\*Left the merge queue:\*\* GitHub took it out/);
      expect((await onlooker.serving("production", "web"))?.id).toBe(serves);
    },
    LIMIT_MS,
  );
});
