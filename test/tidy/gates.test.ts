import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { plant, readScripts, root } from "./scratch.ts";
import type { Scratch } from "./scratch.ts";

const sound = { "src/main.ts": "export {};\n" };

type Versions = Readonly<Record<string, string>>;

/** A package.json whose dependencies are these alone. */
function packageWith(dependencies: Versions, devDependencies: Versions = {}): string {
  return JSON.stringify({ name: "planted", type: "module", scripts: { test: "jest" }, dependencies, devDependencies });
}

describe("a gate", () => {
  let scratch: Scratch | null = null;
  const planted = (files: Readonly<Record<string, string>>): Scratch => (scratch = plant(files));
  afterEach(() => {
    scratch?.remove();
    scratch = null;
  });

  it("for format fails where prettier would change a file, and names it", () => {
    const run = planted({ "src/main.ts": "export   const x = 'single'\n" }).run("format:check");
    expect(run.status).toBe(1);
    expect(run.output).toContain("src/main.ts");
  });

  it("for format passes what prettier made", () => {
    expect(planted({ "src/main.ts": "export const x = 1;\n" }).run("format:check", "src").status).toBe(0);
  });

  it("for types fails in src and in test, by each strictness that this repository relies on", () => {
    const run = planted({
      "src/index.ts": "export const first = (list: readonly string[]): string => list[0];\n",
      "src/optional.ts": "export const x: { readonly a?: number } = { a: undefined };\n",
      "src/enum.ts": "export enum Outcome {\n  Ready,\n}\n",
      "src/unused.ts": 'import { join } from "node:path";\nexport const x = 1;\n',
      "test/wrong.ts": 'export const x: number = "1";\n',
    }).run("types");
    const files = [...run.output.matchAll(/^(\S+?)\(\d+,\d+\): error/gm)].map(([, file]) => file);
    expect(run.status).not.toBe(0);
    expect(files.sort()).toEqual(["src/enum.ts", "src/index.ts", "src/optional.ts", "src/unused.ts", "test/wrong.ts"]);
  });

  it("for unused code fails for an unused file, export, type and dependency", () => {
    const run = planted({
      "package.json": packageWith({ yaml: "2.9.1", ajv: "8.20.0" }),
      "src/main.ts": 'import { parse } from "yaml";\nimport { used } from "./part.ts";\nparse(used);\n',
      "src/part.ts":
        'export const used = "a";\nexport const idle = "b";\nexport interface Idle {\n  readonly a: 1;\n}\n',
      "src/forgotten.ts": "export const x = 1;\n",
    }).run("unused");
    expect(run.status).not.toBe(0);
    expect(run.output).toMatch(/Unused files \(1\)\s+src\/forgotten\.ts/);
    expect(run.output).toMatch(/Unused dependencies \(1\)\s+ajv /);
    expect(run.output).toMatch(/Unused exports \(1\)\s+idle /);
    expect(run.output).toMatch(/Unused exported types \(1\)\s+Idle /);
  });

  it("for unused code fails for what only a test uses", () => {
    const run = planted({
      "package.json": packageWith({ yaml: "2.9.1" }, { jest: "*", "@jest/globals": "*", "@swc/jest": "*" }),
      "src/main.ts": 'import { parse } from "yaml";\nparse("a");\n',
      "src/tested.ts": "export const x = 1;\n",
      "test/tested.test.ts":
        'import { expect, it } from "@jest/globals";\nimport { x } from "../src/tested.ts";\nit("is", () => expect(x).toBe(1));\n',
    }).run("unused");
    expect(run.status).not.toBe(0);
    expect(run.output).toMatch(/Unused files \(1\)\s+src\/tested\.ts/);
  });

  it("for tests fails where one test does", () => {
    const test = 'import { expect, it } from "@jest/globals";\nit("adds", () => expect(1 + 1).toBe(3));\n';
    const run = planted({ ...sound, "test/wrong.test.ts": test }).run("test");
    expect(run.status).not.toBe(0);
    expect(run.output).toMatch(/^Tests: +1 failed, 1 total$/m);
  });

  it("for tests fails where what is shipped does not compile", () => {
    const test = 'import { expect, it } from "@jest/globals";\nit("adds", () => expect(1 + 1).toBe(2));\n';
    const run = planted({ "src/main.ts": 'export const x: number = "1";\n', "test/right.test.ts": test }).run("test");
    expect(run.status).not.toBe(0);
    expect(run.output).toContain("src/main.ts(1,14): error TS2322");
  });
});

describe("npm run check", () => {
  const gates = ["format:check", "types", "lint", "arrows", "unused"];

  it("runs every gate, and stops at the first that fails", () => {
    const commands = [...gates.map((gate) => `npm run ${gate}`), "npm test"];
    expect(readScripts()["check"]).toBe(commands.join(" && "));
  });

  it("has no gate that CI does not run", () => {
    expect(readFileSync(join(root, ".ci", "run"), "utf8")).toContain(`for name in ${gates.join(" ")}; do gate`);
  });
});
