// The verdict of a pull request that changes one file, in a process that has read the rest: from the job to the comment.
import { join } from "node:path";
import { configFiles, writeGitRepo } from "./config-repo.ts";
import { countedGit } from "./counted-git.ts";
import type { Measure, World } from "./measure.ts";
import { openVerdictWorld, type VerdictWorld } from "./verdict-world.ts";

const ROUNDS = 15;
const SMALL = { racks: 10, appsPerRack: 10 };

async function openAt(size: Pick<World, "racks" | "appsPerRack">, { folder }: World): Promise<VerdictWorld> {
  const own = join(folder, `verdict-${String(size.racks)}x${String(size.appsPerRack)}-${String(performance.now())}`);
  const repo = `${own}.git`;
  await writeGitRepo(repo, configFiles(size));
  return openVerdictWorld({ repo, folder: own, pulls: ROUNDS + 2, path: process.env["PATH"] ?? "" });
}

const ratio: Measure = {
  name: "the verdict of a one-file pull request, warm, at this size / at 100 apps",
  unit: "×",
  goal: { atMost: 1.2 },
  rounds: ROUNDS,
  prepare: async (world) => {
    const large = await openAt(world, world);
    const small = await openAt(SMALL, world);
    return {
      ours: () => large.judgeNext(),
      theirs: () => small.judgeNext(),
      close: async () => {
        await large.close();
        await small.close();
      },
    };
  },
};

const median: Measure = {
  name: "the verdict of a one-file pull request, warm, the median",
  unit: "ms",
  goal: { atMost: 10 },
  rounds: ROUNDS,
  prepare: async (world) => {
    const { judgeNext, close } = await openAt(world, world);
    return { ours: judgeNext, close };
  },
};

function counted(what: "starts" | "objects", unit: Measure["unit"], atMost: number): Measure {
  const words = what === "starts" ? "processes started for" : "git objects read for";
  return {
    name: `${words} the verdict of a one-file pull request, warm`,
    unit,
    goal: { atMost },
    rounds: 1,
    prepare: async (world) => {
      const repo = join(world.folder, `counted-${what}.git`);
      await writeGitRepo(repo, configFiles(world));
      const git = await countedGit(world.folder, process.env["PATH"] ?? "");
      const folder = join(world.folder, `counted-${what}`);
      const { judgeNext, close } = await openVerdictWorld({ repo, folder, pulls: 2, path: git.path });
      const countOf = async (): Promise<number> => (what === "objects" ? git.objects() : (await git.starts()).length);
      return {
        ours: async () => {
          const before = await countOf();
          await judgeNext();
          return (await countOf()) - before;
        },
        close,
      };
    },
  };
}

export const verdictMeasures: readonly Measure[] = [
  ratio,
  median,
  counted("starts", "processes", 0),
  counted("objects", "objects", 250),
];
