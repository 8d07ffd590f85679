import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { watchFolder, type FolderWatch } from "../../src/adapters/watch-folder.ts";
import { isSignalboxPath } from "../../src/manifest/repo-paths.ts";

let folder = "";
let watch: FolderWatch;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "signalbox-watch-"));
  mkdirSync(join(folder, "roles"));
  writeFileSync(join(folder, "roles/a.yml"), "1");
  watch = await watchFolder(folder, { isOurs: isSignalboxPath, quietMs: 20 });
});

afterEach(() => {
  watch.close();
  rmSync(folder, { recursive: true, force: true });
});

const write = (path: string, text = "x"): void => {
  writeFileSync(join(folder, path), text);
};

/** What changes a file of the repo, in the ways in which editors and git do it. */
const changes: readonly [what: string, change: () => void][] = [
  ["a file that is written", () => write("roles/a.yml", "2")],
  ["a file that comes", () => write("signalbox.yml")],
  [
    "a file that is written beside and renamed over",
    () => {
      write("roles/a.yml.swp");
      renameSync(join(folder, "roles/a.yml.swp"), join(folder, "roles/a.yml"));
    },
  ],
  ["a file that goes", () => rmSync(join(folder, "roles/a.yml"))],
  ["a folder that goes", () => rmSync(join(folder, "roles"), { recursive: true })],
  [
    "folders that come with files in them",
    () => {
      mkdirSync(join(folder, "racks/staging/apps/web"), { recursive: true });
      write("racks/staging/apps/web/app.yml");
    },
  ],
];

describe("a watched folder", () => {
  it.each(changes)("tells of %s", async (_, change) => {
    change();
    expect(await watch.changed()).toBe(true);
  });

  it("tells of what changes in a folder that came later", async () => {
    mkdirSync(join(folder, "racks/staging"), { recursive: true });
    expect(await watch.changed()).toBe(true);
    write("racks/staging/rack.yml");
    expect(await watch.changed()).toBe(true);
  });

  it("tells once of several changes, and nothing of what is not the repo's", async () => {
    write("roles/a.yml", "2");
    write("roles/b.yml");
    expect(await watch.changed()).toBe(true);
    write("notes.txt");
    const next = watch.changed();
    watch.close();
    expect(await next).toBe(false);
  });

  it("is over once it is closed", async () => {
    watch.close();
    write("roles/a.yml", "2");
    expect(await watch.changed()).toBe(false);
  });
});
