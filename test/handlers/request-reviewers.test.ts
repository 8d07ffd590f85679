// Who is asked for a review by the check of a pull request.
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { checkPullRequest } from "../../src/handlers/check-pull-request.ts";
import { removeTemporaryFolders } from "../adapters/git-fixture.ts";
import { openHandlerWorld, pullRequest, type HandlerWorld, type Opened } from "./handler-world.ts";

let world: HandlerWorld;
beforeEach(async () => {
  world = await openHandlerWorld();
});
afterEach(() => world.git.close());
afterAll(removeTemporaryFolders);

/** Pia's change to production, which paul alone of platform could approve. */
async function check(written: Partial<Opened>): Promise<readonly string[]> {
  world.origin.git(["update-ref", "refs/heads/own", world.root]);
  const head = world.commit("own", { ...world.files, "racks/production/apps/web/env.yml": "A: change\n" });
  world.github.authors.set(head, "pia");
  world.github.pulls = [pullRequest({ number: 1, head, author: "pia", headBranch: "own", ...written })];
  await checkPullRequest(world.ports, 1);
  return world.asked;
}

describe("a pull request that waits", () => {
  it("has one asked who could approve", async () => {
    expect(await check({})).toEqual(["#1 paul"]);
  });
  it("has nobody asked while it is a draft", async () => {
    expect(await check({ draft: true })).toEqual([]);
  });
  it("has nobody asked where somebody who could approve is asked", async () => {
    expect(await check({ requested: { users: ["paul"], teams: [] } })).toEqual([]);
  });
  it("has nobody asked where the team of somebody who could approve is asked", async () => {
    expect(await check({ requested: { users: [], teams: ["platform"] } })).toEqual([]);
  });
  it("has nobody asked twice, though the request was taken back", async () => {
    world.github.askedBefore = ["paul"];
    expect(await check({})).toEqual([]);
  });
  it("is told its verdict although the one who could approve cannot be asked", async () => {
    const writer = {
      ...world.ports.writer,
      requestReviewers: () => Promise.reject(new Error("may not read the repo")),
    };
    world = { ...world, ports: { ...world.ports, writer } };
    await check({});
    expect(world.checks.at(-1)?.title).toMatch(/^Waiting/);
  });
});
