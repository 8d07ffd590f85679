import { describe, expect, it } from "@jest/globals";
import rehypeRaw from "rehype-raw";
import rehypeSanitize from "rehype-sanitize";
import rehypeStringify from "rehype-stringify";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { block, cellCode, code, inert, listOf } from "../../src/render/markdown.ts";

const HOSTILE = [
  "@acme/platform",
  "https://evil.example/x",
  "www.evil.example",
  "[click](javascript:alert(1))",
  "![i](https://evil.example/pixel)",
  "</details></td><h1>x",
  "<img src=x onerror=alert(1)>",
  "a`b``c```d",
  "` `",
  "x | y",
  "line one\nline two\n# heading",
  "a\u202Eb\u200Bc\u0007",
  "***bold*** ~~gone~~ _it_",
  "#12 and acme/web#3",
  "&lt;b&gt;",
  "\\",
];

function render(markdown: string): string {
  return String(
    unified()
      .use(remarkParse)
      .use(remarkGfm)
      .use(remarkRehype, { allowDangerousHtml: true })
      .use(rehypeRaw)
      .use(rehypeSanitize)
      .use(rehypeStringify)
      .processSync(markdown),
  );
}

describe("text of users in Markdown", () => {
  it.each(HOSTILE)("is a single code span: %j", (text) => {
    expect(render(`before ${code(text)} after`)).toMatch(/^<p>before <code>[^<]*<\/code> after<\/p>$/);
  });

  it.each(HOSTILE)("stays in its cell of a table: %j", (text) => {
    const html = render(`| a | b |\n|---|---|\n| ${cellCode(text)} | end |`);
    expect(html.match(/<td>/g)).toHaveLength(2);
    expect(html).toMatch(/<td><code>[^<]*<\/code><\/td>\n?<td>end<\/td>/);
  });

  it.each(HOSTILE)("is plain words and code where our own words quote it: %j", (text) => {
    const html = render(`before ${inert(text)} after`);
    expect(html).toMatch(/^<p>before (?:[^<]|<\/?code>)* after<\/p>$/);
    expect(html.replace(/<code>.*?<\/code>|&#x?\w+;/g, "")).not.toMatch(/[@#]|:\/\/|www\./);
  });

  it.each(HOSTILE)("cannot end a block of log lines: %j", (text) => {
    expect(render(block([text, "end"]))).toMatch(/^<pre><code class="language-text">[^<]*end\n<\/code><\/pre>$/);
  });

  it("shows characters that cannot be seen by their code points", () => {
    expect(code("a\u202Eb\nc")).toBe("`a\\u{202E}b\\u{A}c`");
  });
});

describe("lists in words", () => {
  it.each([
    [[], ""],
    [["a"], "a"],
    [["a", "b"], "a and b"],
    [["a", "b", "c"], "a, b and c"],
  ])("joins %j as %j", (words, expected) => {
    expect(listOf(words)).toBe(expected);
  });
});
