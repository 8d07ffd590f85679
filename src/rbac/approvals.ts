// Who approved, whose approval counts for which rule, who could still give one, and why the others do not count.
import { changeSetBetween } from "../manifest/change-set.ts";
import type { ApprovalRule, Login } from "../manifest/types.ts";
import { electorateOf, rulesMet, type MetRule } from "./approval-rules.ts";
import { splitChangeKey } from "./changes.ts";
import { commitsWords, contributionWords } from "./contributions.ts";
import { fromMismatch, fromWords, isBot, loginsWords, matchesFrom, type FromContext } from "./electorate.ts";
import { listWords, shortCommit } from "./phrases.ts";
import type { ChangedName, ChangeSet, Contribution, Policy, Proposal } from "./proposal.ts";
import { fewest, fromsOf, tally, type Ballot, type Tally } from "./requirement.ts";
import { changedWords, isReplaced } from "./recorded-ids.ts";
import { ignored, standingReviews, type StandingReview, type StandingReviews } from "./reviews.ts";
import type { ApprovalState, Change, JudgedApproval } from "./verdict.ts";

/** One state for each rule that the changes meet, in the order of signalbox.yml. */
export function approvalsOf(changes: readonly Change[], policy: Policy, proposal: Proposal): readonly ApprovalState[] {
  const reviews = standingReviews(proposal);
  const now = changeSetBetween(proposal.base.files, proposal.head.files);
  const electorate = electorateOf(policy, proposal);
  return rulesMet(changes, policy, proposal).map((met) =>
    stateOf({ met, proposal, reviews, now, context: { electorate, caught: met.caught } }),
  );
}

interface Judging {
  readonly met: MetRule;
  readonly proposal: Proposal;
  readonly reviews: StandingReviews;
  readonly now: ChangeSet;
  readonly context: FromContext;
}

function stateOf(judging: Judging): ApprovalState {
  const { met, proposal, reviews } = judging;
  const ignoredReasons = reviews.approvals.map((review) => ({ review, reason: whyIgnored(review, judging) }));
  const counted = ignoredReasons.filter(({ reason }) => reason === null).map(({ review }) => review.login);
  const voters = new Set(met.rule.allowAuthor ? [...counted, proposal.author] : counted);
  const result = tally(met.rule.require, ballotOf([...voters].sort(), judging));
  const vetoedBy = reviews.vetoes
    .map(({ login }) => login)
    .filter((login) => mayVeto(login, judging))
    .sort();
  const satisfied = result.satisfied && vetoedBy.length === 0;
  return {
    rule: met.rule.name,
    satisfied,
    missing: fewest(result.gaps),
    needed: result.needed,
    approvedBy: result.approvedBy,
    eligible: result.eligible,
    gaps: result.gaps.map(({ count, eligible }) => ({ count, eligible })),
    from: result.from,
    reason: reasonOf(judging, result, vetoedBy),
    vetoedBy,
    counted: result.approvedBy.map((login) => countedApproval(login, judging)),
    ignored: [
      ...ignoredReasons.flatMap(({ review, reason }) => (reason === null ? [] : [ignored(review, reason)])),
      ...reviews.gone,
    ] satisfies JudgedApproval[],
  };
}

function countedApproval(login: Login, judging: Judging): JudgedApproval {
  const { met, proposal, reviews, context } = judging;
  const review = reviews.approvals.find((one) => one.login === login);
  const part = fromsOf(met.rule.require).find((from) => matchesFrom(login, from, context));
  const who = part === undefined ? "" : `is among ${fromWords(part)}`;
  // The author approves nothing on GitHub: where the rule allows it they count by having written it.
  if (review === undefined || login === proposal.author) {
    return { login, commit: null, reason: `${who}, and the rule counts the author` };
  }
  const saw = met.keepOnPush ? "the rule keeps approvals after a push" : "saw what merging does now";
  return { login, commit: review.commit, reason: `${who}, and ${saw}` };
}

function ballotOf(voters: readonly Login[], judging: Judging): Ballot {
  const { proposal, context } = judging;
  const named = fromsOf(judging.met.rule.require).flatMap((from) => from.users.filter(isBot));
  const everybody = [...new Set([...proposal.people.members, ...named])];
  const pool = everybody.filter((login) => !voters.includes(login) && whyExcluded(login, judging) === null);
  return { voters, pool, matches: (login, from) => matchesFrom(login, from, context) };
}

/** Why this approval does not count for this rule; null: it counts. */
function whyIgnored(review: StandingReview, judging: Judging): string | null {
  const notVoter = whyNotVoter(review.login, judging);
  if (notVoter !== null) return notVoter;
  if (review.saw === null) return `saw ${commitWords(review)}, which git no longer has`;
  if (judging.met.keepOnPush) return null;
  const differing = differingFields(review.saw, judging.now);
  return differing.length === 0 ? null : `saw another change: ${differenceWords(differing)} changed since`;
}

