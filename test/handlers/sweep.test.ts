// What the sweep asks for again, and what it leaves alone.
import { afterAll, afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { WaitError } from "../../src/errors.ts";
import { createSweepMemory, sweep } from "../../src/handlers/sweep.ts";
import { removeTemporaryFolders } from "../adapters/git-fixture.ts";
import { openHandlerWorld, type HandlerWorld } from "./handler-world.ts";

let world: HandlerWorld;
beforeEach(async () => {
  world = await openHandlerWorld();
});
afterEach(() => world.git.close());
afterAll(removeTemporaryFolders);

describe("the sweep", () => {
  it("looks at open pull requests each time, at racks every ten minutes, and at a base that nobody told of", async () => {
    const memory = createSweepMemory();
    const { files, github, jobs, ports } = world;
    const asked = async (): Promise<readonly string[]> => {
      jobs.splice(0);
      await sweep(ports, memory);
      return [...new Set(jobs.map((job) => job.kind))];
    };
    expect(await asked()).toEqual(["verify-updates", "recheck-pull-requests", "reconcile-rack"]);
    expect(await asked()).toEqual(["recheck-pull-requests"]);
    github.now += 10 * 60_000;
    expect(await asked()).toEqual(["recheck-pull-requests", "reconcile-rack"]);
    world.commit("main", { ...files, README: "moved\n" });
    expect(await asked()).toEqual(["verify-updates", "recheck-pull-requests"]);
  });

  it("looks at racks though GitHub be away, and at all the rest once it is back", async () => {
    const memory = createSweepMemory();
    const { jobs, ports } = world;
    await world.git.update();
    const away = new WaitError("GitHub does not answer", 0);
    const git = { ...ports.git, update: () => Promise.reject(away) };
    await expect(sweep({ ...ports, git }, memory)).rejects.toBe(away);
    expect(jobs.splice(0).map(({ kind }) => kind)).toEqual(["reconcile-rack", "reconcile-rack"]);
    await sweep(ports, memory);
    expect(jobs.map(({ kind }) => kind)).toEqual(["verify-updates", "recheck-pull-requests"]);
  });
});
