// Policy tests that fail by what the change makes of the policy, as findings on their lines.
import type { ConfigRepo, Finding, PolicyTest } from "../manifest/types.ts";
import type { ChangeKind } from "../manifest/compared-files.ts";
import { isReadable } from "./policy-readable.ts";
import { runPolicyTests, type TestFailure, type TestResult } from "./policy-tests.ts";
import type { Proposal } from "./proposal.ts";
import type { Judge } from "./test-proposal.ts";
import type { Change, JudgedFinding } from "./verdict.ts";

/** By the policy of the head; what fails on the base as well, for whatever reason, is there already. */
export function testFindings(proposal: Proposal, changes: readonly Change[], judge: Judge): readonly JudgedFinding[] {
  if (!changes.some(mayChangePolicy)) return [];
  const failed = resultsOf(proposal.head, proposal, judge).flatMap(failuresIn);
  if (failed.length === 0) return [];
  const known = new Set(resultsOf(proposal.base, proposal, judge).flatMap(failuresIn).map(identityOf));
  return failed.map((one) => (known.has(identityOf(one)) ? { ...findingOf(one), already: true } : findingOf(one)));
}

const OF_POLICY: ReadonlySet<ChangeKind> = new Set(["roles", "bindings", "keys", "settings", "tests", "rack"]);

/** Everything else leaves each test as it was on the base. */
function mayChangePolicy({ kind, action }: Change): boolean {
  return OF_POLICY.has(kind) || (kind === "app" && action !== "changed");
}

/** Half of what somebody wrote down is not their policy: a finding says that, and no test is run by it. */
function resultsOf(repo: ConfigRepo, { at }: Proposal, judge: Judge): readonly TestResult[] {
  return isReadable({ name: "base", repo }) ? runPolicyTests(repo, at, judge) : [];
}

interface FailureIn extends TestFailure {
  readonly test: PolicyTest;
}

function failuresIn({ test, failures }: TestResult): readonly FailureIn[] {
  return failures.map((failure) => ({ ...failure, test }));
}

function identityOf({ test, expected }: FailureIn): string {
  return [test.file, test.name, expected].join("\0");
}

export function failureFindings(result: TestResult): readonly Finding[] {
  return failuresIn(result).map(findingOf);
}

function findingOf({ test, line, column, expected, got, why }: FailureIn): Finding {
  return {
    file: test.file,
    line,
    column,
    rule: "policy-test",
    level: "error",
    message: `${JSON.stringify(test.name)}: expected ${expected}, found ${got}: ${why}`,
    hint: "change the policy, or the test if it no longer says what is meant",
  };
}
