// docs/rules.md as pages, one a rule, and a page for a terminal.
import type { Paint } from "./paint.ts";

export interface RulePage {
  readonly rule: string;
  /** Its first sentence, in Markdown. */
  readonly summary: string;
  /** Markdown, without the heading. */
  readonly text: string;
}

/** @param document docs/rules.md: a heading of the second level for each rule */
export function rulePages(document: string): ReadonlyMap<string, RulePage> {
  const [, ...sections] = document.split(/^## /m);
  return new Map(
    sections.map((section) => {
      const end = section.indexOf("\n");
      const rule = section.slice(0, end).trim();
      const text = section.slice(end).trim();
      return [rule, { rule, summary: firstSentence(text), text }];
    }),
  );
}

function firstSentence(text: string): string {
  const [paragraph = ""] = text.split("\n\n");
  const line = paragraph.replace(/\s+/g, " ");
  return /^(?:`[^`]*`|[^`])*?\.(?= |$)/.exec(line)?.[0] ?? line;
}

/** Paragraphs as they are, code spans and the words before an example bold, examples indented without their fences. */
export function rulePageText({ rule, text }: RulePage, paint: Paint): string {
  const lines: string[] = [paint.bold(rule), ""];
  let isCode = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("```")) isCode = !isCode;
    else lines.push(isCode ? `    ${line}`.trimEnd() : proseLine(line, paint));
  }
  return `${lines.join("\n").replace(/\n{3,}/g, "\n\n")}\n`;
}

function proseLine(line: string, paint: Paint): string {
  const brush = line.startsWith("Bad") ? paint.red : line.startsWith("Good") ? paint.green : null;
  const words = brush === null ? line : line.replace(/^\w+/, (word) => brush(word));
  return inProse(words, paint);
}

function inProse(text: string, paint: Paint): string {
  return text.replace(/`[^`]+`/g, (code) => paint.bold(code));
}

/** Every rule with what it is about, one a line. */
export function ruleListText(pages: Iterable<RulePage>, paint: Paint): string {
  const all = [...pages];
  const width = Math.max(0, ...all.map(({ rule }) => rule.length));
  return all.map(({ rule, summary }) => `${paint.bold(rule.padEnd(width))}  ${inProse(summary, paint)}\n`).join("");
}
