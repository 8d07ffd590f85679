// What is wrong with a file as YAML is found in every kind of file alike, and costs the rest of the repo nothing.
import { describe, expect, it } from "@jest/globals";
import { timed } from "../cpu-time.ts";
import { loadConfigRepo } from "./load-config-repo.ts";
import type { Finding } from "../../src/manifest/types.ts";
import { aTree, predefinedRoles } from "./a-tree.ts";
import { CONVOX, STRICT_FILES, YAML_FAULTS } from "./yaml-faults.ts";

/** Another mistake of the same repo, which must be found whatever the hostile file is. */
const NEIGHBOUR = "roles/neighbour.yml";

const LIMIT_MS = 3_000;

function load(path: string, text: string): readonly Finding[] {
  const tree = aTree({ [NEIGHBOUR]: "permision: []\n", [path]: text });
  const { value, ms } = timed(() => loadConfigRepo(tree, { predefinedRoles }));
  const { findings } = value;
  expect(ms).toBeLessThan(LIMIT_MS);
  expect(JSON.stringify(findings)).not.toMatch(/hunter2/);
  expect(({} as Readonly<Record<string, unknown>>)["admin"]).toBeUndefined();
  expect(errorsIn(NEIGHBOUR, findings)).toEqual(["unknown-key 1:1"]);
  return findings;
}

function errorsIn(path: string, findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(({ file, level }) => file === path && level === "error")
    .map(({ rule, line, column }) => `${rule} ${line}:${column}`)
    .sort();
}

describe.each(YAML_FAULTS)("$row: $input", ({ text, strict, convox }) => {
  it.each(STRICT_FILES)("is found in %s", (path) => {
    expect(errorsIn(path, load(path, text))).toEqual(strict);
  });

  it("is found in convox.yml where Convox cannot take it", () => {
    expect(errorsIn(CONVOX, load(CONVOX, text))).toEqual(convox);
  });
});
