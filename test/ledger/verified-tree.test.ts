import { describe, expect, it } from "@jest/globals";
import { composeParts } from "../../src/ledger/verified-tree.ts";
import { createCrossMemory, joinRepo, type RepoParts } from "../../src/manifest/join-repo.ts";
import { createParseCache } from "../../src/manifest/kept.ts";
import { loadParts } from "../manifest/load-config-repo.ts";
import type { ConfigRepo, Unit } from "../../src/manifest/types.ts";

const tree = (files: Readonly<Record<string, string>>): RepoParts =>
  loadParts(
    new Map(
      Object.entries(files).map(([path, text]) => [
        path,
        { path, mode: "100644", blob: text, text, size: text.length },
      ]),
    ),
    { predefinedRoles: [], cache: createParseCache() },
  );
const filesOf = (parts: RepoParts): readonly (readonly [string, string])[] => {
  const { files }: ConfigRepo = joinRepo(parts, createCrossMemory());
  return Array.from(files.values(), ({ path, blob }) => [path, blob] as const).sort();
};

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
    expect(filesOf(composeParts(tip, new Map()))).toEqual(filesOf(tip));
  });

  it("has of a held unit exactly its last verified files: added ones go, removed ones come back", () => {
    const held = new Map<Unit, RepoParts | null>([["racks/staging/apps/web", old]]);
    expect(filesOf(composeParts(tip, held))).toEqual([
      ["racks/staging/apps/api/app.yml", "new"],
      ["racks/staging/apps/web/app.yml", "old"],
      ["racks/staging/apps/web/env.yml", "old"],
      ["racks/staging/rack.yml", "new"],
      ["roles/new.yml", "new"],
      ["signalbox.yml", "new"],
    ]);
  });

  it("holds access as one, and a unit that did not exist before is not there", () => {
    const held = new Map<Unit, RepoParts | null>([
      ["access", old],
      ["racks/staging/apps/api", old],
    ]);
    expect(filesOf(composeParts(tip, held))).toEqual([
      ["racks/staging/apps/web/added.yml", "new"],
      ["racks/staging/apps/web/app.yml", "new"],
      ["racks/staging/rack.yml", "new"],
      ["roles/old.yml", "old"],
      ["signalbox.yml", "old"],
    ]);
  });

  it("lets a rack go of which nothing was ever verified", () => {
    const held = new Map<Unit, RepoParts | null>([
      ["racks/staging/rack.yml", null],
      ["racks/staging/apps/web", null],
      ["racks/staging/apps/api", tree({})],
    ]);
    expect(filesOf(composeParts(tip, held))).toEqual([
      ["roles/new.yml", "new"],
      ["signalbox.yml", "new"],
    ]);
  });
});
