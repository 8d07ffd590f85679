// Fetches all that the judge needs to know of a change, before anything is decided. The check of a pull request, the verification
// of an update and `signalbox check` gather here, so that the same facts give the same verdict.
import { changeSetBetween } from "../manifest/change-set.ts";
import type { CommitSha, ConfigRepo, Instant, Login, Subject, Unit } from "../manifest/types.ts";
import { loginAmong, memberOfId, type Ids } from "../rbac/accounts.ts";
import { subjectOf } from "../rbac/asker.ts";
import { isBot } from "../rbac/electorate.ts";
import type { ChangeSet, Policy, Proposal, Review } from "../rbac/proposal.ts";
import { latestReviews } from "../rbac/reviews.ts";
import { peopleByRecordedIds, type PeopleWithIds } from "../rbac/recorded-ids.ts";
import type { LedgerState } from "../ledger/ledger-state.ts";
import { contributorsAmong, type Contributors } from "./find-contributors.ts";
import { withEarlierSecrets } from "./find-earlier-secrets.ts";
import { changedUnits, readConfig, readVerified, readWithHeldBack, type ConfigSource } from "./read-config.ts";
import { filesNaming, teamsOf, unknownIn } from "./names-in.ts";
import type { Account, ListedReview } from "./ports.ts";

export interface ProposedChange {
  /** The commit that is changed: the tip of the default branch, or what it was before an update. */
  readonly base: CommitSha;
  /** The last commit of the change. */
  readonly head: CommitSha;
  /** Tree or commit that the change makes of it. */
  readonly result: string;
  readonly conflicts: readonly string[];
  readonly author: Account;
  readonly contributors: Contributors;
  readonly labels: readonly string[];
  readonly reviews: readonly ListedReview[];
  /** Members of the organisation and of these teams. */
  people(teams: readonly string[]): Promise<PeopleWithIds>;
  readonly at: Instant;
}

export interface Gathered {
  readonly policies: readonly Policy[];
  readonly proposal: Proposal;
  /** What the change touches, held or not. */
  readonly units: ReadonlySet<Unit>;
  /** Numeric ids of the members now. */
  readonly ids: Ids;
}

export async function gatherProposal(
  source: ConfigSource,
  state: LedgerState,
  change: ProposedChange,
): Promise<Gathered> {
  const tip = await readConfig(source, change.base);
  const head = change.conflicts.length > 0 ? tip : await readConfig(source, change.result);
  const judged = await withEarlierSecrets(source.git, head, change);
  const units = changedUnits(tip, head);
  const heldBack = new Set([...units].filter((unit) => state.held.has(unit)));
  const base = await readWithHeldBack(source, state, { commit: change.base, units: heldBack });
  const policies = await policiesFor(source, state, { commit: change.base, repo: tip });
  const now = await change.people(teamsOf(head, ...policies.map((policy) => policy.repo)));
  const { ids } = now;
  const people = peopleByRecordedIds(now, state.named, {
    apps: appsIn(change),
    filesOf: (name) =>
      filesNaming(
        name,
        policies.map(({ repo }) => repo),
      ),
  });
  const listed = change.reviews.map((review) => reviewAmong(ids, review));
  const reviews = await withWhatTheySaw(source, state, { reviews: listed, tip: change.base, heldBack });
  const unknown = units.has("access") ? unknownIn(head, { base, ids }) : new Set<Subject>();
  const heldContributors = contributorsOfHeld(state, heldBack, ids);
  const { labels, conflicts, at } = change;
  const author = loginAmong(ids, change.author);
  const { unattributed } = change.contributors;
  return {
    units,
    ids,
    policies,
    proposal: {
      ...contributorsAmong(ids, change.contributors),
      ...{
        author,
        unattributed,
        heldContributors,
        labels,
        reviews,
        people,
        unknown,
        base,
        head: judged,
        conflicts,
        at,
      },
    },
  };
}

