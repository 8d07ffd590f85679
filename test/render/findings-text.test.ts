import { describe, expect, it } from "@jest/globals";
import type { Finding, RepoFile, RepoTree } from "../../src/manifest/types.ts";
import { countsOf, findingsText } from "../../src/render/findings-text.ts";
import { NO_PAINT } from "../../src/render/paint.ts";

const none = NO_PAINT;

function tree(path: string, text: string): RepoTree {
  const file: RepoFile = { path, mode: "100644", blob: "0", text, size: text.length };
  return new Map([[path, file]]);
}

function finding(over: Partial<Finding>): Finding {
  const at = { file: "signalbox.yml", line: 1, column: 1 };
  return { ...at, rule: "unknown-key", level: "error", message: "expected this, found that", ...over };
}

describe("findings as text", () => {
  it("puts a caret under the column, tabs and line ends of Windows aside", () => {
    const text = findingsText(
      [finding({ line: 2, column: 2, hint: "do so" })],
      tree("signalbox.yml", "a: 1\r\n\tb: 2\r\n"),
      none,
    );
    expect(text).toBe(
      "signalbox.yml:2:2: error[unknown-key] expected this, found that\n  2 |     b: 2\n    |     ^\n  hint: do so\n\n",
    );
  });

  it("underlines the whole word that is meant, however wide its characters are", () => {
    const text = findingsText([finding({ column: 12 })], tree("signalbox.yml", '日本: "x", { "役割": 1 }'), none);
    expect(text).toContain('  1 | 日本: "x", { "役割": 1 }\n    |              ^^^^^^\n');
  });

  it("points at one place where something is missing", () => {
    const text = findingsText([finding({ rule: "missing-key" })], tree("signalbox.yml", "approvals: []"), none);
    expect(text).toContain("  1 | approvals: []\n    | ^\n");
  });

  it("shows a long line around its column, cut on both sides", () => {
    const line = `${"x".repeat(500)} HERE, ${"y".repeat(500)}`;
    const [, source = "", caret = ""] = findingsText(
      [finding({ column: 502 })],
      tree("signalbox.yml", line),
      none,
    ).split("\n");
    expect(source.length).toBeLessThanOrEqual(120);
    expect(source).toMatch(/^ {2}1 \| …x+ HERE, y+…$/);
    expect(source.slice(caret.indexOf("^"), caret.lastIndexOf("^") + 1)).toBe("HERE");
  });

  it("shows no line of a finding that is about the file", () => {
    const text = findingsText([finding({ rule: "unknown-file" })], tree("signalbox.yml", "version: 1"), none);
    expect(text).toBe("signalbox.yml:1:1: error[unknown-file] expected this, found that\n\n");
  });

  it("paints what an eye looks for", () => {
    const mark = (name: string) => (text: string) => `<${name} ${text}>`;
    const paint = {
      bold: mark("bold"),
      dim: mark("dim"),
      red: mark("red"),
      yellow: mark("yellow"),
      green: mark("green"),
      cyan: mark("cyan"),
    };
    const warning = finding({ level: "warning", hint: "do so" });
    expect(findingsText([warning], tree("signalbox.yml", "a: 1"), paint)).toBe(
      "<bold signalbox.yml:1:1:> <yellow warning[unknown-key]> <bold expected this, found that>\n" +
        "  <dim 1 |> a: 1\n  <dim   |> <yellow ^>\n  <cyan hint:> do so\n\n",
    );
  });

  it("lets nothing of a repo act on the terminal", () => {
    const text = findingsText(
      [finding({ file: "roles/\u001b[2J.yml", message: "found `\u202Eevil`" }), finding({})],
      tree("signalbox.yml", "a\u001b[31m: 1"),
      none,
    );
    expect(text).not.toMatch(/[\u001b\u202E]/);
    expect(text).toContain("roles/\\u{1B}[2J.yml:1:1: error[unknown-key] found `\\u{202E}evil`");
    expect(text).toContain("  1 | a\uFFFD[31m: 1\n");
  });

  describe("of files that may hold secrets", () => {
    const cases: readonly [file: string, text: string, line: number, shown: string | null][] = [
      ["racks/r/apps/a/env.yml", "A: x\nTOKEN: hunter2", 2, "TOKEN: …"],
      ["racks/r/apps/a/env.yml", "TOKEN: >\n  hunter2", 2, "  …"],
      ["racks/r/apps/a/env.yml", "hunter2", 1, "…"],
      ["racks/r/apps/a/env.yml", '"hunter2": 1', 1, "…"],
      ["racks/r/apps/a/env.yml", "TOKEN: { age: hunter2 }", 1, "TOKEN: …"],
      ["racks/r/rack.yml", "password: hunter2", 1, "password: …"],
      ["racks/r/rack.yml", "endpoint: https://convox:hunter2@host", 1, "endpoint: …"],
      ["racks/r/rack.yml", "password:\n  age: hunter2", 2, "  age: …"],
      ["racks/r/rack.yml", "production: yes", 1, "production: yes"],
      ["deploy-keys/ci.yml", "hash: hunter2", 1, "hash: …"],
      ["deploy-keys/ci.yml", "hash:\n  - hunter2", 2, "  - …"],
      ["deploy-keys/ci.yml", "racks: [stagin]", 1, "racks: [stagin]"],
      ["racks/r/apps/a/convox.yml", "services:\n  web:\n    port: http:70000", 3, "    port: http:70000"],
      ["racks/r/apps/a/convox.yml", "environment:\n  - A=hunter2", 2, "  - …"],
      ["racks/r/apps/a/convox.yml", "environment:\n- hunter2", 2, "- …"],
      ["racks/r/apps/a/convox.yml", "environment:\n  port: hunter2", 2, "  port: …"],
      ["racks/r/apps/a/convox.yml", "environment: { A: hunter2 }", 1, "environment: …"],
      ["racks/r/apps/a/convox.yml", "x: &e\n  A: hunter2\nenvironment: *e", 2, "  A: …"],
      ["racks/r/apps/a/convox.yml", "resources: [databse]", 1, "resources: [databse]"],
      ["racks/r/apps/a/convox.yml", "image: a?token=hunter2", 1, "image: …"],
      ["racks/r/apps/a/convox.yml", "timers:\n  clean: { schedule: 1, command: hunter2 }", 2, "  clean: …"],
      ["racks/unknown.yml", "TOKEN: hunter2", 1, null],
    ];

    it.each(cases)("%s shows of %j line %d: %j", (file, whole, line, shown) => {
      const text = findingsText([finding({ file, line, column: 3 })], tree(file, whole), none);
      const [, source] = text.split("\n");
      expect(source).toBe(shown === null ? "" : `  ${line} | ${shown}`);
    });
  });

  it("shows no value of a line on which a secret was found, whatever else is wrong there", () => {
    const file = "racks/r/apps/a/app.yml";
    const found = [finding({ file, column: 15 }), finding({ file, rule: "no-plaintext-secret" })];
    const text = findingsText(found, tree(file, "parameters: { TOKEN: hunter2 }"), none);
    expect(text.match(/ \| parameters: …$/gm)).toHaveLength(2);
    expect(text).not.toContain("hunter2");
  });

  it("counts what there is", () => {
    const warning = finding({ level: "warning", file: "roles/a.yml" });
    expect(countsOf([finding({}), finding({}), warning])).toBe("2 errors and 1 warning in 2 files");
    expect(countsOf([warning])).toBe("1 warning in 1 file");
  });
});