function whyNotVoter(login: Login, judging: Judging): string | null {
  return whyExcluded(login, judging) ?? whyNotAsked(login, judging);
}

/** What a commit says of its people anybody can write, so that it takes nobody's veto away. */
const CERTAIN: readonly Contribution[] = ["author", "pusher", "fork-owner"];

function mayVeto(login: Login, judging: Judging): boolean {
  if (whyNotAsked(login, judging) !== null) return false;
  const { met, proposal } = judging;
  const deeds = proposal.contributors.find((one) => one.login === login)?.as ?? [];
  return met.rule.allowContributors || !deeds.some((deed) => CERTAIN.includes(deed));
}

function whyNotAsked(login: Login, judging: Judging): string | null {
  const reasons = fromsOf(judging.met.rule.require).map((from) => fromMismatch(login, from, judging.context));
  if (reasons.length === 0 || reasons.includes(null)) return null;
  const different = [...new Set(reasons)];
  return different.length === 1 ? (different[0] ?? null) : `matches no part of the rule: ${different.join("; ")}`;
}

/** Contributors do not approve their own work, and who is named as a co-author does not either. */
function whyExcluded(login: Login, { met, proposal }: Judging): string | null {
  if (login === proposal.author) return "is the author";
  if (met.rule.allowContributors) return null;
  const contributor = proposal.contributors.find((one) => one.login === login);
  if (contributor !== undefined) return `is a contributor: ${contributionWords(contributor)}`;
  const coAuthor = proposal.coAuthors.find((one) => one.login === login);
  if (coAuthor !== undefined) return `is named as a co-author of ${commitsWords(coAuthor.commits)}`;
  const isOfHeld = proposal.heldContributors.includes(login);
  return isOfHeld ? "contributed to what is held and stands below this change" : null;
}

function commitWords({ commit }: StandingReview): string {
  return commit === null ? "a commit" : shortCommit(commit);
}

/** Keys of the change sets that are not the same in both, sorted. */
function differingFields(saw: ChangeSet, now: ChangeSet): readonly string[] {
  const keys = new Set([...saw.keys(), ...now.keys()]);
  return [...keys]
    .filter((key) => {
      const before = saw.get(key);
      const after = now.get(key);
      return before?.before !== after?.before || before?.after !== after?.after;
    })
    .sort();
}

function differenceWords(keys: readonly string[]): string {
  const shown = keys.slice(0, 3).map((key) => {
    const { path, field } = splitChangeKey(key);
    return field === "" ? path : `${path} ${field}`;
  });
  const more = keys.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function reasonOf(
  { met: { rule, metByChanged }, context }: Judging,
  result: Tally,
  vetoedBy: readonly Login[],
): string {
  if (vetoedBy.length > 0) {
    const who = loginsWords(vetoedBy);
    return `${who} asked for changes; it waits until they approve, or somebody who did not contribute dismisses that`;
  }
  const had = result.approvedBy.length;
  if (result.satisfied) return had === 0 ? "needs no approval" : `approved by ${loginsWords(result.approvedBy)}`;
  const gaps = result.gaps.map(({ count, from }) => `${count} more of ${from}`).join(" and ");
  const missing = gaps === "" ? "approvals" : gaps;
  if (result.possible) return `needs ${missing}: ${loginsWords(result.eligible)} could approve${whyMet(metByChanged)}`;
  const left = result.eligible.length === 0 ? "nobody" : `only ${loginsWords(result.eligible)}`;
  return (
    `nobody left could satisfy it: it needs ${missing}, and ${left} could still approve${unknownTeams(rule, context)}; the way ` +
    `out is to let somebody else make the change, or to let more people approve by the rule ${rule.name} in signalbox.yml`
  );
}

/** A rule may hold for somebody whom none of its words name. */
function whyMet(names: readonly ChangedName[]): string {
  return names.length === 0 ? "" : `; the rule holds for this author since ${changedWords(names)}`;
}

/** A team that was renamed or cannot be seen has silently nobody in it. */
function unknownTeams({ require }: ApprovalRule, { electorate: { people } }: FromContext): string {
  const names = [...new Set(fromsOf(require).flatMap((from) => from.teams))];
  const replaced = names.flatMap((team) => people.changed.get(`team:${team}`) ?? []).filter(({ now }) => now !== null);
  const unknown = names.filter((team) => !people.teams.has(team) && !isReplaced(people, `team:${team}`));
  const missing = `; no team ${listWords(unknown)} is known, as if renamed, deleted or not to be seen`;
  return `${replaced.length === 0 ? "" : `; ${changedWords(replaced)}`}${unknown.length === 0 ? "" : missing}`;
}
