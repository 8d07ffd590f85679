// Nobody may give what they do not hold by the policy that judges (spec §2, "Escalation guard").
import type { Access, Instant, RackName, Subject } from "../manifest/types.ts";
import { boundSubjects, holdingsOf } from "./access-index.ts";
import { alone, askerOfSubject, type Asker } from "./asker.ts";
import { decide, decideScope } from "./decide.ts";
import { deniedWords, scopeWords } from "./decision-words.ts";
import { grantsOf, isHeld, rolesThatApprove, type Gift, type Grant } from "./grants.ts";
import type { Lack } from "./lack.ts";
import { ownNeed, type Need } from "./needs.ts";
import { selectorWords } from "./phrases.ts";
import type { Policy, Proposal } from "./proposal.ts";
import { plainName } from "./scope.ts";
import type { Change, Violation } from "./verdict.ts";
import { decideEverything } from "./who-may.ts";

interface Judging {
  readonly access: Access;
  readonly proposal: Proposal;
  readonly changes: readonly Change[];
}

/** What each of these people would give and does not hold. Who may write `all` on everything, unnarrowed, may give anything. */
export function escalationsOf(
  askers: readonly Asker[],
  changes: readonly Change[],
  judging: { readonly policy: Policy; readonly proposal: Proposal },
): readonly Lack[] {
  const { policy, proposal } = judging;
  if (!changes.some(({ kind }) => kind === "roles" || kind === "bindings" || kind === "keys")) return [];
  const { access } = policy.repo;
  const bound = askers.filter((asker) => !decideEverything(access, asker, proposal.at).allowed);
  if (bound.length === 0) return [];
  const { base, head } = proposal;
  const approving = rolesThatApprove(policy.repo.settings, base.settings, head.settings);
  const grants = grantsOf({ base: base.access, head: head.access, approving });
  return bound.flatMap((asker) => grants.flatMap((grant) => lacksOf(asker, grant, { access, proposal, changes })));
}

function lacksOf(asker: Asker, grant: Grant, judging: Judging): readonly Lack[] {
  const instants = instantsOf(asker, grant, judging);
  return grant.gifts.flatMap((group) => {
    const lacking = group.flatMap((gift) => {
      const at = instants.find((instant) => lacks(asker, gift, { grant, judging, instant }));
      return at === undefined ? [] : [{ gift, at }];
    });
    // Who lacks the permission itself need not be told of each type that folds into it.
    const [first] = lacking;
    const told = first !== undefined && first.gift === group[0] ? [first] : lacking;
    return told.map((lack) => violationOf(asker, { ...lack, grant }, judging));
  });
}

interface Looking {
  readonly grant: Grant;
  readonly judging: Judging;
  readonly instant: Instant;
}

function lacks(asker: Asker, gift: Gift, { grant, judging, instant }: Looking): boolean {
  if (grant.isHad(gift, instant)) return false;
  return !isHeld(gift, { access: judging.access, asker, racks: grant.racks, at: instant });
}

/** What somebody holds changes at the ends of bindings alone: looked at is now, and each end before that of the grant. */
function instantsOf(asker: Asker, { to, until }: Grant, { access, proposal }: Judging): readonly Instant[] {
  const receiver = to.startsWith("key:")
    ? []
    : holdingsOf(proposal.base.access, alone(to as Subject, { member: true })); // no key
  const ends = [...holdingsOf(access, asker), ...receiver].map(({ binding }) => binding.until);
  const instants = new Set([proposal.at, ...ends.filter((end) => end !== null)]);
  return [...instants].filter((at) => at >= proposal.at && (until === null || at < until)).sort((a, b) => a - b);
}

interface Lacking {
  readonly gift: Gift;
  readonly at: Instant;
  readonly grant: Grant;
}

function violationOf(asker: Asker, lack: Lacking, judging: Judging): Lack {
  const { gift, at, grant } = lack;
  const changed = judging.changes.filter(({ path }) => path === grant.file || path === roleFile(grant, judging));
  const [change] = changed.length > 0 ? changed : judging.changes;
  const later = at === judging.proposal.at ? "" : ` from ${new Date(at).toISOString()} on`;
  const gives = `this gives ${grant.to} ${giftWords(gift)}${later} (role ${grant.role}, ${grant.file})`;
  return {
    subject: asker.subject,
    ...placeOf(gift),
    reason: `${gives}, and nobody may give what they do not hold: ${lackWords(asker, lack, judging)}`,
    paths: changed.map(({ path }) => path),
    // To hold what one gives is no matter of one binding alone.
    whatIsMissing: () => null,
    whoMay: () => (change === undefined ? [] : whoMayGive(lack, ownNeed(change), judging)),
  };
}

function roleFile({ role }: Grant, { proposal }: Judging): string | null {
  return proposal.head.access.roles.get(role.toLowerCase())?.file ?? null;
}

function placeOf(gift: Gift): Pick<Violation, "resource" | "name" | "rack" | "needs"> {
  if (gift.kind === "approving") return { resource: "roles", name: gift.role, needs: "write" };
  const { resource, names, racks, action } = gift.right.scope;
  const rack = racks === null ? null : plainName(racks);
  return {
    resource,
    ...(names.kind === "all" ? {} : { name: selectorWords(names) }),
    ...(rack === null ? {} : { rack: rack as RackName }), // a name in a selector; only ever shown
    needs: action,
  };
}

function giftWords(gift: Gift): string {
  if (gift.kind === "approving") return `the power to approve as ${gift.role}`;
  return `${gift.right.scope.action} on ${scopeWords(gift.right.scope)}`;
}

function lackWords(asker: Asker, { gift, at }: Lacking, { access }: Judging): string {
  if (gift.kind === "approving") return `${asker.subject} is not bound to that role as widely`;
  return deniedWords(decideScope(access, asker, gift.right.scope, at));
}

function whoMayGive({ gift, at, grant }: Lacking, need: Need, { access, proposal }: Judging): readonly Subject[] {
  return boundSubjects(access).filter((subject) => {
    const asker = askerOfSubject(subject, proposal.people);
    if (!decide(access, asker, need.question, proposal.at).allowed) return false;
    if (decideEverything(access, asker, proposal.at).allowed) return true;
    return isHeld(gift, { access, asker, racks: grant.racks, at });
  });
}
