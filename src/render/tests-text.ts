// How policy tests ended, for a terminal and for programs.
import type { RepoTree } from "../manifest/types.ts";
import type { TestResult } from "../rbac/policy-tests.ts";
import { failureFindings } from "../rbac/test-findings.ts";
import { findingsText } from "./findings-text.ts";
import { plural } from "./markdown.ts";
import type { Paint } from "./paint.ts";

/** Each failure on its line, then how many there are. */
export function testsText(results: readonly TestResult[], tree: RepoTree, paint: Paint): string {
  return `${findingsText(results.flatMap(failureFindings), tree, paint)}${countsOfTests(results, paint)}\n`;
}

function countsOfTests(results: readonly TestResult[], paint: Paint): string {
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  if (results.length === 0) return "no policy tests here (tests/ has none)";
  const passed = results.length - failed;
  if (failed === 0) return `${plural(passed, "policy test")} ${paint.green("passed")}`;
  return `${String(passed)} of ${plural(results.length, "policy test")} passed, ${paint.red(`${String(failed)} failed`)}`;
}

export function testsJson(results: readonly TestResult[]): object {
  return {
    ok: results.every(({ failures }) => failures.length === 0),
    tests: results.map(({ test: { name, file, line }, failures }) => ({
      name,
      file,
      line,
      ok: failures.length === 0,
      failures,
    })),
  };
}
