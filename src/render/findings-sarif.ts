// Findings as SARIF 2.1.0, which code scanning and editors read, with the pages of docs/rules.md as their help.
import type { Location, Log, ReportingDescriptor, Result } from "sarif";
import type { JudgedFinding, Violation } from "../rbac/verdict.ts";
import { mayNotWords } from "../rbac/phrases.ts";
import { listOf } from "./markdown.ts";
import { NO_PAINT } from "./paint.ts";
import { rulePageText, type RulePage } from "./rule-pages.ts";

export interface SarifSource {
  readonly findings: readonly JudgedFinding[];
  /** What somebody changed and may not; none where nothing was judged. */
  readonly violations?: readonly Violation[];
  readonly pages: ReadonlyMap<string, RulePage>;
  /** Of the config repo below what is scanned, ending in `/`, or empty where it is that itself. */
  readonly root: string;
  readonly version: string;
}

export function findingsSarif({ findings, violations = [], pages, root, version }: SarifSource): Log {
  const results = [
    ...findings.map((finding) => findingResult(finding, root)),
    ...violations.flatMap((violation) => violationResults(violation, root)),
  ];
  const rules = [...new Set(results.map(({ ruleId = "" }) => ruleId))].sort();
  const driver = { name: "Signalbox", version, rules: rules.map((rule) => ruleDescriptor(rule, pages)) };
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver }, columnKind: "utf16CodeUnits", results }],
  };
}

const NOT_ALLOWED: RulePage = {
  rule: "not-allowed",
  summary: "Somebody who contributed may not change this.",
  text: "Everybody who contributed to a change needs the right that it asks for, by the policy of the base. The message says which right is missing, and who has it.",
};

function ruleDescriptor(rule: string, pages: ReadonlyMap<string, RulePage>): ReportingDescriptor {
  const page = rule === NOT_ALLOWED.rule ? NOT_ALLOWED : pages.get(rule);
  if (page === undefined) return { id: rule };
  return {
    id: rule,
    shortDescription: { text: page.summary.replace(/`/g, "") },
    help: { text: rulePageText(page, NO_PAINT), markdown: page.text },
  };
}

function findingResult(
  { file, line, column, rule, level, message, hint, already }: JudgedFinding,
  root: string,
): Result {
  return {
    ruleId: rule,
    level,
    message: { text: hint === undefined ? message : `${message}\n${hint}` },
    locations: [locationOf(`${root}${file}`, line, column)],
    ...(already === true ? { baselineState: "unchanged" } : {}),
  };
}

function violationResults(violation: Violation, root: string): readonly Result[] {
  const { reason, allowed, paths } = violation;
  const who = allowed.length === 0 ? "" : `\nallowed: ${listOf(allowed)}`;
  return paths.map((path) => ({
    ruleId: NOT_ALLOWED.rule,
    level: "error",
    message: { text: `${mayNotWords(violation)}: ${reason}${who}` },
    locations: [locationOf(`${root}${path}`, 1, 1)],
  }));
}

function locationOf(path: string, line: number, column: number): Location {
  const uri = path.split("/").map(encodeURIComponent).join("/");
  return { physicalLocation: { artifactLocation: { uri }, region: { startLine: line, startColumn: column } } };
}
