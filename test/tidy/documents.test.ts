import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { readScripts, root } from "./scratch.ts";

const text = (path: string): string => readFileSync(join(root, path), "utf8");

/** The list items of a section of ARCHITECTURE.md. */
function road(title: string): string[] {
  const section =
    text("ARCHITECTURE.md")
      .split(/^## /m)
      .find((part) => part.startsWith(`${title}\n`)) ?? "";
  return section.split("\n").filter((line) => /^(\d+\.|[-*]) /.test(line));
}

/** Paths in backticks that say where they are: below a folder of the repository. */
function namedPaths(line: string): string[] {
  return [...line.matchAll(/`((?:src|test|config|schemas|docs|scripts|\.ci)\/[^`\s*<>{}]*)`/g)].map(
    ([, path]) => path ?? "",
  );
}

/** What `npm` itself answers to; the rest are scripts. */
const ofNpm = new Set(["ci", "install", "pack", "link"]);

function npmCommands(document: string): string[] {
  const commands = [...document.matchAll(/\bnpm (run (?:--silent )?)?([a-z][a-z:-]*)/g)].map(([, run, name]) => ({
    run,
    name,
  }));
  return commands.flatMap(({ run, name = "" }) => {
    if (run === undefined && ofNpm.has(name)) return [];
    return name === "cit" ? ["test"] : [name];
  });
}

describe("ARCHITECTURE.md", () => {
  it.each(["The road of a pull request", "The road of a merge"])("names for `%s` five files that exist", (title) => {
    const files = road(title).map((line) => /^\S+ `([^`]+)`/.exec(line)?.[1] ?? line);
    expect(files).toHaveLength(5);
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("is right that a job's name is the name of the file that does it", () => {
    const jobs = [...text("src/handlers/ports.ts").matchAll(/^ {2}\| \{ readonly kind: "([a-z-]+)"/gm)].map(
      ([, name]) => name,
    );
    const isFile = (job = ""): boolean =>
      ["handlers", "reconcile"].some((folder) => existsSync(join(root, "src", folder, `${job}.ts`)));
    expect(jobs).toContain("reconcile-rack");
    expect(jobs.filter((job) => !isFile(job))).toEqual([]);
  });
});

describe.each(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])("%s", (document) => {
  it("names commands that exist", () => {
    const scripts = readScripts();
    expect(npmCommands(text(document)).filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it("names files that exist", () => {
    const missing = text(document)
      .split("\n")
      .flatMap(namedPaths)
      .filter((path) => !existsSync(join(root, path)));
    expect(missing).toEqual([]);
  });

  it("links to files that exist", () => {
    const links = [...text(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, path]) => path ?? "");
    expect(links.filter((path) => !existsSync(join(root, dirname(document), path)))).toEqual([]);
  });
});

describe("docs/attacks.md", () => {
  const rows = [...text("docs/attacks.md").matchAll(/^\| [^|]+ \| `([a-z-]+)` +\| (.+?) +\|$/gm)];

  it("names tests that exist", () => {
    expect(rows.length).toBeGreaterThan(50);
    const missing = rows.filter(([, file = "", name = ""]) => !text(`test/e2e/${file}.test.ts`).includes(`"${name}"`));
    expect(missing.map(([row]) => row)).toEqual([]);
  });

  it("names every attack of which there is a test", () => {
    const files = [...new Set(rows.map(([, file = ""]) => file))].filter((file) => file.startsWith("attacks-"));
    const tests = files.flatMap((file) =>
      [...text(`test/e2e/${file}.test.ts`).matchAll(/(?:it|\]\))\(\n\s+"(.+)",\n/g)].map(([, name = ""]) => name),
    );
    const named = new Set(rows.map(([, , name = ""]) => name));
    expect(tests.length).toBeGreaterThan(50);
    expect(tests.filter((name) => !named.has(name))).toEqual([]);
  });
});

describe("README.md", () => {
  it("gives the two commands, the demo and the tests", () => {
    expect(text("README.md")).toContain("npm ci && npm run demo");
    expect(text("README.md")).toContain("npm cit");
  });
});
