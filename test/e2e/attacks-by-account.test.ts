// Attacks by accounts that change under what they did, or that are none of the organisation's: what they said and pushed stays theirs,
// and gives them nothing.
import { afterAll, describe, expect, it } from "@jest/globals";
import { until } from "../../src/demo/until.ts";
import { commitAll, identity, LIMIT_MS, onProduction, onStaging, openAttackWorld, write } from "./attack-world.ts";

const world = await openAttackWorld();
const { owner, repo } = world;
const org = owner;

describe("an attack by an account", () => {
  it(
    "a login changed after a push: who pushed approves under the new one",
    async () => {
      const pull = await world.propose("pia", "renamed-pusher", onProduction("renamed"));
      await world.stage.onlooker.check(pull, /^Waiting/);
      const clone = await world.clone("petra", "renamed-pusher");
      await write(clone, onProduction("by-petra"));
      // Only the push is petra's: what commits say is anybody's to write.
      await commitAll(clone, "Also this", identity("pia", "pia@users.noreply.github.com"));
      await clone.git.push("origin", "renamed-pusher", ["--quiet"]);
      await world.stage.onlooker.comment(pull, "check", /petra[^\n]*pushed/);
      await world.control("/accounts", { login: "petra", rename: "petra-anew" });
      expect(await world.stage.person("petra").review(pull, "APPROVE")).toBe(200);
      await world.fails(pull, /^Waiting: 0 of 1/, /`petra`[^\n]*pushed/);
      await world.membershipsAge();
      await world.label(pull);
      await world.fails(pull, /^Waiting: 0 of 1/, /`petra-anew`[^\n]*pushed/);
    },
    LIMIT_MS,
  );

  it(
    "a login taken before anybody asks anew who is a member: its approval is not that of who had it",
    async () => {
      await world.newMember("former");
      await world
        .as("olga")
        .teams.addOrUpdateMembershipForUserInOrg({ org, team_slug: "platform", username: "former" });
      const pull = await world.propose("pia", "taken-approver", onProduction("taken"));
      await world.stage.onlooker.comment(pull, "check", /former/);
      await world.control("/accounts", { login: "former", rename: "former-anew" });
      const taker = await world.newcomer("former");
      await taker.pulls.createReview({ owner, repo, pull_number: pull, event: "APPROVE" });
      await world.fails(pull, /^Waiting: 0 of 1/, /`former#\d+`[^\n]*is not a member of the organisation/);
    },
    LIMIT_MS,
  );

  it.each([
    ["deleted", { delete: true }, /its account is gone/],
    ["suspended", { suspend: true }, /is not a member of the organisation/],
  ])(
    "an account that is %s after its approval: the approval counts for nothing",
    async (is, change, reason) => {
      const login = `approver-${is}`;
      const approver = await world.newMember(login);
      await world.as("olga").teams.addOrUpdateMembershipForUserInOrg({ org, team_slug: "platform", username: login });
      const pull = await world.propose("pia", login, onProduction(login));
      await world.stage.onlooker.check(pull, /^Waiting/);
      await unheard(1, () => approver.pulls.createReview({ owner, repo, pull_number: pull, event: "APPROVE" }));
      await world.control("/accounts", { login, ...change });
      await world.membershipsAge();
      await world.label(pull);
      await world.fails(pull, /^Waiting: 0 of 1/, reason);
    },
    LIMIT_MS,
  );

  it(
    "a deleted account's pull request: nobody is its author, and so nobody may what it changes",
    async () => {
      const leaver = await world.newMember("leaver");
      await world.as("olga").teams.addOrUpdateMembershipForUserInOrg({ org, team_slug: "web", username: "leaver" });
      await world.branch("ana", "left-behind", onStaging("left-behind"));
      const { data } = await unheard(1, () =>
        leaver.pulls.create({ owner, repo, head: "left-behind", base: "main", title: "Left behind" }),
      );
      await world.control("/accounts", { login: "leaver", delete: true });
      await world.label(data.number);
      await world.fails(data.number, /^Blocked/, /ghost/);
    },
    LIMIT_MS,
  );

  it(
    "an outsider: their approval is none, and of their commands only those that anybody may give are answered",
    async () => {
      const outsider = await world.newcomer("outsider");
      const pull = await world.propose("pia", "from-outside", onProduction("outside"));
      await world.stage.onlooker.check(pull, /^Waiting/);
      await outsider.pulls.createReview({ owner, repo, pull_number: pull, event: "APPROVE" });
      await world.fails(pull, /^Waiting: 0 of 1/, /`outsider`[^\n]*is not a member of the organisation/);
      expect(await answered(pull, "outsider", outsider, "/signalbox explain")).toMatch(/outsider/);

      const rack = world.world.info().racks["staging"]?.control ?? "";
      await fetch(`${rack}/promotions`, { method: "POST", body: JSON.stringify({ app: "web", outcome: "fail" }) });
      const failed = await world.propose("ana", "fails", onStaging("fails"));
      await world.stage.onlooker.check(failed, /^Ready/);
      expect(await world.stage.person("ana").merge(failed)).toBe(200);
      await world.stage.onlooker.comment(failed, "result", /### Failed/);
      const so = await world.rackWrites();
      const answer = await answered(failed, "outsider", outsider, "/signalbox retry staging/web");
      expect(answer).toMatch(/outsider is not a member of the organisation/);
      expect(await world.rackWrites()).toEqual(so);
    },
    LIMIT_MS,
  );

  it(
    "C-04: a command in the words of a review is none",
    async () => {
      const pull = await world.propose("pia", "by-review", onProduction("by-review"));
      await world.stage.onlooker.check(pull, /^Waiting/);
      const body = "/signalbox plan";
      await world.as("bo").pulls.createReview({ owner, repo, pull_number: pull, event: "COMMENT", body });
      await answered(pull, "bo", world.as("bo"), "/signalbox help");
      expect(await answersTo(pull)).toHaveLength(1);
    },
    LIMIT_MS,
  );

  it(
    "a secret team, which GitHub does not show: it approves nothing, and the way out is said",
    async () => {
      await world.as("olga").teams.updateInOrg({ org, team_slug: "platform", privacy: "secret" });
      const pull = await world.propose("olga", "secret-team", onProduction("secret"));
      expect(await world.stage.person("paul").review(pull, "APPROVE")).toBe(200);
      await world.fails(pull, /^Waiting: 0 of 1/, /way out/);
    },
    LIMIT_MS,
  );

  it("none of them made a rack do anything but what was merged with its right", async () => {
    const writes = await world.rackWrites();
    expect(writes.filter((line) => line.startsWith("production "))).toEqual([]);
  });
});
afterAll(() => world.close());

/** Whatever Signalbox would be told of it is lost. */
async function unheard<T>(times: number, act: () => Promise<T>): Promise<T> {
  await world.control("/deliveries", { mode: "drop", times });
  return act();
}

async function answersTo(pull: number): Promise<readonly string[]> {
  return (await world.stage.onlooker.comments(pull)).filter((body) => body.startsWith("<!-- signalbox:command"));
}

async function answered(
  pull: number,
  login: string,
  octokit: ReturnType<typeof world.as>,
  body: string,
): Promise<string> {
  const count = (await answersTo(pull)).length;
  await octokit.issues.createComment({ owner, repo, issue_number: pull, body });
  return until(`an answer to ${login}'s ${body}`, async () => {
    const now = await answersTo(pull);
    return now.length > count ? { found: now.at(-1) ?? "", seen: "" } : { seen: String(now.length) };
  });
}
