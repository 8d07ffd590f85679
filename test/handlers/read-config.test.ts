import { describe, expect, it } from "@jest/globals";
import { createConfigSource, type ConfigSource } from "../../src/handlers/read-config.ts";
import { differingPaths } from "../../src/handlers/touched-paths.ts";
import { partsOptions } from "../../src/handlers/read-parts.ts";
import { loadConfigRepo } from "../manifest/load-config-repo.ts";
import type { CommitSha, RepoTree } from "../../src/manifest/types.ts";
import { aFile, aTree, plainRepo, predefinedRoles } from "../manifest/a-tree.ts";
import { createMemoryBytes } from "./memory-bytes.ts";
import { createMemoryGit, type MemoryGit } from "./memory-git.ts";

function openSource(): { readonly git: MemoryGit; readonly source: Pick<ConfigSource, "read"> } {
  const git = createMemoryGit();
  return { git, source: createConfigSource(git, partsOptions(predefinedRoles, { bytes: null, workers: null })) };
}

const RACK = (name: string): string =>
  `endpoint: https://api.${name}.example\npassword: { ref: "env://PASSWORD" }\nrecipients: ["age1${"q".repeat(58)}"]\n`;
const MANIFEST = "services:\n  web:\n    image: acme/web:1\n    port: 5000\n";

/** Racks × apps without a finding. */
function repoOf(racks: number, apps: number): RepoTree {
  const files: Record<string, string> = {};
  for (let rack = 0; rack < racks; rack += 1) {
    const name = `rack-${String(rack)}`;
    files[`racks/${name}/rack.yml`] = RACK(name);
    for (let app = 0; app < apps; app += 1) {
      const folder = `racks/${name}/apps/app-${String(app)}`;
      files[`${folder}/app.yml`] = "build: { images: true }\n";
      files[`${folder}/env.yml`] = `NUMBER: "${String(rack * apps + app)}"\n`;
      files[`${folder}/convox.yml`] = MANIFEST;
    }
  }
  return aTree(files);
}

/** The same numbers at every run: a failure can be looked at again. */
function createChance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const RACKS = ["staging", "prod", "prod-eu", "Bad", "rack-0"];
const APPS = ["web", "web-api", "api", "system", "Bad_App"];
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  "rack.yml": [RACK("staging"), `${RACK("one")}production: true\n`, RACK("two"), "endpoint: nowhere\n", ""],
  "app.yml": [
    "build: { images: true }\n",
    "build: { pushed: true }\n",
    "build: { from: staging/web }\n",
    "build: { from: prod/api }\n",
    "build: { from: prod-eu/web }\n",
    "build: { imags: true }\n",
  ],
  "env.yml": ["{}\n", "A: x\n", 'A: "1"\nNODE_ENV: y\n', "A: 1\n", ": :\n"],
  "convox.yml": [
    MANIFEST,
    "services:\n  web:\n    image: a:${A}\n",
    "services:\n  web:\n    build: .\n    environment: [NODE_ENV]\n",
  ],
  "notes.txt": ["unknown\n"],
};
const TOP: Readonly<Record<string, readonly string[]>> = {
  "signalbox.yml": [
    "version: 1\n",
    'version: 1\napprovals:\n  - { name: a, when: { paths: ["racks/*/apps/web/**"] }, require: none }\n',
    "version: 1\nsync: { order: [[staging], [prod-*]] }\n",
    "version: 2\n",
  ],
  "roles/one.yml": ["permissions: [{ resource: applications, names: [web], racks: [prod], action: read }]\n", "x: 1\n"],
  "bindings/a.yml": [
    '- { role: one, subjects: ["user:ana"], racks: [prod-eu] }\n',
    '- { role: two, subjects: ["user:b"] }\n',
  ],
  "bindings/nested/b.yml": ["[]\n"],
  "racks/loose": ["a file in the place of a rack\n"],
  "racks/staging/apps/loose.yml": ["a file in the place of an app\n"],
  tests: ["a file in the place of a folder\n"],
};

/** One file set, taken away, or a whole folder gone. */
function edited(tree: RepoTree, chance: (below: number) => number): RepoTree {
  const files = new Map(tree);
  const pick = <T>(list: readonly [T, ...T[]] | readonly T[], fallback: T): T => list[chance(list.length)] ?? fallback;
  const inApp = chance(4) > 0;
  const name = pick(Object.keys(TEXTS), "env.yml");
  const folder = name === "rack.yml" ? "" : `apps/${pick(APPS, "web")}/`;
  const path = inApp ? `racks/${pick(RACKS, "staging")}/${folder}${name}` : pick(Object.keys(TOP), "signalbox.yml");
  const text = pick((inApp ? TEXTS[name] : TOP[path]) ?? [], "");
  if (chance(8) === 0) {
    const parent = path.slice(0, path.lastIndexOf("/") + 1) || path;
    for (const known of tree.keys()) if (known.startsWith(parent)) files.delete(known);
    return files;
  }
  if (chance(5) === 0) files.delete(path);
  // In git a name is a file or a folder.
  else if (
    !tree.has(path.split("/").slice(0, 2).join("/")) &&
    ![...tree.keys()].some((known) => known.startsWith(`${path}/`))
  ) {
    files.set(path, aFile(path, text, chance(20) === 0 ? "120000" : "100644"));
  }
  return files;
}