/** Bots do what people do, and no list has them: their ids are those that they came with. */
function appsIn({ author, contributors, reviews }: ProposedChange): Ids {
  const accounts = [
    author,
    ...contributors.contributors.map(({ account }) => account),
    ...reviews.flatMap(({ by }) => by ?? []),
  ];
  return new Map(accounts.filter(({ login }) => isBot(login)).map(({ login, id }) => [subjectOf(login), id]));
}

type UnseenReview = Omit<Review, "saw">;

/** As the judge knows it: by the logins that people go by now. */
function reviewAmong(ids: Ids, { by, dismissal, ...review }: ListedReview): UnseenReview {
  const loginOf = (account: Account | null): Login | null => (account === null ? null : loginAmong(ids, account));
  return {
    ...review,
    login: loginOf(by),
    dismissal: dismissal === null ? null : { ...dismissal, by: loginOf(dismissal.by) },
  };
}

interface ReviewsOf {
  readonly reviews: readonly UnseenReview[];
  readonly tip: CommitSha;
  readonly heldBack: ReadonlySet<Unit>;
}

/** What is looked up is bounded by the commits that were approved, however many reviews there are. */
async function withWhatTheySaw(source: ConfigSource, state: LedgerState, of: ReviewsOf): Promise<readonly Review[]> {
  const deciding = new Set(latestReviews(of.reviews).values());
  const seen = new Map<CommitSha, ChangeSet | null>();
  const reviews: Review[] = [];
  for (const review of of.reviews) {
    const { commit } = review;
    const isAsked = commit !== null && review.state === "approved" && deciding.has(review);
    if (isAsked && !seen.has(commit)) seen.set(commit, await changeSeenAt(source, state, { ...of, commit }));
    reviews.push({ ...review, saw: isAsked ? (seen.get(commit) ?? null) : null });
  }
  return reviews;
}

/**
 * What a reviewer was shown: from their commit's merge base with the default branch to that commit, with the same units held
 * back as in the change that is judged. null: git no longer has the commit.
 */
async function changeSeenAt(
  source: ConfigSource,
  state: LedgerState,
  { commit, tip, heldBack }: Omit<ReviewsOf, "reviews"> & { readonly commit: CommitSha },
): Promise<ChangeSet | null> {
  if (!(await source.git.has(commit))) return null;
  const mergeBase = await source.git.mergeBase(commit, tip);
  if (mergeBase === null) return null;
  const before = await readWithHeldBack(source, state, { commit: mergeBase, units: heldBack });
  return changeSetBetween(before.files, (await readConfig(source, commit)).files);
}

/**
 * What is judged contains what is held: those who made that approve their own work no more than anybody does, by the login of then
 * or by another one since.
 */
function contributorsOfHeld(state: LedgerState, heldBack: ReadonlySet<Unit>, ids: Ids): readonly Login[] {
  const held = [...heldBack].flatMap((unit) => {
    const since = state.updates.findIndex((update) => update === state.held.get(unit));
    return state.updates.slice(since).filter(({ result, units }) => result === "held" && units.includes(unit));
  });
  const renamed = held.flatMap((update) => update.contributorIds ?? []).flatMap((id) => memberOfId(ids, id) ?? []);
  return [...new Set([...held.flatMap((update) => update.contributors ?? []), ...renamed])];
}

/** The base's policy, and the last verified one beside it wherever the base's is not itself verified. */
async function policiesFor(
  source: ConfigSource,
  state: LedgerState,
  base: { readonly commit: CommitSha; readonly repo: ConfigRepo },
): Promise<readonly Policy[]> {
  const onBase: Policy = { name: "base", repo: base.repo };
  const verified = await readVerified(source, state);
  if (verified === null || (base.commit === state.judged && !holdsPolicy(state))) return [onBase];
  return [onBase, { name: "last verified", repo: verified }];
}

function holdsPolicy(state: LedgerState): boolean {
  return [...state.held.keys()].some((unit) => unit === "access" || unit.endsWith("/rack.yml"));
}
