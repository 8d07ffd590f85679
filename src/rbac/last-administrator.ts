import { FILE_START, inFile, warningAt } from "../manifest/findings.ts";
import type { Access, ConfigRepo, Finding, Instant } from "../manifest/types.ts";
import { alone, askerOf } from "./asker.ts";
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
  const { access } = policy.repo;
  const after = proposal.head.access;
  const at = instantsOf([access, after], proposal.at).find((instant) => {
    return hasAdministrator(access, proposal, instant) && !hasAdministrator(after, proposal, instant);
  });
  if (at === undefined) return [];
  const when = at === proposal.at ? "after this" : `from ${new Date(at).toISOString()} on`;
  return [
    {
      file: change.path,
      line: 1,
      column: 1,
      rule: "last-administrator",
      level: "error",
      message: `${when} nobody would be left who may write all, on everything and unnarrowed`,
      hint: "bind Administrator to somebody else who is a member of the organisation, in the same change or before it",
    },
  ];
}

/** Of a repo by itself, whoever its teams have: one without such a person is changed by nobody but past the check. */
export function administratorFindings({ access }: ConfigRepo, at: Instant): readonly Finding[] {
  const subjects = access.bindings.flatMap((binding) => binding.subjects);
  const isThere = subjects.some((subject) => decideEverything(access, alone(subject, { member: true }), at).allowed);
  if (isThere) return [];
  const fault = warningAt(FILE_START, {
    rule: "last-administrator",
    message: "expected a binding by which somebody may write all, on everything and unnarrowed, found none",
    hint: 'bind somebody: `- { role: Administrator, subjects: ["user:…"] }`',
  });
  return [inFile(access.bindings[0]?.file ?? "bindings/administrators.yml", fault)];
}

/** Now, and each end to come of a binding that may make somebody one: nothing changes between them. */
function instantsOf(accesses: readonly Access[], now: Instant): readonly Instant[] {
  const ends = accesses.flatMap(({ bindings, roles }) =>
    bindings.flatMap(({ role, until }) => {
      const givesAll = roles.get(role.toLowerCase())?.permissions.some(({ resource }) => resource === "all") === true;
      return givesAll && until !== null && until > now ? [until] : [];
    }),
  );
  return [...new Set([now, ...ends])].sort((a, b) => a - b);
}

function hasAdministrator(access: Access, { people }: Proposal, at: Instant): boolean {
  return [...people.members].some((login) => decideEverything(access, askerOf(login, people), at).allowed);
}
