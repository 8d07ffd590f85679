// Findings as a good compiler prints them: the place, what is wrong, the line with a caret under it, what to do.
import type { Finding, RepoTree } from "../manifest/types.ts";
import { plural } from "./markdown.ts";
import type { Paint } from "./paint.ts";
import { sourceLineOf, type SourceLine } from "./source-line.ts";
import { visible } from "./visible.ts";

/** `tree`: where the lines are taken from. Empty where there is no finding. */
export function findingsText(findings: readonly Finding[], tree: RepoTree, paint: Paint): string {
  const secrets = new Set(findings.filter(({ rule }) => rule === "no-plaintext-secret").map(placeOf));
  return findings.map((finding) => `${findingText(finding, { tree, paint, secrets })}\n\n`).join("");
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

interface Surroundings {
  readonly tree: RepoTree;
  readonly paint: Paint;
  /** Lines on which a secret stands. */
  readonly secrets: ReadonlySet<string>;
}

function placeOf({ file, line }: Finding): string {
  return `${file}:${String(line)}`;
}

function findingText(finding: Finding, { tree, paint, secrets }: Surroundings): string {
  const { file, line, column, level, rule, message, hint } = finding;
  const place = paint.bold(`${visible(file)}:${String(line)}:${String(column)}:`);
  const brush = level === "error" ? paint.red : paint.yellow;
  const text = tree.get(file)?.text ?? null;
  const source = text === null ? null : sourceLineOf(finding, { text, holdsSecret: secrets.has(placeOf(finding)) });
  return [
    `${place} ${brush(`${level}[${rule}]`)} ${paint.bold(visible(message))}`,
    ...sourceLines(source, finding.line, { dim: paint.dim, mark: brush }),
    ...(hint === undefined ? [] : [`  ${paint.cyan("hint:")} ${visible(hint)}`]),
  ].join("\n");
}

interface SourceBrushes {
  readonly dim: Paint["dim"];
  readonly mark: Paint["red"];
}

function sourceLines(source: SourceLine | null, line: number, { dim, mark }: SourceBrushes): readonly string[] {
  if (source === null) return [];
  const number = String(line);
  const marks = " ".repeat(source.before) + mark("^".repeat(source.width));
  return [`  ${dim(`${number} |`)} ${source.text}`, `  ${dim(`${" ".repeat(number.length)} |`)} ${marks}`];
}
