// `signalbox test`: the policy tests of a config repo, by the policy beside them.
import { judge } from "../rbac/judge.ts";
import { runPolicyTests } from "../rbac/policy-tests.ts";
import { countsOf, findingsText } from "../render/findings-text.ts";
import { testsJson, testsText } from "../render/tests-text.ts";
import { writeJson, type Format } from "./format.ts";
import { openPolicyFolder } from "./open-config.ts";
import { paintOf } from "./paint.ts";
import type { ExitStatus, Terminal } from "./terminal.ts";

export interface TestOptions {
  readonly dir?: string;
  readonly format: Format;
}

/** A test that cannot be read has not passed. */
export async function test(options: TestOptions, terminal: Terminal): Promise<ExitStatus> {
  const { filesAt, paths, repo } = await openPolicyFolder(options.dir, terminal);
  const results = runPolicyTests(repo, Date.now(), judge);
  const unread = repo.findings.filter(({ file, level }) => level === "error" && file.startsWith("tests/"));
  const ok = unread.length === 0 && results.every(({ failures }) => failures.length === 0);
  if (options.format === "json") {
    writeJson({ ...testsJson(results), ok, findings: unread }, terminal);
  } else {
    const paint = paintOf(terminal);
    const tree = filesAt([...paths].filter((path) => path.startsWith("tests/")));
    const unreadText = unread.length === 0 ? "" : `${findingsText(unread, tree, paint)}${countsOf(unread)}\n`;
    terminal.write(`${unreadText}${testsText(results, tree, paint)}`);
  }
  return ok ? 0 : 1;
}
