// Findings as a good compiler prints them: the place, what is wrong, the line with a caret under it, what to do.
import { fileKindOf } from "../manifest/repo-paths.ts";
import type { Finding, RepoTree } from "../manifest/types.ts";
import { plural } from "./markdown.ts";
import type { Paint } from "./paint.ts";
import { visible, visibleInPlace } from "./visible.ts";

const SOURCE_COLUMNS = 110;

/** `tree`: where the lines are taken from. Empty where there is no finding. */
export function findingsText(findings: readonly Finding[], tree: RepoTree, paint: Paint): string {
  return findings.map((finding) => `${findingText(finding, tree, paint)}\n`).join("");
}

/** "2 errors and 1 warning in 2 files". */
export function countsOf(findings: readonly Finding[]): string {
  const errors = findings.filter(({ level }) => level === "error").length;
  const warnings = findings.length - errors;
  const counts = [
    ...(errors > 0 ? [plural(errors, "error")] : []),
    ...(warnings > 0 ? [plural(warnings, "warning")] : []),
  ];
  return `${counts.join(" and ")} in ${plural(new Set(findings.map(({ file }) => file)).size, "file")}`;
}

function findingText(finding: Finding, tree: RepoTree, paint: Paint): string {
  const { file, line, column, level, rule, message, hint } = finding;
  const place = paint.bold(`${visible(file)}:${String(line)}:${String(column)}:`);
  const label = (level === "error" ? paint.red : paint.yellow)(`${level}[${rule}]`);
  return [
    `${place} ${label} ${visible(message)}`,
    ...sourceLines(finding, tree).map(paint.dim),
    ...(hint === undefined ? [] : [`  hint: ${visible(hint)}`]),
  ].join("\n");
}

function sourceLines({ file, line, column }: Finding, tree: RepoTree): readonly string[] {
  const text = tree.get(file)?.text?.split(/\r?\n/)[line - 1];
  if (text === undefined || text.trim() === "" || mayHoldSecret(file, text)) return [];
  // A long line is shown around the place that is meant.
  const from = column > SOURCE_COLUMNS ? column - Math.floor(SOURCE_COLUMNS / 2) : 0;
  const shown = visibleInPlace(text.slice(from, from + SOURCE_COLUMNS)).trimEnd();
  const number = String(line);
  return [`  ${number} | ${shown}`, `  ${" ".repeat(number.length)} | ${" ".repeat(Math.max(0, column - 1 - from))}^`];
}

/**
 * Output ends up in logs of CI. What was meant to be sealed and was not stands in env.yml and rack.yml, and a default of the
 * environment in a line of convox.yml with `=`.
 */
function mayHoldSecret(file: string, text: string): boolean {
  const kind = fileKindOf(file);
  return kind === null || kind === "environment" || kind === "rack" || (kind === "manifest" && text.includes("="));
}
