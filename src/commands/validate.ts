// `signalbox validate`: every error of a config repo as it lies in a folder, in one pass.
import { annotateFinding } from "../render/check-run.ts";
import { findingsJson } from "../render/findings-json.ts";
import { findingsSarif } from "../render/findings-sarif.ts";
import { countsOf, findingsText } from "../render/findings-text.ts";
import { workflowCommands } from "../render/workflow-commands.ts";
import { rootBelow, writeJson, type FindingsFormat } from "./format.ts";
import { openConfigFolder, type ConfigFolder } from "./open-config.ts";
import { paintOf } from "./paint.ts";
import { readRulePages } from "./read-rule-pages.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";
import { version } from "./version.ts";

export interface ValidateOptions {
  readonly dir?: string;
  readonly format: FindingsFormat;
}

/** Silent where all is well. */
export async function validate(options: ValidateOptions, terminal: Terminal): Promise<ExitStatus> {
  const config = await openConfigFolder(options.dir, terminal);
  await writeFindings(config, options.format, terminal);
  return config.repo.findings.some(({ level }) => level === "error") ? 1 : 0;
}

async function writeFindings(config: ConfigFolder, format: FindingsFormat, terminal: Terminal): Promise<void> {
  const { findings } = config.repo;
  const root = rootBelow(config.folder, terminal);
  switch (format) {
    case "json":
      writeJson(findingsJson(findings), terminal);
      return;
    case "github":
      terminal.write(workflowCommands(findings.map(annotateFinding), root));
      return;
    case "sarif":
      writeJson(findingsSarif({ findings, pages: await readRulePages(), root, version: version() }), terminal);
      return;
    case "text":
      if (findings.length === 0) return;
      terminal.write(`${findingsText(findings, config.tree, paintOf(terminal))}${countsOf(findings)}\n`);
  }
}
