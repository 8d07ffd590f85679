import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { timed } from "../cpu-time.ts";
import { createParseCache, type ParseCache } from "../../src/manifest/kept.ts";
import { loadApp, recallFiles, type AppSource } from "../../src/manifest/load-app.ts";
import { loadConfigRepo } from "./load-config-repo.ts";
import type { RepoTree } from "../../src/manifest/types.ts";
import { aFile, aTree, predefinedRoles, plainRepo } from "./a-tree.ts";

const valid = aTree({
  "signalbox.yml":
    'version: 1\napprovals:\n  - name: a\n    when: { paths: ["racks/**"], production: false }\n    require: { all: [{ count: 1, from: { teams: [x] } }] }\n    keepOnPush: true\nsync: { order: [[staging]] }\n',
  "roles/dev.yml": "permissions:\n  - { resource: applications, names: { regex: a.* }, action: write }\n",
  "bindings/a.yml": '- role: dev\n  subjects: ["user:ana"]\n  until: 2027-03-31\n',
  "deploy-keys/ci.yml": `hash: "sha256:${"a".repeat(64)}"\nracks: all\napps: [web]\nexpires: 2027-06-30\n`,
  "tests/t.yml": '- { name: x, as: "user:ana", may: { read: [roles] } }\n',
  "racks/staging/apps/web/convox.yml":
    "x: &x { image: a }\nservices:\n  web:\n    <<: *x\n    port: https:5443\n    scale: { count: 1-3 }\n    environment: [NODE_ENV, A=${NODE_ENV}]\n",
});

const PIECES = [
  ...Array.from("{}[]&*!|>'\"%@`#:-?,~\n\t \\<$\u0000\u202e\ufeff\ud800"),
  "<<",
  "__proto__",
  "? ",
  "- ",
  "---\n",
  "!!js/function ",
  "&a *a ",
  "${X}",
  "${",
  "1e999",
  "null",
  ": ",
  "\r",
];

/** One edit: what stands between two places gives way to a piece. */
interface Edit {
  readonly at: number;
  readonly length: number;
  readonly piece: string;
}

const edits = fc.array(
  fc.record({
    at: fc.nat(600),
    length: fc.nat(8),
    piece: fc.oneof(fc.constantFrom("", ...PIECES), fc.string({ maxLength: 4 })),
  }),
  { minLength: 1, maxLength: 4 },
);

function edited(text: string, made: readonly Edit[]): string {
  return made.reduce((rest, { at, length, piece }) => {
    const from = at % (rest.length + 1);
    return rest.slice(0, from) + piece + rest.slice(from + length);
  }, text);
}

/** The same runs every time, so that a failure can be looked at again. */
const RUNS = { seed: 20_261_125, numRuns: 400 };

const anyPath = fc.constantFrom(...valid.keys());
const yamlish = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PIECES, "\n", "\n  ", "a", "services", "permissions", "age", "- a: "),
      fc.string({ unit: "binary", maxLength: 6 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));
const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array).toString("utf8"));

describe("no input", () => {
  const cache = createParseCache();

  /** Whether it was refused; everything that was said has a place that is one. */
  function isRefused(path: string, text: string): boolean {
    const tree: RepoTree = new Map([...valid, [path, aFile(path, text)]]);
    const { findings } = loadConfigRepo(tree, { predefinedRoles, cache });
    const lines = text.split(/\r\n|\r|\n/).length + 1;
    const odd = findings.filter(
      ({ file, line, column }) => file === path && !(line >= 1 && column >= 1 && line <= lines),
    );
    expect(odd).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    return findings.some(({ level }) => level === "error");
  }

  it("that is a valid file with edits makes the loader throw, touch a prototype, or say a place that is none", () => {
    let refused = 0;
    fc.assert(
      fc.property(anyPath, edits, (path, made) => {
        if (isRefused(path, edited(valid.get(path)?.text ?? "", made))) refused += 1;
      }),
      RUNS,
    );
    // Were all edits harmless, or all refused, this would test nothing.
    expect(refused).toBeGreaterThan(RUNS.numRuns / 4);
    expect(refused).toBeLessThan(RUNS.numRuns);
  });

  it.each([
    ["that looks like YAML", yamlish],
    ["of arbitrary bytes", bytes],
  ])("%s does either", (_, text) => {
    fc.assert(
      fc.property(anyPath, text, (path, content) => void isRefused(path, content)),
      RUNS,
    );
  });

  it.each([
    ["300,000 keys in a map", Array.from({ length: 100_000 }, (_, index) => `k${index}: 1\n`).join("")],
    ["100,000 brackets", "[".repeat(100_000)],
    ["50,000 anchors", "- &a 1\n".repeat(50_000)],
    ["a scalar of a megabyte", `a: "${"x".repeat(1_000_000)}"\n`],
    ["a thousand question marks", "? ".repeat(1_000)],
    ["a megabyte of control characters", "\u0001".repeat(1_000_000)],
    ["100,000 wrong items", "- 1\n".repeat(100_000)],
    ["20,000 wrong choices", "- { racks: 5 }\n".repeat(20_000)],
    ["50,000 keys to put in", Array.from({ length: 50_000 }, (_, index) => `\${K${index}}`).join("")],
    ["a hundred thousand empty lines", "\n".repeat(100_000)],
    ["many interpolations", `services: # ${"${NODE_ENV}".repeat(20_000)}\n`],
    ["addresses that end nowhere", `a: "${"x://y:".repeat(150_000)}"\n`],
    ["tokens that begin and end nowhere", `a: "${"eyJ-xoxb-SG.ops_ey".repeat(50_000)}"\n`],
    ["a long plain scalar of brackets", `a: ${"}{".repeat(200_000)}\n`],
  ])("of %s takes long", (_, text) => {
    for (const path of ["roles/dev.yml", "bindings/a.yml", "racks/staging/apps/web/convox.yml"]) {
      const tree = new Map([...valid, [path, aFile(path, text)]]);
      expect(timed(() => loadConfigRepo(tree, { predefinedRoles })).ms).toBeLessThan(3_000);
    }
  });
});

