import type { Subject } from "../manifest/types.ts";
import { askerOf, type Asker } from "./asker.ts";
import { decide, scopeOf } from "./decide.ts";
import { deniedWords } from "./decision-words.ts";
import { escalationsOf } from "./escalation.ts";
import { violationsOfLacks, type Lack } from "./lack.ts";
import { needsOf, type Need } from "./needs.ts";
import type { Policy, Proposal } from "./proposal.ts";
import { smallestBinding } from "./smallest-binding.ts";
import type { Change, Violation } from "./verdict.ts";
import { whoMay } from "./who-may.ts";

interface Judging {
  readonly policy: Policy;
  readonly proposal: Proposal;
}

/** What a contributor lacks, of what the changes need and of what they give; every contributor needs all of it, bots too. */
export function violationsOf(changes: readonly Change[], judging: Judging): readonly Violation[] {
  const { proposal } = judging;
  const logins = new Set([proposal.author, ...proposal.contributors.map(({ login }) => login)]);
  const askers = [...logins].map((login) => askerOf(login, proposal.people));
  const needs = changes.flatMap((change) => needsOf(change, proposal));
  const lacks = askers.flatMap((asker) => needs.flatMap((need) => lackOf(asker, need, judging)));
  return violationsOfLacks([...lacks, ...withoutTold(escalationsOf(askers, changes, judging), lacks)]);
}

/** Who lacks the right to change a file at all need not be told what they may not give by it. */
function withoutTold(escalations: readonly Lack[], lacks: readonly Lack[]): readonly Lack[] {
  const told = new Set(lacks.flatMap(({ subject, paths }) => paths.map((path) => placeOf(subject, path))));
  return escalations.filter(({ subject, paths }) => {
    return paths.length === 0 || !paths.every((path) => told.has(placeOf(subject, path)));
  });
}

function placeOf(subject: Subject, path: string): string {
  return `${subject} ${path}`;
}

function lackOf(asker: Asker, need: Need, judging: Judging): readonly Lack[] {
  const { access } = judging.policy.repo;
  const { people, at } = judging.proposal;
  const decision = decide(access, asker, need.question, at);
  if (decision.allowed) return [];
  const { name, rack, resource, action } = need.question;
  return [
    {
      subject: asker.subject,
      resource,
      ...(name === null ? {} : { name }),
      ...(rack === null ? {} : { rack }),
      needs: action,
      reason: deniedWords(decision),
      paths: [need.path],
      whoMay: () => whoMay(access, people, need.question, at).map(({ subject }) => subject),
      whatIsMissing: () => smallestBinding(access, asker, scopeOf(need.question)),
    },
  ];
}
