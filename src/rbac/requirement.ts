// How far a tree of all / any / count is satisfied, who could still satisfy the rest, and how few of them it takes.
import type { From, Login, Requirement } from "../manifest/types.ts";
import { fromWords } from "./electorate.ts";

/** `voters`: whose approval counts wherever they match, sorted. `pool`: who could still give one, in any order. */
export interface Ballot {
  readonly voters: readonly Login[];
  readonly pool: readonly Login[];
  matches(login: Login, from: From): boolean;
}

/** What is still missing at one `count`. */
export interface Gap {
  readonly count: number;
  readonly eligible: readonly Login[];
  readonly from: string;
}

export interface Tally {
  readonly satisfied: boolean;
  readonly needed: number;
  readonly approvedBy: readonly Login[];
  /** Of the cheapest way; empty when satisfied. */
  readonly gaps: readonly Gap[];
  /** False: nobody left could close the gaps. */
  readonly possible: boolean;
  readonly eligible: readonly Login[];
  /** Who is asked for what is missing: `platform`, `security or ana or bo`. */
  readonly from: string;
}

export function tally(requirement: Requirement, ballot: Ballot): Tally {
  switch (requirement.kind) {
    case "none":
      return together([]);
    case "count":
      return tallyCount(requirement.count, requirement.from, ballot);
    case "all":
      return together(requirement.of.map((one) => tally(one, ballot)));
    case "any":
      return cheapest(requirement.of.map((one) => tally(one, ballot)));
  }
}

function tallyCount(count: number, from: From, ballot: Ballot): Tally {
  const approvedBy = ballot.voters.filter((login) => ballot.matches(login, from));
  const missing = Math.max(0, count - approvedBy.length);
  const eligible = missing === 0 ? [] : ballot.pool.filter((login) => ballot.matches(login, from)).sort();
  const words = fromWords(from);
  return {
    satisfied: missing === 0,
    needed: count,
    approvedBy,
    gaps: missing === 0 ? [] : [{ count: missing, eligible, from: words }],
    possible: eligible.length >= missing,
    eligible,
    from: missing === 0 ? "" : words,
  };
}

function together(tallies: readonly Tally[]): Tally {
  const open = tallies.filter(({ satisfied }) => !satisfied);
  return {
    satisfied: open.length === 0,
    needed: tallies.reduce((sum, { needed }) => sum + needed, 0),
    approvedBy: union(tallies.map(({ approvedBy }) => approvedBy)),
    gaps: open.flatMap(({ gaps }) => gaps),
    possible: tallies.every(({ possible }) => possible),
    eligible: union(open.map(({ eligible }) => eligible)),
    from: open.map(({ from }) => from).join(" and "),
  };
}

function cheapest(tallies: readonly Tally[]): Tally {
  const done = tallies.find(({ satisfied }) => satisfied);
  if (done !== undefined) return done;
  const open = tallies.some(({ possible }) => possible) ? tallies.filter(({ possible }) => possible) : tallies;
  const [best] = [...open].sort((a, b) => fewest(a.gaps) - fewest(b.gaps));
  // `any` of nothing: no way leads there.
  if (best === undefined) return { ...together([]), satisfied: false, possible: false, from: "nobody" };
  return {
    ...best,
    approvedBy: union(tallies.map(({ approvedBy }) => approvedBy)),
    eligible: union(open.map(({ eligible }) => eligible)),
    from: open.map(({ from }) => from).join(" or "),
  };
}

/** How few people close the gaps; places that nobody can take are counted all the same: they are missing. */
export function fewest(gaps: readonly Gap[]): number {
  const { people, untaken } = cover(gaps, 0);
  return people.length + untaken;
}

/**
 * Whom to ask to close the gaps, one person closing a place in each that they match; chosen greedily. Of people who are as useful,
 * `turn` says whose turn it is, so that it is not always the same one's.
 */
export function cover(
  gaps: readonly Pick<Gap, "count" | "eligible">[],
  turn: number,
): { readonly people: readonly Login[]; readonly untaken: number } {
  const open = gaps.map(({ count, eligible }) => ({ count, eligible: new Set(eligible) }));
  const people: Login[] = [];
  for (;;) {
    const left = open.filter(({ count }) => count > 0);
    const useful = mostUseful(left.map(({ eligible }) => eligible));
    const next = useful[turn % Math.max(1, useful.length)];
    if (next === undefined) return { people, untaken: left.reduce((sum, { count }) => sum + count, 0) };
    people.push(next);
    for (const gap of left) if (gap.eligible.delete(next)) gap.count -= 1;
  }
}

function mostUseful(sets: readonly ReadonlySet<Login>[]): readonly Login[] {
  const uses = new Map<Login, number>();
  for (const set of sets) for (const login of set) uses.set(login, (uses.get(login) ?? 0) + 1);
  const most = Math.max(0, ...uses.values());
  return [...uses].filter(([, count]) => count === most).map(([login]) => login);
}

function union(lists: readonly (readonly Login[])[]): readonly Login[] {
  return [...new Set(lists.flat())].sort();
}

/** Everybody's description that a requirement names, wherever it stands in the tree. */
export function fromsOf(requirement: Requirement): readonly From[] {
  switch (requirement.kind) {
    case "none":
      return [];
    case "count":
      return [requirement.from];
    case "all":
    case "any":
      return requirement.of.flatMap(fromsOf);
  }
}
