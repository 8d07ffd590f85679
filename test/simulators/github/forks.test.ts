import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { at, listOf, numberIn, repo, startGitHub, textIn } from "./github-fixture.ts";
import type { Clone, GitHubFixture } from "./github-fixture.ts";

const base = `/repos/${repo}`;

let hub: GitHubFixture;
let fork: Clone;
let number: string;
beforeEach(async () => {
  hub = await startGitHub();
  await hub.as("ana", `POST ${base}/forks`);
  fork = await hub.clone("ana", "ana/config");
  await fork.git("checkout", "--quiet", "-b", "topic");
  await fork.commit({ "a.txt": "1\n" });
  await fork.git("push", "--quiet", "origin", "topic");
  const made = await hub.as("ana", `POST ${base}/pulls`, { head: "ana:topic", base: "main", title: "From a fork" });
  number = String(numberIn(made.body, "number"));
});
afterEach(() => hub.close());

describe("a pull request from a fork", () => {
  it("has its head in the repository's own refs, and leaves no other trace there", async () => {
    const pull = (await hub.bot(`GET ${base}/pulls/${number}`)).body;
    expect([at(pull, "head", "label"), at(pull, "head", "repo", "full_name")]).toEqual(["ana:topic", "ana/config"]);
    const clone = await hub.clone("bo");
    await clone.git("fetch", "--quiet", "origin", `refs/pull/${number}/head`);
    expect(await clone.git("rev-parse", "FETCH_HEAD")).toBe(textIn(pull, "head", "sha"));
    expect(await clone.git("ls-remote", "origin", "*topic*")).toBe("");
    expect(listOf((await hub.bot(`GET ${base}/activity?ref=refs/heads/topic`)).body)).toEqual([]);
  });

  it("follows its branch: the event names who pushed, and no push is told of", async () => {
    const sha = await fork.commit({ "a.txt": "2\n" });
    await fork.git("push", "--quiet", "origin", "topic");
    const sent = await hub.arrival(({ payload }) => payload["action"] === "synchronize");
    expect([at(sent.payload, "sender", "login"), at(sent.payload, "after")]).toEqual(["ana", sha]);
    expect(hub.received.filter(({ event }) => event === "push")).toEqual([]);
  });

  it("is pushed to by others only where its owner lets maintainers do it", async () => {
    const others = await hub.clone("bo", "ana/config");
    await others.git("checkout", "--quiet", "topic");
    await others.commit({ "b.txt": "1\n" });
    await expect(others.git("push", "--quiet", "origin", "topic")).rejects.toThrow(/403/);
    await fork.git("checkout", "--quiet", "-b", "open");
    await fork.commit({ "c.txt": "1\n" });
    await fork.git("push", "--quiet", "origin", "open");
    const open = { head: "ana:open", base: "main", title: "Open", maintainer_can_modify: true };
    await hub.as("ana", `POST ${base}/pulls`, open);
    await others.git("push", "--quiet", "origin", "topic");
    const sent = await hub.arrival(({ payload }) => payload["action"] === "synchronize");
    expect(at(sent.payload, "sender", "login")).toBe("bo");
  });

  it("is named by no check run, neither when it is asked for again", async () => {
    const sha = await fork.git("rev-parse", "HEAD");
    const body = { name: "signalbox", head_sha: sha, status: "completed", conclusion: "success" };
    const run = numberIn((await hub.bot(`POST ${base}/check-runs`, body)).body, "id");
    await hub.as("bo", `POST ${base}/check-runs/${String(run)}/rerequest`);
    const sent = await hub.arrival(({ payload }) => payload["action"] === "rerequested");
    expect([at(sent.payload, "check_run", "pull_requests"), at(sent.payload, "check_run", "head_sha")]).toEqual([
      [],
      sha,
    ]);
  });

  it("is merged like any other", async () => {
    const sha = await fork.git("rev-parse", "HEAD");
    const body = { name: "signalbox", head_sha: sha, status: "completed", conclusion: "success" };
    await hub.bot(`POST ${base}/check-runs`, body);
    expect((await hub.as("bo", `PUT ${base}/pulls/${number}/merge`)).status).toBe(200);
    expect(textIn((await hub.bot(`GET ${base}/commits/main`)).body, "commit", "message")).toBe(
      `Merge pull request #${number} from ana/topic\n\nFrom a fork`,
    );
  });
});
