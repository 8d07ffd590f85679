// Attacks by who is who: people who have left, names that somebody else has taken, words that were not said as they stand.
import { afterAll, describe, expect, it } from "@jest/globals";
import { Octokit } from "@octokit/rest";
import { until } from "../../src/demo/until.ts";
import { LIMIT_MS, onProduction, onStaging, openAttackWorld, STAGING_WEB } from "./attack-world.ts";

const org = "acme";

/** Whom staging's rule `probation` watches. */
const world = await openAttackWorld((files) => {
  const rule =
    "  - { name: probation, when: { authors: { users: [nils] } }, require: { count: 1, from: { teams: [platform] } } }\n";
  files.set("signalbox.yml", (files.get("signalbox.yml") ?? "").replace("approvals:\n", `approvals:\n${rule}`));
});

describe("an attack by who is who", () => {
  it(
    "an ex-member: their approval counts for nothing",
    async () => {
      const pull = await world.propose("pia", "ex-approver", onProduction("ex-approver"));
      await world.stage.onlooker.check(pull, /^Waiting/);
      await world.as("olga").orgs.removeMember({ org, username: "petra" });
      expect(await world.stage.person("petra").review(pull, "APPROVE")).toBe(200);
      await world.fails(pull, /^Waiting: 0 of 1/, /`petra`[^\n]*is not a member of the organisation/);
    },
    LIMIT_MS,
  );

  it(
    "an ex-member: the binding that still names them gives nothing",
    async () => {
      await world.branch("mallory", "ex-bound", onStaging("ex-bound"));
      await world.as("olga").orgs.removeMember({ org, username: "mallory" });
      const pull = await world.stage.person("mallory").openPullRequest("ex-bound", "Debug staging");
      await world.fails(pull, /^Blocked/, /user:mallory is not a member of the organisation/);
    },
    LIMIT_MS,
  );

  it(
    "a login taken by somebody else: what git gives the name is not theirs",
    async () => {
      await world.control("/accounts", { login: "sten", rename: "sten-of-old" });
      const sten = await world.newMember("sten");
      const pull = await proposeByApi(sten, "taken-login", {
        path: "bindings/guests.yml",
        text: '- role: DeveloperV2\n  subjects: ["user:ana"]\n  racks: [staging]\n',
      });
      await world.fails(
        pull,
        /^Blocked/,
        /user:sten is now another account than the one that it was when it was merged/,
      );
    },
    LIMIT_MS,
  );

  it(
    "a login given up: the name in git does not follow the account",
    async () => {
      const pull = await proposeByApi(world.as("sten"), "given-up", {
        path: "bindings/guests.yml",
        text: '- role: DeveloperV2\n  subjects: ["user:bo"]\n  racks: [staging]\n',
      });
      await world.fails(pull, /^Blocked/, /user:sten-of-old has no binding/);
    },
    LIMIT_MS,
  );

  it(
    "a login given up to leave an authors rule: the rule goes with the account",
    async () => {
      await world.control("/accounts", { login: "nils", rename: "nils-anew" });
      await world.membershipsAge();
      const pull = await proposeByApi(world.as("nils"), "left-rule", {
        path: `${STAGING_WEB}/env.yml`,
        text: "MARK: left-rule\n",
      });
      await world.fails(pull, /^Waiting: 0 of 1/, /probation[^\n]*user:nils [^\n]*which is user:nils-anew now/);
    },
    LIMIT_MS,
  );

  it(
    "a login taken to leave an authors rule: the rule holds for whoever has the name now, too",
    async () => {
      const nils = await world.newMember("nils");
      await world.as("olga").teams.addOrUpdateMembershipForUserInOrg({ org, team_slug: "web", username: "nils" });
      const pull = await proposeByApi(nils, "taken-rule", {
        path: `${STAGING_WEB}/env.yml`,
        text: "MARK: taken-rule\n",
      });
      await world.fails(pull, /^Waiting: 0 of 1/, /probation/);
    },
    LIMIT_MS,
  );

  it(
    "a team with the same slug made anew: it neither writes nor approves by the name in git",
    async () => {
      const { teams } = world.as("olga");
      for (const name of ["web", "platform"]) {
        await teams.deleteInOrg({ org, team_slug: name });
        await teams.create({ org, name, maintainers: ["ana", "pia", "paul"] });
      }
      const write = await world.propose("ana", "anew-write", onStaging("anew"));
      await world.fails(write, /^Blocked/, /team:web is now another team than the one that it was when it was merged/);
      const pull = await world.propose("olga", "anew-approve", onProduction("anew"));
      expect(await world.stage.person("paul").review(pull, "APPROVE")).toBe(200);
      await world.fails(pull, /^Waiting: 0 of 1/, /team:platform is now another team than/, /way out/);
    },
    LIMIT_MS,
  );

  it(
    "an edited comment: it is no command, not even within the second in which it was written",
    async () => {
      const pull = await world.propose("bo", "edited-comment", onStaging("edited"));
      await world.stage.onlooker.check(pull, /^Blocked/);
      const { owner, repo } = world;
      const { issues, reactions } = world.as("bo");
      const { data } = await issues.createComment({ owner, repo, issue_number: pull, body: "A remark." });
      await issues.updateComment({ owner, repo, comment_id: data.id, body: "/signalbox plan" });
      await issues.createComment({ owner, repo, issue_number: pull, body: "/signalbox help" });
      await until("the answer to the comment that nobody edited", async () => {
        const answers = (await world.stage.onlooker.comments(pull)).filter((body) => /signalbox:command/.test(body));
        return answers.length > 0 ? { found: answers, seen: "" } : { seen: "none" };
      });
      expect((await reactions.listForIssueComment({ owner, repo, comment_id: data.id })).data).toEqual([]);
      const answers = (await world.stage.onlooker.comments(pull)).filter((body) => /signalbox:command/.test(body));
      expect(answers).toHaveLength(1);

      // Whoever starts anew reads the conversation anew, as if nothing had told of the edit.
      world.world.signalbox.kill("SIGKILL");
      const { data: later } = await issues.createComment({
        owner,
        repo,
        issue_number: pull,
        body: "/signalbox explain",
      });
      await until("an answer after the restart", async () => {
        const { data: found } = await reactions.listForIssueComment({ owner, repo, comment_id: later.id });
        return found.length > 0 ? { found, seen: "" } : { seen: "none" };
      });
      expect((await reactions.listForIssueComment({ owner, repo, comment_id: data.id })).data).toEqual([]);
    },
    LIMIT_MS,
  );

  it("none of them made a rack do anything", async () => {
    expect(await world.rackWrites()).toEqual([]);
  });

  async function proposeByApi(
    octokit: Octokit,
    branch: string,
    file: { readonly path: string; readonly text: string },
  ): Promise<number> {
    const { owner, repo } = world;
    const main = (await octokit.git.getRef({ owner, repo, ref: "heads/main" })).data.object.sha;
    await octokit.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha: main });
    const { data } = await octokit.repos.getContent({ owner, repo, path: file.path, ref: branch });
    await octokit.repos.createOrUpdateFileContents({
      ...{ owner, repo, branch, path: file.path, message: "By hand" },
      content: Buffer.from(file.text).toString("base64"),
      ...("sha" in data ? { sha: data.sha } : {}),
    });
    return (await octokit.pulls.create({ owner, repo, head: branch, base: "main", title: "By hand" })).data.number;
  }
});
afterAll(() => world.close());
