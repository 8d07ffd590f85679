import { describe, expect, it } from "@jest/globals";
import { loadConfigRepo } from "./load-config-repo.ts";
import { sealedBefore } from "../../src/manifest/sealed-places.ts";
import type { RepoFiles } from "../../src/manifest/compared-files.ts";
import type { Finding } from "../../src/manifest/types.ts";
import { aTree, predefinedRoles } from "./a-tree.ts";

const ENV = "racks/staging/apps/web/env.yml";
const RACK = "racks/staging/rack.yml";
const HINT = "it opens only where it was sealed for: seal the value for this place with `signalbox env set`";

/** In base64, as long as a real one. */
const sealed = (letter: string): string => `YWdlLWVuY3J5cHRpb24ub3JnL3Yx${letter.repeat(200)}`;
const environment = (keys: Readonly<Record<string, string>>): string =>
  `NODE_ENV: x\n${Object.entries(keys)
    .map(([key, letter]) => `${key}: { age: "${sealed(letter)}" }\n`)
    .join("")}`;
const rack = (letter: string): string =>
  `endpoint: https://api.a.example\npassword: { age: "${sealed(letter)}" }\nrecipients: ["age1${"q".repeat(58)}"]\n`;

function load(files: Readonly<Record<string, string>>): {
  files: RepoFiles;
  found: readonly Finding[];
} {
  const repo = loadConfigRepo(aTree(files), { predefinedRoles });
  return { files: repo.files, found: repo.findings.filter(({ rule }) => rule !== "not-used-yet") };
}

const at = (file: string, line: number, key: string, found: string): object => ({
  ...{ file, line, column: 1, rule: "sealed-elsewhere", level: "error", hint: HINT },
  message: `expected a value that was sealed for \`${key}\` here, found one that ${found}`,
});

describe("a sealed value that stands in two places", () => {
  it("is refused in the second: another key, or a rack's password", () => {
    expect(load({ [ENV]: environment({ A: "A", B: "A", C: "C" }) }).found).toEqual([
      at(ENV, 3, "B", `stands as \`A\` in ${ENV} too`),
    ]);
    expect(load({ [ENV]: environment({ A: "A" }), [RACK]: rack("A") }).found).toEqual([
      at(RACK, 2, "password", `stands as \`A\` in ${ENV} too`),
    ]);
  });

  it("is fine where documentation left it out, or where it is too short to be one", () => {
    expect(load({ [ENV]: 'NODE_ENV: x\nA: { ref: "env://A" }\nB: { ref: "env://A" }\n' }).found).toEqual([]);
    const short =
      'NODE_ENV: x\nA: { age: "YWdlLWVuY3J5cHRpb24ub3JnL3YxCg==" }\nB: { age: "YWdlLWVuY3J5cHRpb24ub3JnL3YxCg==" }\n';
    expect(load({ [ENV]: short }).found).toEqual([]);
  });
});

describe("a sealed value that stood elsewhere", () => {
  const base = load({ [ENV]: environment({ A: "A", C: "C" }), [RACK]: rack("R") }).files;

  it("is refused where it is put", () => {
    const head = load({ [ENV]: environment({ B: "A", C: "C" }), [RACK]: rack("R") }).files;
    expect(sealedBefore(base, head)).toEqual([at(ENV, 2, "B", `stood as \`A\` in ${ENV} before`)]);
  });

  it("is fine where it is sealed anew, stays, or comes back to its place", () => {
    const anew = load({ [ENV]: environment({ B: "B", C: "C" }), [RACK]: rack("S") }).files;
    expect(sealedBefore(base, anew)).toEqual([]);
    expect(sealedBefore(base, base)).toEqual([]);
    expect(sealedBefore(anew, base)).toEqual([]);
  });

  it("is left to the finding of the new tree where it still stands there", () => {
    const head = load({ [ENV]: environment({ A: "A", B: "A", C: "C" }), [RACK]: rack("R") }).files;
    expect(sealedBefore(base, head)).toEqual([]);
  });
});
