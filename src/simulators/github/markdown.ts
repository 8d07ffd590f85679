/** Markdown as GitHub shows it in comments: its dialect, its sanitizing, line breaks as written, mentions, `#N`. */
import rehypeRaw from "rehype-raw";
import rehypeSanitize from "rehype-sanitize";
import rehypeStringify from "rehype-stringify";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { trustedMarkup } from "./page-markup.ts";
import type { Markup } from "./page-markup.ts";

export interface MarkdownLinks {
  /** Of a person, or of a team as "organisation/team". */
  isKnown(login: string): boolean;
  /** Path of the page of an issue or a pull request; undefined where there is none. */
  pathOfNumber(number: number): string | undefined;
}

const parser = unified().use(remarkParse).use(remarkGfm);
const converter = unified()
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw)
  // Its default schema is GitHub's.
  .use(rehypeSanitize);
const writer = unified().use(rehypeStringify);

type MarkdownNode = ReturnType<typeof parser.parse> | ReturnType<typeof parser.parse>["children"][number];
type Root = ReturnType<typeof converter.runSync>;
type Content = Root["children"][number];
type Text = Extract<Content, { type: "text" }>;

export function renderMarkdown(source: string, links: MarkdownLinks): Markup {
  const parsed = parser.parse(source);
  keepLineBreaks(parsed);
  const tree = converter.runSync(parsed);
  tree.children = linkReferences(tree.children, links);
  return trustedMarkup(writer.stringify(tree));
}

/** In comments GitHub ends a line where its writer did. */
function keepLineBreaks(node: MarkdownNode): void {
  if (!("children" in node)) return;
  const children: MarkdownNode[] = node.children;
  for (const child of children) keepLineBreaks(child);
  for (let at = children.length - 1; at >= 0; at -= 1) {
    const child = children[at];
    if (child?.type !== "text" || !child.value.includes("\n")) continue;
    const lines = child.value.split(/[\t ]*\n/);
    const broken = lines.flatMap((value, line): MarkdownNode[] =>
      line === 0 ? [{ type: "text", value }] : [{ type: "break" }, { type: "text", value }],
    );
    children.splice(at, 1, ...broken);
  }
}

const untouched = new Set(["a", "code", "pre", "samp", "kbd"]);

function linkReferences<Node extends Content>(nodes: readonly Node[], links: MarkdownLinks): (Node | Content)[] {
  return nodes.flatMap((node): (Node | Content)[] => {
    if (node.type === "text") return linkText(node, links);
    if (node.type === "element" && !untouched.has(node.tagName)) {
      const linked = linkReferences(node.children, links);
      node.children = linked.filter((child) => child.type !== "doctype");
    }
    return [node];
  });
}

/** Behind a word, a path or an address there is no reference. */
const reference = /(?<![\w&/#@.`-])(?:@([a-z\d](?:[\w-]*\w)?(?:\/[\w-]*\w)?)|#(\d{1,9}))(?![\w-])/gi;

function linkText(node: Text, links: MarkdownLinks): Content[] {
  const found: Content[] = [];
  let done = 0;
  for (const match of node.value.matchAll(reference)) {
    const linked = referenceElement(match, links);
    if (linked === undefined) continue;
    found.push({ type: "text", value: node.value.slice(done, match.index) }, linked);
    done = match.index + match[0].length;
  }
  return [...found, { type: "text", value: node.value.slice(done) }];
}

function referenceElement(match: RegExpExecArray, links: MarkdownLinks): Content | undefined {
  const [value, login, number] = match;
  const children: Text[] = [{ type: "text", value }];
  if (login !== undefined) {
    if (!links.isKnown(login)) return undefined;
    return { type: "element", tagName: "strong", properties: { className: ["mention"] }, children };
  }
  const href = links.pathOfNumber(Number(number));
  return href === undefined ? undefined : { type: "element", tagName: "a", properties: { href }, children };
}
