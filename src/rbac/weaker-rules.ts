// Which approval rules ask for less after a change of signalbox.yml, for those who approve it. Where it cannot be told from the two
// alone that nothing is let through, it is said.
import type { ApprovalCondition, ApprovalRule, From, Requirement } from "../manifest/types.ts";

export interface WeakerRule {
  readonly rule: string;
  /** In words, each the end of a sentence that begins with the rule. */
  readonly ways: readonly string[];
}

/** In the order of the rules before. */
export function weakerRules(before: readonly ApprovalRule[], after: readonly ApprovalRule[]): readonly WeakerRule[] {
  return before.flatMap((was) => {
    if (was.require.kind === "none") return [];
    const is = after.find(({ name }) => name === was.name);
    const ways = is === undefined ? ["is removed"] : waysOf(was, is);
    return ways.length === 0 ? [] : [{ rule: was.name, ways }];
  });
}

function waysOf(was: ApprovalRule, is: ApprovalRule): readonly string[] {
  if (is.require.kind === "none") return ["is switched off"];
  const turnedOn = (["allowAuthor", "allowContributors", "keepOnPush"] as const).filter((key) => is[key] && !was[key]);
  return [
    ...asksLess(was.require, is.require),
    ...turnedOn.map((key) => `turns ${key} on`),
    ...(holdsOfLess(was.when, is.when) ? ["holds of other changes"] : []),
  ];
}

function asksLess(was: Requirement, is: Requirement): readonly string[] {
  if (implies(is, was)) return [];
  const [needed, needs] = [fewestPeople(was), fewestPeople(is)];
  const fewer = needs < needed ? [`needs ${String(needs)} instead of ${String(needed)}`] : [];
  if (was.kind === "count" && is.kind === "count") {
    return isWider(is.from, was.from) ? [...fewer, "asks other people"] : fewer;
  }
  return fewer.length === 0 ? ["is satisfied in other ways"] : fewer;
}

/**
 * Whether all that satisfies the one satisfies the other, by the two trees alone. False may mean that it cannot be told: teams and
 * roles are not looked into.
 */
function implies(is: Requirement, was: Requirement): boolean {
  if (was.kind === "none") return true;
  if (was.kind === "all") return was.of.every((one) => implies(is, one));
  if (is.kind === "any") return is.of.every((one) => implies(one, was));
  if (is.kind === "all" && is.of.some((one) => implies(one, was))) return true;
  if (was.kind === "any") return was.of.some((one) => implies(is, one));
  return is.kind === "count" && is.count >= was.count && !isWider(is.from, was.from);
}

/** How many approvals its cheapest way needs at least; one person may stand in several parts of `all`. */
function fewestPeople(requirement: Requirement): number {
  switch (requirement.kind) {
    case "none":
      return 0;
    case "count":
      return requirement.count;
    case "all":
      return Math.max(0, ...requirement.of.map(fewestPeople));
    case "any":
      return Math.min(...requirement.of.map(fewestPeople));
  }
}

/** Whom the one asks and the other does not; `can` narrows, the rest widens, and nobody named is everybody. */
function isWider(from: From, than: From): boolean {
  if (than.can !== null && from.can === null) return true;
  if (than.users.length + than.teams.length + than.roles.length === 0) return false;
  if (from.users.length + from.teams.length + from.roles.length === 0) return true;
  return (["users", "teams", "roles"] as const).some((key) => from[key].some((one) => !than[key].includes(one)));
}

function holdsOfLess(was: ApprovalCondition | null, is: ApprovalCondition | null): boolean {
  if (is === null) return false;
  if (was === null) return Object.values(is).some((condition) => condition !== null);
  const lists = (["paths", "changes", "labels"] as const).some((key) => isFewer(was[key], is[key]));
  const isOther = is.production !== null && is.production !== was.production;
  return lists || isOther || (is.authors !== null && JSON.stringify(is.authors) !== JSON.stringify(was.authors));
}

function isFewer(was: readonly string[] | null, is: readonly string[] | null): boolean {
  if (is === null) return false;
  return was === null || was.some((one) => !is.includes(one));
}
