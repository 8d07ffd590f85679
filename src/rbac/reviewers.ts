// Whom to ask for a review: as few as could satisfy what is missing, and nobody where somebody is asked already.
import type { Login } from "../manifest/types.ts";
import { isBot } from "./electorate.ts";
import { cover } from "./requirement.ts";
import type { ApprovalState } from "./verdict.ts";

/** Who need not be told any more. */
export interface Told {
  /** Asked at present by anybody, members of the teams that are asked included, or has reviewed. */
  readonly now: ReadonlySet<Login>;
  /** Asked by us at any time, whatever became of it. */
  readonly before: ReadonlySet<Login>;
}

/** @param turn e.g. the number of the pull request: who is asked where several could be */
export function reviewersToAsk(approvals: readonly ApprovalState[], told: Told, turn: number): readonly Login[] {
  const gaps = approvals.filter((approval) => isToBeAsked(approval, told)).flatMap((approval) => approval.gaps);
  // Nobody can ask a bot for a review.
  const people = gaps.map(({ count, eligible }) => ({ count, eligible: eligible.filter((login) => !isBot(login)) }));
  return [...cover(people, turn).people].sort();
}

/** Once for each rule: who was asked and has approved since, or could no longer, was asked for it all the same. */
function isToBeAsked({ satisfied, vetoedBy, eligible, approvedBy, ignored }: ApprovalState, told: Told): boolean {
  if (satisfied || vetoedBy.length > 0) return false;
  if (eligible.some((login) => told.now.has(login) || told.before.has(login))) return false;
  const given = [...approvedBy, ...ignored.flatMap(({ login }) => login ?? [])];
  return !given.some((login) => told.before.has(login));
}