const NONE = "0".repeat(40) as CommitSha; // forty hex digits, which name no commit

describe("reading a tree", () => {
  it("after others gives what reading it alone gives, whatever was edited between them", async () => {
    const { git, source } = openSource();
    const chance = createChance(20_261_125);
    let tree = repoOf(1, 2);
    const earlier: RepoTree[] = [tree];
    for (let round = 0; round < 150; round += 1) {
      // Heads of several pull requests come in any order, some of them again.
      const from = chance(4) === 0 ? (earlier[chance(earlier.length)] ?? tree) : tree;
      tree = edited(from, chance);
      earlier.push(tree);
      const read = plainRepo(await source.read(git.write(tree)));
      expect(read).toEqual(plainRepo(loadConfigRepo(tree, { predefinedRoles })));
    }
  });

  it("after other processes that kept what they read gives the same, findings in the same order", async () => {
    const git = createMemoryGit();
    const bytes = createMemoryBytes();
    const chance = createChance(20_261_126);
    let tree = repoOf(1, 2);
    for (let round = 0; round < 60; round += 1) {
      tree = edited(tree, chance);
      const source = createConfigSource(git, partsOptions(predefinedRoles, { bytes, workers: null }));
      const read = plainRepo(await source.read(git.write(tree)));
      await source.close();
      expect(read).toEqual(plainRepo(loadConfigRepo(tree, { predefinedRoles })));
    }
    expect(bytes.puts().length).toBeGreaterThan(40);
  });

  it("opens what differs from the trees in use, and nothing else, however many apps there are", async () => {
    const reads: unknown[] = [];
    for (const racks of [2, 20]) {
      const { git, source } = openSource();
      const base = repoOf(racks, 50);
      const kept = await source.read(git.write(base));
      git.reads();
      const path = "racks/rack-1/apps/app-7/env.yml";
      const head = await source.read(git.write(new Map([...base, [path, aFile(path, "NUMBER: other\n")]])));
      reads.push(git.reads());
      expect([kept.findings, head.findings]).toEqual([[], []]);
    }
    const folder = "racks/rack-1/apps/app-7";
    const read = { folders: 5, files: ["app.yml", "convox.yml", "env.yml"].map((name) => `${folder}/${name}`) };
    expect(reads).toEqual([read, read]);
  });

  it("shares what is equal: the parts of a rack that did not change are the same objects", async () => {
    const { git, source } = openSource();
    const base = repoOf(3, 2);
    const path = "racks/rack-1/apps/app-1/env.yml";
    const before = await source.read(git.write(base));
    const after = await source.read(git.write(new Map([...base, [path, aFile(path, "A: x\n")]])));
    const same = [...before.racks].map(([name, folder]) => [name, after.racks.get(name) === folder]);
    expect(same).toEqual([
      ["rack-0", true],
      ["rack-1", false],
      ["rack-2", true],
      ["staging", true],
    ]);
    expect(after.access).toBe(before.access);
  });

  it("tried again after git failed reads what is there then", async () => {
    const git = createMemoryGit();
    let isAway = true;
    const source = createConfigSource(
      {
        ...git,
        readFolder: async (id) => {
          if (isAway) throw new Error("git ended early");
          return git.readFolder(id);
        },
      },
      partsOptions(predefinedRoles, { bytes: null, workers: null }),
    );
    const tree = git.write(repoOf(1, 1));
    await expect(source.read(tree)).rejects.toThrow("git ended early");
    isAway = false;
    expect((await source.read(tree)).findings).toEqual([]);
  });
});

describe("the paths that differ between two commits", () => {
  it("are those of Signalbox's files, by their content, and equal folders are not opened", async () => {
    const git = createMemoryGit();
    const base = new Map([...repoOf(20, 10), ["README.md", aFile("README.md", "one\n")]]);
    const [gone, changed, added] = ["app.yml", "env.yml", "notes.txt"].map((name) => `racks/rack-3/apps/app-4/${name}`);
    const head = new Map(base);
    head.delete(gone ?? "");
    for (const path of [changed ?? "", added ?? "", "README.md", "roles/deep/er.yml"]) {
      head.set(path, aFile(path, "x: another\n"));
    }
    const [from, to] = [git.write(base), git.write(head)] as CommitSha[]; // the ids of trees stand for commits here
    git.reads();
    expect(await differingPaths(git, from ?? NONE, to ?? NONE)).toEqual(
      new Map([
        [gone, "removed"],
        [changed, "changed"],
        [added, "added"],
        ["roles/deep/er.yml", "added"],
      ]),
    );
    expect(git.reads()).toEqual({ folders: 12, files: [] });
  });
});
