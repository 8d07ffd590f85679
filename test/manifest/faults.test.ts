// Each fixture: its first line is `path | findings`, the rest is the file at that path; what is not named must not be found.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { timed } from "../cpu-time.ts";
import { loadConfigRepo } from "./load-config-repo.ts";
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
  const named = expected.split(", ").filter((one) => one !== "" && !one.startsWith("not-used-yet"));
  return { path, expected: named.sort(), text: whole.slice(end + 1) };
}

/** `rule line:column`, with the file instead where it is another one; errors unless it says `warning`. */
function inShort({ rule, line, column, file, level }: Finding, path: string): string {
  const place = file === path ? `${line}:${column}` : file;
  return `${rule} ${place}${level === "warning" ? " warning" : ""}`;
}

/** Says only that something is there which is not in use yet; it has tests of its own. */
const isExpected = ({ rule }: Finding): boolean => rule !== "not-used-yet";

const LIMIT_MS = 3_000;

/** In 3 s of the process's time, with at most 200 MB more memory, no prototype touched, and no word of what may be a secret. */
function load(files: Readonly<Record<string, string>>): readonly Finding[] {
  const tree = aTree(files);
  const before = process.memoryUsage().rss;
  const { value, ms } = timed(() => loadConfigRepo(tree, { predefinedRoles }));
  const { findings } = value;
  expect(ms).toBeLessThan(LIMIT_MS);
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  expect(JSON.stringify(findings)).not.toMatch(/hunter2/i);
  expect(Object.keys(Object.prototype)).toEqual([]);
  return findings.filter(isExpected);
}

const APP = "racks/staging/apps/web/";
const SPARE = "racks/staging/apps/spare/";
const SPARE_APP = Object.fromEntries(
  ["app.yml", "convox.yml", "env.yml"].map((name) => [`${SPARE}${name}`, aTree().get(`${APP}${name}`)?.text ?? ""]),
);

describe("a file with a fault", () => {
  const names = readdirSync(folder);

  it.each(names)("%s gives that finding and no other", (name) => {
    const { path, expected, text } = readFixture(name);
    const found = load({ [path]: text }).map((finding) => inShort(finding, path));
    expect(found.slice(name.startsWith("y36") ? 50 : 0).sort()).toEqual(expected);
  });

  it.each(names)("%s says what was expected", (name) => {
    const { path, text } = readFixture(name);
    for (const { message, rule } of load({ [path]: text })) {
      if (rule !== "more-findings") expect(message).toMatch(/expected |Convox (ignores|takes|drops)/);
    }
  });

  it.each(names)("%s hides no mistake of another file", (name) => {
    const { path, text } = readFixture(name);
    const neighbour = "roles/neighbour.yml";
    const findings = load({ [neighbour]: "permision: []\n", [path]: text });
    expect(findings.filter(({ file }) => file === neighbour).map((one) => inShort(one, neighbour))).toEqual([
      "unknown-key 1:1",
    ]);
  });

  it.each(names.filter((name) => twinOf(readFixture(name).path) !== null))(
    "%s gives the same in a file that nobody refers to",
    (name) => {
      const { path, expected, text } = readFixture(name);
      const twin = twinOf(path) ?? path;
      const ofTwin = text.replaceAll("staging/web", "staging/spare");
      const files = path.startsWith(APP) ? { ...SPARE_APP, [twin]: ofTwin } : { [twin]: ofTwin };
      const found = load(files).map((finding) => inShort(finding, twin));
      expect(found.slice(name.startsWith("y36") ? 50 : 0).sort()).toEqual(expected);
    },
  );
});

/** The same kind of file at a path that nothing else speaks of; null where there is only one such file, or the path is the fault. */
function twinOf(path: string): string | null {
  if (path.startsWith(APP)) return `${SPARE}${path.slice(APP.length)}`;
  const flat = /^(roles|bindings|deploy-keys|tests)\/(dev|b|ci|t)\.yml$/.exec(path);
  return flat === null ? null : `${flat[1] ?? ""}/spare.yml`;
}
