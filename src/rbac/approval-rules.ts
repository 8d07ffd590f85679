// Which approval rules a change meets, and which of its changes each of them caught.
import { matchesGlob } from "../manifest/glob.ts";
import type { ApprovalCondition, ApprovalRule, ConfigRepo } from "../manifest/types.ts";
import { changedIn, isAuthorMeant, mayMean, type Caught, type Electorate } from "./electorate.ts";
import { isAccessToRack, isProduction, needsOf } from "./needs.ts";
import type { ChangedName, Policy, Proposal } from "./proposal.ts";
import type { Change } from "./verdict.ts";

export interface MetRule {
  readonly rule: ApprovalRule;
  readonly caught: Caught;
  /** An approval counts whatever was pushed after it; never where the rule caught production or access. */
  readonly keepOnPush: boolean;
  /** The names of its `authors` by which it is met although they do not mean the author any more. */
  readonly metByChanged: readonly ChangedName[];
}

/** Rules switched off by `require: none` are met by nothing. */
export function rulesMet(changes: readonly Change[], policy: Policy, proposal: Proposal): readonly MetRule[] {
  const { approvals, ...electorate } = { approvals: policy.repo.settings.approvals, ...electorateOf(policy, proposal) };
  return approvals
    .filter((rule) => rule.require.kind !== "none")
    .flatMap((rule) => {
      const met = meet(rule, changes, { policy, proposal, electorate });
      return met === null ? [] : [met];
    });
}

export function electorateOf(policy: Policy, proposal: Proposal): Electorate {
  return { access: policy.repo.access, people: proposal.people, at: proposal.at };
}

interface Judging {
  readonly policy: Policy;
  readonly proposal: Proposal;
  readonly electorate: Electorate;
}

function meet(rule: ApprovalRule, changes: readonly Change[], judging: Judging): MetRule | null {
  const forced = rule.name === "access" ? changes.filter(isAccessToRack) : [];
  const caught = new Set([...forced, ...changesCaught(rule.when, changes, judging)]);
  const list = changes.filter((change) => caught.has(change));
  if (list.length === 0) return null;
  const repos = [judging.policy.repo, judging.proposal.base, judging.proposal.head];
  const keepOnPush = rule.keepOnPush && !list.some((change) => isGuarded(change, repos));
  return { rule, caught: caughtOf(list, judging), keepOnPush, metByChanged: changedAuthors(rule.when, judging) };
}

function changesCaught(
  when: ApprovalCondition | null,
  changes: readonly Change[],
  judging: Judging,
): readonly Change[] {
  if (when === null) return changes;
  const labels = new Set(judging.proposal.labels.map((label) => label.toLowerCase()));
  if (when.labels !== null && !when.labels.some((label) => labels.has(label.toLowerCase()))) return [];
  const caught = changes.filter((change) => isCaught(change, when, judging));
  if (when.authors === null) return caught;
  const { proposal, electorate } = judging;
  const context = { electorate, caught: caughtOf(caught, judging) };
  return isAuthorMeant(proposal.author, when.authors, context) ? caught : [];
}

function changedAuthors(when: ApprovalCondition | null, { proposal, electorate }: Judging): readonly ChangedName[] {
  const authors = when?.authors ?? null;
  if (authors === null || electorate.people.changed.size === 0) return [];
  return changedIn(authors, electorate.people).filter((one) => mayMean(one, proposal.author));
}

/** All conditions have to hold of the same change. */
function isCaught(change: Change, when: ApprovalCondition, { policy, proposal }: Judging): boolean {
  if (when.changes !== null && !when.changes.includes(change.kind)) return false;
  if (when.paths !== null && !when.paths.some((glob) => matchesGlob(glob, change.path))) return false;
  if (when.production === null) return true;
  return isProductionChange(change, [policy.repo, proposal.base, proposal.head]) === when.production;
}

function isProductionChange(change: Change, repos: readonly ConfigRepo[]): boolean {
  return change.rack !== undefined && isProduction(change.rack, repos);
}

const ACCESS_KINDS: readonly Change["kind"][] = ["roles", "bindings", "keys", "settings", "tests"];

function isGuarded(change: Change, repos: readonly ConfigRepo[]): boolean {
  return ACCESS_KINDS.includes(change.kind) || isAccessToRack(change) || isProductionChange(change, repos);
}

function caughtOf(changes: readonly Change[], { proposal }: Judging): Caught {
  const racks = new Set(changes.flatMap(({ rack }) => (rack === undefined ? [] : [rack])));
  const needs = changes.flatMap((change) => needsOf(change, proposal));
  return {
    racks: [...racks],
    beyondRacks: changes.some(({ rack }) => rack === undefined),
    questions: needs.map(({ question }) => question),
  };
}
