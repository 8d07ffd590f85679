// `signalbox explain`: what a rule means, from its page in docs/rules.md, and in a repo where it is found; a custom guardrail from
// signalbox.yml, with what it asks of.
import { StalledError } from "../errors.ts";
import { didYouMean } from "../manifest/near-miss.ts";
import { findingJson } from "../render/findings-json.ts";
import { findingsText } from "../render/findings-text.ts";
import { ruleListText, rulePageText, type RulePage } from "../render/rule-pages.ts";
import { explainCustom, findingsOfRule, type ExplainedRepo } from "./explain-in-repo.ts";
import { writeJson, type Format } from "./format.ts";
import { paintOf } from "./paint.ts";
import { readRulePages } from "./read-rule-pages.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";

export interface ExplainOptions extends ExplainedRepo {
  /** Without one, all rules are listed. */
  readonly rule?: string;
  readonly format: Format;
}

export async function explain(options: ExplainOptions, terminal: Terminal): Promise<ExitStatus> {
  const { rule, format } = options;
  const pages = await readRulePages();
  if (rule === undefined) {
    if (format === "json") writeJson({ rules: [...pages.values()].map(ruleJson) }, terminal);
    else terminal.write(ruleListText(pages.values(), paintOf(terminal)));
    return 0;
  }
  const page = pages.get(rule);
  if (page !== undefined) return explainPage(page, options, terminal);
  if (await explainCustom(rule, options, terminal)) return 0;
  const near = didYouMean(rule, pages.keys());
  throw new StalledError(`there is no rule \`${rule}\`; ${near ?? "`signalbox explain` lists all of them"}`);
}

/** The repo is looked into only where it is named: a page needs none. */
async function explainPage(page: RulePage, options: ExplainOptions, terminal: Terminal): Promise<ExitStatus> {
  const { dir, rack, app, format } = options;
  const isInRepo = dir !== undefined || rack !== undefined || app !== undefined;
  const found = isInRepo ? await findingsOfRule(page.rule, options, terminal) : null;
  const paint = paintOf(terminal);
  if (format === "json") {
    writeJson(
      { ...ruleJson(page), text: page.text, ...(found === null ? {} : { findings: found.map(findingJson) }) },
      terminal,
    );
    return 0;
  }
  terminal.write(rulePageText(page, paint));
  if (found === null) return 0;
  terminal.write(
    found.length === 0 ? "\nFound nowhere here.\n" : `\nFound here:\n\n${findingsText(found, new Map(), paint)}`,
  );
  return 0;
}

function ruleJson({ rule, summary }: RulePage): object {
  return { rule, summary };
}
