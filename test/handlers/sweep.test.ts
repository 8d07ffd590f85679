// What the sweep asks for again, and what it leaves alone.
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createSweepMemory, sweep } from "../../src/handlers/sweep.ts";
import { removeTemporaryFolders } from "../adapters/git-fixture.ts";
import { openHandlerWorld, pullRequest, type HandlerWorld } from "./handler-world.ts";

let world: HandlerWorld;
beforeEach(async () => {
  world = await openHandlerWorld();
});
afterEach(() => world.git.close());
afterAll(removeTemporaryFolders);

describe("the sweep", () => {
  it("checks a pull request again after what no event told (a review), and after an hour; else not", async () => {
    const memory = createSweepMemory();
    const { github, jobs, ports, root } = world;
    const asked = async (): Promise<number> => {
      jobs.splice(0);
      await sweep(ports, memory);
      return jobs.filter((job) => job.kind === "check-pull-request").length;
    };
    github.pulls = [pullRequest({ number: 1, head: root, updatedAt: 1 })];
    expect(await asked()).toBe(1);
    expect(await asked()).toBe(0);
    github.pulls = [pullRequest({ number: 1, head: root, updatedAt: 2 })];
    expect(await asked()).toBe(1);
    expect(await asked()).toBe(0);
    github.now += 60 * 60_000;
    expect(await asked()).toBe(1);
  });
});
