// What only the check of a pull request gives: no file shows it, so that a pair of proposals stands for the examples of its page.
import type { RuleName } from "../../src/manifest/rule-names.ts";
import { access, ADMINISTRATOR } from "../rbac/access-by-hand.ts";
import { commit, LOG_LEVEL_ON_STAGING, mistake, type WrittenProposal } from "../rbac/repo-by-hand.ts";

export interface CheckRule {
  readonly bad: WrittenProposal;
  readonly good: WrittenProposal;
}

const oneAdministrator = access([ADMINISTRATOR], [{ role: "Administrator", subjects: ["user:pia"] }]);
const another = access([ADMINISTRATOR], [{ role: "Administrator", subjects: ["user:paul"] }]);
const misnamed = access([ADMINISTRATOR], [{ role: "Administrator", subjects: ["user:pia", "user:paul", "team:wbe"] }]);
const nobody = access([ADMINISTRATOR], []);

const change = LOG_LEVEL_ON_STAGING;
const db = { name: "db", line: 2, type: "postgres", image: null, options: {} };
const bindings = { "bindings/all.yml": { "0.role": '"Administrator"' } };

export const CHECK_RULES: ReadonlyMap<string, CheckRule> = new Map<RuleName, CheckRule>([
  [
    "last-administrator",
    {
      bad: { author: "pia", base: { access: oneAdministrator }, change: bindings, head: { access: nobody } },
      good: { author: "pia", base: { access: oneAdministrator }, change: bindings, head: { access: another } },
    },
  ],
  ["merge-conflict", { bad: { change, conflicts: ["racks/staging/apps/web/env.yml"] }, good: { change } }],
  [
    "policy-unreadable",
    {
      bad: { change, base: { findings: [mistake("roles/web.yml")] } },
      good: { change, base: { findings: [mistake("tests/web.yml")] } },
    },
  ],
  [
    "unattributed-commit",
    {
      bad: { change, unattributed: [{ commit: commit("c"), reason: "unknown e-mail", mend: "e-mail" }] },
      good: { change },
    },
  ],
  [
    "unknown-subject",
    {
      bad: { author: "pia", change: bindings, head: { access: misnamed }, unknown: ["team:wbe"] },
      good: { author: "pia", change: bindings },
    },
  ],
  [
    "unnamed-deletion",
    {
      bad: { change, base: { manifests: { "staging/web": { resources: [db] } } }, head: { manifests: {} } },
      good: { change, base: { manifests: { "staging/web": { resources: [db] } } } },
    },
  ],
]);
