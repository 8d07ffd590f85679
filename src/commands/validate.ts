// `signalbox validate`: every error of a config repo as it lies in a folder, in one pass.
import { resolve } from "node:path";
import { watchFolder } from "../adapters/watch-folder.ts";
import { StalledError } from "../errors.ts";
import { repoGuardrailFindings } from "../manifest/guardrails/guardrail-findings.ts";
import { withSecretSetting } from "../manifest/guardrails/plain-secret-setting.ts";
import { arrangeFindings, hasErrors } from "../manifest/findings.ts";
import { isSignalboxPath } from "../manifest/repo-paths.ts";
import type { Finding } from "../manifest/types.ts";
import { administratorFindings } from "../rbac/last-administrator.ts";
import { isReadable } from "../rbac/policy-readable.ts";
import { annotateFinding } from "../render/check-run.ts";
import { findingsJson } from "../render/findings-json.ts";
import { findingsSarif } from "../render/findings-sarif.ts";
import { countsOf, findingsText } from "../render/findings-text.ts";
import { workflowCommands } from "../render/workflow-commands.ts";
import { rootBelow, writeJson, type FindingsFormat } from "./format.ts";
import { openFolderReader, type ConfigFolder, type FolderReader } from "./open-config.ts";
import { paintOf } from "./paint.ts";
import { readRulePages } from "./read-rule-pages.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";
import { version } from "./version.ts";

export interface ValidateOptions {
  readonly dir?: string;
  readonly format: FindingsFormat;
  /** Until the command is stopped: again after every change. */
  readonly watch?: boolean;
}

/** Silent where all is well. */
export async function validate(options: ValidateOptions, terminal: Terminal): Promise<ExitStatus> {
  if (options.watch === true) return validateAgainAndAgain(options, terminal);
  const reader = await openFolderReader(options.dir, terminal);
  const config = await readJudged(reader);
  await writeFindings(config, options.format, terminal);
  await reader.close();
  return statusOf(config);
}

/** With what the repo's own guardrails find in it, and what a check finds only of a change. */
async function readJudged(reader: FolderReader): Promise<ConfigFolder> {
  const config = await reader.read();
  const { guardrails } = config.repo.settings;
  const met = [...repoGuardrailFindings(guardrails, config.repo), ...administratorsOf(config)];
  const findings = withSecretSetting(config.repo.findings, guardrails);
  if (met.length === 0 && findings === config.repo.findings) return config;
  return { ...config, repo: { ...config.repo, findings: arrangeFindings([...findings, ...met]) } };
}

/** What has mistakes may bind somebody all the same. */
function administratorsOf({ repo }: ConfigFolder): readonly Finding[] {
  return isReadable({ name: "base", repo }) ? administratorFindings(repo, Date.now()) : [];
}

function statusOf({ repo }: ConfigFolder): ExitStatus {
  return hasErrors(repo.findings) ? 1 : 0;
}

/** An editor's save is several changes within a few milliseconds. */
const QUIET_MS = 60;

async function validateAgainAndAgain(options: ValidateOptions, terminal: Terminal): Promise<ExitStatus> {
  if (options.format !== "text") throw new StalledError("--watch prints for people: leave --format out");
  const folder = resolve(terminal.folder, options.dir ?? ".");
  const watch = await watchFolder(folder, { isOurs: isSignalboxPath, quietMs: QUIET_MS });
  void terminal.stopped().then(watch.close);
  const reader = await openFolderReader(options.dir, terminal);
  let status: ExitStatus;
  do {
    status = await showOnce(terminal, reader);
  } while (await watch.changed());
  await reader.close();
  return status;
}

const CLEAR_SCREEN = "\u001b[2J\u001b[3J\u001b[H";

async function showOnce(terminal: Terminal, reader: FolderReader): Promise<ExitStatus> {
  const config = await readJudged(reader);
  if (terminal.isScreen) terminal.write(CLEAR_SCREEN);
  await writeFindings(config, "text", terminal);
  if (config.repo.findings.length === 0) terminal.write("no errors\n");
  terminal.complain("watching for changes; Ctrl-C ends\n");
  return statusOf(config);
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
      terminal.write(
        `${findingsText(findings, config.filesAt(filesIn(findings)), paintOf(terminal))}${countsOf(findings)}\n`,
      );
  }
}

function filesIn(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(findings.map(({ file }) => file));
}
