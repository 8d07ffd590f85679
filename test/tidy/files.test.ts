import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { root } from "./scratch.ts";

/** What is committed, or would be: ignored files aside. */
const paths = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\0")
  .filter((path) => path !== "" && existsSync(join(root, path)));

const text = (path: string): string => readFileSync(join(root, path), "utf8");

const isCode = (path: string): boolean => /^(src|test|scripts)\/.*\.[jt]s$/.test(path);
/** The rules themselves show what they forbid. */
const isTidy = (path: string): boolean => path.startsWith("test/tidy/");

/** Lines of these files with what `pattern` finds, as `path:line: text`. */
function linesWith(pattern: RegExp, among: readonly string[]): string[] {
  return among.flatMap((path) =>
    text(path)
      .split("\n")
      .flatMap((line, at) => (pattern.test(line) ? [`${path}:${String(at + 1)}: ${line.trim()}`] : [])),
  );
}

const silenced = /eslint-disable|@ts-(ignore|nocheck|expect-error)|prettier-ignore|istanbul ignore|c8 ignore|v8 ignore/;
/** May only fall: before it rises, look for the fix that makes it needless. */
const mostSilenced = 1;

const vague =
  /(^|-)(utils?|helpers?|common|shared|managers?|libs?|misc|processors?|wrappers?|info|types-and-.*)\.[jt]s$/;

/** Built of pieces, so that this file does not find itself. */
const machinePath = new RegExp(`(^|[\\s"'\`(=:])/(${["work", "root", "home/[a-z]+"].join("|")})/`);

describe("every file", () => {
  it("is found by this test", () => {
    expect(paths).toEqual(expect.arrayContaining(["package.json", "src/errors.ts", "test/tidy/files.test.ts"]));
  });

  it("is named for what it holds", () => {
    expect(paths.filter((path) => isCode(path) && vague.test(basename(path)))).toEqual([]);
    expect(["a/utils.ts", "a/git-helper.ts", "common.js"].filter((path) => !vague.test(basename(path)))).toEqual([]);
  });

  it("of code is named in kebab-case", () => {
    expect(
      paths.filter((path) => isCode(path) && !/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.[jt]s$/.test(basename(path))),
    ).toEqual([]);
  });

  it("silences a rule only with a reason", () => {
    const found = linesWith(
      silenced,
      paths.filter((path) => isCode(path) && !isTidy(path)),
    );
    expect(found.filter((line) => !/ -- \S+ \S+|@ts-expect-error: \S+ \S+/.test(line))).toEqual([]);
  });

  it("silences no more than before", () => {
    const found = linesWith(
      silenced,
      paths.filter((path) => isCode(path) && !isTidy(path)),
    );
    expect(found.slice(mostSilenced)).toEqual([]);
  });

  it("leaves nothing to do for later, and no test out", () => {
    const code = paths.filter((path) => isCode(path) && !isTidy(path));
    expect(linesWith(/\b(TODO|FIXME|XXX|HACK)\b/, code)).toEqual([]);
    expect(linesWith(/\b(it|test|describe)\.(only|failing)\b|\b(fdescribe|xit|xdescribe)\(/, code)).toEqual([]);
  });

  it("skips a test in test/optional.ts alone, which says why", () => {
    const code = paths.filter((path) => isCode(path) && !isTidy(path) && path !== "test/optional.ts");
    expect(linesWith(/\b(it|test|describe)\.(skip|todo)\b/, code)).toEqual([]);
  });

  it("knows nothing of the machine that it was written on", () => {
    const written = paths.filter((path) => !/\.(png|jpe?g|gif|ico)$/.test(path));
    expect(
      linesWith(
        machinePath,
        written.filter((path) => !isTidy(path)),
      ),
    ).toEqual([]);
    expect(
      linesWith(
        /(^|[\s"'`(=:])\/tmp\//,
        written.filter((path) => path.endsWith(".md") || path.startsWith("src/")),
      ),
    ).toEqual([]);
    expect(linesWith(/"resolved": "(?!https:\/\/registry\.npmjs\.org\/)/, ["package-lock.json"])).toEqual([]);
  });
});
