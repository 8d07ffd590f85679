// `signalbox explain`: what a rule means, from its page in docs/rules.md.
import { StalledError } from "../errors.ts";
import { didYouMean } from "../manifest/near-miss.ts";
import { ruleListText, rulePageText, type RulePage } from "../render/rule-pages.ts";
import { writeJson, type Format } from "./format.ts";
import { paintOf } from "./paint.ts";
import { readRulePages } from "./read-rule-pages.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";

export interface ExplainOptions {
  /** Without one, all rules are listed. */
  readonly rule?: string;
  readonly format: Format;
}

export async function explain({ rule, format }: ExplainOptions, terminal: Terminal): Promise<ExitStatus> {
  const pages = await readRulePages();
  if (rule === undefined) {
    if (format === "json") writeJson({ rules: [...pages.values()].map(ruleJson) }, terminal);
    else terminal.write(ruleListText(pages.values(), paintOf(terminal)));
    return 0;
  }
  const page = pages.get(rule);
  if (page === undefined) throw unknownRule(rule, pages);
  if (format === "json") writeJson({ ...ruleJson(page), text: page.text }, terminal);
  else terminal.write(rulePageText(page, paintOf(terminal)));
  return 0;
}

function ruleJson({ rule, summary }: RulePage): object {
  return { rule, summary };
}

function unknownRule(rule: string, pages: ReadonlyMap<string, RulePage>): StalledError {
  const near = didYouMean(rule, pages.keys());
  return new StalledError(`there is no rule \`${rule}\`; ${near ?? "`signalbox explain` lists all of them"}`);
}
