import type { Access } from "../manifest/types.ts";
import { askerOf } from "./asker.ts";
import type { Policy, Proposal } from "./proposal.ts";
import type { Change, JudgedFinding } from "./verdict.ts";
import { decideEverything } from "./who-may.ts";

/** The last person who may write `all` on everything cannot be removed: nobody could give it back. */
export function lastAdministratorFindings(
  changes: readonly Change[],
  policy: Policy,
  proposal: Proposal,
): readonly JudgedFinding[] {
  const change = changes.find(({ kind }) => kind === "bindings" || kind === "roles");
  if (change === undefined) return [];
  if (!hasAdministrator(policy.repo.access, proposal) || hasAdministrator(proposal.head.access, proposal)) return [];
  return [
    {
      file: change.path,
      line: 1,
      column: 1,
      rule: "last-administrator",
      level: "error",
      message: "after this nobody would be left who may write all, on everything and unnarrowed",
      hint: "bind Administrator to somebody else who is a member of the organisation, in the same change or before it",
    },
  ];
}

function hasAdministrator(access: Access, { people, at }: Proposal): boolean {
  return [...people.members].some((login) => decideEverything(access, askerOf(login, people), at).allowed);
}
