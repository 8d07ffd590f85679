import type { Subject } from "../manifest/types.ts";
import { askerOf, type Asker } from "./asker.ts";
import { decide } from "./decide.ts";
import { reasonWords } from "./decision-words.ts";
import { isRight, type Need } from "./needs.ts";
import type { Policy, Proposal } from "./proposal.ts";
import type { Violation } from "./verdict.ts";
import { decideEverything, whoMay, whoMayWriteEverything } from "./who-may.ts";

/** What a contributor lacks, of what the change needs; every contributor needs all of it, bots too. */
export function violationsOf(needs: readonly Need[], policy: Policy, proposal: Proposal): readonly Violation[] {
  const logins = new Set([proposal.author, ...proposal.contributors.map(({ login }) => login)]);
  const askers = [...logins].map((login) => askerOf(login, proposal.people));
  const found = askers.flatMap((asker) => violationsBy(asker, needs, { policy, proposal }));
  return mergePaths(found);
}

interface Judging {
  readonly policy: Policy;
  readonly proposal: Proposal;
}

function violationsBy(asker: Asker, needs: readonly Need[], judging: Judging): readonly Violation[] {
  const lacking = needs.filter(isRight).flatMap((need) => lackOf(asker, need, judging));
  const paths = new Set(lacking.flatMap((violation) => violation.paths));
  // Who lacks the right itself need not be told of the guard as well.
  const guards = needs.filter((need) => !paths.has(need.path));
  return [...lacking, ...guards.flatMap((need) => (isRight(need) ? [] : guardViolation(asker, need, judging)))];
}

function lackOf(asker: Asker, need: Extract<Need, { kind: "right" }>, judging: Judging): readonly Violation[] {
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
      reason: reasonWords(decision),
      paths: [need.path],
      allowed: whoMay(access, people, need.question, at).map(({ subject }) => subject),
    },
  ];
}

function guardViolation(
  asker: Asker,
  need: Extract<Need, { kind: "everything" }>,
  judging: Judging,
): readonly Violation[] {
  const { access } = judging.policy.repo;
  const { people, at } = judging.proposal;
  const decision = decideEverything(access, asker, at);
  if (decision.allowed) return [];
  const allowed: readonly Subject[] = whoMayWriteEverything(access, people, at);
  const reason = `this ${need.what}, which only who may write all, on everything and unnarrowed, may do: ${reasonWords(decision)}`;
  return [{ subject: asker.subject, resource: "all", needs: "write", reason, paths: [need.path], allowed }];
}

function mergePaths(violations: readonly Violation[]): readonly Violation[] {
  const merged = new Map<string, Violation>();
  for (const violation of violations) {
    const { subject, resource, name, rack, needs, reason } = violation;
    const identity = JSON.stringify([subject, resource, name, rack, needs, reason]);
    const known = merged.get(identity);
    const paths = known === undefined ? violation.paths : [...new Set([...known.paths, ...violation.paths])];
    merged.set(identity, { ...violation, paths });
  }
  return [...merged.values()];
}
