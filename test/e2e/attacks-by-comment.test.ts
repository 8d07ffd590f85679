// Attacks by what people write under a pull request, and by a status of somebody else's: nothing is done that they may not do.
import { afterAll, describe, expect, it } from "@jest/globals";
import { until } from "../../src/demo/until.ts";
import { LIMIT_MS, openAttackWorld, PRODUCTION_WEB, STAGING_WEB } from "./attack-world.ts";

const world = await openAttackWorld();
const waiting = await world.propose("pia", "talked-about", {
  [`${PRODUCTION_WEB}/env.yml`]: (text) => `${text}TALKED: "1"\n`,
});
afterAll(() => world.close());
await world.stage.onlooker.check(waiting, /^Waiting/);

async function say(login: string, pull: number, body: string): Promise<number> {
  const { owner, repo } = world;
  return (await world.as(login).issues.createComment({ owner, repo, issue_number: pull, body })).data.id;
}

/** Signalbox's answers there, oldest first; its check and result comments are none. */
async function answers(pull: number): Promise<readonly string[]> {
  return (await world.stage.onlooker.comments(pull)).filter((body) => body.startsWith("<!-- signalbox:command"));
}

/** Waits until one more has been answered than before; all that was said before it has been read by then. */
async function answered(login: string, pull: number, body: string): Promise<string> {
  const before = (await answers(pull)).length;
  await say(login, pull, body);
  return until(`an answer to ${JSON.stringify(body)}`, async () => {
    const now = await answers(pull);
    return now.length > before ? { found: now.at(-1) ?? "", seen: "" } : { seen: String(now.length) };
  });
}

async function reactionsTo(comment: number): Promise<readonly string[]> {
  const { owner, repo } = world;
  const { data } = await world.as("bo").reactions.listForIssueComment({ owner, repo, comment_id: comment });
  return data.map(({ content }) => content);
}

