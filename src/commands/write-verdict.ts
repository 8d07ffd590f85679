import type { RepoTree } from "../manifest/types.ts";
import type { Verdict } from "../rbac/verdict.ts";
import { annotationsOf } from "../render/check-run.ts";
import { findingsSarif } from "../render/findings-sarif.ts";
import { headline } from "../render/headline.ts";
import { verdictJson } from "../render/verdict-json.ts";
import { verdictText } from "../render/verdict-text.ts";
import { workflowCommands } from "../render/workflow-commands.ts";
import { writeJson, type FindingsFormat } from "./format.ts";
import { paintOf } from "./paint.ts";
import { readRulePages } from "./read-rule-pages.ts";
import type { Terminal } from "./terminal.ts";
import { version } from "./version.ts";

export interface WrittenVerdict {
  readonly verdict: Verdict;
  /** Where the lines of findings are taken from. */
  readonly tree: RepoTree;
  /** Of the config repo below the folder that the command runs in. */
  readonly root: string;
}

export async function writeVerdict(
  { verdict, tree, root }: WrittenVerdict,
  format: FindingsFormat,
  terminal: Terminal,
): Promise<void> {
  switch (format) {
    case "json":
      writeJson(verdictJson(verdict), terminal);
      return;
    case "github": {
      const { word, says } = headline(verdict);
      terminal.write(`${workflowCommands(annotationsOf(verdict), root)}${word}: ${says}\n`);
      return;
    }
    case "sarif":
      writeJson(findingsSarif({ ...verdict, pages: await readRulePages(), root, version: version() }), terminal);
      return;
    case "text":
      terminal.write(verdictText(verdict, tree, paintOf(terminal)));
  }
}
