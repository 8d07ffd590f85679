// What `signalbox validate` says of a folder is what a pull request's check says of the same tree: rule, place and words.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { openLocalGit, type LocalGit } from "../../src/adapters/local-git.ts";
import { createConfigSource, type Reading } from "../../src/handlers/read-config.ts";
import { partsOptions } from "../../src/handlers/read-parts.ts";
import { arrangeFindings } from "../../src/manifest/findings.ts";
import { isSignalboxPath } from "../../src/manifest/repo-paths.ts";
import { judge } from "../../src/rbac/judge.ts";
import { findingsJson } from "../../src/render/findings-json.ts";
import { predefinedRoles } from "../manifest/a-tree.ts";
import { propose } from "../rbac/repo-by-hand.ts";
import { ACME, emptyFolder, folderOf, git, removeFolders, run, type Files } from "./run-command.ts";

afterAll(removeFolders);

const TREES = 300;
const SEED = 20_261_125;
const LIMIT_MS = 120_000;

const GUARDED =
  "version: 1\nguardrails:\n  image-pinned: error\n  private-rack: warn\n  domain-owner: error\n  minimum-scale: { level: warn, services: [web] }\n" +
  "  custom:\n    - { name: locked, level: error, each: app, message: M, require: app.lock }\n" +
  "    - { name: small, level: warn, each: service, racks: [production], message: M, require: service.scale.memory <= 256 }\n";
const VALID: Files = { ...ACME, "signalbox.yml": GUARDED };

const fixtures = new URL("../manifest/fixtures/faults/", import.meta.url);
const FAULTS: readonly (readonly [path: string, text: string])[] = readdirSync(fixtures)
  .map((name) => readFileSync(new URL(name, fixtures), "utf8"))
  .filter(({ length }) => length < 20_000)
  .map((whole) => {
    const end = whole.indexOf("\n");
    return [whole.slice(0, end).split(" | ")[0] ?? "", whole.slice(end + 1)];
  });

const PIECES = [
  "\t",
  "\r\n",
  "\ufeff",
  "  ",
  ": ",
  "- ",
  "{",
  "[",
  '"',
  "#",
  "&a ",
  "*a",
  "<<: ",
  "!x ",
  "${X}",
  "---\n",
  "é",
  "\u202e",
  "x",
  "9",
  "\n",
  "",
];
const PATHS = Object.keys(VALID);

/** A file taken away, one put in that has a fault, or a few characters that give way to others. */
const edit: fc.Arbitrary<(files: Files) => Files> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...PATHS).map((path) => (files: Files) => without(files, path)) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(...FAULTS).map(([path, text]) => (files: Files) => ({ ...files, [path]: text })),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({
        path: fc.constantFrom(...PATHS),
        at: fc.nat(400),
        length: fc.nat(6),
        piece: fc.constantFrom(...PIECES),
      })
      .map(({ path, at, length, piece }) => (files: Files) => {
        const text = files[path] ?? "";
        const from = at % (text.length + 1);
        return { ...files, [path]: text.slice(0, from) + piece + text.slice(from + length) };
      }),
  },
);

function without(files: Files, path: string): Files {
  return Object.fromEntries(Object.entries(files).filter(([one]) => one !== path));
}

const trees = fc
  .sample(fc.array(edit, { minLength: 0, maxLength: 4 }), { seed: SEED, numRuns: TREES })
  .map((edits) => edits.reduce((files, make) => make(files), VALID))
  .map((files) => ({ "roles/dev.yml": "permissions: []\n", ...files }));

/** Commits `t0`, `t1`, … of these files alone. */
function committed(each: readonly Files[]): string {
  const folder = emptyFolder();
  git(folder, "init", "-q", "--initial-branch=main");
  const data = (text: string): string => `data ${String(Buffer.byteLength(text))}\n${text}\n`;
  const stream = each.map((files, index) => {
    const entries = Object.entries(files).map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`);
    return `commit refs/heads/t${String(index)}\ncommitter A <a@acme.example> 1790000000 +0000\n${data("t")}deleteall\n${entries.join("")}`;
  });
  execFileSync("git", ["fast-import", "--quiet", "--force"], { cwd: folder, input: stream.join("") });
  return folder;
}

/** What only a change has, or what is said of it in other words: tests that fail, and whether somebody is left who may all. */
const ONLY_THERE = new Set(["policy-test", "last-administrator"]);

let commits: readonly string[];
let local: LocalGit;
let source: Reading & { close(): Promise<void> };
beforeAll(async () => {
  const folder = committed([...trees, { "signalbox.yml": "version: 1\n" }]);
  commits = git(folder, "for-each-ref", "--sort=version:refname", "--format=%(objectname)").split("\n");
  local = await openLocalGit(folder, { isOurs: isSignalboxPath });
  source = createConfigSource(local, partsOptions(predefinedRoles, { bytes: null, workers: null }));
});
afterAll(async () => {
  await source.close();
  await local.close();
});

/** By the guardrails of the tree itself, with everything in it new. */
async function checked(index: number): Promise<object> {
  const [head, base] = await Promise.all([index, trees.length].map((at) => source.read(commits[at] ?? "")));
  if (head === undefined || base === undefined) throw new Error("two are read");
  const { findings } = judge([{ name: "base", repo: { ...head, findings: [] } }], {
    ...propose({ author: "pia" }),
    base,
    head,
  });
  const shared = findings.filter(({ rule }) => !ONLY_THERE.has(rule)).map(({ already: _, ...finding }) => finding);
  return findingsJson(arrangeFindings(shared));
}

async function validated(files: Files): Promise<object> {
  const { out } = await run(["validate", "--format", "json"], { folder: folderOf(files) });
  const { findings } = JSON.parse(out) as {
    readonly findings: readonly { readonly rule: string; readonly level: string }[];
  };
  const shared = findings.filter(({ rule }) => !ONLY_THERE.has(rule));
  return { ok: shared.every(({ level }) => level !== "error"), findings: shared };
}

describe("a config repo", () => {
  it(
    "has the same findings in a folder as in a pull request's check, whatever is in it",
    async () => {
      const rules = new Set<string>();
      for (const [index, files] of trees.entries()) {
        const inFolder = await validated(files);
        expect({ files, ...inFolder }).toEqual({ files, ...(await checked(index)) });
        for (const { rule } of (inFolder as { readonly findings: readonly { readonly rule: string }[] }).findings) {
          rules.add(rule);
        }
      }
      expect(rules.size).toBeGreaterThan(50);
    },
    LIMIT_MS,
  );
});
