import type { Finding } from "../manifest/types.ts";
import type { JudgedFinding } from "../rbac/verdict.ts";

/** The shape of `signalbox validate --format json`. */
export function findingsJson(findings: readonly Finding[]): object {
  return { ok: findings.every(({ level }) => level !== "error"), findings: findings.map(findingJson) };
}

export function findingJson(finding: JudgedFinding): object {
  const { file, line, column, rule, level, message, hint, already } = finding;
  return {
    file,
    line,
    column,
    rule,
    level,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(already === undefined ? {} : { already }),
  };
}
