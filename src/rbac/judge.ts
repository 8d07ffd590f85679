// THE verdict on a proposed change. The check of a pull request, `signalbox check`, the verification of a merge and policy
// tests all ask this function, and nothing else decides.
import { withSecretSetting } from "../manifest/guardrails/plain-secret-setting.ts";
import { weakerGuardrails } from "../manifest/guardrails/weaker-guardrails.ts";
import { accessChangesOf } from "./access-changes.ts";
import { racksAndApps } from "./access-matrix.ts";
import { approvalsOf } from "./approvals.ts";
import { changesOf } from "./changes.ts";
import { contributorsOf } from "./contributions.ts";
import { deletionFindings } from "./deletion-findings.ts";
import { guardrailFindings } from "./guardrail-findings.ts";
import { judgeFindings, blocks, isNew } from "./judge-findings.ts";
import { lastAdministratorFindings } from "./last-administrator.ts";
import { worseOf } from "./outcome.ts";
import { isReadable, unreadableFinding } from "./policy-readable.ts";
import type { Policy, Proposal } from "./proposal.ts";
import { testFindings } from "./test-findings.ts";
import type { ApprovalState, Change, JudgedFinding, Outcome, Verdict, Violation } from "./verdict.ts";
import { unknownSubjectFindings } from "./unknown-subjects.ts";
import { violationsOf } from "./violations.ts";
import { weakerRules } from "./weaker-rules.ts";

/**
 * Each policy that can be read judges by itself, and the worst verdict holds; of equals, the first. The last verified one may
 * stand in for a base that cannot be read, never the other way: where it cannot be read, or none can (an empty list included),
 * everything is blocked.
 */
export function judge(policies: readonly Policy[], proposal: Proposal): Verdict {
  const facts = factsOf(proposal);
  if (policies.some((policy) => policy.name === "last verified" && !isReadable(policy))) {
    return blockedUnread(policies, facts);
  }
  const [first, ...others] = policies.filter(isReadable).map((policy) => judgeBy(policy, proposal, facts));
  if (first === undefined) return blockedUnread(policies, facts);
  return others.reduce((worst, verdict) => {
    return worst.outcome === worseOf(worst.outcome, verdict.outcome) ? worst : verdict;
  }, first);
}

/** What holds whoever judges. */
type Facts = Pick<Verdict, "findings" | "changes" | "access" | "contributors" | "weakerGuardrails" | "weakerRules">;

function factsOf(proposal: Proposal): Facts {
  const { base, head, people, at } = proposal;
  const changes = changesOf(base, head);
  return {
    findings: [
      ...judgeFindings(proposal, changes),
      ...deletionFindings(changes, base, head),
      ...unknownSubjectFindings(proposal),
      ...testFindings(proposal, changes, judge),
    ],
    changes,
    weakerGuardrails: weakerGuardrails(base.settings.guardrails, head.settings.guardrails),
    weakerRules: weakerRules(base.settings.approvals, head.settings.approvals),
    access: accessChangesOf({
      before: base.access,
      after: head.access,
      racks: () => racksAndApps(base, head),
      people,
      at,
    }),
    contributors: contributorsOf(proposal),
  };
}

function judgeBy(policy: Policy, proposal: Proposal, facts: Facts): Verdict {
  const { changes } = facts;
  const violations = violationsOf(changes, { policy, proposal });
  const findings = [
    ...withSecretSetting(facts.findings, policy.repo.settings.guardrails),
    ...guardrailFindings(changes, policy, proposal),
    ...lastAdministratorFindings(changes, policy, proposal),
  ];
  const approvals = approvalsOf(changes, policy, proposal);
  return {
    ...facts,
    outcome: outcomeOf({ changes, findings, violations, approvals }),
    findings,
    violations,
    approvals,
    judgedBy: policy.name,
    switchedOff: switchedOff(policy),
  };
}

interface Judged {
  readonly changes: readonly Change[];
  readonly findings: readonly JudgedFinding[];
  readonly violations: readonly Violation[];
  readonly approvals: readonly ApprovalState[];
}

function outcomeOf({ changes, findings, violations, approvals }: Judged): Outcome {
  if (findings.some(blocks) || violations.length > 0) return "blocked";
  if (approvals.some(({ satisfied }) => !satisfied)) return "waiting";
  return changes.length === 0 && !findings.some(isNew) ? "untouched" : "ready";
}

function switchedOff(policy: Policy): readonly string[] {
  return policy.repo.settings.approvals.filter(({ require }) => require.kind === "none").map(({ name }) => name);
}

function blockedUnread(policies: readonly Policy[], facts: Facts): Verdict {
  return {
    ...facts,
    outcome: "blocked",
    findings: [unreadableFinding(policies), ...facts.findings],
    violations: [],
    approvals: [],
    judgedBy: policies[0]?.name ?? "base",
    switchedOff: [],
  };
}
