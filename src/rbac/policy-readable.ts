// Whether a policy can be judged by: half of what somebody wrote down is not their policy.
import { PLAIN_SECRET } from "../manifest/plain-secrets/plain-secrets.ts";
import type { Finding } from "../manifest/types.ts";
import type { Policy } from "./proposal.ts";
import type { JudgedFinding } from "./verdict.ts";

export function isReadable(policy: Policy): boolean {
  return policyErrors(policy).length === 0;
}

/** What these are said of has been read whole all the same. */
const KEEPS_WHOLE: ReadonlySet<string> = new Set([PLAIN_SECRET, "silence-without-reason"]);

function policyErrors({ repo }: Policy): readonly Finding[] {
  return repo.findings.filter(
    ({ file, level, rule }) => level === "error" && isPolicyFile(file) && !KEEPS_WHOLE.has(rule),
  );
}

/** The files that say who may what and who approves; a rack.yml that cannot be read counts as production instead. */
function isPolicyFile(file: string): boolean {
  return file === "signalbox.yml" || file.startsWith("roles/") || file.startsWith("bindings/");
}

export function unreadableFinding(policies: readonly Policy[]): JudgedFinding {
  const [policy] = policies;
  const [first] = policy === undefined ? [] : policyErrors(policy);
  const name = policy?.name === "last verified" ? "the last verified policy" : "the policy on the base";
  const why = first === undefined ? "there is none" : `${first.message} (${first.rule})`;
  return {
    file: first?.file ?? "signalbox.yml",
    line: first?.line ?? 1,
    column: first?.column ?? 1,
    rule: "policy-unreadable",
    level: "error",
    message: `${name} cannot be read, so nothing can be judged by it: ${why}`,
    hint: "mend signalbox.yml, roles/ and bindings/ on the default branch; an admin of the repo has to merge that past the check",
  };
}