function countingCache(): { readonly cache: ParseCache; readonly made: readonly string[] } {
  const made: string[] = [];
  const kept = createParseCache();
  const set: ParseCache["set"] = (key, value) => {
    made.push(key);
    return kept.set(key, value);
  };
  return { cache: { ...kept, set }, made };
}

describe("a cache", () => {
  it.each([
    ["env.yml alone", "image: acme/web:1", ["environment"]],
    ["env.yml, and the convox.yml that it puts values into", "image: acme/web:${A}", ["environment", "manifest"]],
  ])("parses of an app that was parsed elsewhere only what has changed: %s", (_, image, parsed) => {
    const app = (environment: string): AppSource => ({
      ...{ rack: "staging", app: "web", id: environment },
      files: [
        aFile("racks/staging/apps/web/app.yml", "build: { images: true }\n"),
        aFile("racks/staging/apps/web/convox.yml", `services:\n  web:\n    ${image}\n`),
        aFile("racks/staging/apps/web/env.yml", environment),
      ],
    });
    const { cache, made } = countingCache();
    recallFiles(loadApp(app("A: x\n"), createParseCache()), cache);
    const part = loadApp(app("A: y\n"), cache);
    expect(made.map((key) => key.split(":", 1)[0])).toEqual(parsed);
    expect(JSON.stringify(part)).toBe(JSON.stringify(loadApp(app("A: y\n"), createParseCache())));
    const [said, afresh] = [part, loadApp(app("A: y\n"), createParseCache())].map(({ content }) =>
      content.manifest?.value(),
    );
    expect(said).toEqual(afresh);
  });

  it("parses a blob of a kind once, wherever it stands", () => {
    const { cache, made } = countingCache();
    const role = "permissions: [{ resource: all, action: read }]\n";
    const tree = aTree({ "roles/a.yml": role, "roles/b.yml": role });
    const first = loadConfigRepo(tree, { predefinedRoles, cache });
    expect(made).toHaveLength(new Set(made).size);
    expect(made.filter((key) => key.startsWith("role:"))).toHaveLength(1);
    const times = made.length;
    expect(plainRepo(loadConfigRepo(tree, { predefinedRoles, cache }))).toEqual(plainRepo(first));
    expect(made).toHaveLength(times);
  });

  it("tells one env.yml from another where convox.yml puts its values in", () => {
    const cache = createParseCache();
    const image = (tag: string): unknown => {
      const tree = aTree({
        "racks/staging/apps/web/env.yml": `NODE_ENV: x\nTAG: "${tag}"\n`,
        "racks/staging/apps/web/convox.yml": "services:\n  web:\n    image: a:${TAG}\n",
      });
      const { racks } = loadConfigRepo(tree, { predefinedRoles, cache });
      return [...racks.values()].flatMap(({ apps }) =>
        [...apps.values()].map(({ manifest }) => manifest?.services[0]?.image),
      );
    };
    expect([image("1"), image("2"), image("1")]).toEqual([["a:1"], ["a:2"], ["a:1"]]);
  });

  it("that is warm loads 10,000 apps in two seconds", () => {
    const files: Record<string, string> = {};
    for (let index = 0; index < 10_000; index += 1) {
      const folder = `racks/staging/apps/app${index}`;
      files[`${folder}/app.yml`] = "build: { images: true }\n";
      files[`${folder}/env.yml`] = `NODE_ENV: "${index % 500}"\nA: x\nB: x\n`;
      files[`${folder}/convox.yml`] =
        `services:\n  web:\n    image: acme/web:${index % 500}\n    environment: [NODE_ENV]\n`;
    }
    const tree = aTree(files);
    const cache = createParseCache();
    loadConfigRepo(tree, { predefinedRoles, cache });
    const { value: repo, ms } = timed(() => loadConfigRepo(tree, { predefinedRoles, cache }));
    expect([...repo.racks.values()].map(({ apps }) => apps.size)).toEqual([10_001]);
    expect(repo.findings).toEqual([]);
    expect(ms).toBeLessThan(2_000);
  });
});