describe("a command", () => {
  it(
    "C-01: is none in a quote, a block of code, an HTML comment, a sentence, or with words that it does not take",
    async () => {
      const ignored = [
        "> /signalbox plan",
        "```\n/signalbox plan\n```",
        "<!-- \n/signalbox plan -->",
        "Try /signalbox plan",
      ];
      const ids: number[] = [];
      for (const body of ignored) ids.push(await say("ana", waiting, body));
      const answer = await answered("bo", waiting, "/signalbox plan; rm -rf / @acme/platform");
      expect(answer).toMatch(/That is no command that Signalbox knows/);
      expect(answer).not.toMatch(/rm -rf|@acme/);
      expect(await Promise.all(ids.map(reactionsTo))).toEqual(ids.map(() => []));
      expect(await answers(waiting)).toHaveLength(1);
    },
    LIMIT_MS,
  );

  it(
    "C-02: is never half understood: fifty lines of it are one, 60 KB and look-alikes are none",
    async () => {
      const before = (await answers(waiting)).length;
      await say("mallory", waiting, `/signalbox plan ${"x".repeat(60_000)}`);
      await say("mallory", waiting, "/signalbox\u00a0retry production/web");
      await say("mallory", waiting, "/signalbox re\u200btry production/web");
      const lines = Array.from({ length: 50 }, () => "/signalbox help").join("\n");
      expect(await answered("petra", waiting, lines)).toMatch(/\| command \| does \|/);
      expect(await answers(waiting)).toHaveLength(before + 1);
    },
    LIMIT_MS,
  );

  it(
    "C-03 and C-07: does nothing for who may not, the author, or what the pull request never touched",
    async () => {
      const rack = world.world.info().racks["staging"]?.control ?? "";
      await fetch(`${rack}/promotions`, { method: "POST", body: JSON.stringify({ app: "web", outcome: "fail" }) });
      const failed = await world.propose("ana", "fails", { [`${STAGING_WEB}/env.yml`]: () => "LOG_LEVEL: warn\n" });
      await world.stage.onlooker.check(failed, /^Ready/);
      await world.stage.person("ana").merge(failed);
      await world.stage.onlooker.comment(failed, "result", /### Failed/);
      const before = await world.rackWrites();
      // sten keeps the lists of who has which role, and may not write an app.
      expect(await answered("sten", failed, "/signalbox retry staging/web")).toMatch(/sten/);
      expect(await answered("sten", failed, "/signalbox retry production/web")).toMatch(/production\/web/);
      expect(await world.rackWrites()).toEqual(before);
    },
    LIMIT_MS,
  );

  it(
    "C-04: is none on an issue; on a closed pull request it says that there is nothing to judge; a locked one takes no answer",
    async () => {
      const { owner, repo } = world;
      const issue = await world.as("ana").issues.create({ owner, repo, title: "Not a pull request" });
      await say("ana", issue.data.number, "/signalbox plan");
      const closed = await world.propose("ana", "closed", { [`${STAGING_WEB}/env.yml`]: () => "LOG_LEVEL: error\n" });
      await world.stage.onlooker.check(closed, /^Ready/);
      await world.as("ana").pulls.update({ owner, repo, pull_number: closed, state: "closed" });
      expect(await answered("ana", closed, "/signalbox plan")).toMatch(/nothing to judge/);
      expect(await world.stage.onlooker.comments(issue.data.number)).toEqual(["/signalbox plan"]);
      const locked = await world.propose("pia", "locked", { [`${PRODUCTION_WEB}/env.yml`]: () => 'LOCKED: "1"\n' });
      await world.stage.onlooker.check(locked, /^Waiting/);
      await world.as("ana").issues.lock({ owner, repo, issue_number: locked });
      await world.stage.person("paul").review(locked, "APPROVE");
      await world.stage.onlooker.check(locked, /^Ready/);
      await say("ana", locked, "/signalbox plan");
      await answered("bo", closed, "/signalbox help");
      expect(await answers(locked)).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    "C-05: is none once it was edited, whoever edited it into one",
    async () => {
      const before = (await answers(waiting)).length;
      const { owner, repo } = world;
      const comment_id = await say("petra", waiting, "Looks good");
      await world.as("mallory").issues.updateComment({ owner, repo, comment_id, body: "/signalbox explain" });
      await answered("paul", waiting, "/signalbox explain");
      expect(await answers(waiting)).toHaveLength(before + 1);
      expect(await reactionsTo(comment_id)).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    "C-06: is answered three times a minute at most, however often somebody asks",
    async () => {
      const pull = await world.propose("ana", "asked-often", {
        [`${STAGING_WEB}/env.yml`]: () => "LOG_LEVEL: fatal\n",
      });
      await world.stage.onlooker.check(pull, /^Ready/);
      for (let count = 0; count < 90; count += 1) {
        await say(
          "mallory",
          pull,
          ["/signalbox plan", "/signalbox explain", "/signalbox help", "/signalbox x"][count % 4] ?? "",
        );
      }
      await answered("bo", pull, "/signalbox help");
      // All comments are on the first page, which is what can be seen from here.
      expect(await answers(pull)).toHaveLength(4);
    },
    LIMIT_MS,
  );
});

describe("a status of the same name by somebody else", () => {
  it(
    "leaves the check what it is: GitHub goes by the App's own run",
    async () => {
      const { owner, repo } = world;
      const sha = await world.head(waiting);
      const status = { owner, repo, sha, state: "success", context: "signalbox" } as const;
      expect((await world.as("mallory").repos.createCommitStatus(status)).status).toBe(201);
      const run = world
        .as("mallory")
        .checks.create({ owner, repo, name: "signalbox", head_sha: sha, conclusion: "success" });
      await expect(run).rejects.toMatchObject({ status: 403 });
      expect(await world.stage.person("mallory").merge(waiting)).toBe(405);
      await world.fails(waiting, /^Waiting: 0 of 1 approval/);
    },
    LIMIT_MS,
  );
});
