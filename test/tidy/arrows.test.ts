import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { plant, root, runGate } from "./scratch.ts";
import type { GateRun, Scratch } from "./scratch.ts";

/** Of dependency-cruiser's JSON what is read here. */
interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
  };
}

function cruiseOf(run: GateRun): Cruise {
  return JSON.parse(run.stdout) as Cruise;
}

const folders = [
  ..."manifest rbac secrets ledger render reconcile handlers adapters commands demo".split(" "),
  "simulators/rack",
];

/** Files that others may want to import. Each `target.ts` stands for its folder. */
const targets = [
  ...folders.map((folder) => `src/${folder}/target.ts`),
  "src/handlers/ports.ts",
  "src/errors.ts",
  "src/app.ts",
  "src/connect.ts",
  "src/main.ts",
];

/**
 * The house as ARCHITECTURE.md draws it, said a second time and otherwise than in the rules: which targets a file may
 * import, `type:` where as types only.
 */
const drawn: Readonly<Record<string, string>> = {
  "src/manifest/": "manifest",
  "src/rbac/": "rbac manifest",
  "src/secrets/": "secrets manifest errors",
  "src/ledger/": "ledger manifest type:rbac",
  "src/render/": "render manifest rbac reconcile ledger",
  "src/reconcile/": "reconcile manifest secrets ledger errors type:rbac",
  "src/handlers/": "handlers ports reconcile rbac manifest render secrets ledger errors",
  "src/adapters/": "adapters secrets ledger errors type:manifest type:rbac type:reconcile type:ports",
  "src/commands/":
    "commands handlers manifest rbac secrets ledger render reconcile adapters ports errors app connect main",
  "src/demo/": "demo simulators/rack type:manifest",
  "src/simulators/rack/": "simulators/rack",
  "src/commands/demo.ts":
    "commands handlers manifest rbac secrets ledger render reconcile adapters ports errors app connect main demo simulators/rack",
  "src/commands/simulate.ts":
    "commands handlers manifest rbac secrets ledger render reconcile adapters ports errors app connect main demo simulators/rack",
  "src/app.ts": "connect manifest rbac secrets ledger render reconcile handlers ports adapters errors",
  "src/connect.ts": "manifest rbac secrets ledger render reconcile handlers ports adapters errors",
  "src/main.ts": "commands app connect manifest rbac secrets ledger render reconcile adapters ports errors",
  "src/errors.ts": "",
};

/** Packages and Node modules, each in a folder that may not have it. */
const foreign: readonly (readonly [string, string])[] = [
  ["src/manifest/foreign.ts", "simple-git"],
  ["src/manifest/foreign.ts", "node:fs"],
  ["src/rbac/foreign.ts", "probot"],
  ["src/rbac/foreign.ts", "node:crypto"],
  ["src/secrets/foreign.ts", "node:http"],
  ["src/ledger/foreign.ts", "node:fs/promises"],
  ["src/render/foreign.ts", "node:os"],
  ["src/reconcile/foreign.ts", "@octokit/rest"],
  ["src/reconcile/foreign.ts", "node:timers/promises"],
  ["src/handlers/foreign.ts", "probot"],
  ["src/handlers/foreign.ts", "node:child_process"],
  ["src/errors/foreign.ts", "node:net"],
];

const shortName = (target: string): string =>
  target.replace(/^src\/(handlers\/(?=ports))?/, "").replace(/(\/target)?\.ts$/, "");
const sourcePath = (source: string, kind: string): string => (source.endsWith("/") ? `${source}${kind}.ts` : source);

/** A file that imports every target but itself, by value or as types. */
function importAll(source: string, keyword: string): string {
  const up = "../".repeat(source.split("/").length - 2) || "./";
  return targets
    .filter((target) => target !== source)
    .map((target, at) => `${keyword} { x as x${String(at)} } from "${up}${target.slice("src/".length)}";\n`)
    .join("");
}

