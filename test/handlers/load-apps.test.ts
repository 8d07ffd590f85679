import { describe, expect, it } from "@jest/globals";
import { createThreadLoader } from "../../src/handlers/load-apps.ts";
import type { AppWorkers } from "../../src/handlers/ports.ts";
import { createConfigSource } from "../../src/handlers/read-config.ts";
import { partsOptions } from "../../src/handlers/read-parts.ts";
import type { RepoTree } from "../../src/manifest/types.ts";
import { aFile, aTree, plainRepo, predefinedRoles } from "../manifest/a-tree.ts";
import { loadConfigRepo } from "../manifest/load-config-repo.ts";
import { createMemoryBytes } from "./memory-bytes.ts";
import { createMemoryGit } from "./memory-git.ts";

const FAULTS: Readonly<Record<number, string>> = {
  3: "A: [\n",
  7: "A: 1\n",
  11: "A: x\nA: y\n",
  150: "A: \u202e\n",
  151: "PASSWORD: hunter2hunter2\n",
  290: "B: x\n",
};

/** Two racks beside the one with an app that every tree here has; some apps have mistakes, each with a manifest that puts in what env.yml says. */
function repoOf(appsPerRack: number): RepoTree {
  const files: Record<string, string> = {};
  for (const [index, rack] of ["prod", "spare"].entries()) {
    files[`racks/${rack}/rack.yml`] =
      `endpoint: https://api.${rack}.example\npassword: { ref: "env://PASSWORD" }\nrecipients: ["age1${"q".repeat(58)}"]\n`;
    for (let app = 0; app < appsPerRack; app += 1) {
      const folder = `racks/${rack}/apps/web-${String(app)}`;
      files[`${folder}/app.yml`] = "build: { images: true }\n";
      files[`${folder}/env.yml`] = FAULTS[index * appsPerRack + app] ?? `A: "${String(app)}"\n`;
      files[`${folder}/convox.yml`] = "services:\n  web:\n    image: acme/web:${A}\n    port: 5000\n";
    }
  }
  return aTree(files);
}

interface CountedWorkers extends AppWorkers {
  /** How many apps each message was about, since the last asking. */
  messages(): readonly number[];
}

/** Each message goes through the copies that it would be between threads. */
function createWorkers(): CountedWorkers {
  const load = createThreadLoader();
  const messages: number[] = [];
  return {
    load: (sources) => {
      messages.push(sources.length);
      return Promise.resolve(structuredClone(load(structuredClone(sources))));
    },
    close: () => Promise.resolve(),
    messages: () => messages.splice(0),
  };
}

describe("many apps at once", () => {
  it("are loaded on threads, and come to what reading them here gives", async () => {
    const git = createMemoryGit();
    const workers = createWorkers();
    const source = createConfigSource(git, partsOptions(predefinedRoles, { bytes: null, workers }));
    const tree = repoOf(150);
    const repo = await source.read(git.write(tree));
    const messages = workers.messages();
    expect(messages.reduce((sum, apps) => sum + apps, 0)).toBe(151);
    expect(Math.max(...messages)).toBeLessThanOrEqual(20);
    expect(plainRepo(repo)).toEqual(plainRepo(loadConfigRepo(tree, { predefinedRoles })));
    expect(new Set(repo.findings.map(({ rule }) => rule)).size).toBeGreaterThan(4);
  });

  it("once read are known: a change of one of them asks no thread", async () => {
    const git = createMemoryGit();
    const workers = createWorkers();
    const source = createConfigSource(git, partsOptions(predefinedRoles, { bytes: null, workers }));
    const tree = repoOf(150);
    const kept = await source.read(git.write(tree));
    workers.messages();
    const path = "racks/spare/apps/web-9/env.yml";
    const changed: RepoTree = new Map([...tree, [path, aFile(path, "A: later\n")]]);
    const repo = await source.read(git.write(changed));
    expect(workers.messages()).toEqual([]);
    expect(plainRepo(repo)).toEqual(plainRepo(loadConfigRepo(changed, { predefinedRoles })));
    expect(kept.findings).toEqual(repo.findings);
  });

  it("are kept for the next process as those that were loaded here", async () => {
    const git = createMemoryGit();
    const workers = createWorkers();
    const bytes = createMemoryBytes();
    const tree = repoOf(150);
    for (let process = 0; process < 2; process += 1) {
      const source = createConfigSource(git, partsOptions(predefinedRoles, { bytes, workers }));
      expect(plainRepo(await source.read(git.write(tree)))).toEqual(
        plainRepo(loadConfigRepo(tree, { predefinedRoles })),
      );
      await source.close();
    }
    expect(workers.messages().reduce((sum, apps) => sum + apps, 0)).toBe(151);
  });

  it("of which a thread died are read again when they are asked for again", async () => {
    const git = createMemoryGit();
    const workers = createWorkers();
    let isDead = true;
    const dying: AppWorkers = {
      ...workers,
      load: (sources) => (isDead ? Promise.reject(new Error("the thread ended")) : workers.load(sources)),
    };
    const source = createConfigSource(git, partsOptions(predefinedRoles, { bytes: null, workers: dying }));
    const tree = repoOf(150);
    await expect(source.read(git.write(tree))).rejects.toThrow("the thread ended");
    isDead = false;
    expect(plainRepo(await source.read(git.write(tree)))).toEqual(plainRepo(loadConfigRepo(tree, { predefinedRoles })));
  });
});

it("Few apps are loaded on the thread that asks for them", async () => {
  const git = createMemoryGit();
  const workers = createWorkers();
  const source = createConfigSource(git, partsOptions(predefinedRoles, { bytes: null, workers }));
  await source.read(git.write(repoOf(90)));
  expect(workers.messages()).toEqual([]);
});
