// The verdict itself, without git and GitHub: 2,000 people, 10,000 bindings, and a pull request that changes 1,000 apps.
import { createHash } from "node:crypto";
import { loadConfigRepo } from "../test/manifest/load-config-repo.ts";
import { proposeBetween } from "../test/rbac/repo-by-hand.ts";
import { createParseCache } from "../src/manifest/kept.ts";
import type { ApprovalRule, ConfigRepo, From, RepoFile, RepoTree } from "../src/manifest/types.ts";
import { judge } from "../src/rbac/judge.ts";
import type { Proposal } from "../src/rbac/proposal.ts";
import { accessWorld, type AccessWorld } from "./access-world.ts";
import { configFiles } from "./config-repo.ts";
import type { Measure } from "./measure.ts";
import { shippedRoles } from "./shipped-roles.ts";

const SIZE = { racks: 10, appsPerRack: 100 };
const BINDINGS = 10_000;
const AT = 1_700_000_000_000;

function treeOf(edit: (path: string, text: string) => string): RepoTree {
  const files = Array.from(configFiles(SIZE), ({ path, text }): RepoFile => {
    const edited = edit(path, text);
    const blob = createHash("sha1").update(edited).digest("hex");
    return { path, mode: "100644", blob, text: edited, size: Buffer.byteLength(edited) };
  });
  return new Map(files.map((file) => [file.path, file]));
}

interface Trees {
  readonly base: ConfigRepo;
  readonly head: ConfigRepo;
}

/** One more plain value in every app's env.yml. */
function changedEverywhere(): Trees {
  const options = { predefinedRoles: shippedRoles(), cache: createParseCache() };
  const edit = (path: string, text: string): string => (path.endsWith("/env.yml") ? `${text}ONE_MORE: "1"\n` : text);
  return {
    base: loadConfigRepo(
      treeOf((_, text) => text),
      options,
    ),
    head: loadConfigRepo(treeOf(edit), options),
  };
}

const ANYBODY: From = { users: [], teams: [], roles: [], can: "write" };

const WRITERS: ApprovalRule = {
  ...{ name: "writers", line: 1, when: null, require: { kind: "count", count: 2, from: ANYBODY } },
  ...{ allowAuthor: false, allowContributors: false, keepOnPush: false },
};

/** Nothing is kept of the files and people of the round before. */
function proposalOf({ base, head }: Trees, { access, people }: AccessWorld): Proposal {
  const withPolicy = (repo: ConfigRepo): ConfigRepo => ({
    ...repo,
    files: { ...repo.files },
    access,
    settings: { ...repo.settings, approvals: [WRITERS] },
  });
  const sides = { base: withPolicy(base), head: withPolicy(head) };
  return { ...proposeBetween(sides, { author: "person-7", people: { ...people } }), at: AT };
}

function judgeMeasure(breadth: "tight" | "broad"): Measure {
  return {
    name: `judge: 1,000 changed apps, 2,000 people, 10,000 bindings, a rule with can: write, ${breadth}`,
    unit: "ms",
    goal: { atMost: 150 },
    prepare: () => {
      const trees = changedEverywhere();
      const world = accessWorld(breadth, BINDINGS, { racks: SIZE.racks, apps: SIZE.appsPerRack });
      return Promise.resolve({
        ours: () => {
          const proposal = proposalOf(trees, world);
          const start = performance.now();
          const verdict = judge([{ name: "base", repo: proposal.base }], proposal);
          const took = performance.now() - start;
          if (verdict.changes.length < 1_000) throw new Error("too little changed to measure anything");
          return took;
        },
      });
    },
  };
}

export const judgeMeasures: readonly Measure[] = [judgeMeasure("tight"), judgeMeasure("broad")];