function plantHouse(): Scratch {
  const files: Record<string, string> = {};
  for (const target of targets) files[target] = "export const x = 1;\n";
  for (const source of Object.keys(drawn)) {
    files[sourcePath(source, "values")] = importAll(sourcePath(source, "values"), "import");
    if (source.endsWith("/")) {
      files[sourcePath(source, "types")] = importAll(sourcePath(source, "types"), "import type");
    }
  }
  for (const [path, name] of foreign) files[path] = `${files[path] ?? ""}import "${name}";\n`;
  return plant({
    ...files,
    "src/adapters/allowed.ts": 'import "node:fs";\nimport "simple-git";\n',
    "src/adapters/undeclared.ts": 'import "@octokit/core";\n',
    "src/adapters/development.ts": 'import "nock";\n',
    "src/adapters/missing.ts": 'import "./nowhere.ts";\n',
    "src/adapters/tested.ts": 'import "../../test/some.ts";\n',
    "src/adapters/orphan.ts": "export const x = 1;\n",
    "src/rbac/ring-a.ts": 'import type { B } from "./ring-b.ts";\nexport type A = B;\n',
    "src/rbac/ring-b.ts": 'import type { A } from "./ring-a.ts";\nexport type B = A;\n',
    "test/some.ts": "export const x = 1;\n",
  });
}

describe("the arrows", () => {
  let scratch: Scratch;
  let planted: Cruise;
  let violations: readonly string[];

  beforeAll(() => {
    scratch = plantHouse();
    planted = cruiseOf(scratch.run("arrows", "--preserve-symlinks", "--output-type", "json"));
    violations = planted.summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`);
  });
  afterAll(() => scratch.remove());

  it("fail the gate where one is breached", () => {
    const { status, output } = scratch.run("arrows", "--preserve-symlinks");
    expect(status).not.toBe(0);
    expect(output).toContain("error manifest-imports: src/manifest/values.ts → src/rbac/target.ts");
  });

  it.each(Object.entries(drawn))("let %s import exactly: %s", (source, allowed) => {
    const refused = (kind: string): Set<string> => {
      const from = sourcePath(source, kind);
      const found = planted.summary.violations.filter((one) => one.from === from && one.rule.name !== "no-cycles");
      return new Set(found.map(({ to }) => to));
    };
    const open = (kind: string, prefix: string): string[] =>
      targets
        .filter((target) => target !== sourcePath(source, kind) && !refused(kind).has(target))
        .map((target) => prefix + shortName(target));
    const values = open("values", "");
    const types = source.endsWith("/") ? open("types", "type:") : [];
    const typesOnly = types.filter((name) => !values.includes(name.slice("type:".length)));
    expect([...values, ...typesOnly].sort()).toEqual(allowed.split(" ").filter(Boolean).sort());
  });

  it.each(foreign)("keep %s from %s", (path, name) => {
    const resolved = new RegExp(`: ${path} → (node:)?(node_modules/)?${name.replace("node:", "")}(/|$)`);
    expect(violations.filter((violation) => resolved.test(violation))).not.toEqual([]);
  });

  it.each([
    /^no-cycles: src\/rbac\/ring-[ab]\.ts → src\/rbac\/ring-[ab]\.ts$/,
    /^no-orphans: src\/adapters\/orphan\.ts → /,
    /^src-without-tests: src\/adapters\/tested\.ts → test\/some\.ts$/,
    /^src-without-dev-dependencies: src\/adapters\/development\.ts → node_modules\/nock\//,
    /^only-declared-packages: src\/adapters\/undeclared\.ts → node_modules\/@octokit\/core\//,
    /^only-what-exists: src\/adapters\/missing\.ts → \.\/nowhere\.ts$/,
  ])("find %s", (violation) => {
    expect(violations).toContainEqual(expect.stringMatching(violation));
  });

  it("let adapters have disk and SDKs", () => {
    expect(violations.filter((violation) => violation.includes("src/adapters/allowed.ts"))).toEqual([]);
  });

  it("were breached by the planted files rule by rule", () => {
    const broken = new Set(planted.summary.violations.map(({ rule }) => rule.name));
    const rules = planted.summary.ruleSetUsed.forbidden.map(({ name }) => name);
    expect(rules.filter((name) => !broken.has(name))).toEqual([]);
  });

  it("look at every file of src/", () => {
    const cruised = cruiseOf(runGate(root, "arrows", ["--output-type", "json"])).modules.map(({ source }) => source);
    const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => `src/${path.replaceAll("\\", "/")}`);
    expect(cruised.filter((path) => path.startsWith("src/")).sort()).toEqual(files.sort());
  });
});
