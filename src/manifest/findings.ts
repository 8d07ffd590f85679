import { hash } from "node:crypto";
import { LIMITS } from "./limits.ts";
import type { FindingRule } from "./rule-names.ts";
import type { Finding } from "./types.ts";

/** 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A finding before it is known which file it stands in: equal blobs have equal ones. */
export type LocalFinding = Omit<Finding, "file">;

export const FILE_START: Position = { line: 1, column: 1 };

export interface Fault {
  readonly rule: FindingRule;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** For `about` of a finding: what was judged may be a secret, and is kept as long as the finding. */
export function digestOf(judged: string): string {
  return hash("sha256", judged, "base64url");
}

export function errorAt(at: Position, { rule, message, hint }: Fault): LocalFinding {
  return { line: at.line, column: at.column, rule, level: "error", message, ...(hint === undefined ? {} : { hint }) };
}

export function warningAt(at: Position, fault: Fault): LocalFinding {
  return { ...errorAt(at, fault), level: "warning" };
}

export function inFile(file: string, { line, column, rule, level, message, hint, about }: LocalFinding): Finding {
  return {
    file,
    line,
    column,
    rule,
    level,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(about === undefined ? {} : { about }),
  };
}

/** Not `push(...more)`: a hostile file has more findings than a call may have arguments. */
export function addAll<T>(list: T[], more: readonly T[]): void {
  for (const one of more) list.push(one);
}

export function hasErrors(findings: readonly { readonly level: Finding["level"] }[]): boolean {
  return findings.some(({ level }) => level === "error");
}

/**
 * Sorted by file and place, errors before warnings there; of each file the first 50, then one finding that counts the rest. Some of
 * them may have been arranged before.
 */
export function arrangeFindings(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length === 0) return findings;
  const byFile = new Map<string, Finding[]>();
  for (const finding of findings) {
    const known = byFile.get(finding.file);
    if (known === undefined) byFile.set(finding.file, [finding]);
    else known.push(finding);
  }
  const files = [...byFile.keys()].sort(byText);
  return files.flatMap((file) => shorten(file, (byFile.get(file) ?? []).sort(byPlace)));
}

function shorten(file: string, sorted: readonly Finding[]): readonly Finding[] {
  const limit = LIMITS.findingsPerFile;
  const counts = sorted.filter(isCount);
  const findings = counts.length === 0 ? sorted : sorted.filter((finding) => !isCount(finding));
  const rest = [...findings.slice(limit), ...counts];
  const [first] = rest;
  if (first === undefined) return findings;
  const left = counts.reduce((sum, { about }) => sum + Number(about), rest.length - counts.length);
  const count: Finding = {
    file,
    line: first.line,
    column: first.column,
    rule: "more-findings",
    // Hiding an error must not turn a refusal into a mere warning.
    level: hasErrors(rest) ? "error" : "warning",
    message: `and ${left} more findings in this file`,
    hint: "mend these first; the others are shown then",
    about: String(left),
  };
  return [...findings.slice(0, limit), count];
}

function isCount({ rule, about }: Finding): boolean {
  return rule === "more-findings" && about !== undefined;
}

function byPlace(a: Finding, b: Finding): number {
  return (
    a.line - b.line ||
    a.column - b.column ||
    byText(a.level, b.level) ||
    byText(a.rule, b.rule) ||
    byText(a.message, b.message)
  );
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
