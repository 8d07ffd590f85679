import { describe, expect, it } from "@jest/globals";
import type { Finding, RepoFile, RepoTree } from "../../src/manifest/types.ts";
import { countsOf, findingsText } from "../../src/render/findings-text.ts";
import type { Paint } from "../../src/render/paint.ts";

const same = (text: string): string => text;
const none: Paint = { bold: same, dim: same, red: same, yellow: same, green: same };

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
      [finding({ line: 2, column: 4, hint: "do so" })],
      tree("signalbox.yml", "a: 1\r\n\tb: 2\r\n"),
      none,
    );
    expect(text).toBe(
      "signalbox.yml:2:4: error[unknown-key] expected this, found that\n  2 |  b: 2\n    |    ^\n  hint: do so\n",
    );
  });

  it("shows a long line around its column", () => {
    const line = `${"x".repeat(500)}HERE${"y".repeat(500)}`;
    const [, source = "", caret = ""] = findingsText(
      [finding({ column: 501 })],
      tree("signalbox.yml", line),
      none,
    ).split("\n");
    expect(source.length).toBeLessThanOrEqual(120);
    expect(source.slice(caret.indexOf("^"), caret.indexOf("^") + 4)).toBe("HERE");
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

  it.each(["racks/r/apps/a/env.yml", "racks/r/rack.yml", "racks/unknown.yml"])("quotes no line of %s", (file) => {
    expect(findingsText([finding({ file })], tree(file, "SECRET: value"), none)).not.toContain("value");
  });

  it("counts what there is", () => {
    const warning = finding({ level: "warning", file: "roles/a.yml" });
    expect(countsOf([finding({}), finding({}), warning])).toBe("2 errors and 1 warning in 2 files");
    expect(countsOf([warning])).toBe("1 warning in 1 file");
  });
});
