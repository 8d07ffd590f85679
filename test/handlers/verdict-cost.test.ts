// What the verdict of a one-file pull request costs does not depend on how many apps there are.
import { join } from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { configFiles, writeGitRepo } from "../../bench/config-repo.ts";
import { countedGit } from "../../bench/counted-git.ts";
import { openVerdictWorld } from "../../bench/verdict-world.ts";
import { removeTemporaryFolders, temporaryFolder } from "../adapters/git-fixture.ts";

afterAll(removeTemporaryFolders);

interface Cost {
  readonly title: string;
  /** The arguments of each git that was started. */
  readonly starts: readonly string[];
  readonly objects: number;
}

/** Of the second pull request: the first warms what is kept. */
async function costAt(racks: number, appsPerRack: number): Promise<Cost> {
  const folder = temporaryFolder();
  const repo = join(folder, "origin.git");
  await writeGitRepo(repo, configFiles({ racks, appsPerRack }));
  const git = await countedGit(folder, process.env["PATH"] ?? "");
  const world = await openVerdictWorld({ repo, folder, pulls: 2, path: git.path });
  await world.judgeNext();
  const before = { starts: (await git.starts()).length, objects: await git.objects() };
  const title = await world.judgeNext();
  const cost = {
    title,
    starts: (await git.starts()).slice(before.starts),
    objects: (await git.objects()) - before.objects,
  };
  await world.close();
  return cost;
}

describe("the verdict of a one-file pull request", () => {
  it("starts no process and reads as few objects, however many apps there are", async () => {
    const few = await costAt(2, 5);
    const many = await costAt(4, 30);
    expect(few.starts).toEqual([]);
    expect(many.starts).toEqual([]);
    expect(few.title).toMatch(/^(Ready|Waiting|Blocked)/);
    expect(few.objects).toBeGreaterThan(0);
    expect(many.objects).toBeLessThanOrEqual(few.objects);
    expect(many.objects).toBeLessThanOrEqual(250);
  });
});
