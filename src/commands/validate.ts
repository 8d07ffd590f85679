// `signalbox validate`: every error of a config repo as it lies in a folder, in one pass.
import { countsOf, findingsText } from "../render/findings-text.ts";
import { findingsJson } from "../render/findings-json.ts";
import { writeJson, type Format } from "./format.ts";
import { openConfigFolder } from "./open-config.ts";
import { paintOf } from "./paint.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";

export interface ValidateOptions {
  readonly dir?: string;
  readonly format: Format;
}

/** Silent where all is well. */
export async function validate(options: ValidateOptions, terminal: Terminal): Promise<ExitStatus> {
  const { tree, repo } = await openConfigFolder(options.dir, terminal);
  const { findings } = repo;
  if (options.format === "json") {
    writeJson(findingsJson(findings), terminal);
  } else if (findings.length > 0) {
    terminal.write(`${findingsText(findings, tree, paintOf(terminal))}${countsOf(findings)}\n`);
  }
  return findings.some(({ level }) => level === "error") ? 1 : 0;
}
