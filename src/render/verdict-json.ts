// The verdict as other programs read it: `signalbox check --format json`. Its fields may grow, never be renamed.
import type { Verdict } from "../rbac/verdict.ts";
import { findingJson } from "./findings-json.ts";

export function verdictJson(verdict: Verdict): object {
  return {
    outcome: verdict.outcome,
    findings: verdict.findings.map(findingJson),
    changes: verdict.changes.map(({ kind, path, resource, name, rack, action, detail }) => ({
      kind,
      path,
      resource,
      name,
      ...(rack === undefined ? {} : { rack }),
      action,
      detail,
    })),
    violations: verdict.violations.map(({ subject, resource, name, rack, needs, reason, paths }) => ({
      subject,
      resource,
      ...(name === undefined ? {} : { name }),
      ...(rack === undefined ? {} : { rack }),
      needs,
      reason,
      paths,
    })),
    approvals: verdict.approvals.map(({ rule, satisfied, needed, approvedBy, eligible, reason }) => ({
      rule,
      satisfied,
      needed,
      approvedBy,
      eligible,
      reason,
    })),
    access: verdict.access.map(({ subject, gains, loses }) => ({ subject, gains, loses })),
    weakerRules: verdict.weakerRules.map(({ rule, ways }) => ({ rule, ways })),
    weakerGuardrails: verdict.weakerGuardrails.map(({ name, isCustom, ways }) => ({ name, custom: isCustom, ways })),
  };
}
