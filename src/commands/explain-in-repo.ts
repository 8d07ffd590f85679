// What `signalbox explain` says of a rule in a repo.
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { StalledError } from "../errors.ts";
import { isCustom } from "../manifest/guardrail.ts";
import { explainGuardrail } from "../manifest/guardrails/explain-guardrail.ts";
import { repoGuardrailFindings } from "../manifest/guardrails/guardrail-findings.ts";
import { didYouMean } from "../manifest/near-miss.ts";
import { placeOfPath } from "../manifest/repo-files.ts";
import { SETTINGS_PATH } from "../manifest/repo-paths.ts";
import type { ConfigRepo, Finding } from "../manifest/types.ts";
import { guardrailJson, guardrailText } from "../render/guardrail-text.ts";
import { writeJson, type Format } from "./format.ts";
import { openConfigFolder } from "./open-config.ts";
import { paintOf } from "./paint.ts";
import type { Terminal } from "./terminal.ts";

export interface ExplainedRepo {
  /** Absent: the one here. */
  readonly dir?: string;
  readonly rack?: string;
  readonly app?: string;
}

/** Those of the rack and app that are named, or all. */
export async function findingsOfRule(
  rule: string,
  { dir, rack, app }: ExplainedRepo,
  terminal: Terminal,
): Promise<readonly Finding[]> {
  const { repo } = await openConfigFolder(dir, terminal);
  checkNames(repo, { rack, app });
  const findings = [...repo.findings, ...repoGuardrailFindings(repo.settings.guardrails, repo)];
  return findings.filter((finding) => {
    const place = placeOfPath(finding.file);
    return finding.rule === rule && (rack ?? place.rack) === place.rack && (app ?? place.app) === place.app;
  });
}

/** false: no repo here has a custom guardrail of this name. */
export async function explainCustom(
  rule: string,
  { dir, rack, app, format }: ExplainedRepo & { readonly format: Format },
  terminal: Terminal,
): Promise<boolean> {
  const repo = await repoAt(dir, terminal);
  if (repo === null) return false;
  const name = rule.replace(/^custom\//, "");
  const said = repo.settings.guardrails.filter(isCustom).find((one) => one.name === name);
  if (said === undefined) {
    if (!repo.findings.some(({ file, level }) => file === SETTINGS_PATH && level === "error")) return false;
    throw new StalledError(
      `there is no rule \`${rule}\`, and what ${SETTINGS_PATH} adds is not known, since it has errors; \`signalbox validate\` shows them`,
    );
  }
  checkNames(repo, { rack, app });
  const explained = explainGuardrail(said, repo, { rack: rack ?? null, app: app ?? null });
  if (format === "json") writeJson(guardrailJson(said, explained), terminal);
  else terminal.write(guardrailText(said, explained, paintOf(terminal)));
  return true;
}

/** null: none here, where none was named. Whatever folder this is then, it is not searched. */
async function repoAt(dir: string | undefined, terminal: Terminal): Promise<ConfigRepo | null> {
  if (dir === undefined && !(await isFile(resolve(terminal.folder, SETTINGS_PATH)))) return null;
  return (await openConfigFolder(dir, terminal)).repo;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    // What cannot be looked at is no repo to explain.
    return false;
  }
}

function checkNames(
  { racks }: ConfigRepo,
  { rack, app }: { readonly rack: string | undefined; readonly app: string | undefined },
): void {
  const folders = [...racks.values()];
  const rackNames = folders.map((folder): string => folder.rack.name);
  const apps = folders
    .filter((folder) => (rack ?? folder.rack.name) === folder.rack.name)
    .flatMap((one) => [...one.apps.keys()]);
  checkName("rack", rack, rackNames);
  checkName("app", app, apps);
}

function checkName(what: string, name: string | undefined, known: readonly string[]): void {
  if (name === undefined || known.includes(name)) return;
  const near = didYouMean(name, known);
  throw new StalledError(
    `there is no ${what} \`${name}\` here that can be read${near === undefined ? "" : `; ${near}`}`,
  );
}
