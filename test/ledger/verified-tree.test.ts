import { describe, expect, it } from "@jest/globals";
import type { RepoTree, Unit } from "../../src/manifest/types.ts";
import { unitOf } from "../../src/manifest/repo-paths.ts";
import { composeTree } from "../../src/ledger/verified-tree.ts";

const tree = (files: Readonly<Record<string, string>>): RepoTree =>
  new Map(
    Object.entries(files).map(([path, text]) => [path, { path, mode: "100644", blob: text, text, size: text.length }]),
  );

describe("the tree in force", () => {
  const tip = tree({
    "signalbox.yml": "new",
    "roles/new.yml": "new",
    "racks/staging/rack.yml": "new",
    "racks/staging/apps/web/app.yml": "new",
    "racks/staging/apps/web/added.yml": "new",
    "racks/staging/apps/api/app.yml": "new",
  });
  const old = tree({
    "signalbox.yml": "old",
    "roles/old.yml": "old",
    "racks/staging/rack.yml": "old",
    "racks/staging/apps/web/app.yml": "old",
    "racks/staging/apps/web/env.yml": "old",
  });

  it("is the tip where nothing is held", () => {
    expect(composeTree(tip, new Map(), unitOf)).toEqual(tip);
  });

  it("has of a held unit exactly its last verified files: added ones go, removed ones come back", () => {
    const held = new Map<Unit, RepoTree>([["racks/staging/apps/web", old]]);
    expect([...composeTree(tip, held, unitOf)].map(([path, file]) => [path, file.text]).sort()).toEqual([
      ["racks/staging/apps/api/app.yml", "new"],
      ["racks/staging/apps/web/app.yml", "old"],
      ["racks/staging/apps/web/env.yml", "old"],
      ["racks/staging/rack.yml", "new"],
      ["roles/new.yml", "new"],
      ["signalbox.yml", "new"],
    ]);
  });

  it("holds access as one, and a unit that did not exist before is not there", () => {
    const held = new Map<Unit, RepoTree>([
      ["access", old],
      ["racks/staging/apps/api", old],
    ]);
    const composed = composeTree(tip, held, unitOf);
    expect([composed.has("roles/new.yml"), composed.get("signalbox.yml")?.text]).toEqual([false, "old"]);
    expect([composed.has("roles/old.yml"), composed.has("racks/staging/apps/api/app.yml")]).toEqual([true, false]);
  });
});
