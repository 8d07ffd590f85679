import { describe, expect, it } from "@jest/globals";
import type { ByteStore } from "../../src/handlers/ports.ts";
import { createConfigSource } from "../../src/handlers/read-config.ts";
import { partsOptions } from "../../src/handlers/read-parts.ts";
import { loadConfigRepo } from "../manifest/load-config-repo.ts";
import type { ConfigRepo, RepoTree } from "../../src/manifest/types.ts";
import { aTree, predefinedRoles } from "../manifest/a-tree.ts";
import { createMemoryBytes } from "./memory-bytes.ts";
import { createMemoryGit, type MemoryGit } from "./memory-git.ts";

const RACK = `endpoint: https://api.staging.example\npassword: { ref: "env://PASSWORD" }\nrecipients: ["age1${"q".repeat(58)}"]\n`;
const SEALED = `YWdlLWVuY3J5cHRpb24ub3JnL3Yx${"A".repeat(200)}`;

/** With every kind of file, and with mistakes in some. */
function aRepo(edits: Readonly<Record<string, string>> = {}): RepoTree {
  const files: Record<string, string> = {
    "signalbox.yml": "version: 1\napprovals:\n  - { name: all, when: { production: true }, require: { count: 1 } }\n",
    "roles/web.yml": 'description: Web.\npermissions: [{ resource: applications, names: ["web-*"], action: write }]\n',
    "bindings/web.yml": '- { role: web, subjects: ["user:ana"] }\n- { role: wbe, subjects: ["user:ben"] }\n',
    "tests/web.yml": "- {}\n",
    "notes.md": "not ours",
    "racks/staging/rack.yml": RACK,
    "racks/staging/apps/notes.txt": "in the way\n",
  };
  for (let app = 0; app < 20; app += 1) {
    const folder = `racks/staging/apps/web-${String(app)}`;
    files[`${folder}/app.yml`] = "build: { images: true }\nlock: true\n";
    files[`${folder}/env.yml`] = `A: "${String(app)}"\nB: { age: "${SEALED}" }\nC: { ref: "awssm://a#b" }\n`;
    files[`${folder}/convox.yml`] =
      'services:\n  web:\n    image: acme/web:${A}\n    port: 5000\n    health: /x\n    labels: { a: "b" }\n';
  }
  files["racks/staging/apps/web-3/env.yml"] = "A: 1\n";
  files["racks/staging/apps/web-4/convox.yml"] = "servces: {}\n";
  return aTree({ ...files, ...edits });
}

/** All that a reading says, looked into. */
function wholeOf({ files, racks, ...rest }: ConfigRepo): unknown {
  return {
    ...rest,
    files: Array.from(files.values(), ({ path, blob, kind, fields, lines }) => ({ path, blob, kind, fields, lines })),
    racks: Array.from(racks.values(), ({ rack, apps }) => [
      rack,
      Array.from(apps.values(), ({ name, app, manifest, environment }) => ({ name, app, manifest, environment })),
    ]),
  };
}

interface NewProcess {
  read(tree: string): Promise<ConfigRepo>;
  close(): Promise<void>;
}

function startProcess(git: MemoryGit, bytes: ByteStore): NewProcess {
  return createConfigSource(git, partsOptions(predefinedRoles, { bytes, workers: null }));
}

describe("what one process read and kept", () => {
  it("is to the next what reading gives, and no file is opened for it", async () => {
    const git = createMemoryGit();
    const bytes = createMemoryBytes();
    const tree = git.write(aRepo());
    const first = startProcess(git, bytes);
    await first.read(tree);
    await first.close();
    git.reads();
    const again = await startProcess(git, bytes).read(tree);
    expect(git.reads()).toEqual({ folders: 2, files: [] });
    expect(wholeOf(again)).toStrictEqual(wholeOf(loadConfigRepo(aRepo(), { predefinedRoles })));
    expect(again.findings.length).toBeGreaterThan(4);
  });

  it("serves where a file has changed since, and what differs alone is read", async () => {
    const git = createMemoryGit();
    const bytes = createMemoryBytes();
    await closedAfter(startProcess(git, bytes), git.write(aRepo()));
    const path = "racks/staging/apps/web-7/env.yml";
    const edited = aRepo({ [path]: "A: later\n" });
    const tree = git.write(edited);
    git.reads();
    const repo = await startProcess(git, bytes).read(tree);
    expect(git.reads().files).toEqual(
      ["app.yml", "convox.yml", "env.yml"].map((name) => path.replace("env.yml", name)),
    );
    expect(wholeOf(repo)).toStrictEqual(wholeOf(loadConfigRepo(edited, { predefinedRoles })));
  });

  it("is written at once where it is much, and at the end where it is one app", async () => {
    const git = createMemoryGit();
    const bytes = createMemoryBytes();
    const process = startProcess(git, bytes);
    await process.read(git.write(aRepo()));
    expect(bytes.puts()).toEqual(["top", "rack staging"]);
    await process.read(git.write(aRepo({ "racks/staging/apps/web-7/env.yml": "A: later\n" })));
    expect(bytes.puts()).toEqual([]);
    await process.close();
    expect(bytes.puts()).toEqual(["rack staging"]);
  });

  it("of other predefined roles is not used", async () => {
    const git = createMemoryGit();
    const bytes = createMemoryBytes();
    const tree = git.write(aRepo());
    await closedAfter(startProcess(git, bytes), tree);
    const others = predefinedRoles.slice(1);
    const repo = await createConfigSource(git, partsOptions(others, { bytes, workers: null })).read(tree);
    expect(wholeOf(repo)).toStrictEqual(wholeOf(loadConfigRepo(aRepo(), { predefinedRoles: others })));
  });
});

async function closedAfter(process: NewProcess, tree: string): Promise<void> {
  await process.read(tree);
  await process.close();
}
